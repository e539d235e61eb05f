import { describe, expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import { planLot } from '../sampling/lot-plan.ts'
import { claimOf, decideLot } from './decide-lot.ts'
import { deviationsOf } from './deviations.ts'
import { evidenceIn } from './lot-evidence.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import {
  failing,
  goldenCard,
  inspection,
  madeCounts,
  madeDraw,
  madeIdentity,
  madeLot,
  madePlan,
  madeRecord,
  rowsOf,
} from './made-lot.testing.ts'

/* Who takes a unit out chooses, where nothing but their own word speaks against it: before the draw and after it. */

const lot = madeIdentity(20)
const good = [...madeLot(lot)]
const drawAt = good.findIndex(({ kind }) => kind === 'lot-sample-drawn')
const [before, since] = [good.slice(0, drawAt), good.slice(drawAt)]
const { sample } = madeDraw(lot, 6).facts
const rest = lot.serials.filter(serial => !sample.includes(serial))
const one = rest[0]!

const out = (unit: string, as = 'held'): Said => ({
  kind: 'lot-unit-out',
  who: 'ann',
  why: 'a stain',
  facts: { lot: lot.lot, unit, as },
})
const explainedBy = (who: string, ...entries: number[]): Said => ({
  kind: 'lot-entry-explained',
  who,
  why: 'it was looked at once more',
  facts: { lot: lot.lot, entries },
})
const isOf = (unit: string, station: string) => (said: Said) =>
  said.kind === 'inspection' && said.unit === unit && said.station === station
const failed = (unit: string) => inspection(lot, unit, 'sealed', failing('sealed', 'nothing-else'))
const instead = (unit: string, by: Said) => before.map(said => (isOf(unit, 'sealed')(said) ? by : said))
const unseen = (unit: string, ...stations: string[]) =>
  before.filter(said => !stations.some(station => isOf(unit, station)(said)))
/** The sample drawn from these, and opened. */
const drawnFrom = (serials: readonly string[], isOpened = (_unit: string) => true): readonly Said[] => {
  const draw = madeDraw({ ...lot, serials: [...serials] }, 6)
  const opened = draw.facts.sample.filter(isOpened)
  return [draw, ...opened.map(unit => inspection(lot, unit, 'opened')), goldenCard(lot)]
}
const others = (unit: string) => lot.serials.filter(serial => serial !== unit)

async function decided(said: readonly Said[], counted: number) {
  const whole = await decideLot({ lot, rows: rowsOf(said, lot), journalFaults: [], otherAddresses: [], counted })
  return { ...whole, codes: whole.reasons.map(({ code }) => code) }
}

describe('a unit that was taken out before the draw', () => {
  const asOther = { recordsSha256: 'e'.repeat(64) }
  const next = before.length
  const setAside: Said = {
    kind: 'disposition',
    who: 'bob',
    why: 'dust',
    unit: one,
    station: 'sealed',
    facts: { decision: 'inspect-again' },
  }
  const photographs = madeRecord(lot, one, 'sealed').photographs.map(each => ({ ...each, id: 'e'.repeat(64) }))
  it.each<{ what: string; said: readonly Said[]; stays: boolean }>([
    { what: 'keeps its ticket where it was finished and nothing speaks against it', said: before, stays: true },
    { what: 'has none where it failed when it was finished', said: instead(one, failed(one)), stays: false },
    {
      what: 'has none where it failed at the station before',
      stays: false,
      said: before.map(said =>
        isOf(one, 'printed')(said) ? inspection(lot, one, 'printed', failing('printed', 'serials-agree')) : said,
      ),
    },
    { what: 'has none where it was never finished', said: unseen(one, 'etched', 'sealed'), stays: false },
    {
      what: 'keeps it where it failed by another lot file',
      stays: true,
      said: instead(one, inspection(lot, one, 'sealed', failing('sealed', 'nothing-else'), asOther)),
    },
    {
      what: 'keeps it where nobody of the register found the fault',
      stays: true,
      said: instead(one, {
        ...inspection(lot, one, 'sealed', { ...failing('sealed', 'nothing-else'), operator: 'eve' }),
        who: 'eve',
      }),
    },
    {
      what: 'keeps it where it could not be read',
      stays: true,
      said: instead(one, inspection(lot, one, 'sealed', failing('sealed', 'concealed', 'INCONCLUSIVE'))),
    },
    {
      what: 'keeps it where it had passed, and was looked at until it failed',
      said: [...before, failed(one)],
      stays: true,
    },
    {
      what: 'has none where somebody else explained that',
      said: [...before, failed(one), explainedBy('bob', next)],
      stays: false,
    },
    {
      what: 'keeps it where who takes it out explained that',
      said: [...before, failed(one), explainedBy('ann', next)],
      stays: true,
    },
    {
      what: 'keeps it where somebody explained a look that it passed',
      stays: true,
      said: [...before, failed(one), explainedBy('bob', before.findIndex(isOf(one, 'sealed')))],
    },
    {
      what: 'has none where it was a decoy',
      stays: false,
      said: before.flatMap(said =>
        said.kind === 'lot-planned'
          ? [said, { kind: 'lot-decoy', who: 'ann', facts: { lot: lot.lot, unit: one, station: 'sealed' } }]
          : [said],
      ),
    },
    {
      what: 'keeps it where a second person set its failure aside',
      stays: true,
      said: [...instead(one, failed(one)), setAside, inspection(lot, one, 'sealed', { photographs })],
    },
  ])('$what', async ({ said, stays }) => {
    const all = [...said, out(one)]
    const { population } = await evidenceIn(rowsOf(all, lot), lot)
    expect(population).toEqual(stays ? lot.serials : others(one))
    // What is said after the draw changes nothing of what it had to be from.
    const [right, wrong] = stays ? [lot.serials, others(one)] : [others(one), lot.serials]
    const { codes } = await decided([...all, ...drawnFrom(right), failed(one), out(one, 'scrapped')], 13)
    expect(codes).not.toContain('draw-wrong')
    expect((await decided([...all, ...drawnFrom(wrong)], 13)).codes).toContain('draw-wrong')
  })

  it('lets an honest lot go: it had failed, or was never finished', async () => {
    const counts = madeCounts({ ...lot, serials: others(one) })
    const scrapped = unseen(one, 'etched', 'sealed').map(said =>
      said.kind === 'lot-passphrases-counted' ? counts : said,
    )
    for (const said of [instead(one, failed(one)), scrapped])
      expect((await decided([...said, out(one, 'scrapped'), ...drawnFrom(others(one))], 13)).codes).toEqual([])
  })

  it('holds the lot where it is drawn and not opened, and not where it is opened', async () => {
    const drawn = sample[0]!
    const opened = [...before, out(drawn), ...drawnFrom(lot.serials)]
    expect(await decided(opened, 14)).toMatchObject({ decision: 'RELEASED', quantities: { opened: 6, held: 0 } })
    const closed = [...before, out(drawn), ...drawnFrom(lot.serials, unit => unit !== drawn)]
    const { decision, codes } = await decided(closed, 14)
    expect([decision, codes]).toEqual(['HELD', ['sample-closed']])
  })

  it('is named apart where the draw did not fall on it', async () => {
    const whole = await decided([...before, out(one), ...since], 13)
    expect(whole.decision).toBe('RELEASED')
    expect(deviationsOf(whole)[0]).toBe(
      `Taken out before the sample was drawn, which did not fall on them, though nothing speaks against it: ${one}`,
    )
  })
})

describe('units that are taken out after the draw', () => {
  const takenOut = (count: number) => rest.slice(0, count).map(unit => out(unit))
  const failing4 = rest.slice(0, 4)
  const failed4 = [...good, ...failing4.map(failed), goldenCard(lot)]

  it('leave no more room for bad ones than ship, and are named apart', async () => {
    const whole = await decided([...good, ...takenOut(3)], 11)
    expect([whole.decision, whole.codes]).toEqual(['RELEASED', []])
    expect(claimOf(whole.sampled!)).toBe(
      'With 0 of 6 opened units bad, one is 95 % sure that at most 6 of the 11 to ship would fail when opened (exact, hypergeometric). The sample was drawn from 20; 3 more of these do not ship, so that chance alone did not choose those that do.',
    )
    expect(deviationsOf(whole)[0]).toBe(
      `Taken out after the sample was drawn, though nothing speaks against them: ${rest.slice(0, 3).join(', ')}`,
    )
    expect(claimOf((await decided(good, 14)).sampled!)).toBe(
      'With 0 of 6 opened units bad, one is 95 % sure that at most 6 of the 14 to ship would fail when opened (exact, hypergeometric).',
    )
    expect(claimOf((await decided([...good, ...takenOut(10)], 4)).sampled!)).toContain('at most 4 of the 4 to ship')
  })

  // 90 % sure of less than 30 %: 0 of 6 of 20 leaves room for 5, which are less than 30 % of 17 and not of 16.
  it.each([
    [4, 'promise-broken'],
    [7, 'promise-broken'],
    [8, 'sample-shows-nothing'],
    [10, 'sample-shows-nothing'],
  ])('hold the lot where %i of the 14 that were left are kept back (%s)', async (count, code) => {
    const { decision, codes } = await decided([...good, ...takenOut(count)], 14 - count)
    expect([decision, codes]).toEqual(['HELD', [code]])
  })

  it('hold it as well where they were opened of somebody’s choice', async () => {
    const more = rest.slice(0, 4).map(unit => inspection(lot, unit, 'opened'))
    expect((await decided([...good, ...more, goldenCard(lot)], 10)).codes).toEqual(['promise-broken'])
    expect((await decided([...good, ...more.slice(1), goldenCard(lot)], 11)).codes).toEqual([])
  })

  it('are nobody’s choice where they failed, and somebody else of quality has looked into that', async () => {
    const gone = failing4.map(unit => out(unit, 'scrapped'))
    const entries = failing4.map((_, i) => good.length + i)
    expect((await decided([...failed4, ...gone], 10)).codes).toEqual(['promise-broken'])
    expect((await decided([...failed4, ...gone, explainedBy('ann', ...entries)], 10)).codes).toEqual(['promise-broken'])
    const whole = await decided([...failed4, ...gone, explainedBy('bob', ...entries)], 10)
    expect([whole.decision, whole.codes]).toEqual(['RELEASED', []])
    expect(deviationsOf(whole).join()).not.toContain('though nothing speaks against')
    // One alone takes nothing from what is claimed.
    expect((await decided([...good, failed(one), goldenCard(lot), out(one, 'scrapped')], 13)).codes).toEqual([])
  })

  it('break no promise of a table, which has none, as long as the sample shows something', async () => {
    const basis = { by: 'ISO 2859-1:1999', level: 'II', limit: '2.5', inspection: 'normal' } as const
    const { opening } = madePlan(lot).facts as PlannedFacts
    const its = planLot(20, basis, { destructive: true })
    const plan = madePlan(lot, {
      opening: {
        ...opening!,
        basis,
        ...{
          letter: its.letter,
          planLetter: its.planLetter,
          sample: its.sample,
          accept: its.accept,
          reject: its.reject,
        },
      },
    })
    const draw = madeDraw(lot, its.sample)
    const left = lot.serials.filter(serial => !draw.facts.sample.includes(serial))
    const said = [
      ...before.map(one => (one.kind === 'lot-planned' ? plan : one)),
      draw,
      ...draw.facts.sample.map(unit => inspection(lot, unit, 'opened')),
      goldenCard(lot),
    ]
    const bound = (await decided(said, left.length)).sampled!.mostBadLeft!
    const keeping = (count: number) => [...said, ...left.slice(count).map(unit => out(unit))]
    expect((await decided(keeping(bound + 1), bound + 1)).codes).toEqual([])
    expect((await decided(keeping(bound), bound)).codes).toEqual(['sample-shows-nothing'])
  })
})
