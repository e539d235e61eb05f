import { createHash } from 'node:crypto'
import { p2pkhAddress } from '../../bip38/bitcoin.ts'
import { photographOf, referenceProfile } from '../../checks/reference-unit.testing.ts'
import { Secret } from '../../core/secret.ts'
import type { CheckName, StationName } from '../../core/vocabulary.ts'
import { bodyOf, type JournalEntry, type Said } from '../../custody/journal/entry.ts'
import { People, type Role } from '../../custody/journal/people.ts'
import { signedAct } from '../../custody/journal/signed-act.ts'
import { SigningKey } from '../../custody/signing-key.ts'
import { publicReadings } from '../../inspection/public-reading.ts'
import { plannedChecks, requiredMarkNames, stations } from '../../inspection/station.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { sampleRecord } from '../../record/sample-record.testing.ts'
import { commitmentOf, drawSample, populationSha256 } from '../draw/draw-sample.ts'
import { profileDigest } from '../keep-inspections.ts'
import { planLot } from '../sampling/lot-plan.ts'
import type { DrawnFacts, PlannedFacts } from './lot-kinds.ts'
import { type LotIdentity, type LotRow, LotRows } from './lot-rows.ts'

/** A lot for tests: everything that a journal holds of one that is good, to be spoilt by whoever wants. */

export const seedOf = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 32)
const profileSha256 = profileDigest(referenceProfile)

const path: readonly { readonly station: StationName; readonly checks: CheckName[] }[] = [
  { station: 'printed', checks: ['known-unit', 'keyless', 'serials-agree', 'nothing-else'] },
  { station: 'etched', checks: ['known-unit', 'confirmation', 'serials-agree', 'nothing-else'] },
  { station: 'sealed', checks: ['known-unit', 'serials-agree', 'address-matches', 'concealed', 'nothing-else'] },
]
const opening: { station: StationName; checks: CheckName[] } = {
  station: 'opened',
  checks: ['known-unit', 'decryption'],
}
const checksAt = (station: StationName): CheckName[] => [...path, opening].find(one => one.station === station)!.checks

export function madeIdentity(units: number, lot = 'L-0042'): LotIdentity {
  const serials = Array.from({ length: units }, (_, i) => `BX${String(i + 1).padStart(7, '0')}`)
  return { lot, serials, recordsSha256: 'b2'.repeat(32) }
}

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex')
/** Until when the calibration is valid that a record of this time was judged by; the same for all of a year. */
export const madeExpiry = (started = sampleRecord({}).started) =>
  `${Number(started.slice(0, 4)) + 2}-01-01T00:00:00.000Z`
/** A golden card is photographed anew each time; a unit, once at a station. */
let looks = 0

/** Any address of Bitcoin's first kind: the lot file says the same. */
export const madeAddress = (unit: string): string =>
  p2pkhAddress(createHash('sha256').update(unit).digest().subarray(0, 20))

/** What a photograph of a unit shows: all that lies open there, as vision gives it of a good card. */
function madeReadings(
  unit: string | null,
  station: StationName,
  photographs: InspectionRecord['photographs'],
): InspectionRecord['readings'] {
  const serial = unit ?? ''
  const address = madeAddress(serial)
  const serials = { serialCard: serial, serialTop: serial, serialBottom: serial }
  const card = { address, addressText: address, epk: 'an EPK', passphrase: 'AAAABBBBCCCC', ...serials }
  const reading = photographOf(station, card)
  return photographs.flatMap(({ id: photographId }) =>
    publicReadings(referenceProfile, { ...reading, photographId }).map(one => ({ ...one })),
  )
}

/** What was measured there, some spread in it, the same every time. */
function madeMeasurements(unit: string | null, station: StationName): InspectionRecord['measurements'] {
  const number = unit === null ? 0 : Number(unit.slice(2))
  const isJudged = (check: CheckName) => plannedChecks(stations[station], referenceProfile).includes(check)
  const symbols = requiredMarkNames(stations[station], referenceProfile).filter(mark => mark.endsWith('-qr'))
  return [
    {
      name: 'placement-shift',
      of: 'top-layer',
      value: 0.2 + ((number * 7919) % 97) / 1000,
      unit: 'mm',
      limits: { min: null, max: 1 },
      verdict: isJudged('placement') ? 'PASS' : null,
    },
    ...symbols.map(of => ({
      ...{ name: 'unused-error-correction', of, value: 0.9, unit: 'index' as const },
      ...{ limits: { min: 0.37, max: null }, verdict: 'PASS' as const },
    })),
    ...(station === 'sealed'
      ? [
          {
            ...{ name: 'cover-material', of: 'scratch-off', value: 0.6, unit: 'ratio' as const },
            ...{ limits: { min: null, max: 2.25 }, verdict: 'PASS' as const },
          },
        ]
      : []),
  ]
}

/** A record in which every planned check passed. */
export function madeRecord(
  lot: LotIdentity,
  unit: string | null,
  station: StationName,
  over: Partial<InspectionRecord> = {},
): InspectionRecord {
  const { rig, photographs: its } = sampleRecord({})
  const calibration = over.rig === undefined ? 'c3'.repeat(32) : over.rig.calibration
  const look = unit?.startsWith('GG') ? `, look ${++looks}` : ''
  const lights = stations[station].plan.photographs.map(({ light }) => light)
  const photographs =
    over.photographs ??
    lights.map(light => ({
      ...its[0]!,
      id: sha256Of(`${unit} at ${station} under ${light}${look}`),
      takenAt: over.started ?? its[0]!.takenAt,
      how: { ...its[0]!.how, camera: 'bench', light, pose: 'inspect', calibration },
    }))
  const readings = over.readings ?? madeReadings(unit, station, photographs)
  return sampleRecord({
    photographs,
    readings,
    readingsSha256: sha256Of(JSON.stringify(readings)),
    lookedBy: ['text-detector', 'symbol-search', 'appearance'],
    unit,
    lot: unit === null ? null : lot.lot,
    station,
    operator: 'tom',
    rig: {
      ...rig,
      kind: 'real',
      drivers: { camera: 'gphoto2', stage: 'grbl', light: 'grbl' },
      firmware: { camera: 'gphoto2 2.5.28', stage: '1.1h.20190830', light: '1.1h.20190830' },
      truth: null,
      calibration,
      calibrationExpiresAt: madeExpiry(over.started),
    },
    plannedChecks: checksAt(station),
    findings: checksAt(station).map(check => ({ check, verdict: 'PASS', because: `${check} is right.`, marks: [] })),
    measurements: madeMeasurements(unit, station),
    // Crumbs of the cover look like dots: no opened unit is without.
    unproved: station === 'opened' ? [{ name: 'faint-marks', because: 'Crumbs.', holds: false, accepted: false }] : [],
    verdict: 'PASS',
    because: 'Every check passed.',
    ...over,
  })
}

export const inspection = (
  lot: LotIdentity,
  unit: string | null,
  station: StationName,
  over: Partial<InspectionRecord> = {},
  judgedBy: object = {},
): Said => ({
  kind: 'inspection',
  who: 'tom',
  unit,
  station,
  facts: {
    record: madeRecord(lot, unit, station, over),
    files: [],
    out: null,
    judgedBy: { profileSha256, recordsSha256: lot.recordsSha256, configuration: null, ...judgedBy },
  },
})

/** A FAIL of one check, for `over`. */
export function failing(station: StationName, check: CheckName, verdict: 'FAIL' | 'INCONCLUSIVE' = 'FAIL') {
  const because = `${check} is wrong.`
  const findings = checksAt(station).map(one =>
    one === check
      ? { check: one, verdict, because, marks: [] }
      : { check: one, verdict: 'PASS' as const, because: 'Right.', marks: [] },
  )
  return { findings, verdict, because }
}

const madeRoles: Readonly<Record<string, readonly Role[]>> = {
  ann: ['quality'],
  bob: ['quality'],
  rita: ['release'],
  tom: ['operator'],
}

/** Keys of whoever decides. */
export type MadeKeys = Readonly<Record<string, SigningKey>>
const madeKeys: MadeKeys = Object.fromEntries(
  ['ann', 'bob', 'rita'].map(name => [
    name,
    new SigningKey(Secret.ofBytes(createHash('sha256').update(`key of ${name}`).digest())),
  ]),
)

/** The same, signed where whoever says it has a key and has not signed otherwise. */
export function signedByMade(said: Said, keys: MadeKeys = madeKeys): Said {
  const key = keys[said.who ?? '']
  const isAct = /^(?:lot-|gauge-|person-|disposition$|alarm-acknowledged$|clock-set$)/.test(said.kind)
  return key === undefined || !isAct || 'signature' in (said.facts ?? {}) ? said : signedAct(said, key)
}

function madePeople(keys: MadeKeys): Said[] {
  const people = new People()
  return Object.entries(madeRoles).map(([name, roles]) => {
    const said = people.adding({ name, roles: [...roles], publicKey: keys[name]?.publicKey ?? null }, 'ann')
    const act = { who: 'ann', why: null, unit: null, station: null }
    const signed = signedByMade(said, keys)
    people.take({ ...act, kind: signed.kind, at: '', facts: signed.facts as Record<string, unknown> })
    return signed
  })
}

export function madePlan(lot: LotIdentity, over: Partial<PlannedFacts> = {}): Said {
  const basis = { by: 'claim', confidence: 0.9, badShare: 0.3, accept: 0 } as const
  const { letter, planLetter, sample, accept, reject } = planLot(lot.serials.length, basis, { destructive: true })
  const facts: PlannedFacts = {
    lot: lot.lot,
    product: 'assay-reference',
    profileSha256,
    profile: referenceProfile,
    units: lot.serials.length,
    path: [...path],
    opening: { ...opening, basis, letter, planLetter, sample, accept, reject },
    decoys: [],
    rehearsal: false,
    ...over,
  }
  return { kind: 'lot-planned', who: 'ann', facts }
}

export const madeSeed = (lot: LotIdentity, who: string): Said => ({
  kind: 'lot-seed-committed',
  who,
  facts: { lot: lot.lot, seedSha256: commitmentOf(seedOf(who)) },
})

export const goldenCard = (lot: LotIdentity): Said => ({
  kind: 'golden-card',
  who: 'tom',
  station: 'sealed',
  facts: { serial: 'GG0000001', record: { ...madeRecord(lot, 'GG0000001', 'sealed') }, judgedBy: { profileSha256 } },
})

/** What a session at `etched` counted of the passphrases, all as chance has it. */
export function madeCounts({ lot, serials }: LotIdentity): Said {
  const { alphabet, groups, groupLength } = referenceProfile.passphrase
  const [units, size, length] = [serials.length, alphabet!.length, groups! * groupLength!]
  const [all, steps] = [units * length, units * (length - 1)]
  const symbols = Array.from({ length: size }, (_, i) => Math.floor((all + i) / size))
  const counts = { units, symbols, steps, doubles: Math.round(steps / size) }
  const pairs = (units * (units - 1)) / 2
  const facts = { lot, ...counts, pairs, repeats: 0, prefixes: 0 }
  return { kind: 'lot-passphrases-counted', who: 'tom', station: 'etched', facts }
}

export function madeDraw(lot: LotIdentity, sample: number, seeds = ['ann', 'rita']): Said & { facts: DrawnFacts } {
  const told = seeds.map(seedOf)
  const facts: DrawnFacts = {
    lot: lot.lot,
    recordsSha256: lot.recordsSha256,
    populationSha256: populationSha256(lot.serials),
    population: lot.serials.length,
    seeds: told,
    sample: [...drawSample(lot.serials, told, sample)],
  }
  return { kind: 'lot-sample-drawn', who: 'ann', facts }
}

/** What a good lot leaves, from the register to the last opened unit. */
export function* madeLot(lot: LotIdentity, keys: MadeKeys = madeKeys): Generator<Said> {
  const planned = madePlan(lot)
  yield* madePeople(keys)
  yield planned
  yield madeSeed(lot, 'ann')
  yield madeSeed(lot, 'rita')
  yield goldenCard(lot)
  for (const { station } of path) {
    for (const serial of lot.serials) yield inspection(lot, serial, station)
    if (station === 'etched') yield madeCounts(lot)
  }
  const drawn = madeDraw(lot, (planned.facts as PlannedFacts).opening!.sample)
  yield drawn
  for (const unit of drawn.facts.sample) {
    yield { kind: 'unit-destroyed', who: 'tom', unit, facts: { by: 'spot-check' } }
    yield inspection(lot, unit, 'opened')
  }
  yield goldenCard(lot)
}

/** The rows of what was said, as a journal would have them. */
export function rowsOf(said: Iterable<Said>, lot: LotIdentity): readonly LotRow[] {
  const rows = new LotRows(lot)
  let index = 0
  for (const one of said) rows.take(entryAt(signedByMade(one), index++))
  return rows.rows
}

/** When an entry of {@link rowsOf} is written. */
export const writtenAt = (index: number): string => new Date(Date.UTC(2026, 6, 20, 8) + 1000 * index).toISOString()

function entryAt(said: Said, index: number): JournalEntry {
  const at = writtenAt(index)
  return { index, at, ...bodyOf(judgedAt(said, at)) }
}

/** An inspection is written down at once, as far as nobody says when it was. */
function judgedAt(said: Said, at: string): Said {
  const record = (said.facts as { record?: InspectionRecord | null } | undefined)?.record
  // Some are spoilt so that nobody can read them.
  if (!record?.photographs) return said
  const { started, ended, photographs: its } = sampleRecord({})
  const dated = (time: string | null, usual: string | null) => (time === usual ? at : time)
  const photographs = record.photographs.map(one => ({ ...one, takenAt: dated(one.takenAt, its[0]!.takenAt) }))
  const times = { started: dated(record.started, started)!, ended: dated(record.ended, ended)!, photographs }
  return { ...said, facts: { ...said.facts, record: { ...record, ...times } } }
}
