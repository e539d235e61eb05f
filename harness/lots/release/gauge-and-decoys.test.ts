import { describe, expect, it } from 'vitest'
import type { Said } from '../../custody/journal/entry.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { Calling, CardTrials } from '../gauge/attribute-study.ts'
import { studiedFacts, type TrialsBy } from '../gauge/gauge-kinds.ts'
import { decideLot } from './decide-lot.ts'
import { deviationsOf } from './deviations.ts'
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

const lot = madeIdentity(20)
const good = [...madeLot(lot)]
const { sample } = (madePlan(lot).facts as PlannedFacts).opening!
const rig = madeRecord(lot, null, 'sealed').rig.name

const cards = (missed: number): CardTrials[] =>
  [...Array(50).keys()].map(i => {
    const truth = i < 20 ? ('bad' as const) : ('good' as const)
    const said: Calling[] = i < missed ? ['bad', 'good', 'bad'] : [truth, truth, truth]
    return { card: `K${i}`, truth, said }
  })
const { product, profileSha256 } = madePlan(lot).facts as PlannedFacts
const asTheLot: TrialsBy = { kind: 'real', product, profileSha256, planSha256: null, faults: [] }
const study = (
  missed: number,
  over: {
    readonly rig?: string
    readonly who?: string
    readonly station?: 'etched'
    readonly by?: Partial<TrialsBy>
  } = {},
): Said => ({
  kind: 'gauge-studied',
  who: over.who ?? 'ann',
  facts: studiedFacts(
    { gauge: 'G-1', rig: over.rig ?? rig, station: over.station ?? 'sealed', index: 0 },
    [{ appraiser: over.rig ?? rig, cards: cards(missed) }],
    { by: [{ ...asTheLot, ...over.by }], elsewhere: 0 },
  ),
})

async function decided(said: readonly Said[], counted = 20 - sample) {
  const { decision, reasons } = await decideLot({
    lot,
    rows: rowsOf(said, lot),
    journalFaults: [],
    otherAddresses: [],
    counted,
  })
  return { decision, codes: reasons.map(({ code }) => code), reasons }
}

const people = good.findLastIndex(({ kind }) => kind === 'person-added') + 1
const first = (...said: Said[]) => [...good.slice(0, people), ...said, ...good.slice(people)]

describe('a gauge study that the rig failed holds the lot', () => {
  it('when it was made before the units were judged, or after, and no fit one stands between', async () => {
    expect((await decided(first(study(1)))).codes).toEqual(['gauge-failed'])
    expect((await decided([...good, study(1)])).codes).toEqual(['gauge-failed'])
    expect((await decided(first(study(1), study(0)))).decision).toBe('RELEASED')
    // Found fit afterwards, it judged the units while it was not.
    expect((await decided([...first(study(1)), study(0)])).codes).toEqual(['gauge-failed'])
    expect((await decided([...first(study(0)), study(0)])).decision).toBe('RELEASED')
  })

  it('also when it was fit at another station since', async () => {
    expect((await decided(first(study(1), study(0, { station: 'etched' })))).codes).toEqual(['gauge-failed'])
  })

  it('but not one of another rig, or one that nobody of quality vouches for', async () => {
    expect((await decided(first(study(1, { rig: 'other' })))).decision).toBe('RELEASED')
    expect((await decided(first(study(1, { who: 'tom' })))).decision).toBe('RELEASED')
    // Nor does tom's good one undo ann's bad one.
    expect((await decided(first(study(1), study(0, { who: 'tom' })))).codes).toEqual(['gauge-failed'])
  })
})

it('a study in which one card is told as many, or whose first appraiser is no rig, is none', async () => {
  const one = study(1)
  const facts = one.facts as { cards: object[]; said: object[] }
  const doubled = { ...one, facts: { ...facts, cards: facts.cards.map(() => facts.cards[49]) } }
  const other = { ...one, facts: { ...facts, said: [{ ...facts.said[0], appraiser: 'tom' }] } }
  for (const said of [doubled, other]) expect((await decided(first(study(1), said))).codes).toEqual(['gauge-failed'])
  expect((await decided(first(doubled))).decision).toBe('RELEASED')
})

it.each<[string, Partial<TrialsBy>]>([
  ['on the twin', { kind: 'virtual' }],
  ['of another product', { product: 'pure' }],
  ['by another profile', { profileSha256: 'f1'.repeat(32) }],
  ['with a waived proof', { faults: ['Passed without the proof of cover-material, which somebody waived'] }],
])('a fit study whose trials were judged %s takes no bad one back', async (_, by) => {
  expect((await decided(first(study(1), study(0, { by })))).codes).toEqual(['gauge-failed'])
  expect((await decided(first(study(0, { by })))).decision).toBe('RELEASED')
  expect((await decided(first(study(1, { by })))).codes).toEqual(['gauge-failed'])
})

it('a study that was planned and never worked out holds the lot, until somebody else of quality explains it', async () => {
  const planned = (its: string, who = 'ann'): Said => ({
    kind: 'gauge-planned',
    who,
    facts: {
      ...{ gauge: 'G-1', rig: its, station: 'sealed', cards: 50, trials: 3 },
      ...{ recordsSha256: 'b2'.repeat(32), truthSha256: 'b3'.repeat(32) },
    },
  })
  const explained = (who: string): Said => ({
    kind: 'lot-entry-explained',
    who,
    why: 'the cards were lost',
    facts: { lot: lot.lot, entries: [people] },
  })
  expect((await decided(first(planned(rig)))).codes).toEqual(['gauge-open'])
  expect((await decided([...first(planned(rig)), explained('ann')])).codes).toEqual(['gauge-open'])
  expect((await decided([...first(planned(rig)), explained('bob')])).decision).toBe('RELEASED')
  expect((await decided(first(planned(rig), study(0)))).decision).toBe('RELEASED')
  expect((await decided(first(planned('another')))).decision).toBe('RELEASED')
})

describe('a decoy', () => {
  const decoy = lot.serials[4]!
  const said = (who = 'ann', unit = decoy): Said => ({
    kind: 'lot-decoy',
    who,
    facts: { lot: lot.lot, unit, station: 'sealed' },
  })
  const rest = lot.serials.filter(serial => serial !== decoy)
  /** The lot with the decoy in it: it goes as far as where it is bad, and is drawn from no more. */
  const withDecoy = (at: Said | null, announced: readonly Said[] = [said()]): Said[] => {
    const drawn = madeDraw({ ...lot, serials: rest }, sample)
    const opened = drawn.facts.sample.flatMap((unit): Said[] => [
      { kind: 'unit-destroyed', who: 'tom', unit, facts: { by: 'spot-check' } },
      inspection(lot, unit, 'opened'),
    ])
    const made = good.filter(
      ({ kind, station }) => kind !== 'lot-sample-drawn' && kind !== 'unit-destroyed' && station !== 'opened',
    )
    const inspected = made.flatMap(one =>
      one.kind === 'inspection' && one.unit === decoy && one.station === 'sealed' ? (at === null ? [] : [at]) : [one],
    )
    return [...inspected.slice(0, people), ...announced, ...inspected.slice(people), drawn, ...opened, goldenCard(lot)]
  }
  const refused = inspection(lot, decoy, 'sealed', failing('sealed', 'concealed'))
  const shipped = 20 - sample - 1
  const refusedBy = (over: Partial<InspectionRecord>, judgedBy = {}) =>
    inspection(lot, decoy, 'sealed', { ...failing('sealed', 'concealed'), ...over }, judgedBy)
  const refusedAgain = () => {
    const { photographs } = madeRecord(lot, decoy, 'sealed')
    return refusedBy({ photographs: photographs.map((one, i) => ({ ...one, id: `e${i}`.repeat(32) })) })
  }

  it('that is refused proves the rig: the lot is released without it, though its defect is critical', async () => {
    expect(await decided(withDecoy(refused), shipped)).toMatchObject({ decision: 'RELEASED', codes: [] })
  })

  it('that is passed, at whichever attempt, or never judged, holds the lot', async () => {
    expect((await decided(withDecoy(inspection(lot, decoy, 'sealed')), shipped)).codes).toContain('decoy-passed')
    const twice = [...withDecoy(refused), inspection(lot, decoy, 'sealed')]
    expect((await decided(twice, shipped)).codes).toContain('decoy-passed')
    expect((await decided(withDecoy(null), shipped)).codes).toContain('decoy-unseen')
    const unread = inspection(lot, decoy, 'sealed', failing('sealed', 'concealed', 'INCONCLUSIVE'))
    expect((await decided(withDecoy(unread), shipped)).codes).toContain('decoy-unseen')
  })

  const [otherRig, ofOther] = [madeRecord(lot, null, 'sealed').rig, 'f1'.repeat(32)]
  it.each<[string, Said]>([
    ['on a virtual rig', refusedBy({ rig: { ...otherRig, kind: 'virtual' } })],
    [
      'on a rig whose calibration expired',
      refusedBy({ rig: { ...otherRig, calibrationExpiresAt: '2020-01-01T00:00:00.000Z' } }),
    ],
    ['by another lot file', refusedBy({}, { recordsSha256: ofOther })],
    ['by another profile', refusedBy({}, { profileSha256: ofOther })],
    ['by nobody of the register', { ...refusedBy({ operator: 'eve' }), who: 'eve' }],
    ['by somebody else than its entry says', { ...refusedBy({}), who: 'bob' }],
    ['by no photograph', refusedBy({ photographs: [], readings: [] })],
    [
      'by an older photograph',
      refusedBy({
        photographs: madeRecord(lot, decoy, 'sealed').photographs.map(one => ({
          ...one,
          takenAt: '2020-01-01T00:00:00.000Z',
        })),
      }),
    ],
    ['by the photograph of another unit', refusedBy({ photographs: madeRecord(lot, rest[0]!, 'sealed').photographs })],
    [
      'long before it was written down',
      refusedBy({ started: '2026-07-19T08:00:00.000Z', ended: '2026-07-19T08:00:01.000Z' }),
    ],
  ])('that is refused %s has tried no rig', async (_, at) => {
    const its = await decided(withDecoy(at), shipped)
    expect([its.decision, its.codes]).toEqual(['HELD', expect.arrayContaining(['decoy-unseen'])])
  })

  it('that is refused for nothing but that it is not known tries no rig: the file that judged it has it', async () => {
    const unknown = inspection(lot, decoy, 'sealed', failing('sealed', 'known-unit'))
    expect((await decided(withDecoy(unknown), shipped)).codes).toEqual(['decoy-unseen'])
  })

  it('that was lost before it tried a rig is told, and holds the lot until somebody else of quality explains that it was taken out', async () => {
    const out = (who = 'ann'): Said => ({
      kind: 'lot-unit-out',
      who,
      why: 'it fell and broke',
      facts: { lot: lot.lot, unit: decoy, as: 'scrapped' },
    })
    const told = async (said: readonly Said[], by: string) => {
      const entry = said.findLastIndex(({ kind }) => kind === 'lot-unit-out')
      const word: Said = {
        kind: 'lot-entry-explained',
        who: by,
        why: 'I saw the pieces',
        facts: { lot: lot.lot, entries: [entry] },
      }
      const its = await decideLot({
        ...{ lot, rows: rowsOf([...said, word], lot), journalFaults: [], otherAddresses: [] },
        counted: shipped,
      })
      return { codes: its.reasons.map(({ code }) => code), its, entry }
    }
    const never = [...withDecoy(null), out()]
    const unread = [
      ...withDecoy(inspection(lot, decoy, 'sealed', failing('sealed', 'concealed', 'INCONCLUSIVE'))),
      out(),
    ]
    for (const lost of [never, unread]) {
      expect((await decided(lost, shipped)).codes).toEqual(['decoy-unseen'])
      expect((await told(lost, 'ann')).codes).toEqual(['decoy-unseen'])
      const { codes, its, entry } = await told(lost, 'bob')
      expect(codes).toEqual([])
      expect(deviationsOf(its)).toEqual(
        expect.arrayContaining([
          `${decoy} was a decoy, known to be bad at sealed, by ann; it is scrapped, by ann (entry ${entry}): it fell and broke`,
          `A decoy that was lost before it tried a rig (${decoy} at sealed in entry ${entry}) was explained by bob: I saw the pieces`,
        ]),
      )
    }
    // Nobody talks one away that was passed, or may have been; nor does anything else stand for what the plan asks for.
    const passed = [...withDecoy(inspection(lot, decoy, 'sealed')), out()]
    expect((await told(passed, 'bob')).codes).toEqual(['decoy-passed'])
    const good4 = inspection(lot, decoy, 'sealed')
    const illegible: Said = { ...good4, facts: { ...good4.facts, record: { unit: decoy } } }
    expect((await told([...withDecoy(illegible), out()], 'bob')).codes).toContain('decoy-unseen')
    const asked = never.map(one => (one.kind === 'lot-planned' ? madePlan(lot, { decoys: ['sealed'] }) : one))
    expect((await told(asked, 'bob')).codes).toEqual(['decoy-left-out'])
    // Taken out once it had been refused it asks for nobody's word.
    expect((await decided([...withDecoy(refused), out()], shipped)).codes).toEqual([])
  })

  it('that is called one after it was seen, or by nobody of quality, is a bad unit of the lot', async () => {
    for (const late of [[...withDecoy(refused, []), said()], withDecoy(refused, [said('tom')])])
      expect((await decided(late, shipped)).decision).toBe('REJECTED')
  })

  describe('that the plan asks for', () => {
    const asked = (said: readonly Said[]) =>
      said.map(one => (one.kind === 'lot-planned' ? madePlan(lot, { decoys: ['sealed'] }) : one))
    const leftOut = async (said: readonly Said[], counted = shipped) => {
      const { decision, reasons } = await decided(asked(said), counted)
      return [decision, ...reasons.map(({ code, because }) => `${code}: ${/\d+ units?/.exec(because)?.[0]}`)]
    }

    it('is refused in every session, or the lot is not released', async () => {
      expect(await leftOut(withDecoy(refused))).toEqual(['RELEASED'])
      expect(await leftOut(good, 20 - sample)).toEqual(['HELD', 'decoy-left-out: 20 units'])
      // It was refused at a station where the plan asks for none.
      const printed = said('ann')
      const etched = { ...printed, facts: { ...printed.facts, station: 'etched' } }
      expect(await leftOut(withDecoy(refused, [etched]))).toContain('decoy-left-out: 19 units')
    })

    it('is refused in the session, not in another one, and on the rig that judged', async () => {
      const all = withDecoy(refused)
      const at = all.findIndex(one => one.unit === decoy && one.station === 'sealed')
      // The golden card, seen between the decoy and the units after it, begins a session of its own.
      const before = all.slice(0, at).filter(one => one.kind === 'inspection' && one.station === 'sealed').length
      const split = all.toSpliced(at + 1, 0, goldenCard(lot))
      expect(await leftOut(split)).toEqual(['HELD', `decoy-left-out: ${19 - before} units`])
      expect(await leftOut(split.toSpliced(at + 3, 0, refusedAgain()))).toEqual(['RELEASED'])
      // The photograph of before tries no rig, and a look that proves nothing for the lot ends a session, too.
      expect(await leftOut(split.toSpliced(at + 3, 0, refused))).toContain(`decoy-left-out: ${19 - before} units`)
      const [other, ofOther] = [goldenCard(lot), { judgedBy: { profileSha256: 'f1'.repeat(32) } }]
      const voided = all.toSpliced(at, 0, { ...other, facts: { ...other.facts, ...ofOther } })
      expect((await leftOut(voided))[1]).toMatch(/^decoy-left-out/)
      // So does one under another name of the rig.
      const record = { ...(other.facts as { readonly record: InspectionRecord }).record }
      const named = (calibration: string | null): Said => ({
        ...other,
        facts: { ...other.facts, record: { ...record, rig: { ...record.rig, name: 'same', calibration } } },
      })
      const under = (calibration: string | null) => leftOut(all.toSpliced(at + 1, 0, named(calibration)))
      expect(await under(record.rig.calibration)).toEqual(['HELD', `decoy-left-out: ${19 - before} units`])
      expect(await under('d4'.repeat(32))).toEqual(['RELEASED'])
      const rig = { ...madeRecord(lot, null, 'sealed').rig, name: 'another' }
      const elsewhere = inspection(lot, decoy, 'sealed', { ...failing('sealed', 'concealed'), rig })
      expect(await leftOut(withDecoy(elsewhere))).toContain('decoy-left-out: 19 units')
    })
  })

  it('that is refused elsewhere, too, is none of the lot’s defects: its defect was planted; page one tells where', async () => {
    const wrong = withDecoy(refused).map(one =>
      one.kind === 'inspection' && one.unit === decoy && one.station === 'etched'
        ? inspection(lot, decoy, 'etched', failing('etched', 'confirmation'))
        : one,
    )
    expect(await decided(wrong, shipped)).toMatchObject({ decision: 'RELEASED', codes: [] })
    const its = await decideLot({
      lot,
      rows: rowsOf(wrong, lot),
      journalFaults: [],
      otherAddresses: [],
      counted: shipped,
    })
    expect(deviationsOf(its).join()).toContain(
      `${decoy} was a decoy, known to be bad at sealed, by ann (it was refused at etched, too)`,
    )
    // Said once it was seen, or by nobody of quality, it is no decoy.
    const late = wrong.filter(({ kind }) => kind !== 'lot-decoy')
    for (const announced of [
      [...late, said()],
      [said('tom'), ...late],
    ])
      expect((await decided(announced, shipped)).decision).toBe('REJECTED')
  })

  it('is one at the station that was said first, and is never shipped', async () => {
    const twice = withDecoy(refused, [said(), { ...said(), facts: { lot: lot.lot, unit: decoy, station: 'etched' } }])
    expect((await decided(twice, shipped)).decision).toBe('RELEASED')
    expect((await decided(twice, shipped + 1)).decision).not.toBe('RELEASED')
  })
})

describe('passphrases that somebody could guess', () => {
  const counts = madeCounts(lot)
  const even = (counts.facts as { symbols: number[] }).symbols
  const counted = (symbols: readonly number[], over = {}): Said => ({
    ...counts,
    facts: { ...counts.facts, symbols, ...over },
  })
  // Sums that add up.
  const skewed = even.map((count, i) => (i < 15 ? count + 10 : i < 30 ? count - 10 : count))
  const repeated = { repeats: 1, prefixes: 1 }

  it('hold the lot, whoever counted them', async () => {
    expect((await decided([...good, counted(even)])).decision).toBe('RELEASED')
    for (const over of [{}, { kind: 'lot-passphrases-counted', who: 'zoe', station: 'printed' }]) {
      expect((await decided([...good, { ...counted(skewed), ...over }])).codes).toEqual(['passphrase-distribution'])
      expect((await decided([...good, { ...counted(even, repeated), ...over }])).codes).toEqual([
        'passphrase-distribution',
      ])
    }
    // Nor does a session of another alphabet take it away.
    expect((await decided([...good, counted(skewed), counted([9, 9], { steps: 0, doubles: 0 })])).codes).toEqual([
      'passphrase-distribution',
    ])
    // A good session does not outweigh a pair of the same.
    expect((await decided([...good, counted(even, repeated), counted(even)])).codes).toHaveLength(1)
  })

  const instead = (over: object, said: Partial<Said> = {}) =>
    good.map(one => (one.kind === counts.kind ? { ...counted(even, over), ...said } : one))
  const where = good.findIndex(({ kind }) => kind === counts.kind)
  const firstEtched = good.findIndex(({ station }) => station === 'etched')
  const pairsOf = (units: number) => (units * (units - 1)) / 2
  it.each<readonly [string, readonly Said[]]>([
    ['of fewer units than its sums are of', instead({ units: 8 })],
    ['of more units than the lot has', instead({ units: 500 })],
    ['of one unit more than was seen, in sums that add up', counting(21)],
    ['of a unit less than are counted at all, in sums that add up', counting(7)],
    ['of symbols that do not add up', instead({ symbols: even.with(0, even[0]! + 1) })],
    ['of another alphabet', instead({ symbols: [...even.slice(1).with(0, even[0]! + even[1]!)] })],
    ['of steps that do not add up', instead({ steps: 461 })],
    ['of more doubles than steps', instead({ steps: 460, doubles: 461 })],
    ['of pairs that do not add up', instead({ pairs: 189 })],
    ['by nobody of the register', instead({}, { who: 'zoe' })],
    ['by who releases', instead({}, { who: 'rita' })],
    ['by nobody', instead({}, { who: null })],
    ['at another station', instead({}, { station: 'opened' })],
    ['before a unit was seen', good.toSpliced(where, 1).toSpliced(firstEtched, 0, good[where]!)],
  ])('are not counted by a count %s', async (_, said) => {
    const its = await decided(said)
    expect([its.decision, its.codes]).toEqual(['HELD', expect.arrayContaining(['passphrases-uncounted'])])
    expect(its.reasons.map(({ because }) => because).join()).toMatch(/what was counted in entry \d+ does not fit/)
  })

  function counting(units: number): readonly Said[] {
    const { facts } = madeCounts(madeIdentity(units))
    return instead({ ...facts, lot: lot.lot, pairs: pairsOf(units) })
  }

  it('are counted by sessions of a part of the lot', async () => {
    const first = good.findIndex(
      said => said.kind === 'inspection' && said.unit === lot.serials[11] && said.station === 'etched',
    )
    const part = { ...counts, facts: { ...madeCounts(madeIdentity(12)).facts, lot: lot.lot } }
    const rest = { ...counts, facts: { ...madeCounts(madeIdentity(8)).facts, lot: lot.lot } }
    const said = good.toSpliced(where, 1, rest).toSpliced(first + 1, 0, part)
    expect((await decided(said)).decision).toBe('RELEASED')
  })
})
