import { describe, expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { CardTrials } from '../gauge/attribute-study.ts'
import { studiedFacts } from '../gauge/gauge-kinds.ts'
import { decideLot } from './decide-lot.ts'
import { deviationsOf } from './deviations.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import {
  failing,
  goldenCard,
  inspection,
  madeIdentity,
  madeLot,
  madePlan,
  madeRecord,
  rowsOf,
} from './made-lot.testing.ts'

const lot = madeIdentity(20)
const good = [...madeLot(lot)]
const { opening, product, profileSha256 } = madePlan(lot).facts as PlannedFacts
const { rig } = madeRecord(lot, null, 'sealed')
const people = good.findLastIndex(({ kind }) => kind === 'person-added') + 1

async function decided(said: readonly Said[]) {
  const counted = lot.serials.length - opening!.sample
  const its = await decideLot({ lot, rows: rowsOf(said, lot), journalFaults: [], otherAddresses: [], counted })
  return { its, codes: its.reasons.map(({ code }) => code), because: its.reasons.map(one => one.because).join(' ') }
}
const first = (...said: Said[]) => [...good.slice(0, people), ...said, ...good.slice(people)]

/** A card of another lot, by a rig of another name. */
const seen = (name: string, over: Partial<InspectionRecord['rig']> = {}): Said =>
  inspection(
    { ...lot, lot: 'gauge', recordsSha256: 'd5'.repeat(32) },
    'KK0000001',
    'sealed',
    {
      rig: { ...rig, name, ...over },
    },
    { recordsSha256: 'd5'.repeat(32) },
  )

const study = (name: string, missed: number): Said => {
  const cards = [...Array(50).keys()].map((i): CardTrials => {
    const truth = i < 20 ? 'bad' : 'good'
    return { card: `K${i}`, truth, said: i < missed ? ['good', 'bad'] : [truth, truth] }
  })
  const by = { kind: 'real' as const, product, profileSha256, planSha256: null, faults: [] }
  const plan = { gauge: 'G-1', rig: name, station: 'sealed', index: 0 } as const
  const facts = studiedFacts(plan, [{ appraiser: name, cards }], { by: [by], elsewhere: 0 })
  return { kind: 'gauge-studied', who: 'ann', facts }
}

it('a rig that was found not fit under another name holds the lot, as one of its calibration', async () => {
  const { its, codes, because } = await decided(first(seen('other'), study('other', 1)))
  expect(codes).toEqual(['gauge-failed'])
  expect(because).toContain(`rig ${rig.name} (by its calibration the same as other)`)
  expect(deviationsOf(its).join()).toContain(`Rig ${rig.name} goes under several names`)
  // Also found out afterwards, and by a third name.
  expect((await decided([...good, seen('other'), study('other', 1)])).codes).toEqual(['gauge-failed'])
  const newer = { calibration: 'd4'.repeat(32) }
  const chain = [seen('other'), seen('other', newer), seen('third', newer), study('third', 1)]
  expect((await decided(first(...chain))).codes).toEqual(['gauge-failed'])
  // Found fit under its own name since, it is.
  expect((await decided(first(seen('other'), study('other', 1), study(rig.name, 0)))).codes).toEqual([])
  // Under another one it proves nothing.
  const undone = first(study(rig.name, 1), seen('other'), study('other', 0))
  expect((await decided(undone)).codes).toEqual(['gauge-failed'])
})

it.each<[string, Partial<InspectionRecord['rig']>]>([
  ['of another calibration', { calibration: 'd4'.repeat(32) }],
  ['of none', { calibration: null }],
  ['that is virtual', { kind: 'virtual' }],
])('a rig of another name %s is another one', async (_, over) => {
  expect((await decided(first(seen('other', over), study('other', 1)))).codes).toEqual([])
})

it('a study that was planned under another name, and not worked out, holds the lot', async () => {
  const planned: Said = {
    kind: 'gauge-planned',
    who: 'ann',
    facts: {
      ...{ gauge: 'G-1', rig: 'other', station: 'sealed', cards: 50, trials: 3 },
      ...{ recordsSha256: 'b2'.repeat(32), truthSha256: 'b3'.repeat(32) },
    },
  }
  expect((await decided(first(planned, seen('other')))).codes).toEqual(['gauge-open'])
  expect((await decided(first(planned, seen('other', { calibration: 'd4'.repeat(32) })))).codes).toEqual([])
})

it('a golden card that was bad under another name puts in doubt what was judged before or after; a good one proves nothing', async () => {
  const look = (name: string, over: Partial<InspectionRecord> = {}): Said => {
    const said = goldenCard(lot)
    const { record } = said.facts as { readonly record: InspectionRecord }
    return { ...said, facts: { ...said.facts, record: { ...record, ...over, rig: { ...record.rig, name } } } }
  }
  const bad = look('other', failing('sealed', 'concealed'))
  const golden = good.findIndex(({ kind }) => kind === 'golden-card')
  expect((await decided(good.toSpliced(golden + 1, 0, bad))).codes).toContain('rig-unfit')
  expect((await decided(good.toSpliced(-1, 0, bad))).codes).toContain('rig-unfit')
  // That it saw its card as good under its own name since is no answer to a card that failed.
  const failed = await decided(good.toSpliced(golden, 0, bad))
  expect(failed.codes).toEqual(['golden-failed'])
  expect(failed.because).toContain(`rig ${rig.name} (by its calibration the same as other), which had failed`)
  expect((await decided(good.with(golden, look('other')))).codes).toContain('rig-unproved')
})

describe('a golden card that failed', () => {
  const look = (over: Partial<InspectionRecord> = {}, its: Partial<InspectionRecord['rig']> = {}): Said => {
    const said = goldenCard(lot)
    const { record } = said.facts as { readonly record: InspectionRecord }
    return { ...said, facts: { ...said.facts, record: { ...record, ...over, rig: { ...record.rig, ...its } } } }
  }
  const bad = failing('sealed', 'concealed')
  const golden = good.findIndex(({ kind }) => kind === 'golden-card')
  const since = (said: Said) => good.toSpliced(golden, 0, said)
  const explain = (who: string, entry: number): Said => ({
    kind: 'lot-entry-explained',
    who,
    why: 'a hair lay on it',
    facts: { lot: lot.lot, entries: [entry] },
  })

  it('stands until somebody else of quality has explained it, however good the next look is', async () => {
    expect((await decided(since(look(bad)))).codes).toEqual(['golden-failed'])
    const { index } = rowsOf(since(look(bad)), lot).find(({ kind }) => kind === 'golden-card')!
    expect((await decided([...since(look(bad)), explain('ann', index)])).codes).toEqual([])
    expect((await decided([...since(look(bad)), explain('tom', index)])).codes).toEqual(['golden-failed'])
  })

  it('says nothing of what was judged by another calibration, before, or before the plan, nor does what nobody could judge', async () => {
    expect((await decided(since(look(bad, { calibration: 'd4'.repeat(32) })))).codes).toEqual([])
    expect((await decided(since(look(failing('sealed', 'concealed', 'INCONCLUSIVE'))))).codes).toEqual([])
    expect((await decided([...good, look(bad)])).codes).toEqual([])
    expect((await decided(first(look(bad)))).codes).toEqual([])
  })
})

it('a rig whose name is newer than the plan is told, where there were others before', async () => {
  const told = async (said: readonly Said[]) => deviationsOf((await decided(said)).its).join()
  const newer = `Rig ${rig.name} first stands in the journal since the plan`
  expect(await told(good)).not.toContain(newer)
  expect(await told(first(seen('other', { calibration: 'd4'.repeat(32) })))).toContain(`${newer} (entry `)
  // What shares its calibration is told as that.
  expect(await told(first(seen('other')))).not.toContain(newer)
  const known = first(seen('other', { calibration: 'd4'.repeat(32) }), seen(rig.name))
  expect(await told(known)).not.toContain(newer)
})
