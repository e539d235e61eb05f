import { describe, expect, it } from 'vitest'
import { bodyOf, type Said } from '../../custody/journal/entry.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { decideLot } from './decide-lot.ts'
import type { FaultOfJournal } from './lot-facts.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { LotRows } from './lot-rows.ts'
import {
  failing,
  goldenCard,
  inspection,
  madeDraw,
  madeIdentity,
  madeLot,
  madePlan,
  madeRecord,
  madeSeed,
  rowsOf,
} from './made-lot.testing.ts'

const lot = madeIdentity(20)
const good = [...madeLot(lot)]
const planned = madePlan(lot).facts as PlannedFacts
const drawn = madeDraw(lot, planned.opening!.sample).facts.sample
const [kept, other] = lot.serials.filter(serial => !drawn.includes(serial)) as [string, string]
const sampled = drawn[0]!

const isOf = (unit: string, station: string) => (said: Said) =>
  said.kind === 'inspection' && said.unit === unit && said.station === station
const ofKind = (kind: string) => (said: Said) => said.kind === kind
/** The good lot with one entry put in the place of another. */
const instead = (which: (said: Said) => boolean, ...by: Said[]) => good.flatMap(said => (which(said) ? by : [said]))
const without = (which: (said: Said) => boolean) => good.filter(said => !which(said))

async function decided(said: readonly Said[], { counted = 20 - drawn.length, faults = [] as FaultOfJournal[] } = {}) {
  const {
    decision,
    because,
    reasons,
    quantities,
    sampled: sample,
    checks,
  } = await decideLot({
    lot,
    rows: rowsOf(said, lot),
    journalFaults: faults,
    otherAddresses: [],
    counted,
  })
  return { decision, because, codes: reasons.map(({ code }) => code), reasons, quantities, sample, checks }
}

describe('a lot is released', () => {
  it('when nothing speaks against it, and says what that rests on', async () => {
    const { decision, codes, because, quantities, sample, checks } = await decided(good)
    expect([decision, codes]).toEqual(['RELEASED', []])
    expect(because).toBe(
      `All ${20 - drawn.length} units that ship were seen at every station and passed every check. Of ${drawn.length} opened units none is bad.`,
    )
    expect(quantities).toMatchObject({
      made: 20,
      shipped: 20 - drawn.length,
      opened: drawn.length,
      scrapped: 0,
      held: 0,
    })
    expect(sample).toMatchObject({ planned: drawn.length, opened: drawn.length, bad: 0, population: 20 })
    // What 6 of 20 can promise: with 7 bad ones, none among 6 happens once in 22.6; with 6, once in 12.9.
    expect([drawn.length, sample?.mostBadLeft]).toEqual([6, 6])
    expect(checks.map(({ result }) => result)).not.toContain('open')
    expect(checks[0]).toEqual({
      title: 'All serials are equal',
      stations: ['printed', 'etched', 'sealed'],
      planned: 20,
      done: 20,
      failed: 0,
      unread: 0,
      result: 'pass',
    })
  })

  it('when a bad unit was taken out, by whom and why', async () => {
    const bad = instead(isOf(kept, 'sealed'), inspection(lot, kept, 'sealed', failing('sealed', 'nothing-else')))
    const out = (who: string, why: string | null): Said => ({
      kind: 'lot-unit-out',
      who,
      why,
      facts: { lot: lot.lot, unit: kept, as: 'scrapped' },
    })
    const counted = 20 - drawn.length - 1
    expect(await decided(bad)).toMatchObject({ decision: 'HELD', codes: ['failed'] })
    const taken = await decided([...bad, out('ann', 'a stain')], { counted })
    expect(taken).toMatchObject({ decision: 'RELEASED', quantities: { scrapped: 1 } })
    expect(taken.checks.find(({ title }) => title.startsWith('Nothing else'))).toMatchObject({
      failed: 1,
      result: 'pass',
    })
    for (const nobody of [out('tom', 'a stain'), out('ann', null), out('eve', 'a stain')])
      expect((await decided([...bad, nobody], { counted })).decision).toBe('HELD')
  })

  it('when a unit that could not be read at first was read later, and when a second person had it inspected again', async () => {
    const unread = inspection(lot, kept, 'sealed', failing('sealed', 'concealed', 'INCONCLUSIVE'))
    expect(await decided(instead(isOf(kept, 'sealed'), unread, inspection(lot, kept, 'sealed')))).toMatchObject({
      decision: 'RELEASED',
    })
    const failed = inspection(lot, kept, 'sealed', failing('sealed', 'nothing-else'))
    const again: Said = {
      kind: 'disposition',
      who: 'bob',
      why: 'dust',
      unit: kept,
      station: 'sealed',
      facts: { decision: 'inspect-again' },
    }
    const photographs = madeRecord(lot, kept, 'sealed').photographs.map((one, i) => ({
      ...one,
      id: `d${i}`.repeat(32),
    }))
    const looked = instead(isOf(kept, 'sealed'), failed, again, inspection(lot, kept, 'sealed', { photographs }))
    expect(await decided(looked)).toMatchObject({ decision: 'RELEASED' })
    const ofBefore = instead(isOf(kept, 'sealed'), failed, again, inspection(lot, kept, 'sealed'))
    expect((await decided(ofBefore)).decision).not.toBe('RELEASED')
  })
})

describe('a lot is rejected', () => {
  it.each([
    ['sealed', 'concealed'],
    ['etched', 'confirmation'],
    ['printed', 'keyless'],
    ['sealed', 'address-matches'],
  ] as const)('for one unit with a critical defect (%s: %s), also when it is taken out', async (station, check) => {
    const bad = instead(isOf(kept, station), inspection(lot, kept, station, failing(station, check)))
    const out: Said = {
      kind: 'lot-unit-out',
      who: 'ann',
      why: 'bad',
      facts: { lot: lot.lot, unit: kept, as: 'scrapped' },
    }
    const { decision, because } = await decided([...bad, out], { counted: 20 - drawn.length - 1 })
    expect([decision, because]).toEqual(['REJECTED', `${kept} has a critical defect at ${station}: ${check} is wrong.`])
  })

  it('for one opened unit whose key is wrong', async () => {
    const bad = instead(isOf(sampled, 'opened'), inspection(lot, sampled, 'opened', failing('opened', 'decryption')))
    expect(await decided(bad)).toMatchObject({ decision: 'REJECTED', codes: ['critical', 'sample-refused'] })
  })

  it('for a sample with more bad units than its plan allows', async () => {
    const bad = instead(isOf(sampled, 'opened'), inspection(lot, sampled, 'opened', failing('opened', 'known-unit')))
    const { decision, because } = await decided(bad)
    expect([decision, because]).toEqual(['REJECTED', '1 of the 6 units of the sample is bad, and the plan allows 0.'])
  })

  it('for a defect that was decided to be looked at again, and never was, whatever became of the unit', async () => {
    const takenOut: Said = {
      kind: 'lot-unit-out',
      who: 'ann',
      why: 'a stain',
      unit: kept,
      facts: { lot: lot.lot, as: 'scrapped' },
    }
    const { decision, codes } = await decided([...instead(isOf(kept, 'sealed'), exposed, again(kept)), takenOut])
    expect([decision, codes.includes('critical')]).toEqual(['REJECTED', true])
  })

  it('for a secret that lay open', async () => {
    const alarm = {
      code: 'passphrase-exposed' as const,
      because: 'The passphrase lies open.',
      marks: [],
      acknowledged: true,
    }
    const leaked = inspection(lot, kept, 'sealed', { alarm, verdict: 'FAIL', because: alarm.because, findings: [] })
    expect(await decided(instead(isOf(kept, 'sealed'), leaked))).toMatchObject({
      decision: 'REJECTED',
      because: `${kept} has a critical defect at sealed: The passphrase lies open. And 1 more reason.`,
    })
  })
})

const golden = (over: Partial<InspectionRecord>): Said => ({
  ...goldenCard(lot),
  facts: { ...goldenCard(lot).facts, record: madeRecord(lot, 'GG0000001', 'sealed', over) },
})
const goldenFail = golden(failing('sealed', 'concealed'))
/** With a record that no reader knows. */
const torn = (over: Partial<InspectionRecord>): Said => {
  const said = inspection(lot, kept, 'sealed', over)
  return { ...said, facts: { ...said.facts, record: { ...(said.facts as { record: object }).record, rig: null } } }
}
/** Where the lot's first unit is looked at when it is finished. */
const firstSealed = good.findIndex(isOf(lot.serials[0]!, 'sealed'))
const [draw, people] = [good.find(ofKind('lot-sample-drawn'))!, good.filter(({ kind }) => kind.startsWith('person-'))]
const early = good.filter(said => said.kind.startsWith('lot-') || said.kind.startsWith('person-'))
const unsigned = (which: (said: Said) => boolean) =>
  good.map(said => (which(said) ? { ...said, facts: { ...said.facts, signature: 'A'.repeat(86) } } : said))
const inspectedBy = (name: string | null) =>
  instead(isOf(kept, 'sealed'), {
    ...inspection(lot, kept, 'sealed', { operator: name }),
    who: name,
  })
const again = (unit: string): Said => ({
  kind: 'disposition',
  who: 'bob',
  why: 'dust',
  unit,
  station: 'sealed',
  facts: { decision: 'inspect-again' },
})

const explainedBy = (who: string, entry: number): Said => ({
  kind: 'lot-entry-explained',
  who,
  why: 'laid in twice',
  facts: { lot: lot.lot, entries: [entry] },
})
const exposed = inspection(lot, kept, 'sealed', {
  alarm: { code: 'passphrase-exposed', because: 'The passphrase lies open.', marks: [], acknowledged: false },
  verdict: 'FAIL',
  because: 'The passphrase lies open.',
})

/** Seen in a photograph that was not there before. */
function anew(unit: string, station: 'sealed'): Said {
  const { photographs } = madeRecord(lot, unit, station)
  return inspection(lot, unit, station, { photographs: photographs.map(each => ({ ...each, id: 'e'.repeat(64) })) })
}

/** A lot that was spoilt in one way, and the code that must keep it from being released. */
const holds: readonly (readonly [
  string,
  readonly Said[],
  { readonly counted?: number; readonly faults?: FaultOfJournal[] }?,
])[] = [
  ['missing', without(isOf(kept, 'printed'))],
  ['missing', without(isOf(kept, 'etched'))],
  ['missing', without(isOf(kept, 'sealed'))],
  [
    'unread',
    instead(isOf(kept, 'sealed'), inspection(lot, kept, 'sealed', failing('sealed', 'concealed', 'INCONCLUSIVE'))),
  ],
  [
    'failed',
    instead(
      isOf(kept, 'sealed'),
      inspection(lot, kept, 'sealed', failing('sealed', 'nothing-else')),
      inspection(lot, kept, 'sealed'),
    ),
  ],
  [
    'checks-left',
    instead(
      isOf(kept, 'sealed'),
      inspection(lot, kept, 'sealed', {
        plannedChecks: ['serials-agree'],
        findings: madeRecord(lot, kept, 'sealed').findings.filter(({ check }) => check === 'serials-agree'),
      }),
    ),
  ],
  [
    'waived',
    instead(
      isOf(kept, 'sealed'),
      inspection(lot, kept, 'sealed', {
        unproved: [{ name: 'cover-material', because: 'nobody knows', holds: true, accepted: true }],
      }),
    ),
  ],
  [
    'other-profile',
    instead(isOf(kept, 'etched'), inspection(lot, kept, 'etched', {}, { profileSha256: 'e'.repeat(64) })),
  ],
  [
    'other-records',
    instead(isOf(kept, 'etched'), inspection(lot, kept, 'etched', {}, { recordsSha256: 'e'.repeat(64) })),
  ],
  ['other-records', instead(isOf(kept, 'etched'), inspection(lot, kept, 'etched', {}, { recordsSha256: null }))],
  ['other-lot', instead(isOf(kept, 'etched'), inspection(lot, kept, 'etched', { lot: 'L-0041' }))],
  ['other-product', instead(isOf(kept, 'etched'), inspection(lot, kept, 'etched', { product: 'block' }))],
  [
    'other-format',
    instead(
      isOf(kept, 'sealed'),
      inspection(lot, kept, 'sealed', { format: 'assay-inspection-6' as 'assay-inspection-5' }),
    ),
  ],
  [
    'unread',
    instead(isOf(kept, 'sealed'), {
      ...inspection(lot, kept, 'sealed'),
      facts: { record: { verdict: 'PASS' }, judgedBy: {} },
    }),
  ],
  ...(['virtual', 'files'] as const).map(
    kind =>
      [
        kind === 'virtual' ? 'virtual' : 'no-rig',
        instead(
          isOf(kept, 'sealed'),
          inspection(lot, kept, 'sealed', { rig: { ...madeRecord(lot, kept, 'sealed').rig, kind } }),
        ),
      ] as const,
  ),
  [
    'uncalibrated',
    instead(
      isOf(kept, 'sealed'),
      inspection(lot, kept, 'sealed', { rig: { ...madeRecord(lot, kept, 'sealed').rig, calibration: null } }),
    ),
  ],
  ['not-planned', without(ofKind('lot-planned'))],
  ['not-planned', instead(ofKind('lot-planned'), { ...madePlan(lot), who: 'tom' })],
  ['planned-late', [...without(ofKind('lot-planned')), madePlan(lot)]],
  ['planned-twice', [...good, madePlan(lot)]],
  ['units-unlike-plan', instead(ofKind('lot-planned'), madePlan(lot, { units: 21 }))],
  [
    'path-short',
    instead(ofKind('lot-planned'), madePlan(lot, { path: [{ station: 'printed', checks: ['keyless'] }] })),
  ],
  ...(['sealed', 'etched'] as const).map(
    station =>
      [
        'plan-thin',
        instead(
          ofKind('lot-planned'),
          madePlan(lot, {
            path: planned.path.map(one => (one.station === station ? { station, checks: ['serials-agree'] } : one)),
          }),
        ),
      ] as const,
  ),
  [
    'plan-thin',
    instead(ofKind('lot-planned'), madePlan(lot, { opening: { ...planned.opening!, checks: ['known-unit'] } })),
  ],
  ...([{ sample: 5 }, { accept: 1, reject: 2 }, { reject: 3 }] as const).map(
    less =>
      [
        'plan-unlike',
        instead(ofKind('lot-planned'), madePlan(lot, { opening: { ...planned.opening!, ...less } })),
      ] as const,
  ),
  ['not-drawn', without(ofKind('lot-sample-drawn'))],
  ['drawn-twice', [...good, madeDraw(lot, drawn.length)]],
  ['one-seed', without(said => said.kind === 'lot-seed-committed' && said.who === 'rita')],
  ['seeds-unlike', without(said => said.kind === 'lot-seed-committed' && said.who === 'rita')],
  [
    'seed-late',
    good.flatMap(said =>
      said.kind === 'lot-seed-committed' && said.who === 'rita'
        ? []
        : said.kind === 'lot-sample-drawn'
          ? [madeSeed(lot, 'rita'), said]
          : [said],
    ),
  ],
  [
    'draw-wrong',
    instead(ofKind('lot-sample-drawn'), {
      ...madeDraw(lot, drawn.length),
      facts: { ...madeDraw(lot, drawn.length).facts, sample: [kept, ...drawn.slice(1)] },
    }),
  ],
  [
    'draw-other-file',
    instead(ofKind('lot-sample-drawn'), madeDraw({ ...lot, recordsSha256: 'd'.repeat(64) }, drawn.length)),
  ],
  [
    'sample-closed',
    without(said => said.unit === sampled && (said.kind === 'unit-destroyed' || said.station === 'opened')),
    { counted: 15 },
  ],
  [
    'sample-unread',
    instead(
      isOf(sampled, 'opened'),
      inspection(lot, sampled, 'opened', failing('opened', 'decryption', 'INCONCLUSIVE')),
    ),
  ],
  [
    'opened-bad',
    [...good, inspection(lot, other, 'opened', failing('opened', 'known-unit'))],
    { counted: 20 - drawn.length - 1 },
  ],
  ['unknown', [...good, inspection(lot, null, 'sealed', { verdict: 'FAIL', findings: [], because: 'Not known.' })]],
  ['doubled', [...good, inspection(lot, kept, 'sealed')]],
  [
    'alarm-open',
    [...good, { kind: 'alarm', facts: { rig: 'bench', unit: null, code: 'epk-exposed', because: 'It lies open.' } }],
  ],
  ['rig-unproved', without(ofKind('golden-card'))],
  ['rig-unproved', [...without(ofKind('golden-card')), goldenCard(lot)]],
  [
    'rig-unproved',
    instead(
      ofKind('golden-card'),
      golden({ rig: { ...madeRecord(lot, null, 'sealed').rig, calibration: 'd4'.repeat(32) } }),
    ),
  ],
  [
    'rig-unproved',
    instead(ofKind('golden-card'), golden({ rig: { ...madeRecord(lot, null, 'sealed').rig, kind: 'virtual' } })),
  ],
  ['rig-unproved-after', good.slice(0, -1)],
  ['unreadable', instead(isOf(kept, 'sealed'), torn(failing('sealed', 'address-matches')), anew(kept, 'sealed'))],
  [
    'unreadable',
    [...good.slice(0, -1), { ...goldenFail, facts: { serial: 'GG0000001', record: null } }, goldenCard(lot)],
  ],
  ['rig-unproved-after', [...good.slice(0, -1), golden({ verdict: 'ERROR' })]],
  ['rig-unfit', [...good.slice(0, -1), golden(failing('sealed', 'concealed', 'INCONCLUSIVE')), goldenCard(lot)]],
  ['rig-unproved-after', [...good.slice(0, -1), golden({ unit: other })]],
  [
    'rig-unproved-after',
    [...good.slice(0, -1), golden({ rig: { ...madeRecord(lot, null, 'sealed').rig, calibration: 'd4'.repeat(32) } })],
  ],
  [
    'rig-unproved-after',
    [...good.slice(0, -1), golden({ rig: { ...madeRecord(lot, null, 'sealed').rig, name: 'other' } })],
  ],
  ['rig-unfit', instead(said => said === good.find(ofKind('golden-card')), golden({ unit: other }))],
  ['rig-unfit', [...good.slice(0, firstSealed), goldenFail, ...good.slice(firstSealed), goldenCard(lot)]],
  ['rig-unfit', [...good.slice(0, -1), goldenFail, goldenCard(lot)]],
  ['drawn-early', [...early, ...good.filter(said => !early.includes(said))]],
  ['seed-unsigned', [...madeLot(lot, {})]],
  ['one-seed', unsigned(said => said.kind === 'lot-seed-committed' && said.who === 'rita')],
  ['not-planned', unsigned(ofKind('lot-planned'))],
  ['inspector-unknown', inspectedBy(null)],
  ['inspector-unknown', inspectedBy('Rita')],
  // She is in the register, and signs lots off; she is no inspector.
  ['inspector-unknown', inspectedBy('rita')],
  [
    'inspector-unknown',
    [
      ...people,
      { kind: 'person-retired', who: 'ann', why: 'left', facts: { name: 'tom' } },
      ...good.filter(said => !people.includes(said)),
    ],
  ],
  ['other-unit', instead(isOf(kept, 'sealed'), { ...inspection(lot, other, 'sealed'), unit: kept })],
  ['out-of-order', [...without(isOf(kept, 'printed')), inspection(lot, kept, 'printed')]],
  ['restored', [...good, { kind: 'restored', who: 'ann', why: 'a new drive', facts: {} }]],
  [
    'restored',
    [...good, { kind: 'restored', who: 'ann', why: 'a new drive', facts: {} }, explainedBy('ann', good.length)],
  ],
  [
    'doubled',
    [...good, { ...inspection(lot, kept, 'sealed', { operator: 'bob' }), who: 'bob' }, explainedBy('bob', good.length)],
  ],
  ['exposed', instead(isOf(kept, 'sealed'), exposed, again(kept), anew(kept, 'sealed'))],
  [
    'doubled',
    instead(
      isOf(kept, 'sealed'),
      inspection(lot, kept, 'sealed', failing('sealed', 'nothing-else')),
      again(kept),
      inspection(lot, kept, 'sealed'),
      inspection(lot, kept, 'sealed'),
    ),
  ],
  [
    'doubled',
    [
      ...people,
      {
        kind: 'lot-entry-explained',
        who: 'ann',
        why: 'whatever comes',
        facts: { lot: lot.lot, entries: Array.from({ length: 300 }, (_, i) => i) },
      },
      ...good.filter(said => !people.includes(said)),
      inspection(lot, kept, 'sealed'),
    ],
  ],
  [
    'rig-unfit',
    [
      ...good.slice(0, -1),
      {
        kind: 'golden-card',
        facts: { serial: 'GG0000001', record: madeRecord(lot, 'GG0000001', 'sealed', failing('sealed', 'concealed')) },
      },
    ],
  ],
  ['counted', good, { counted: 20 - drawn.length - 1 }],
  [
    'journal-broken',
    good,
    { faults: [{ entry: 3, isClock: false, sentence: 'entry 3 was changed after it was written' }] },
  ],
  [
    'journal-broken',
    [...good, explainedBy('bob', 3)],
    { faults: [{ entry: 3, isClock: false, sentence: 'entry 3 was changed after it was written' }] },
  ],
  ['journal-broken', good, { faults: [{ entry: 9, isClock: true, sentence: 'entry 9 is older' }] }],
  ['quantities', instead(ofKind('lot-planned'), madePlan(lot, { units: 21 }))],
]

describe('a lot is held, and why is said', () => {
  it.each(holds.map(([code, said, options = {}]) => ({ code, said, options })))(
    '$code ($#)',
    async ({ code, said, options }) => {
      const { decision, codes, reasons } = await decided(said, options)
      expect(decision).toBe('HELD')
      expect(codes).toContain(code)
      for (const { because } of reasons) expect(because).toMatch(/^[A-Z0-9].*[.]$/)
    },
  )

  it('passes no row of page one when units that were planned are not there', async () => {
    const { checks } = await decided(instead(ofKind('lot-planned'), madePlan(lot, { units: 21 })))
    expect(new Set(checks.map(({ result }) => result))).toEqual(new Set(['open']))
  })

  it('takes no word for explained that nobody of quality said', async () => {
    const twice = [...good, inspection(lot, kept, 'sealed'), goldenCard(lot)]
    const explained = (who: string) => explainedBy(who, good.length)
    expect((await decided([...twice, explained('tom')])).decision).toBe('HELD')
    expect((await decided([...twice, explained('bob')])).decision).toBe('RELEASED')
  })

  it('goes on where an older copy of the journal was put back and somebody of quality has said what is gone', async () => {
    const back = [...good, { kind: 'restored', who: 'ann', why: 'a new drive', facts: {} }]
    const facts = { lot: lot.lot, entries: [good.length] }
    const said = [...back, { kind: 'lot-entry-explained', who: 'bob', why: 'nothing of this lot', facts }]
    expect((await decided(said)).decision).toBe('RELEASED')
  })

  it('goes on where a clock ran back and somebody of quality has looked into it', async () => {
    const faults = [{ entry: 9, isClock: true, sentence: 'entry 9 is older' }]
    expect((await decided([...good, explainedBy('bob', 9)], { faults })).decision).toBe('RELEASED')
    expect((await decided([...good, explainedBy('tom', 9)], { faults })).decision).toBe('HELD')
  })

  it('keeps a unit out that was taken out before the draw, whatever is said of it afterwards', async () => {
    const out = { kind: 'lot-unit-out', who: 'ann', why: 'a stain', facts: { lot: lot.lot, unit: kept, as: 'held' } }
    const less = lot.serials.filter(serial => serial !== kept)
    const drawnOfLess = madeDraw({ ...lot, serials: less }, drawn.length)
    const sample = drawnOfLess.facts.sample
    const failed = inspection(lot, kept, 'sealed', failing('sealed', 'nothing-else'))
    const said = [
      ...good.slice(0, good.indexOf(draw)).map(one => (isOf(kept, 'sealed')(one) ? failed : one)),
      out,
      drawnOfLess,
      ...sample.map(unit => inspection(lot, unit, 'opened')),
      goldenCard(lot),
      { ...out, facts: { ...out.facts, as: 'scrapped' } },
    ]
    expect(await decided(said, { counted: 19 - sample.length })).toMatchObject({ decision: 'RELEASED', codes: [] })
  })

  it('finds a sample that shows nothing', async () => {
    const few = madeIdentity(10)
    const plan = madePlan(few, { opening: { ...(madePlan(few).facts as PlannedFacts).opening!, sample: 1 } })
    const one = madeDraw(few, 1)
    const said = [...madeLot(few)].flatMap(entry => {
      if (entry.kind === 'lot-planned') return [plan]
      if (entry.kind === 'lot-sample-drawn') return [one]
      return entry.kind === 'unit-destroyed' || entry.station === 'opened' ? [] : [entry]
    })
    const rows = rowsOf([...said, inspection(few, one.facts.sample[0]!, 'opened'), goldenCard(few)], few)
    const { decision, reasons } = await decideLot({ lot: few, rows, journalFaults: [], otherAddresses: [], counted: 9 })
    expect([decision, reasons.map(({ code }) => code)]).toEqual(['HELD', ['plan-unlike', 'sample-shows-nothing']])
  })

  it('says what is planned, and not what somebody wrote later', async () => {
    const later = madePlan(lot, { opening: { ...(madePlan(lot).facts as PlannedFacts).opening!, sample: 1 } })
    const { sample, codes } = await decided([...good, later])
    expect([sample?.planned, codes]).toEqual([6, ['planned-twice']])
  })
})

describe('a rehearsal', () => {
  const virtual = good.map(said => {
    if (said.kind === 'lot-planned') return madePlan(lot, { rehearsal: true })
    const rig = { ...madeRecord(lot, kept, 'sealed').rig, kind: 'virtual', calibration: null } as const
    if (said.kind === 'golden-card') return golden({ rig })
    return said.kind === 'inspection' ? inspection(lot, said.unit!, said.station as 'sealed', { rig }) : said
  })
  it('is of a virtual rig only', async () => {
    expect((await decided(virtual)).decision).toBe('RELEASED')
    expect(await decided(instead(ofKind('lot-planned'), madePlan(lot, { rehearsal: true })))).toMatchObject({
      decision: 'HELD',
      codes: ['rehearsal', 'rehearsal', 'rehearsal', 'rehearsal'],
    })
  })
})

it('where stickers sat has two axes, whichever edge they were measured by, and leaves out what was not measured', () => {
  const at = (shift: string, shiftMm: number | null, x: number | null, y: number | null) =>
    inspection(lot, kept, 'sealed', {
      measurements: [
        { name: shift, of: 'sticker', value: shiftMm, unit: 'mm', limits: { min: null, max: 0.6 }, verdict: 'PASS' },
        { name: 'placement-x', of: 'sticker', value: x, unit: 'mm', limits: null, verdict: null },
        { name: 'placement-y', of: 'sticker', value: y, unit: 'mm', limits: null, verdict: null },
        // Another photograph of the same card.
        ...(x === 0.3
          ? ([
              { name: 'placement-x', of: 'sticker', value: 0.2, unit: 'mm', limits: null, verdict: null },
              { name: 'placement-y', of: 'sticker', value: 0.1, unit: 'mm', limits: null, verdict: null },
            ] as const)
          : []),
      ],
    })
  const taken = new LotRows(lot)
  for (const [index, said] of [
    at('placement-shift', 0.5, 0.3, -0.4),
    at('placement-shift-by-print', 0.1, -0.1, 0),
    at('placement-shift', null, null, 0.2),
    at('placement-shift', 0.4, 0, 0.4),
  ].entries())
    taken.take({ index, at: '2026-07-20T08:00:00.000Z', ...bodyOf(said) })
  expect(taken.measurements.placements).toEqual([
    {
      ...{ station: 'sealed', of: 'sticker', maxShiftMm: 0.6 },
      points: [
        [0.3, -0.4],
        [0.2, 0.1],
        [-0.1, 0],
        [0, 0.4],
      ],
    },
  ])
})
