import { expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import { decideLot } from './decide-lot.ts'
import { goldenCard, inspection, madeIdentity, madeLot, madeRecord, rowsOf, writtenAt } from './made-lot.testing.ts'

/* One clock dates all that a workplace does: what the order of the entries says, the records' own times say to the millisecond. */

const lot = madeIdentity(10)
const good = [...madeLot(lot)]
const opened = good.flatMap(({ kind, unit }) => (kind === 'unit-destroyed' ? [unit!] : []))
const kept = lot.serials.find(serial => !opened.includes(serial))!
const where = (unit: string, station: string) =>
  good.findIndex(said => said.kind === 'inspection' && said.unit === unit && said.station === station)
const after = (index: number, ms: number) => new Date(Date.parse(writtenAt(index)) + ms).toISOString()

async function codesOf(said: readonly Said[]): Promise<readonly string[]> {
  const rows = rowsOf(said, lot)
  const { reasons } = await decideLot({
    lot,
    rows,
    journalFaults: [],
    otherAddresses: [],
    counted: lot.serials.length - opened.length,
  })
  return reasons.map(({ code }) => code)
}
/** With an inspection that says that it began and ended at these times. */
const at = (unit: string, station: 'printed' | 'sealed' | 'opened', started: string, ended = started) =>
  codesOf(good.with(where(unit, station), inspection(lot, unit, station, { started, ended })))
/** The good lot in which the last look at the golden card, or the first, says that it was at this time. */
const lookAt = (index: number, time: string) => {
  const record = madeRecord(lot, 'GG0000001', 'sealed', { started: time, ended: time })
  const look = goldenCard(lot)
  return codesOf(good.with(index, { ...look, facts: { ...look.facts, record } }))
}

it('a unit that was begun before the lot was planned holds it, by a millisecond', async () => {
  const plan = good.findIndex(({ kind }) => kind === 'lot-planned')
  const [unit] = lot.serials
  expect(await at(unit!, 'printed', after(plan, -1), after(where(unit!, 'printed'), 0))).toContain('begun-before')
  // What is seen before its golden card was is no matter of the plan.
  expect(await at(unit!, 'printed', after(plan, 0), after(where(unit!, 'printed'), 0))).not.toContain('begun-before')
})

it('a unit of the sample that was opened before the draw holds the lot, by a millisecond', async () => {
  const draw = good.findIndex(({ kind }) => kind === 'lot-sample-drawn')
  const [unit] = opened
  expect(await at(unit!, 'opened', after(draw, -1), after(where(unit!, 'opened'), 0))).toEqual(['begun-before'])
  expect(await at(unit!, 'opened', after(draw, 0), after(where(unit!, 'opened'), 0))).toEqual([])
})

it('a unit that was begun at a station before it was over at the one before holds the lot, by a millisecond', async () => {
  const etched = where(kept, 'etched')
  expect(await at(kept, 'sealed', after(etched, -1), after(where(kept, 'sealed'), 0))).toEqual(['out-of-order'])
  expect(await at(kept, 'sealed', after(etched, 0), after(where(kept, 'sealed'), 0))).toEqual([])
})

it('a look at the golden card that was over after the first unit had begun, or begun before the last was over, proves no rig', async () => {
  const [first, last] = [good.findIndex(({ kind }) => kind === 'golden-card'), good.length - 1]
  const lastUnit = last - 1
  expect(await lookAt(last, after(lastUnit, -1))).toEqual(['rig-unproved-after'])
  expect(await lookAt(last, after(lastUnit, 0))).toEqual([])
  const [unit] = lot.serials
  const early = good.with(
    where(unit!, 'printed'),
    inspection(lot, unit!, 'printed', {
      started: after(first, -1),
      ended: after(where(unit!, 'printed'), 0),
    }),
  )
  expect(await codesOf(early)).toContain('rig-unproved')
})

it('a calibration that expires before the result is written down holds the lot, whenever the result says that it was there', async () => {
  const index = where(kept, 'sealed')
  const { rig } = madeRecord(lot, kept, 'sealed')
  const by = (calibrationExpiresAt: string) =>
    codesOf(
      good.with(
        index,
        inspection(lot, kept, 'sealed', {
          rig: { ...rig, calibrationExpiresAt },
          started: after(index, -10),
          ended: after(index, -5),
        }),
      ),
    )
  expect(await by(after(index, 0))).toEqual(['calibration-expired'])
  expect(await by(after(index, 1))).toEqual([])
})

it('times on both sides of a clock that was put right are not held against each other', async () => {
  const index = where(kept, 'sealed')
  const started = after(where(kept, 'etched'), -1)
  const put: Said = {
    kind: 'clock-set',
    who: 'ann',
    why: 'the battery was empty',
    facts: { clockSaid: '2026-07-20T07:00:00.000Z' },
  }
  const over = { started, ended: after(index + 1, 0) }
  const said = good.with(index, inspection(lot, kept, 'sealed', over)).toSpliced(index, 0, put)
  expect(await codesOf(said)).toEqual([])
})
