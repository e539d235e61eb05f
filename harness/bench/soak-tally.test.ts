import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { serialiseRecord } from '../record/inspection-record.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { growthOf, sampleMemory } from './soak-memory.ts'
import { soakReport } from './soak-report.ts'
import { countRecords, isWrong, type SoakVisit, visitOf } from './soak-tally.ts'

const visit = (verdict: SoakVisit['verdict'], expected: SoakVisit['expected'], unit: string | null = 'A') =>
  visitOf({ ...sampleRecord({}), unit, verdict }, { serial: 'A', expected, fault: null })

describe('a wrong verdict', () => {
  test.each([
    [visit('PASS', ['FAIL']), true],
    [visit('FAIL', ['PASS']), true],
    [visit('PASS', ['PASS'], 'B'), true],
    [visit('INCONCLUSIVE', ['PASS'], 'B'), true],
    [visit('PASS', ['PASS']), false],
    [visit('FAIL', ['FAIL', 'INCONCLUSIVE']), false],
    [visit('ERROR', ['PASS'], null), false],
    [visit('INCONCLUSIVE', ['FAIL'], null), false],
  ])('%#', (given, wrong) => expect(isWrong(given)).toBe(wrong))
})

describe('records on disk', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-tally-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
  const records = ['one', 'two', 'three'].map(operator => ({ ...sampleRecord({}), operator }))
  const visits = records.map(record => visitOf(record, { serial: 'A', expected: ['PASS'], fault: null }))
  const write = (name: string, index: number) => writeFileSync(join(folder, name), serialiseRecord(records[index]!))

  test('that are all there once', () => {
    for (const index of [0, 1, 2]) write(`${index}.json`, index)
    expect(countRecords(folder, visits)).toEqual({ lost: 0, doubled: 0 })
  })

  test('one lost and one doubled under another name', () => {
    write('0.json', 0)
    write('1.json', 1)
    write('2.json', 1)
    expect(countRecords(folder, visits)).toEqual({ lost: 1, doubled: 1 })
  })
})

describe('memory', () => {
  test('counts what is held, and not what waits for the collector', () => {
    const held: Uint8Array[] = []
    const fill = () => void held.push(new Uint8Array(50 * 2 ** 20).fill(1))
    const before = sampleMemory().heldMib
    fill()
    expect(sampleMemory().heldMib - before).toBeGreaterThan(45)
    held.pop()
    expect(sampleMemory().heldMib - before).toBeLessThan(5)
  })

  test('grows by what a leak adds between the second quarter and the last', () => {
    expect(growthOf(Array.from({ length: 40 }, (_, i) => 300 + 2 * i))).toBe(40)
    expect(growthOf([100, 300, 310, 305, 300, 308, 303, 700, 306, 304, 301, 307])).toBeLessThan(10)
    expect(growthOf([1, 2, 3])).toBeNaN()
  })
})

describe('the report', () => {
  const clean = {
    visits: [visit('PASS', ['PASS'])],
    seconds: 2,
    records: { lost: 0, doubled: 0 },
    left: { ports: 0, lamps: 0, moving: 0, processes: 0, threads: 0 },
    struckInTime: 0,
    unsafeTold: [],
    stuckLamps: 0,
    memory: Array.from({ length: 100 }, () => ({ heldMib: 50, residentMib: 400, childrenMib: 300 })),
    overheadsMs: [3, 4, 50],
  }
  const leaking = (mib: number) =>
    clean.memory.map((sample, i) => ({ ...sample, residentMib: sample.residentMib + mib * i }))

  test.each([
    ['nothing amiss', {}, true],
    ['a wrong verdict', { visits: [visit('PASS', ['FAIL'])] }, false],
    ['a lost record', { records: { lost: 1, doubled: 0 } }, false],
    ['a doubled record', { records: { lost: 0, doubled: 1 } }, false],
    ['a lamp left on', { left: { ...clean.left, lamps: 1 } }, false],
    ['a process left behind', { left: { ...clean.left, processes: 1 } }, false],
    ['memory that wavers', { memory: leaking(0.5) }, true],
    ['memory that grows', { memory: leaking(3) }, false],
    ['no inspection at all', { visits: [] }, false],
  ])('is clean or not with %s', (_, part, isClean) => {
    expect(soakReport({ ...clean, ...part }).isClean).toBe(isClean)
  })

  test('stays short however long the soak was', () => {
    const { lines } = soakReport({ ...clean, memory: Array.from({ length: 5000 }, () => clean.memory[0]!) })
    expect(lines.length).toBeLessThan(30)
    expect(Math.max(...lines.map(line => line.length))).toBeLessThan(260)
  })
})
