import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journalFile, openJournal, readJournal } from '../../custody/journal/journal-folder.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { sampleRecord } from '../../record/sample-record.testing.ts'
import { timeLeft } from '../time-left.ts'
import { inspectionsOf } from './inspections-of.ts'

describe('inspections that units of a line pass by', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-inspections-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const asked = { lot: 'L-0042', station: 'sealed', plan: ['serials-agree'] } as const
  const passed = sampleRecord({
    verdict: 'PASS',
    plannedChecks: ['serials-agree'],
    findings: [{ check: 'serials-agree', verdict: 'PASS', because: 'they agree', marks: [] }],
  })
  let journals = 0
  /** What a journal with these inspections says of the lot. */
  async function saidOf(...records: readonly (InspectionRecord | { readonly destroyed: string })[]) {
    const place = join(folder, String(++journals))
    {
      await using journal = await openJournal(place, { clock: () => new Date(), password: () => Promise.reject() })
      for (const record of records) {
        if ('destroyed' in record) {
          await journal.append({ kind: 'unit-destroyed', unit: record.destroyed, facts: { by: 'spot-check' } })
          continue
        }
        const facts = { record, files: [], out: null }
        await journal.append({ kind: 'inspection', unit: record.unit, station: record.station, facts })
      }
    }
    await using journal = await readJournal(place)
    return await inspectionsOf(journal, asked)
  }

  it('stand in the journal, as what counts of each unit: a FAIL is not undone by a later PASS', async () => {
    const failed = { ...passed, unit: 'BX0000002', findings: [{ ...passed.findings[0]!, verdict: 'FAIL' as const }] }
    const { inspections, signer } = await saidOf(
      passed,
      { ...failed, verdict: 'FAIL' },
      { ...passed, unit: 'BX0000002' },
      { ...passed, unit: 'BX0000003', lot: 'another' },
      { ...passed, unit: 'BX0000004', station: 'etched' },
    )
    expect(inspections.map(({ unit, verdict }) => [unit, verdict])).toEqual([
      ['BX0000001', 'PASS'],
      ['BX0000002', 'FAIL'],
    ])
    expect(signer).toMatch(/^[A-Za-z0-9_-]{43}$/)
    await expect(saidOf({ ...passed, lot: 'another' })).rejects.toThrow(/no inspection of a unit of the lot L-0042/)
  })

  it('are worked out again: a verdict that its findings do not give, and a plan with checks left out, pass nothing', async () => {
    const claims = { ...passed, findings: [{ ...passed.findings[0]!, verdict: 'FAIL' as const }] }
    expect((await saidOf(passed, claims)).inspections).toMatchObject([{ verdict: 'FAIL' }])
    const [finding] = passed.findings
    const none = {
      ...passed,
      plannedChecks: ['placement' as const],
      findings: [{ ...finding!, check: 'placement' as const }],
    }
    expect((await saidOf(none)).inspections).toMatchObject([
      { verdict: 'INCONCLUSIVE', because: 'not every check of the station was planned' },
    ])
  })

  it('come with the units of the lot that a spot check has opened, and with none of another lot', async () => {
    const other = { ...passed, unit: 'BX0000003', lot: 'another' }
    const { spent } = await saidOf(passed, other, { destroyed: 'BX0000001' }, { destroyed: 'BX0000003' })
    expect(spent).toEqual(['BX0000001'])
  })

  it('are none in a journal that was worked on', async () => {
    await saidOf(passed)
    const place = join(folder, String(journals))
    {
      using database = new DatabaseSync(journalFile(place))
      database.exec(`UPDATE entries SET entry = replace(entry, 'BX0000001', 'BX0000009')`)
    }
    await using journal = await readJournal(place)
    await expect(inspectionsOf(journal, asked)).rejects.toThrow(/No unit passes by .*was changed after it was written/)
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
