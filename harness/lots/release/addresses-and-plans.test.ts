import { expect, it } from 'vitest'
import { makeReferenceUnit, referenceProfile, segwitOf } from '../../checks/reference-unit.testing.ts'
import type { Said } from '../../custody/journal/entry.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { otherAddressesIn } from './address-reasons.ts'
import { decideLot } from './decide-lot.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import {
  failing,
  inspection,
  madeAddress,
  madeIdentity,
  madeLot,
  madePlan,
  madeRecord,
  rowsOf,
} from './made-lot.testing.ts'
import { releaseView } from './release-view.ts'

const lot = madeIdentity(10)
const good = [...madeLot(lot)]
const { sample } = (madePlan(lot).facts as PlannedFacts).opening!
const opened = new Set(good.flatMap(({ kind, unit }) => (kind === 'unit-destroyed' ? [unit!] : [])))
const [kept, other] = lot.serials.filter(serial => !opened.has(serial)) as [string, string]

async function decided(said: readonly Said[], otherAddresses: readonly string[] = []) {
  const rows = rowsOf(said, lot)
  const facts = { lot, rows, journalFaults: [], otherAddresses, counted: 10 - sample }
  const its = await decideLot(facts)
  return { ...its, rows, codes: its.reasons.map(({ code }) => code) }
}
const isOf = (unit: string, station: string) => (said: Said) =>
  said.kind === 'inspection' && said.unit === unit && said.station === station
/** The record with another address on the sticker, in both places that show it. */
function showing(unit: string, station: 'etched' | 'sealed' | 'printed', address: string): Said {
  const readings = madeRecord(lot, unit, station).readings.map(one =>
    one.mark.startsWith('address-') ? { ...one, text: address } : one,
  )
  return inspection(lot, unit, station, { readings })
}
const instead = (...said: readonly Said[]) =>
  good.map(one => said.find(its => isOf(its.unit ?? '', its.station ?? '')(one)) ?? one)

it('a unit that shows two addresses at two stations holds the lot', async () => {
  const its = await decided(instead(showing(kept, 'sealed', madeAddress('another'))))
  expect([its.decision, its.codes]).toEqual(['HELD', ['two-addresses']])
  expect(its.because).toContain(kept)
})

it('another address in an inspection that did not pass its unit holds the lot until somebody else has explained it', async () => {
  const unjudged = (verdict: 'INCONCLUSIVE' | 'ERROR', address: string, over: Partial<InspectionRecord> = {}): Said => {
    const said = showing(kept, 'sealed', address)
    const { record, ...facts } = said.facts as { readonly record: InspectionRecord }
    const judged =
      verdict === 'ERROR'
        ? { error: { code: 'camera', message: 'The camera is gone.' }, findings: [], verdict, because: 'Gone.' }
        : failing('sealed', 'cover-intact', verdict)
    return { ...said, facts: { ...facts, record: { ...record, ...judged, ...over } } }
  }
  const passed = good.findIndex(isOf(kept, 'sealed'))
  const before = (said: Said) => good.toSpliced(passed, 0, said)
  for (const verdict of ['INCONCLUSIVE', 'ERROR'] as const) {
    const its = await decided(before(unjudged(verdict, madeAddress(other))))
    expect([its.decision, its.codes]).toEqual(['HELD', ['address-otherwise']])
    expect(its.because).toContain(kept)
    expect((await decided(before(unjudged(verdict, madeAddress(kept))))).codes).toEqual([])
  }
  const swapped = before(unjudged('INCONCLUSIVE', madeAddress(other)))
  const index = rowsOf(swapped, lot).find(({ unit, station }) => unit === kept && station === 'sealed')!.index
  const explain = (who: string): Said => ({
    kind: 'lot-entry-explained',
    who,
    why: 'another card had slipped in',
    facts: { lot: lot.lot, entries: [index] },
  })
  expect((await decided([...swapped, explain('ann')])).codes).toEqual([])
  expect((await decided([...swapped, explain('tom')])).codes).toEqual(['address-otherwise'])
  // What was read is what was written down first, whatever came of it.
  const changed = unjudged('INCONCLUSIVE', madeAddress(kept), { readingsSha256: 'a5'.repeat(32) })
  expect((await decided(before(changed))).codes).toEqual(['contradictory'])
})

it('two units that show one address hold the lot', async () => {
  const stations = ['printed', 'etched', 'sealed'] as const
  const its = await decided(instead(...stations.map(station => showing(kept, station, madeAddress(other)))))
  expect([its.decision, its.codes]).toEqual(['HELD', ['address-shared']])
  expect(its.because).toContain('2 units')
})

it('an address that is not of the unit by the lot file holds the lot, any kind of address of its key does not', async () => {
  const rows = rowsOf(good, lot)
  const units = lot.serials.map(serial => ({ serial, address: madeAddress(serial) }))
  expect(otherAddressesIn(rows, units)).toEqual([])
  const swapped = units.map(one => (one.serial === kept ? { ...one, address: madeAddress(other) } : one))
  expect(otherAddressesIn(rows, swapped)).toEqual([kept])
  // A file that says nothing of the address has proved none.
  expect(otherAddressesIn(rows, [{ serial: kept }])).toEqual([kept])
  const reference = await makeReferenceUnit(kept, 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
  const segwit = rowsOf([madePlan(lot), showing(kept, 'sealed', segwitOf(reference))], lot)
  expect(otherAddressesIn(segwit, [reference.record])).toEqual([])
  const its = await decided(good, [kept])
  expect([its.decision, its.codes]).toEqual(['HELD', ['other-address']])
})

const withPlan = (over: Partial<PlannedFacts>) =>
  good.map(one => (one.kind === 'lot-planned' ? madePlan(lot, over) : one))

it('a plan that does not hold the profile that it names holds the lot', async () => {
  const { profile: _, ...rest } = madePlan(lot).facts as PlannedFacts
  const without = good.map(one => (one.kind === 'lot-planned' ? { ...one, facts: rest } : one))
  expect((await decided(without)).codes).toContain('plan-without-profile')
  // Its own limits are wider: units that were judged by the other one are judged by neither.
  const lax = { ...referenceProfile, limits: {} }
  expect((await decided(withPlan({ profile: lax }))).codes).toContain('plan-without-profile')
})

it('a record is judged by the profile that it names, whoever wrote another one down before', async () => {
  const lax = { ...referenceProfile, sticker: { ...referenceProfile.sticker!, toleranceMm: 99 } }
  const measurements = madeRecord(lot, kept, 'sealed').measurements.map(one =>
    one.name === 'placement-shift' ? { ...one, value: 9, limits: { min: null, max: 99 } } : one,
  )
  const wide = instead(inspection(lot, kept, 'sealed', { measurements }))
  const first: Said = { ...madePlan(lot, { profile: lax }), who: 'tom' }
  expect((await decided([first, ...wide])).codes).toContain('contradictory')
})

it('passphrases that no session counted hold the lot, unless the plan waives it, which page one tells', async () => {
  const uncounted = (said: readonly Said[]) => said.filter(({ kind }) => kind !== 'lot-passphrases-counted')
  const its = await decided(uncounted(good))
  expect([its.decision, its.codes]).toEqual(['HELD', ['passphrases-uncounted']])
  const waived = await decided(uncounted(withPlan({ passphrasesUncounted: true })))
  expect([waived.decision, waived.codes]).toEqual(['RELEASED', []])
  expect(viewOf(waived).deviations).toEqual(['The plan waives that the passphrases are counted against chance'])
  // Of so few no session counts anything.
  const few = madeIdentity(7)
  const { reasons } = await decideLot({
    ...{ lot: few, rows: rowsOf(uncounted([...madeLot(few)]), few), journalFaults: [], otherAddresses: [] },
    counted: 0,
  })
  expect(reasons.map(({ code }) => code)).not.toContain('passphrases-uncounted')
})

it('a profile of one’s own under the name of one that comes with Assay is told on page one', async () => {
  expect(viewOf(await decided(withPlan({ namesake: true }))).deviations).toEqual([
    expect.stringMatching(
      /^Judged by a profile of one’s own that is called \S+, as one that comes with Assay: .* entry \d+$/,
    ),
  ])
})

it('units that were judged by another version of Assay are told on page one', async () => {
  const software: InspectionRecord['software'] = { name: 'assay', version: '9.9.9', revision: null }
  const its = await decided(instead(inspection(lot, kept, 'sealed', { software })))
  expect(its.decision).toBe('RELEASED')
  expect(viewOf(its).deviations).toEqual([
    expect.stringMatching(
      /^Not all was judged by one version of Assay: \d+ inspections by 0\.1\.0, 1 inspections by 9\.9\.9$/,
    ),
  ])
})

function viewOf({ rows, ...its }: Awaited<ReturnType<typeof decided>>) {
  const document = { ...lot, serials: [...lot.serials] } as unknown as Parameters<typeof releaseView>[0]['document']
  const measurements = { series: [], placements: [] }
  return releaseView({ document, rows, measurements, decided: its, pictures: [] }, '', [])
}
