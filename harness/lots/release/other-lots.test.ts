import { expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import { decideLot } from './decide-lot.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { inspection, madeDraw, madeIdentity, madeLot, madePlan, rowsOf } from './made-lot.testing.ts'

const lot = madeIdentity(10)
const good = [...madeLot(lot)]
const { sample } = (madePlan(lot).facts as PlannedFacts).opening!
const opened = new Set(good.flatMap(({ kind, unit }) => (kind === 'unit-destroyed' ? [unit!] : [])))
const [kept, out] = lot.serials.filter(serial => !opened.has(serial)) as [string, string]
const [drawn] = [...opened] as [string]
/** The same cards under another name, the name alone, or other cards. */
const other = { ...madeIdentity(10, 'L-0041'), recordsSha256: 'e5'.repeat(32) }

async function decided(said: readonly Said[], counted = 10 - sample) {
  const its = await decideLot({ lot, rows: rowsOf(said, lot), journalFaults: [], otherAddresses: [], counted })
  return [its.decision, ...its.reasons.map(({ code }) => code)]
}

/** Said after people and plan, before the lot's own inspections. */
const first = good.findIndex(({ kind }) => kind === 'inspection')
const before = (...said: readonly Said[]) => [...good.slice(0, first), ...said, ...good.slice(first)]
const taken = (unit: string, as: 'scrapped' | 'held', of = other): Said => ({
  kind: 'lot-unit-out',
  who: 'ann',
  why: 'cracked through',
  facts: { lot: of.lot, unit, as },
})
const explained = (who: string, entry: number): Said => ({
  kind: 'lot-entry-explained',
  who,
  why: 'the wrong lot file was chosen',
  facts: { lot: lot.lot, entries: [entry] },
})

it.each([
  ['that ships', kept],
  ['of the sample', drawn],
])(
  'a unit %s and was seen as of another lot holds the lot until somebody else of quality has explained it',
  async (_, unit) => {
    const seen = before(inspection(other, unit, 'printed'))
    expect(await decided(seen)).toEqual(['HELD', 'other-lot'])
    expect(await decided([...seen, explained('tom', first)])).toEqual(['HELD', 'other-lot'])
    expect(await decided([...seen, explained('bob', first)])).toEqual(['RELEASED'])
  },
)

it('what another lot scrapped, or drew to be opened, does not ship with this one', async () => {
  expect(await decided(before(taken(kept, 'scrapped')))).toEqual(['HELD', 'elsewhere'])
  const drawing = madeDraw(other, 10)
  expect(await decided(before(drawing))).toEqual(['HELD', 'elsewhere'])
  expect(await decided([...good, taken(kept, 'scrapped')])).toEqual(['HELD', 'elsewhere'])
})

it('what another lot put aside, scrapped of its own, or nobody was entitled to say holds nothing', async () => {
  expect(await decided(before(taken(kept, 'held')))).toEqual(['RELEASED'])
  expect(await decided(before(taken('BX0000099', 'scrapped')))).toEqual(['RELEASED'])
  expect(await decided(before({ ...taken(kept, 'scrapped'), who: 'tom' }))).toEqual(['RELEASED'])
})

it('a unit that is out of this lot, too, may have been of another one', async () => {
  const said = [...before(inspection(other, out, 'printed'), taken(out, 'scrapped')), taken(out, 'scrapped', lot)]
  expect(await decided(said, 9 - sample)).toEqual(['RELEASED'])
})
