import type { AddressBook } from '../bip38/index.ts'
import type { CheckInput, Finding, JudgedMeasurement, SeenMark } from '../checks/check.ts'
import { checks } from '../checks/checks.ts'
import { judgeMeasurements } from '../checks/measured.ts'
import { measurementRows } from '../checks/measurements.ts'
import { unmetNeeds } from '../checks/run-checks.ts'
import { addressBook } from '../checks/same-key.ts'
import { isRead, publicAddress, publicText } from '../checks/seen.ts'
import { Secret } from '../core/secret.ts'
import type { CheckName, StationName } from '../core/vocabulary.ts'
import { exposureAlarm } from '../guard/exposure.ts'
import type { Mark, ProductProfile } from '../products/profile.ts'
import { roleOf } from '../products/role.ts'
import { sameSerial } from '../products/serial-text.ts'
import type { InspectionRecord, PublicReading } from '../record/inspection-record.ts'
import type { PhotographReading, Reading } from '../vision/reading.ts'
import { lightsUnseen } from './lights-unseen.ts'
import { mergeReadings } from './merge.ts'
import {
  hiddenMarkNames,
  type PlannedPhotograph,
  plannedChecks,
  requiredMarkNames,
  type Station,
  stations,
} from './station.ts'

/** A record that passed, looked at once more. */
export interface JudgedAgain {
  /** What does not follow from what stands in it, as clauses. */
  readonly unfounded: readonly string[]
  /** The address that the unit shows; null where none was read. */
  readonly address: string | null
}

/**
 * Judges a record that passed once more, by the rules that judged it: from its own readings, measurements and leftovers, and with
 * the limits that the profile gives. What a record leaves out is taken to be right: texts of secrets (that they were read is
 * asked for), the unit's record among the lot's, what a text may be instead, whether a picture was fit.
 */
export function judgedAgain(record: InspectionRecord, profile: ProductProfile): JudgedAgain {
  const asked = askedAt(record.station, profile)
  const { station, required, hidden } = asked
  const { marks } = mergeReadings(profile, readingsOf(record, asked.marks))
  const seen = { profile, marks, required }
  const [measurements, unlike] = measuredAgain(record, seen, asked.planned)
  const address = addressIn(marks, profile)
  const input: CheckInput = {
    ...seen,
    state: station.state,
    hidden,
    measurements,
    leftovers: leftoversOf(record),
    lookedBy: record.lookedBy,
    states: [],
    identification: {
      outcome: isNamed(record, marks) ? 'found' : 'unread',
      because: 'No reading names it.',
      marks: [],
    },
    unit: { serial: record.unit ?? '', address: address ?? '', intermediateCode: '', confirmationCode: '' },
    crypto: { judge: async () => null, all: () => Promise.reject(new TypeError('nothing secret is kept')) },
    book,
  }
  const findings = record.findings.flatMap(({ check, verdict }) =>
    verdict === 'PASS' ? (findingAgain(check, input) ?? []) : [],
  )
  return {
    unfounded: [
      ...notTaken(record, station, profile),
      ...notOfProduct(record, asked),
      ...unlike,
      ...findings.flatMap(({ check, verdict, because, unproved = [] }) =>
        verdict === 'PASS'
          ? unproved.flatMap(({ name }) =>
              record.unproved.some(one => one.name === name) ? [] : [`${name} is not proved, and it does not say so`],
            )
          : [`${check} does not follow: ${because.replace(/\.$/, '')}`],
      ),
    ],
    address,
  }
}

/** What a station asks of every unit of a product: a large lot asks for it at tens of thousands of records. */
interface Asked {
  readonly station: Station
  readonly required: readonly string[]
  readonly hidden: readonly string[]
  readonly planned: readonly CheckName[]
  readonly marks: ReadonlyMap<string, Mark>
}
const askedOf = new WeakMap<ProductProfile, Map<StationName, Asked>>()

function askedAt(name: StationName, profile: ProductProfile): Asked {
  const its = askedOf.get(profile) ?? new Map<StationName, Asked>()
  askedOf.set(profile, its)
  const known = its.get(name)
  if (known !== undefined) return known
  const station = stations[name]
  const asked: Asked = {
    station,
    required: requiredMarkNames(station, profile),
    hidden: hiddenMarkNames(station, profile),
    planned: plannedChecks(station, profile),
    marks: new Map(profile.marks.map(mark => [mark.name, mark])),
  }
  its.set(name, asked)
  return asked
}

/**
 * Does a record show by its own readings a secret that may not be seen at this station? The guard raises an alarm then, and the
 * record of an alarm says so by itself: asked of the others, whatever their verdict.
 */
export function showsOpenSecret(record: InspectionRecord, profile: ProductProfile, station: StationName): boolean {
  const { marks } = askedAt(station, profile)
  const isOpen = ({ outcome, secret, mark }: PublicReading) =>
    outcome === 'read' && (secret || marks.get(mark)?.secret !== false)
  // Of most records nothing secret was read at all.
  if (!record.readings.some(isOpen)) return false
  // Of a photograph that the record does not name, too.
  const photographs = [...new Set(record.readings.map(({ photograph }) => photograph))].map(id => ({ id }))
  // A text that stands in a record was found to be public before it was written down.
  const readings = record.readings.map(one => ({ ...one, text: null }))
  return readingsOf({ photographs, readings }, marks).some(
    photograph => exposureAlarm(stations[station], profile, photograph) !== null,
  )
}

/** Of one record the same address is read several times, and of a lot at several stations. */
const addresses = new Map<string, ReturnType<AddressBook['readAddress']>>()
const mostAddresses = 20_000
const book: AddressBook = {
  ...addressBook,
  readAddress(text) {
    const known = addresses.get(text) ?? addressBook.readAddress(text)
    if (addresses.size < mostAddresses) addresses.set(text, known)
    return known
  },
}

/** Null where secrets decide, and all that it needs of them was read. */
function findingAgain(name: Finding['check'], input: CheckInput): Finding | null {
  const check = checks[name]
  const unmet = unmetNeeds(check, input)
  if (unmet !== null) return unmet
  const judged = check.judge(input)
  return judged instanceof Promise ? null : { check: name, ...judged }
}

const placeholder = Secret.ofText('read')

/** Photograph by photograph, as far as a record keeps it. */
function readingsOf(
  {
    photographs,
    readings,
  }: Pick<InspectionRecord, 'readings'> & { readonly photographs: readonly { readonly id: string }[] },
  marks: ReadonlyMap<string, Mark>,
): readonly PhotographReading[] {
  const seen = Map.groupBy(readings, ({ photograph }) => photograph)
  return photographs.map(({ id }) => ({
    photographId: id,
    card: null,
    because: null,
    marks: (seen.get(id) ?? []).map(one => readingOf(one, marks.get(one.mark))),
    states: [],
    measurements: [],
  }))
}

function readingOf({ mark, outcome, secret, text, ...rest }: PublicReading, known: Mark | undefined): Reading {
  const { confidence, because, where } = rest
  const readers = rest.readers as Reading['readers']
  const isSecret = secret || known?.secret !== false
  const words = known?.kind === 'text' && outcome === 'unread' ? (known.words ?? null) : null
  return {
    mark,
    outcome,
    // The product's own words may be its best guess at what it could not read.
    text: outcome === 'read' ? (isSecret ? placeholder : text) : words,
    confidence,
    readers,
    alternatives: null,
    where,
    because,
  }
}

function isNamed({ unit }: InspectionRecord, marks: CheckInput['marks']): boolean {
  return [...marks.values()].some(seen => {
    const text = publicText(seen)
    const role = roleOf(seen.mark)
    return text !== null && unit !== null && (role === 'serial' ? sameSerial(text, unit) : role === 'address-qr')
  })
}

function addressIn(marks: CheckInput['marks'], profile: ProductProfile): string | null {
  const shows = (role: string) => [...marks.values()].find(seen => roleOf(seen.mark) === role && isRead(seen))
  const seen: SeenMark | undefined = shows('address-qr') ?? shows('address-text')
  return seen === undefined ? null : publicAddress(seen, profile)
}

/** Every address that a symbol of a record says, photograph by photograph: a symbol is read right, or not at all. */
export function addressesRead(record: InspectionRecord, profile: ProductProfile): readonly string[] {
  const { marks } = askedAt(record.station, profile)
  const said = readingsOf(record, marks).flatMap(photograph =>
    photograph.marks.flatMap(reading => {
      const mark = marks.get(reading.mark)
      const isAddress = mark !== undefined && roleOf(mark) === 'address-qr'
      return (isAddress && publicAddress({ mark, reading, photographId: null, conflict: null }, profile)) || []
    }),
  )
  return [...new Set(said)]
}

function leftoversOf({ leftovers, photographs }: InspectionRecord): CheckInput['leftovers'] {
  const lights = new Map(photographs.map(({ id, how }) => [id, how.light]))
  return leftovers.map(({ photograph, strength, ...rest }) => ({
    ...rest,
    photographId: photograph,
    light: lights.get(photograph) ?? 'unknown',
    strength: strength - hundredth,
  }))
}

/** Half of the last digit that a record keeps, and a hair. */
const hundredth = 0.0051
const tenThousandth = 0.000051

/** Measurements with the verdicts that their record gives them, and which of those do not follow, as clauses. */
function measuredAgain(
  { measurements }: InspectionRecord,
  seen: Pick<CheckInput, 'profile' | 'marks' | 'required'>,
  planned: readonly CheckName[],
): readonly [judged: readonly JudgedMeasurement[], unlike: readonly string[]] {
  const judge = (off: number) =>
    judgeMeasurements(
      seen,
      planned,
      // Where a picture was not fit a value may be left out, and none that is beyond its limits becomes good.
      measurements.map(({ value, limits: _, verdict: __, ...one }) => ({
        ...one,
        value: (value ?? Number.NaN) + off,
        fit: false,
      })),
    )
  const isSame = (one: JudgedMeasurement, i: number) => one.verdict === measurements[i]!.verdict
  let judged = judge(0)
  // A value that was rounded may have come to lie on the other side.
  for (const off of judged.every(isSame) ? [] : [tenThousandth, -tenThousandth]) {
    const other = judge(off)
    judged = judged.map((one, i) => (isSame(one, i) ? one : other[i]!))
  }
  return [
    judged,
    judged.flatMap((one, i) => {
      const { name, of, limits } = measurements[i]!
      const its = one.limits
      if (isLessThanNothing(measurements[i]!)) return [`${name} of ${of} cannot be less than nothing`]
      if (limits?.min !== its?.min || limits?.max !== its?.max)
        return [`the limits of ${name} of ${of} are not those of the profile`]
      return isSame(one, i) ? [] : [`what is said of ${name} of ${of} does not follow from its limits`]
    }),
  ]
}

/** Lengths, areas, shares and counts have no sign, but where they are told from somewhere. */
const isLessThanNothing = ({ name, value, unit }: InspectionRecord['measurements'][number]) =>
  value !== null && value < 0 && unsigned.includes(unit) && measurementRows[name]?.signed !== true
const unsigned: readonly InspectionRecord['measurements'][number]['unit'][] = ['mm', 'mm²', 'px', '%', 'px/mm', 'count']

/** What cannot be seen on a card of the product. */
function notOfProduct({ readings }: InspectionRecord, { marks }: Asked): readonly string[] {
  const foreign = new Set(readings.flatMap(({ mark }) => (marks.has(mark) ? [] : [mark])))
  const isRead = (photograph: string, name: string) =>
    readings.some(one => one.photograph === photograph && one.mark === name && one.outcome === 'read')
  const through = readings.flatMap(({ photograph, mark, outcome }) => {
    const cover = marks.get(mark)
    const isThrough = cover?.kind === 'cover' && outcome === 'whole' && isRead(photograph, cover.covers)
    return isThrough ? [`${cover.covers} was read through ${mark}, which is whole`] : []
  })
  return [...[...foreign].map(mark => `${mark} was seen, which the product does not have`), ...new Set(through)]
}

/** What the station's plan has photographed, and nobody did or nobody saw; a rig without a lamp says what it leaves unproved. */
function notTaken(
  { rig, photographs, readings, unproved }: InspectionRecord,
  station: Station,
  profile: ProductProfile,
): readonly string[] {
  if (rig.kind === 'files') return []
  const { plan } = station
  const isProved = ({ proves }: PlannedPhotograph) => !unproved.some(({ name }) => name === proves)
  const left = plan.photographs.filter(
    planned => !photographs.some(({ how }) => how.light === planned.light) && isProved(planned),
  )
  const lights = [...plan.photographs, ...plan.retakes].map(({ light }) => light)
  const others = new Set(photographs.flatMap(({ how }) => (lights.includes(how.light) ? [] : [how.light])))
  const poses = [...plan.photographs, ...plan.retakes].map(({ pose }) => pose)
  const otherPoses = new Set(photographs.flatMap(({ how }) => (poses.includes(how.pose) ? [] : [how.pose])))
  const seen = photographs.map(({ id, how }) => ({
    light: how.light,
    marks: readings.filter(({ photograph }) => photograph === id),
  }))
  return [
    ...left.map(({ light }) => `it was not photographed under ${light}`),
    ...[...others].map(light => `it was photographed under ${light}, which the station does not plan`),
    ...[...otherPoses].map(pose => `it was photographed at ${pose}, where the station does not`),
    ...lightsUnseen(station, profile, seen)
      .filter(isProved)
      .map(({ light }) => `nothing that ${light} is planned for was seen under it`),
  ]
}
