import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sampleRecord } from '../../reports/sample-record.ts'
import { serialiseRecord } from '../inspection/inspection-record.ts'
import { countRecords, isWrong, type SoakVisit } from './soak-tally.ts'

const visit = (verdict: SoakVisit['record']['verdict'], expected: SoakVisit['expected'], unit: string | null = 'A') =>
  ({ serial: 'A', expected, fault: null, record: { ...sampleRecord({}), unit, verdict } }) satisfies SoakVisit

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
  const visits = ['one', 'two', 'three'].map(operator => {
    const made = visit('PASS', ['PASS'])
    return { ...made, record: { ...made.record, operator } }
  })
  const write = (name: string, index: number) =>
    writeFileSync(join(folder, name), serialiseRecord(visits[index]!.record))

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
