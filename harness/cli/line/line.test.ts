import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serialiseRecord } from '../../record/inspection-record.ts'
import { sampleRecord } from '../../record/sample-record.testing.ts'
import { inspectionsIn } from './inspections-in.ts'
import { timeLeft } from './time-left.ts'

describe('inspection records of a folder', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-inspections-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are read oldest first, whatever their files are called, and nothing else is', () => {
    const record = sampleRecord({})
    const write = (name: string, ended: string, verdict: 'PASS' | 'FAIL', unit: string | null) => {
      const findings = record.findings.map(finding => ({ ...finding, verdict }))
      writeFileSync(join(folder, name), serialiseRecord({ ...record, findings, unit, verdict, ended }))
    }
    expect(() => inspectionsIn(folder)).toThrow(/no inspection record/)
    write('a.json', '2026-11-21T05:00:00.000Z', 'PASS', 'BX2409708')
    write('b.json', '2026-11-21T04:00:00.000Z', 'FAIL', 'BX2409708')
    write('c.json', '2026-11-21T04:30:00.000Z', 'PASS', null)
    writeFileSync(join(folder, 'lot.json'), '{"units": []}')
    const found = inspectionsIn(folder)
    expect(found.map(({ unit, verdict }) => [unit, verdict])).toEqual([
      ['BX2409708', 'FAIL'],
      ['BX2409708', 'PASS'],
    ])
    expect(found[0]).toMatchObject({ station: record.station, product: record.product })
    expect(found[0]!.sha256).not.toBe(found[1]!.sha256)

    const changed = serialiseRecord({ ...record, ended: '2026-11-21T06:00:00.000Z' })
    writeFileSync(
      join(folder, 'd.json'),
      changed.replace('"verdict": "FAIL",\n  "because"', '"verdict": "PASS",\n  "because"'),
    )
    expect(() => inspectionsIn(folder), 'a changed record is not passed over').toThrow(/says PASS, but .* give FAIL/)
  })
})

describe('the time that is left', () => {
  it('is told when there is something to go by', () => {
    let now = 0
    const left = timeLeft(() => now)
    expect(left(10, 1000)).toBe('')
    now = 1000
    expect(left(20, 1000)).toBe('')
    now = 10_000
    expect(left(110, 1000)).toBe(', 89 s left')
    expect(left(60, 1000)).toBe(', 3 min left')
    expect(left(11, 1000)).toBe(', 2.7 h left')
    expect(left(1000, 1000)).toBe('')
  })

  it('does not count what was done before a command went on', () => {
    let now = 0
    const left = timeLeft(() => now)
    left(9000, 10_000)
    now = 5000
    expect(left(9100, 10_000)).toBe(', 45 s left')
  })
})
