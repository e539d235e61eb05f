import { afterEach, beforeEach, expect, test } from 'vitest'
import { failing, inspection, madeIdentity, madeLot } from '../lots/release/made-lot.testing.ts'
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
