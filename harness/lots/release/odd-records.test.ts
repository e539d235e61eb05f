import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cameras } from '../../../devices/camera/cameras.ts'
import { lights } from '../../../devices/light/lights.ts'
import { fixedLight, fixedStage } from '../../../devices/rig/fixed.ts'
import { stages } from '../../../devices/stage/stages.ts'
import { referenceProfile } from '../../checks/reference-unit.testing.ts'
import { type CheckName, realDrivers, stationNames } from '../../core/vocabulary.ts'
import { canonicalJson } from '../../custody/canonical-json.ts'
import type { Said } from '../../custody/journal/entry.ts'
import { InspectionRecord } from '../../record/inspection-record.ts'
import { contradictionsIn } from './contradictions.ts'
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
  writtenAt,
} from './made-lot.testing.ts'
import { inspectorsOf } from './signatures.ts'

/* What somebody who has the station's key could write into its journal, or a defect in Assay could leave there. */

const lot = madeIdentity(10)
const good = [...madeLot(lot)]
const { sample } = (madePlan(lot).facts as PlannedFacts).opening!
const opened = new Set(good.flatMap(({ kind, unit }) => (kind === 'unit-destroyed' ? [unit!] : [])))
const [kept, other] = lot.serials.filter(serial => !opened.has(serial)) as [string, string]
const whereOf = (unit: string, station: string) =>
  good.findIndex(said => said.kind === 'inspection' && said.unit === unit && said.station === station)

async function decided(said: readonly Said[], faults: Parameters<typeof decideLot>[0]['journalFaults'] = []) {
  const { decision, reasons } = await decideLot({
    lot,
    rows: rowsOf(said, lot),
    journalFaults: faults,
    otherAddresses: [],
    counted: 10 - sample,
  })
  return { decision, codes: reasons.map(({ code }) => code), because: reasons.map(one => one.because).join(' ') }
}
/** The lot with another record of a unit. */
const withRecord = (over: Partial<InspectionRecord>, unit = kept, station: 'sealed' | 'etched' | 'opened' = 'sealed') =>
  decided(good.with(whereOf(unit, station), inspection(lot, unit, station, over)))

const sound = madeRecord(lot, kept, 'sealed')
const [photograph] = sound.photographs
const readOf = (name: string) => sound.readings.find(({ mark }) => mark === name)!
const serial = readOf('serial-card')
const [a, b, c, d] = serial.where!
/** The record with other readings of a mark, in every photograph. */
const readAs = (name: string, over: Partial<typeof serial>) => ({
  readings: sound.readings.map(one => (one.mark === name ? { ...one, ...over } : one)),
})
const without = (name: string) => ({ readings: sound.readings.filter(({ mark }) => mark !== name) })
/** The record with other readings in the photograph under a light. */
const under = (light: string, instead: (one: typeof serial) => typeof serial | null) => {
  const ids = sound.photographs.flatMap(({ id, how }) => (how.light === light ? [id] : []))
  return sound.readings.flatMap(one => (ids.includes(one.photograph) ? (instead(one) ?? []) : [one]))
}
const [finding, ...otherFindings] = sound.findings
/** One of the planned checks is another one. */
const passedBy = (check: CheckName) => ({
  plannedChecks: [check, ...otherFindings.map(one => one.check)],
  findings: [{ ...finding!, check }, ...otherFindings],
})
const leftover: InspectionRecord['leftovers'][number] = {
  photograph: photograph!.id,
  kind: 'blot',
  rect: { x: 40, y: 20, width: 1, height: 1 },
  where: serial!.where!,
  strength: 1.01,
  because: 'a blot',
}
const [measured, ...otherMeasured] = sound.measurements as [(typeof sound.measurements)[number]]
const howOf = (over: Partial<(typeof sound.photographs)[number]['how']>) => ({
  photographs: sound.photographs.map(one => ({ ...one, how: { ...one.how, ...over } })),
})
const withReading = (reading: (typeof sound.readings)[number]) => ({ readings: [...sound.readings, reading] })

type Spoilt = readonly [clause: string, over: Partial<InspectionRecord>]
/** Each field of a record that says something against the PASS beside it. */
const spoilt: readonly Spoilt[] = [
  ['it has no photograph', { photographs: [], readings: [] }],
  ['it counts a photograph twice', { photographs: [photograph!, photograph!], readings: sound.readings }],
  ['what was seen is of a photograph that it does not name', withReading({ ...serial, photograph: 'e5'.repeat(32) })],
  [
    'what was seen is of a photograph that it does not name',
    { leftovers: [{ ...leftover, strength: 0.1, photograph: 'e5'.repeat(32) }] },
  ],
  [
    'a photograph of it was not read',
    { photographs: [photograph!, { ...photograph!, id: 'e5'.repeat(32) }], readings: sound.readings },
  ],
  ['it ended before it began', { ended: '2026-11-21T07:59:59.999Z' }],
  [
    'a photograph of it is older than the inspection',
    { photographs: [{ ...photograph!, takenAt: '2026-11-21T07:59:59.999Z' }] },
  ],
  ['its photographs are not of its rig as it was then', { photographs: [{ ...photograph!, takenAt: null }] }],
  [
    'its photographs are not of its rig as it was then',
    { photographs: [{ ...photograph!, how: { ...photograph!.how, calibration: 'd4'.repeat(32) } }] },
  ],
  ['its rig is called real and is not', { rig: { ...sound.rig, truth: 'f'.repeat(64) } }],
  ['its rig is called real and is not', { rig: { ...sound.rig, drivers: null } }],
  [
    'its rig is called real and is not',
    { rig: { ...sound.rig, drivers: { ...sound.rig.drivers!, camera: 'virtual' } } },
  ],
  ...(['replay', 'files', 'none', 'fixed', 'Gphoto2', ''] as const).map(
    (camera): Spoilt => [
      'its rig is called real and is not',
      { rig: { ...sound.rig, drivers: { ...sound.rig.drivers!, camera } } },
    ],
  ),
  ...(['replay', 'none', 'virtual', 'gphoto2'] as const).flatMap((driver): Spoilt[] =>
    (['stage', 'light'] as const).map(device => [
      'its rig is called real and is not',
      { rig: { ...sound.rig, drivers: { ...sound.rig.drivers!, [device]: driver } } },
    ]),
  ),
  ['its readings were not written down before it was judged', { readingsSha256: null }],
  ['its readings are not those that were written down first', { readingsSha256: 'cd'.repeat(32) }],
  ...(['match-after-correction', 'confused', 'mismatch', 'unreadable'] as const).map(
    (comparison): Spoilt => [
      'a text passed that was not read as it has to be',
      { findings: [{ ...finding!, comparison }, ...otherFindings] },
    ],
  ),
  ['it took more than an hour', { ended: '2026-11-21T09:00:00.001Z' }],
  ['a photograph of it was exposed for no time', howOf({ exposureMs: 0 })],
  ['its rig is called real and is not', howOf({ camera: 'virtual' })],
  [
    'its rig is called real and is not',
    { rig: { ...sound.rig, firmware: { ...sound.rig.firmware!, light: 'virtual' } } },
  ],
  ['it was not photographed under dome', howOf({ light: 'off' })],
  ['it was photographed under off, which the station does not plan', howOf({ light: 'off' })],
  ['it was not photographed under left', { photographs: [photograph!] }],
  ['it was photographed at load, where the station does not', howOf({ pose: 'load' })],
  [
    'extra-text was seen, which the product does not have',
    withReading({ ...serial, mark: 'extra-text', secret: true, text: null }),
  ],
  ['what was seen has no place in its photograph', readAs('serial-card', { where: null })],
  ['what was seen has no place in its photograph', readAs('scratch-off', { where: null })],
  // A point, a line, a place that is seen from its back, and one whose sides cross.
  ...[
    [a, a, a, a],
    [a, b, b, a],
    [d, c, b, a],
    [a, c, b, d],
  ].map(
    ([one, two, three, four]): Spoilt => [
      'what was seen has no place in its photograph',
      readAs('serial-card', { where: [one!, two!, three!, four!] }),
    ],
  ),
  ['two marks of it were read at one place', readAs('serial-top', { where: serial.where })],
  ...(
    [
      ['placement-shift', 'mm'],
      ['wrong-modules', '%'],
      ['quiet-zone-damage', 'count'],
      ['layer-open-area', 'mm²'],
    ] as const
  ).map(
    ([name, unit]): Spoilt => [
      `${name} of top-layer cannot be less than nothing`,
      { measurements: [{ ...measured, name, unit, value: -0.1 }, ...otherMeasured] },
    ],
  ),
  ...([1.01, null] as const).map(
    (value): Spoilt => [
      'what is said of placement-shift of top-layer does not follow from its limits',
      { measurements: [{ ...measured, value }, ...otherMeasured] },
    ],
  ),
  ...(['FAIL', 'INCONCLUSIVE', null] as const).map(
    (verdict): Spoilt => [
      'what is said of placement-shift of top-layer does not follow from its limits',
      { measurements: [{ ...measured, value: 0.279, verdict }, ...otherMeasured] },
    ],
  ),
  ...([{ min: null, max: 99 }, { min: 0.1, max: 1 }, null] as const).map(
    (limits): Spoilt => [
      'the limits of placement-shift of top-layer are not those of the profile',
      { measurements: [{ ...measured, limits }, ...otherMeasured] },
    ],
  ),
  [
    'placement does not follow: Where the sticker sits could not be measured',
    { ...passedBy('placement'), measurements: [] },
  ],
  [
    'print-quality does not follow: The print of address-qr could not',
    { ...passedBy('print-quality'), measurements: [] },
  ],
  [
    'nothing-else does not follow: On the card, but not of the product: a blot at 41, 21 mm',
    { leftovers: [{ ...leftover, strength: 2.01 }] },
  ],
  ['nothing-else does not follow: Not explained by the product', { leftovers: [leftover] }],
  ...(
    [[], ['symbol-search', 'appearance'], ['text-detector', 'appearance'], ['text-detector', 'symbol-search']] as const
  ).map((by): Spoilt => ['nothing-else does not follow: Nobody looked for anything else', { lookedBy: [...by] }]),
  ['nothing-else does not follow: Not as the product has it: words', readAs('words', { text: 'SOMETHING ELSE' })],
  ['concealed does not follow: passphrase can be read', readAs('passphrase', { outcome: 'read' })],
  ['concealed does not follow: It could not be seen', readAs('epk-qr', { outcome: 'unread' })],
  ['concealed does not follow: It could not be seen', without('passphrase')],
  ...(['missing', 'broken', 'displaced', 'unsure'] as const).map(
    (outcome): Spoilt => [
      'cover-intact does not follow: ',
      { ...passedBy('cover-intact'), ...readAs('scratch-off', { outcome }) },
    ],
  ),
  ['cover-intact does not follow: ', { ...passedBy('cover-intact'), ...without('scratch-off') }],
  [
    'cover-material is not proved, and it does not say so',
    {
      ...passedBy('cover-intact'),
      measurements: sound.measurements.filter(({ name }) => name !== 'cover-material'),
    },
  ],
  ...(['unread', 'unsure'] as const).map(
    (outcome): Spoilt => [
      'nothing that left is planned for was seen under it',
      { readings: under('left', one => (one.mark === 'scratch-off' ? { ...one, outcome } : one)) },
    ],
  ),
  [
    'nothing that left is planned for was seen under it',
    { readings: under('left', one => (one.mark === 'words' ? one : null)) },
  ],
  [
    'nothing that dome is planned for was seen under it',
    { readings: under('dome', one => ({ ...one, outcome: 'unread', text: null })) },
  ],
  ['a text was read by nobody', readAs('serial-card', { readers: [] })],
  ['a text was read by nobody', readAs('serial-card', { confidence: 0 })],
  ...(['keyless', 'passphrase-commitment', 'confirmation', 'decryption'] as const).map(
    (check): Spoilt => [`${check} does not follow: Could not be judged`, passedBy(check)],
  ),
  ['the text of a secret stands in it', readAs('passphrase', { text: 'CHERRY-PIE' })],
  ['serials-agree does not follow: The serials differ', readAs('serial-top', { text: other })],
  ['serials-agree does not follow: Not all serials', readAs('serial-top', { outcome: 'unread', text: null })],
  ['serials-agree does not follow: Not all serials', without('serial-card')],
  [
    'address-matches does not follow: The printed address could not',
    readAs('address-text', { outcome: 'unread', text: null }),
  ],
  ['address-matches does not follow: The printed address could not', without('address-qr')],
  [
    'address-matches does not follow: The QR code and the text show two',
    readAs('address-text', { text: madeAddress(other) }),
  ],
  ['address-matches does not follow: address-qr reads nonsense', readAs('address-qr', { text: 'nonsense' })],
  [
    'legibility does not follow: ',
    { ...passedBy('legibility'), ...readAs('serial-top', { outcome: 'unread', text: null }) },
  ],
  [
    'layer-intact does not follow: serial-bottom can be seen',
    { ...passedBy('layer-intact'), ...readAs('serial-bottom', { outcome: 'read', text: kept }) },
  ],
  [
    'known-unit does not follow: ',
    { readings: sound.readings.filter(({ mark }) => !/^(?:serial|address)/.test(mark)) },
  ],
]

describe('a record that passed and contradicts itself', () => {
  const against = (record: InspectionRecord, isWhole = true) =>
    contradictionsIn(InspectionRecord.parse(record), isWhole, referenceProfile).contradictions

  it.each(spoilt)('%s ($#)', (clause, over) => {
    const its = against(madeRecord(lot, kept, 'sealed', over))
    expect(its.filter(one => one.startsWith(clause))).toHaveLength(1)
  })

  it('is sound as it is made, with blanks in a serial, a value at its limit as it is rounded, and what good cards show', () => {
    for (const station of stationNames) expect(against(madeRecord(lot, kept, station))).toEqual([])
    const left = { ...measured, name: 'placement-x', value: -0.1, limits: null, verdict: null }
    expect(against(madeRecord(lot, kept, 'sealed', { measurements: [...sound.measurements, left] }))).toEqual([])
    const spaced = madeRecord(lot, kept, 'sealed', {
      ...readAs('serial-card', { text: `${kept.slice(0, 2)} ${kept.slice(2)}` }),
      // What no more passes is 0.95, and the record rounds.
      measurements: [{ ...measured, value: 0.95004 }, ...otherMeasured],
      leftovers: [{ ...leftover, strength: 1 }],
    })
    expect(against(spaced)).toEqual([])
  })

  it('is sound where a rig without a lamp says what that leaves unproved, and where the product’s words were guessed', () => {
    const unproved = [{ name: 'faint-marks', because: 'no lamp', holds: false, accepted: false }] as const
    const [id, readings] = [photograph!.id, sound.readings.filter(one => one.photograph === photograph!.id)]
    const over = { photographs: [photograph!], readings, unproved: [...unproved] }
    expect(against(madeRecord(lot, kept, 'sealed', over))).toEqual([])
    const guessed = readings.map(one =>
      one.mark === 'words' ? { ...one, outcome: 'unread' as const, text: null } : one,
    )
    expect(against(madeRecord(lot, kept, 'sealed', { ...over, readings: guessed }))).toEqual([])
    expect(id).toBe(guessed[0]!.photograph)
  })

  it('is sound where one light leaves a mark open, or says what it leaves unproved', () => {
    const unread = (one: typeof serial) => ({ ...one, outcome: 'unread' as const, text: null })
    for (const light of ['dome', 'left'])
      for (const name of ['serial-card', 'address-qr', 'words']) {
        const readings = under(light, one => (one.mark === name ? unread(one) : one))
        expect(against(madeRecord(lot, kept, 'sealed', { readings }))).toEqual([])
      }
    const unproved = [{ name: 'faint-marks', because: 'all glare', holds: false, accepted: false }] as const
    const readings = under('left', unread)
    expect(against(madeRecord(lot, kept, 'sealed', { readings, unproved: [...unproved] }))).toEqual([])
  })

  it('is sound whatever the order of its fields, as a journal keeps them', () => {
    expect(against(JSON.parse(canonicalJson(sound)))).toEqual([])
  })

  it('is in the form that it names, or holds the lot', async () => {
    for (const over of [{ started: 'yesterday' }, { note: 'good' } as Partial<InspectionRecord>]) {
      const its = await withRecord(over)
      expect(its.codes).toContain('contradictory')
      expect(its.because).toContain('(it is not in the form that it names)')
    }
  })

  it('says nothing of one that does not pass, and takes no digest of what was left out for looking like a secret', () => {
    const failed: Partial<InspectionRecord> = {
      verdict: 'FAIL',
      findings: [{ ...finding!, verdict: 'FAIL' }],
      leftovers: [leftover],
    }
    expect(against(madeRecord(lot, kept, 'sealed', failed))).toEqual([])
    expect(against({ ...sound, readingsSha256: 'cd'.repeat(32) }, false)).toEqual([])
  })

  it('holds the lot at whichever station, and says what contradicts', async () => {
    for (const [unit, station] of [
      [kept, 'sealed'],
      [kept, 'etched'],
      [[...opened][0]!, 'opened'],
    ] as const) {
      const its = await withRecord({ lookedBy: [], readingsSha256: null }, unit, station)
      const clause = 'its readings were not written down before it was judged'
      expect([its.decision, its.codes]).toEqual(['HELD', ['contradictory']])
      expect(its.because).toContain(`Passed by a record that contradicts itself (${clause}`)
    }
  })

  it('is held for its findings whatever it says: a critical one rejects the lot, and a unit that is taken out does not hide it', async () => {
    const wrong = { ...finding!, check: 'concealed', verdict: 'FAIL', because: 'The passphrase shows.' } as const
    const out: Said = {
      kind: 'lot-unit-out',
      who: 'ann',
      why: 'a stain',
      facts: { lot: lot.lot, unit: kept, as: 'scrapped' },
    }
    const said = good.with(
      whereOf(kept, 'sealed'),
      inspection(lot, kept, 'sealed', { findings: [...sound.findings, wrong] }),
    )
    for (const one of [said, [...said, out]]) {
      const its = await decided(one)
      expect([its.decision, its.codes]).toContain('REJECTED')
      expect(its.codes).toContain('critical')
    }
  })
})

it('a real rig is driven by what there are drivers for', () => {
  const driversOf = ({ schema }: { readonly schema: z.ZodType }) => {
    const { anyOf, oneOf } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
    return (oneOf ?? anyOf)!.map(one => (one as { properties: { driver: { const: string } } }).properties.driver.const)
  }
  expect(realDrivers).toEqual({
    camera: driversOf(cameras),
    stage: [...driversOf(stages), fixedStage.identity.driver],
    light: [...driversOf(lights), fixedLight.identity.driver],
  })
})

describe('a photograph', () => {
  const of = (unit: string, station: 'etched' | 'sealed') => madeRecord(lot, unit, station).photographs

  it('that is evidence of another unit, or of the unit at another station, holds the lot', async () => {
    for (const photographs of [of(other, 'sealed'), of(kept, 'etched')]) {
      const its = await withRecord({ photographs })
      expect([its.decision, its.codes]).toEqual(['HELD', expect.arrayContaining(['photograph-shared'])])
      expect(its.because).toContain('evidence of another unit or station, too')
      expect(its.because).toContain(kept)
    }
  })

  it('of all units, as the same digest in every record, blames them all', async () => {
    const [id] = of(kept, 'sealed').map(one => one.id)
    const said = good.map(one =>
      one.kind === 'inspection' && one.station === 'sealed'
        ? inspection(lot, one.unit!, 'sealed', {
            photographs: of(one.unit!, 'sealed').map(its => ({ ...its, id: id! })),
          })
        : one,
    )
    expect((await decided(said)).because).toContain(`${lot.serials.length} units (`)
  })

  it('of a card that was not known, or that was taken out, is none of another one', async () => {
    const unknown = inspection(lot, null, 'sealed', {
      ...{ verdict: 'INCONCLUSIVE', because: 'Not known.' },
      photographs: of(kept, 'sealed'),
    })
    expect((await decided([...good, unknown])).codes).toContain('photograph-shared')
    const out: Said = {
      kind: 'lot-unit-out',
      who: 'ann',
      why: 'a stain',
      facts: { lot: lot.lot, unit: other, as: 'scrapped' },
    }
    const reused = good.with(
      whereOf(kept, 'sealed'),
      inspection(lot, kept, 'sealed', { photographs: of(other, 'sealed') }),
    )
    expect((await decided([...reused, out])).codes).toContain('photograph-shared')
  })

  it('of a golden card is none of a unit', async () => {
    const golden = good.find(({ kind }) => kind === 'golden-card')!.facts as { record: InspectionRecord }
    const { photographs } = golden.record
    expect((await withRecord({ photographs })).codes).toContain('photograph-shared')
  })
})

describe('an entry that says of its record what the record does not say', () => {
  const last = good.length - 1
  const look = good[last]!
  const spoiltLook = async (said: Said, over: Partial<InspectionRecord>) =>
    await decided(
      good.with(last, { ...said, facts: { ...said.facts, record: madeRecord(lot, 'GG0000001', 'sealed', over) } }),
    )

  it('holds the lot where they name different inspectors, or one of them nobody', async () => {
    const where = whereOf(kept, 'sealed')
    const said = inspection(lot, kept, 'sealed')
    for (const one of [
      { ...said, who: 'rita' },
      { ...said, who: null },
      inspection(lot, kept, 'sealed', { operator: null }),
    ]) {
      const its = await decided(good.with(where, one))
      expect([its.decision, its.codes.includes('other-inspector')]).toEqual(['HELD', true])
    }
    const its = await spoiltLook({ ...look, who: 'rita' }, {})
    expect([its.decision, its.codes]).toEqual(['HELD', expect.arrayContaining(['golden-void'])])
  })

  it.each(['etched', 'sealed', 'opened'] as const)(
    'holds the lot where it was written before %s was judged, or minutes after, whatever order the entries have',
    async station => {
      const [unit] = station === 'opened' ? opened : [kept]
      const where = whereOf(unit!, station)
      const off = (ms: number) => new Date(Date.parse(writtenAt(where)) + ms).toISOString()
      const withTime = async (time: string) =>
        await decided(good.with(where, inspection(lot, unit!, station, { started: time, ended: time })))
      for (const ms of [-120_000, 0]) expect((await withTime(off(ms))).codes).not.toContain('written-apart')
      for (const ms of [-120_001, 1, 86_400_000]) {
        const its = await withTime(off(ms))
        expect([ms, its.decision, its.codes.includes('written-apart')]).toEqual([ms, 'HELD', true])
      }
    },
  )

  it('proves no rig by a look at its golden card that is of another time', async () => {
    const time = '2026-07-20T07:00:00.000Z'
    expect((await spoiltLook(look, { started: time, ended: time })).codes).toContain('golden-void')
  })
})

it('a proof that the plan of the lot asks for is missing, whatever the record says that the station asks for', async () => {
  const path = (madePlan(lot).facts as PlannedFacts).path.map(one => ({ ...one, proves: ['cover-material' as const] }))
  const planned = good.map(said => (said.kind === 'lot-planned' ? madePlan(lot, { path }) : said))
  const left = { name: 'cover-material', because: 'Nobody knows.', holds: false, accepted: false } as const
  const faint = { ...left, name: 'faint-marks' } as const
  const withUnproved = async (...unproved: InspectionRecord['unproved']) =>
    (await decided(planned.with(whereOf(kept, 'sealed'), inspection(lot, kept, 'sealed', { unproved })))).codes
  expect(await withUnproved(left)).toEqual(['unproved'])
  expect(await withUnproved(faint)).toEqual([])
})

it('a proof that the plan asks for and that no record of the lot makes or names as left out holds the lot', async () => {
  const checks: CheckName[] = [...sound.plannedChecks, 'cover-intact']
  const path = (madePlan(lot).facts as PlannedFacts).path.map(one =>
    one.station === 'sealed' ? { ...one, checks, proves: ['cover-material' as const] } : one,
  )
  const over = {
    plannedChecks: checks,
    findings: checks.map(check => ({ check, verdict: 'PASS' as const, because: 'Right.', marks: [] })),
  }
  const withOver = (its: Partial<InspectionRecord>) =>
    decided(
      good.map(said => {
        if (said.kind === 'lot-planned') return madePlan(lot, { path })
        if (said.kind === 'golden-card')
          return {
            ...said,
            facts: { ...said.facts, record: madeRecord(lot, 'GG0000001', 'sealed', { ...over, ...its }) },
          }
        return said.station === 'sealed' ? inspection(lot, said.unit!, 'sealed', { ...over, ...its }) : said
      }),
    )
  expect(await withOver({})).toMatchObject({ decision: 'RELEASED' })
  const measurements = sound.measurements.filter(({ name }) => name !== 'cover-material')
  const its = await withOver({ measurements })
  expect([its.decision, its.codes]).toEqual(['HELD', expect.arrayContaining(['contradictory', 'golden-void'])])
})

describe('a unit that was judged by another plan of its station than was planned', () => {
  const planSha256 = '1a'.repeat(32)
  const path = (madePlan(lot).facts as PlannedFacts).path.map(one => ({ ...one, planSha256 }))
  const planned = good.map(said => (said.kind === 'lot-planned' ? madePlan(lot, { path }) : said))
  const judged = planned.map(said =>
    said.kind === 'inspection' && said.station !== 'opened'
      ? inspection(lot, said.unit!, said.station as 'sealed', { planSha256 })
      : said,
  )
  const golden = judged.map(said =>
    said.kind === 'golden-card'
      ? { ...said, facts: { ...said.facts, record: madeRecord(lot, 'GG0000001', 'sealed', { planSha256 }) } }
      : said,
  )

  it('holds the lot, as does a golden card', async () => {
    expect((await decided(golden)).decision).toBe('RELEASED')
    expect((await decided(planned)).codes).toEqual(expect.arrayContaining(['other-plan', 'golden-void']))
    const one = golden.with(whereOf(kept, 'etched'), inspection(lot, kept, 'etched', { planSha256: '2b'.repeat(32) }))
    expect((await decided(one)).codes).toEqual(['other-plan'])
  })
})

describe('a record of before the one that counts', () => {
  const where = whereOf(kept, 'sealed')
  const prior = (over: Partial<InspectionRecord>, said: Partial<Said> = {}) => {
    const odd = { ...failing('sealed', 'concealed', 'INCONCLUSIVE'), photographs: photographsOf('before'), ...over }
    return decided(good.toSpliced(where, 0, { ...inspection(lot, kept, 'sealed', odd), ...said }))
  }
  const photographsOf = (name: string) =>
    sound.photographs.map(one => ({ ...one, id: createHash('sha256').update(`${name} ${one.id}`).digest('hex') }))
  const shown = photographsOf('before').flatMap(({ id }, i) =>
    sound.readings.filter(one => one.photograph === sound.photographs[i]!.id).map(one => ({ ...one, photograph: id })),
  )
  const open = shown.map(one => (one.mark === 'passphrase' ? { ...one, outcome: 'read' as const } : one))

  it('holds no lot where it could not judge, or nothing was seen', async () => {
    expect(await prior({ readings: shown })).toMatchObject({ decision: 'RELEASED' })
    const error = { code: 'camera-failed', message: 'The camera is gone.' }
    const nothing = { photographs: [], readings: [], findings: [], error, because: 'No.' }
    expect(await prior({ ...nothing, verdict: 'ERROR' })).toMatchObject({ decision: 'RELEASED' })
  })

  it.each<readonly [string, Partial<InspectionRecord>, Partial<Said>]>([
    ['whose verdict is INCONCLUSIVE', { readings: open }, {}],
    ['whose verdict is ERROR', { readings: open, verdict: 'ERROR' }, {}],
    ['that names another station', { readings: open, station: 'etched' }, {}],
    ['that names no photograph', { readings: open, photographs: [] }, {}],
    [
      'with the secret in the place of something public',
      { readings: shown.map(one => ({ ...one, secret: one.mark === 'serial-card' })) },
      {},
    ],
  ])('that reads an open secret holds the lot: %s', async (_, over, said) => {
    const its = await prior(over, said)
    expect([its.decision, its.codes]).toEqual(['HELD', ['exposed']])
    expect(its.because).toContain(kept)
  })

  it('that reads an open secret holds the lot, by whichever profile it says that it was judged', async () => {
    const facts = inspection(
      lot,
      kept,
      'sealed',
      { readings: open, verdict: 'ERROR' },
      { profileSha256: 'e5'.repeat(32) },
    ).facts!
    expect((await prior({}, { facts })).codes).toContain('exposed')
  })

  it('that passed and reads one is told for both', async () => {
    expect((await withRecord(readAs('passphrase', { outcome: 'read' }))).codes.toSorted()).toEqual([
      'contradictory',
      'exposed',
    ])
  })

  it('that cannot be read as a whole holds the lot: nobody knows what it saw', async () => {
    for (const over of [{ note: 'good' }, { format: 'assay-inspection-4' }])
      expect((await prior(over as Partial<InspectionRecord>)).codes).toEqual(['unreadable'])
  })

  it.each([
    ['rita', 'rita'],
    ['tom', 'rita'],
    ['rita', 'tom'],
    ['tom', 'zoe'],
  ])('by nobody who inspects holds the lot: said by %s, done by %s', async (who, operator) => {
    expect(await prior({ operator }, { who })).toMatchObject({ decision: 'HELD', codes: ['inspector-unknown'] })
  })

  it('makes whoever did it an inspector, who does not release the lot', () => {
    const said = { ...inspection(lot, kept, 'sealed', { verdict: 'ERROR', operator: 'bob' }), who: 'ann' }
    const rows = rowsOf([...good, said, { ...inspection(lot, null, 'sealed', { operator: 'eve' }), who: 'eve' }], lot)
    expect([...inspectorsOf({ rows })].toSorted()).toEqual(['ann', 'bob', 'eve', 'tom'])
  })
})
