import { afterEach, beforeEach, expect, test } from 'vitest'
import { decideLot } from '../lots/release/decide-lot.ts'
import type { PlannedFacts } from '../lots/release/lot-kinds.ts'
import {
  failing,
  inspection,
  madeIdentity,
  madeLot,
  madePlan,
  rowsOf,
  signedByMade,
} from '../lots/release/made-lot.testing.ts'
import { lotCount } from './lot-count.ts'
import { type LotOnDesk, lotView } from './lot-view.ts'
import { type QuickBench, quickBench } from './quick-bench.testing.ts'

let quick: QuickBench
beforeEach(async () => {
  quick = await quickBench()
})
afterEach(async () => await quick[Symbol.asyncDispose]())

const made = madeIdentity(20)
const lot: LotOnDesk = {
  lot: made.lot,
  units: made.serials.map(serial => ({ serial })),
  recordsSha256: 'a'.repeat(64),
}

const out = (at: number, as: 'held') => ({ lot: made.lot, unit: made.serials[at]!, as })

test('a lot that nobody has seen is missing nowhere, and nothing is planned', async () => {
  expect(await lotView(quick.journal, lot)).toMatchObject({
    units: 20,
    stations: [],
    open: [],
    sample: null,
    release: null,
  })
})

test('a lot shows its plan, its sample, what failed, and each day', async () => {
  for (const said of madeLot(made)) await quick.journal.append(said)
  const [first, second] = made.serials as [string, string]
  await quick.journal.append(inspection(made, second, 'sealed', failing('sealed', 'nothing-else', 'INCONCLUSIVE')))
  await quick.journal.append(inspection(made, first, 'sealed', failing('sealed', 'nothing-else')))
  const view = await lotView(quick.journal, lot)
  expect(view.open.map(({ unit, verdict }) => [unit, verdict])).toEqual([
    [first, 'FAIL'],
    [second, 'INCONCLUSIVE'],
  ])
  expect(view.stations.find(({ station }) => station === 'sealed')).toMatchObject({ seen: 20, missingInAll: 0 })
  expect(view.stations.find(({ station }) => station === 'opened')).toMatchObject({ missingInAll: 0 })
  expect(view.sample!.length).toBeGreaterThan(0)
  expect(view.sample!.every(({ verdict }) => verdict === 'PASS')).toBe(true)
  expect(view.release).toMatchObject({ lot: made.lot, closed: null })
  expect(view.yields.some(({ station, units }) => station === 'sealed' && units === 20)).toBe(true)
})

test('what becomes of its units is what a release counts, and how strictly the next lot is inspected what its plan would hold to', async () => {
  const said = [...madeLot(made), { kind: 'lot-unit-out', who: 'ann', why: 'lost', facts: out(0, 'held') }]
  for (const one of said) await quick.journal.append(signedByMade(one))
  const count = (await lotCount(quick.journal, lot))!
  const rows = rowsOf(said, made)
  const decided = await decideLot({ lot: made, rows, counted: 0, journalFaults: [], otherAddresses: [] })
  const { counted: _, ...quantities } = decided.quantities
  expect(count.quantities).toEqual(quantities)
  expect(count.notGood).toBe(0)
  expect(quantities).toMatchObject({ made: 20, held: 1 })
  const { sample, accept, reject } = decided.evidence.plans[0]!.facts.opening!
  expect(count.opening).toMatchObject({ sample, accept, reject })
  // Claims have no switching rules.
  expect(count.next).toEqual({ decided: 0, inspection: 'normal' })
})

test('the journal’s refused lots tighten the next one', async () => {
  const basis = { by: 'ISO 2859-1:1999', level: 'S-1', limit: '4.0', inspection: 'normal' } as const
  for (const name of ['L-0001', 'L-0002']) {
    const planned = madePlan(madeIdentity(20, name))
    const { opening, ...facts } = planned.facts as unknown as PlannedFacts
    await quick.journal.append({ ...planned, facts: { ...facts, opening: { ...opening!, basis } } })
    const closed = { lot: name, decision: 'REJECTED', manifestSha256: '0'.repeat(64), size: 1, root: '0'.repeat(64) }
    await quick.journal.append({ kind: 'lot-closed', who: 'ann', facts: closed })
  }
  for (const one of madeLot(made)) await quick.journal.append(signedByMade(one))
  await quick.journal.append(inspection(made, made.serials[0]!, 'sealed', failing('sealed', 'nothing-else')))
  const count = (await lotCount(quick.journal, lot))!
  expect(count.notGood).toBe(1)
  expect(count.next).toEqual({ decided: 2, inspection: 'tightened' })
})

test('a lot without a name is counted for nobody', async () => {
  expect(await lotCount(quick.journal, { ...lot, lot: null })).toBeNull()
})
