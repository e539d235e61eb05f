import { expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import { decideLot } from './decide-lot.ts'
import { deviationsOf } from './deviations.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { inspection, madeDraw, madeIdentity, madeLot, madePlan, madeRecord, rowsOf } from './made-lot.testing.ts'

const lot = madeIdentity(20)
const other = { ...lot, lot: 'L-0041', recordsSha256: 'd5'.repeat(32) }
const good = [...madeLot(lot)]
const { sample } = (madePlan(lot).facts as PlannedFacts).opening!
const drawn = new Set(madeDraw(lot, sample).facts.sample)
const unit = lot.serials.find(one => !drawn.has(one))!
const begun = good.findIndex(({ kind }) => kind === 'golden-card')

async function decided(said: readonly Said[], counted = lot.serials.length - sample) {
  const its = await decideLot({ lot, rows: rowsOf(said, lot), journalFaults: [], otherAddresses: [], counted })
  return { its, decision: its.decision, codes: its.reasons.map(({ code }) => code) }
}
const before = (...said: Said[]) => good.toSpliced(begun, 0, ...said)
const out = (as: string, who = 'ann', which = unit): Said => ({
  kind: 'lot-unit-out',
  who,
  why: 'cracked through',
  facts: { lot: other.lot, unit: which, as },
})
const { photographs } = madeRecord(lot, unit, 'printed')
const seenThere = (which: string, mark: string) =>
  inspection(other, which, 'printed', {
    photographs: photographs.map((one, i) => ({ ...one, id: `${mark}${i}`.repeat(32) })),
  })

it('a unit that was seen as of another lot holds this one until somebody else of quality explains it', async () => {
  const explained = (who: string): Said => ({
    kind: 'lot-entry-explained',
    who,
    why: 'by the wrong file',
    facts: { lot: lot.lot, entries: [begun] },
  })
  const seen = seenThere(unit, 'e')
  const { codes, its } = await decided(before(seen))
  expect(codes).toEqual(['seen-elsewhere'])
  expect(its.because).toContain(`${unit} as of L-0041 in entry ${begun}`)
  expect(its.because).toContain(unit)
  expect((await decided([...before(seen), explained('bob')])).codes).toEqual([])
  expect((await decided([...before(seen), explained('tom')])).codes).toEqual(['seen-elsewhere'])
  // Also one that is opened here.
  expect((await decided(before(seenThere([...drawn][0]!, 'f')))).codes).toEqual(['seen-elsewhere'])
})

it('a unit that was released with another lot ships with none, whatever is explained', async () => {
  const closed = (decision: string): Said => ({
    kind: 'lot-closed',
    who: 'ann',
    facts: { lot: other.lot, decision, manifestSha256: 'e'.repeat(64), size: 9, root: 'f'.repeat(64) },
  })
  const explained: Said = {
    ...{ kind: 'lot-entry-explained', who: 'bob', why: 'looked into' },
    facts: { lot: lot.lot, entries: [begun] },
  }
  const seen = seenThere(unit, 'e')
  const { codes, its } = await decided([...before(seen, closed('RELEASED')), explained])
  expect(codes).toEqual(['released-elsewhere'])
  expect(its.because).toContain(`${unit} with L-0041 (entry ${begun + 1})`)
  // It was not, in the end; or it is still here, since it was kept back there.
  expect((await decided([...before(seen, closed('RELEASED'), closed('HELD')), explained])).codes).toEqual([])
  expect((await decided([...before(seen, out('held'), closed('RELEASED')), explained])).codes).toEqual([])
  // Of a lot that none of these cards was seen as of it says nothing.
  expect((await decided(before(closed('RELEASED')))).codes).toEqual([])
})

it('a unit that was scrapped as of another lot, or is a decoy there, ships with none, seen there or not', async () => {
  expect((await decided(before(out('scrapped')))).codes).toEqual(['out-elsewhere'])
  expect((await decided(before(out('scrapped'), out('held')))).codes).toEqual(['out-elsewhere'])
  const decoy: Said = { kind: 'lot-decoy', who: 'ann', facts: { lot: other.lot, unit, station: 'sealed' } }
  const { codes, its } = await decided(before(decoy))
  expect(codes).toEqual(['out-elsewhere'])
  // It is no decoy of this lot.
  expect([its.evidence.decoys.size, its.units.find(one => one.unit === unit)!.fate]).toEqual([0, 'shipped'])
  const taken = { ...out('scrapped'), facts: { lot: lot.lot, unit, as: 'held' } }
  expect((await decided([...before(out('scrapped')), taken], lot.serials.length - sample - 1)).codes).not.toContain(
    'out-elsewhere',
  )
})

it('a unit that another lot drew to be opened ships with none', async () => {
  const drawing = madeDraw(other, lot.serials.length)
  const { codes, its } = await decided(before(drawing))
  expect(codes).toEqual(['out-elsewhere'])
  expect(its.because).toContain('drawn')
  expect((await decided(before({ ...drawing, who: 'nobody' }))).codes).toEqual([])
})

it('one that was held there is told, and what nobody of quality said or is of another card counts for nothing', async () => {
  const { decision, its } = await decided(before(out('held')))
  expect(decision).toBe('RELEASED')
  expect(deviationsOf(its)).toContain(`${unit} is held as of L-0041 (entry ${begun}), by ann: cracked through`)
  expect((await decided(before(out('scrapped', 'tom')))).codes).toEqual([])
  expect((await decided(before(out('scrapped', 'ann', 'KK0000001')))).codes).toEqual([])
})
