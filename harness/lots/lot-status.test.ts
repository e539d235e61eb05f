import { describe, expect, it } from 'vitest'
import type { StationName, Verdict } from '../core/vocabulary.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import type { InspectionRecord } from '../record/inspection-record.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { LotTally, lotStatus, stationSentence } from './lot-status.ts'

const lot = { lot: 'virtual-5', units: ['BX0000001', 'BX0000002', 'BX0000003'].map(serial => ({ serial })) }
const recordsSha256 = 'a'.repeat(64)

function recordOf(station: StationName, verdict: Verdict, over: Partial<InspectionRecord> = {}): InspectionRecord {
  const finding = { check: 'serials-agree' as const, verdict, because: `it is ${verdict}`, marks: [] }
  return sampleRecord({
    station,
    findings: [finding],
    plannedChecks: ['serials-agree'],
    verdict,
    because: `it is ${verdict}`,
    ...over,
  })
}

/** Entries in their order: unit, station, verdict. */
function entriesOf(...told: readonly (readonly [string | null, StationName, Verdict, object?])[]): JournalEntry[] {
  return told.map(([unit, station, verdict, judgedBy], index) => ({
    journal: 'assay-journal-1',
    index,
    at: '2026-11-21T08:00:00.000Z',
    kind: 'inspection',
    who: null,
    why: null,
    unit,
    station,
    facts: { record: recordOf(station, verdict, { unit, lot: unit === null ? null : lot.lot }), judgedBy },
  }))
}

describe('where a lot stands', () => {
  it('has a line for each station that its plan names or a run was begun at, also where no unit was seen', async () => {
    const [entry] = entriesOf(['BX0000001', 'etched', 'PASS'])
    const said = (kind: string, station: string | null, facts: object): JournalEntry => ({
      ...entry!,
      ...{ kind, unit: null, station, facts: { lot: 'virtual-5', ...facts } },
    })
    const all = [
      said('lot-planned', null, { path: [{ station: 'printed' }] }),
      said('lot-planned', null, { path: [{ station: 'etched' }] }),
      entry!,
      said('run-begun', 'sealed', {}),
      said('run-begun', 'opened', { lot: 'another' }),
      said('run-begun', 'printed', { isSpotCheck: true }),
    ]
    const awaitedBy = (name: string | null) => {
      const tally = new LotTally({ ...lot, lot: name }, recordsSha256)
      for (const one of all) tally.take(one)
      return tally
    }
    const tally = awaitedBy('virtual-5')
    expect([...tally.awaited]).toEqual(['etched', 'sealed'])
    const { stations } = tally.status(tally.awaited)
    expect(stations.map(({ station, seen, missing }) => [station, seen, missing.length])).toEqual([
      ['etched', 1, 2],
      ['sealed', 0, 3],
    ])
    expect(awaitedBy(null).awaited).toEqual(new Set())
  })

  it('names what passed by another lot file, until it passes by this one', async () => {
    const by = (sha256: string | null) => ({ recordsSha256: sha256 })
    const entries = entriesOf(
      ['BX0000001', 'sealed', 'PASS', by('b'.repeat(64))],
      ['BX0000002', 'sealed', 'PASS', by('b'.repeat(64))],
      ['BX0000002', 'sealed', 'PASS', by(recordsSha256)],
      ['BX0000003', 'sealed', 'PASS', by(null)],
    )
    const { otherFile, doubled } = await lotStatus(entries, lot, recordsSha256)
    expect(doubled).toEqual([])
    expect(otherFile).toEqual([{ unit: 'BX0000001', station: 'sealed' }])
  })

  it('misses nobody at a station where only units of spot checks pass by, unless it is to see all', () => {
    const [visit] = entriesOf(['BX0000001', 'etched', 'PASS'])
    const look = { ...visit!, facts: { ...visit!.facts, spotCheck: { step: 'scratched', unit: 'BX0000001' } } }
    const sentence = (entries: readonly JournalEntry[], ...awaited: StationName[]) => {
      const tally = new LotTally(lot, recordsSha256)
      for (const entry of entries) tally.take(entry)
      return stationSentence(tally.status(new Set(awaited)).stations[0]!)
    }
    expect(sentence([look])).toBe('etched: 1 of 3 seen: 1 passed, 0 failed, 0 inconclusive, 0 errors')
    expect(sentence([look], 'etched')).toMatch(/missing: BX0000002, BX0000003$/)
    expect(sentence([visit!, look])).toMatch(/missing: BX0000002, BX0000003$/)
  })

  it('names what failed by another lot file, and never by this one', async () => {
    const by = (sha256: string | null) => ({ recordsSha256: sha256 })
    const entries = entriesOf(
      ['BX0000001', 'sealed', 'PASS', by(recordsSha256)],
      ['BX0000001', 'sealed', 'FAIL', by('b'.repeat(64))],
      ['BX0000002', 'sealed', 'FAIL', by('b'.repeat(64))],
      ['BX0000002', 'sealed', 'FAIL', by(recordsSha256)],
      ['BX0000003', 'sealed', 'FAIL', by(recordsSha256)],
    )
    const { failedByOtherFile, otherFile } = await lotStatus(entries, lot, recordsSha256)
    expect(failedByOtherFile).toEqual([{ unit: 'BX0000001', station: 'sealed' }])
    expect(otherFile).toEqual([])
  })

  it('says in whose spot check a card was that nobody knows', async () => {
    const [entry] = entriesOf([null, 'sealed', 'INCONCLUSIVE', { recordsSha256 }])
    const facts = { ...entry!.facts, spotCheck: { step: 'sealed', unit: 'BX0000002' } }
    const { unknown } = await lotStatus([{ ...entry!, facts }], lot, recordsSha256)
    expect(unknown).toMatchObject([{ spotCheckOf: 'BX0000002' }])
  })

  it('does not hide a FAIL at one station behind a PASS at a later one', async () => {
    const entries = entriesOf(['BX0000001', 'etched', 'FAIL'], ['BX0000001', 'opened', 'PASS'])
    const { units } = await lotStatus(entries, lot, recordsSha256)
    expect(units[0]).toMatchObject({
      unit: 'BX0000001',
      verdict: 'FAIL',
      stations: [
        { station: 'etched', verdict: 'FAIL' },
        { station: 'opened', verdict: 'PASS' },
      ],
    })
  })

  it('says per station who was seen and who is missing, stations in the order of the process', async () => {
    const entries = entriesOf(
      ['BX0000001', 'sealed', 'PASS'],
      ['BX0000003', 'sealed', 'INCONCLUSIVE'],
      ['BX0000001', 'etched', 'PASS'],
    )
    const { stations, units } = await lotStatus(entries, lot, recordsSha256)
    expect(stations.map(stationSentence)).toEqual([
      'etched: 1 of 3 seen: 1 passed, 0 failed, 0 inconclusive, 0 errors; missing: BX0000002, BX0000003',
      'sealed: 2 of 3 seen: 1 passed, 0 failed, 1 inconclusive, 0 errors; missing: BX0000002',
    ])
    expect(units.map(({ verdict }) => verdict)).toEqual(['PASS', null, 'INCONCLUSIVE'])
  })

  it('names a unit that was seen again after it was judged, and not one that was looked at again before', async () => {
    const entries = entriesOf(
      ['BX0000001', 'sealed', 'PASS'],
      ['BX0000001', 'sealed', 'PASS'],
      ['BX0000002', 'sealed', 'INCONCLUSIVE'],
      ['BX0000002', 'sealed', 'ERROR'],
      ['BX0000002', 'sealed', 'PASS'],
    )
    const { doubled } = await lotStatus(entries, lot, recordsSha256)
    expect(doubled).toEqual([{ unit: 'BX0000001', station: 'sealed', entries: [0, 1] }])
  })

  it('names what was looked for in this lot and is not of it, and nothing of another lot', async () => {
    const entries = entriesOf(
      [null, 'sealed', 'FAIL', { recordsSha256 }],
      [null, 'sealed', 'FAIL', { recordsSha256: 'b'.repeat(64) }],
      ['ZZ0000009', 'sealed', 'FAIL', { recordsSha256: 'b'.repeat(64) }],
    )
    const withAnotherLot = entries.map(entry =>
      entry.index === 2 ? { ...entry, facts: { ...entry.facts, record: { lot: 'other' } } } : entry,
    )
    const { unknown } = await lotStatus(withAnotherLot, lot, recordsSha256)
    expect(unknown.map(({ index }) => index)).toEqual([0])
  })

  it('misses no unit that somebody of quality took out, and counts what was seen of it', async () => {
    const entries = entriesOf(['BX0000001', 'sealed', 'PASS'], ['BX0000002', 'sealed', 'FAIL'])
    const said = (kind: string, who: string, facts: object, why: string | null = 'bent'): JournalEntry => ({
      ...{ ...entries[0]!, kind, who, why, unit: null, station: null },
      facts: { ...facts },
    })
    const person = (name: string, role: string) =>
      said('person-added', 'bob', { name, roles: [role], publicKey: null }, null)
    const out = (who: string, unit: string, lotName = 'virtual-5', why: string | null = 'bent') =>
      said('lot-unit-out', who, { lot: lotName, unit, as: 'scrapped' }, why)
    const all = [person('bob', 'quality'), person('tom', 'operator'), ...entries]
    const missing = async (...more: readonly JournalEntry[]) => {
      const { stations, takenOut } = await lotStatus([...all, ...more], lot, recordsSha256)
      return [stations[0]!.missing, takenOut.map(({ unit }) => unit)]
    }
    expect(await missing(out('bob', 'BX0000003'))).toEqual([[], ['BX0000003']])
    const counted = await lotStatus([...all, out('bob', 'BX0000002')], lot, recordsSha256)
    expect(counted.stations[0]!.counts).toMatchObject({ PASS: 1, FAIL: 1 })
    for (const none of [
      out('tom', 'BX0000003'),
      out('bob', 'BX0000003', 'another'),
      out('bob', 'BX0000003', 'virtual-5', null),
    ])
      expect(await missing(none)).toEqual([['BX0000003'], []])
  })
})
