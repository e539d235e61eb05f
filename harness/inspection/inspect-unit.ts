import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { AddressBook, ScryptEngine } from '../bip38/index.ts'
import type { CheckInput, Finding, JudgedMeasurement, Unproved } from '../checks/check.ts'
import { cryptoFindings } from '../checks/crypto-findings.ts'
import { alternativesOf } from '../checks/lattice.ts'
import { refuseUnknownLimits } from '../checks/limits.ts'
import { judgeMeasurements } from '../checks/measured.ts'
import { runChecks } from '../checks/run-checks.ts'
import { addressBook } from '../checks/same-key.ts'
import { isRead, publicAddress, publicText, requiredMarks } from '../checks/seen.ts'
import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import { type AlarmCode, type CheckName, leftoverLooks, type UnprovedName, type Verdict } from '../core/vocabulary.ts'
import { type Exposure, exposureAlarm } from '../guard/exposure.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { Role } from '../products/role.ts'
import { bip38Passphrase } from '../products/text-setting.ts'
import type { LotFile, UnitRecord } from '../products/unit-record.ts'
import {
  type CaptureRetry,
  type InspectionRecord,
  type PhotographRef,
  type SoftwareIdentity,
  unprovedNamesIn,
  verdictOf,
} from '../record/inspection-record.ts'
import { withKeysKept } from '../vision/kept-keys.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { identifyUnit } from './identify.ts'
import { type Lead, leadOf } from './lead-sentence.ts'
import { mergeReadings } from './merge.ts'
import { expectedOf, publicLeftover, publicMeasurement, publicReadings } from './public-reading.ts'
import { type RigAtWork, recordedRig } from './recorded-rig.ts'
import { seenAt } from './seen-at.ts'
import { underItsLight } from './side-light.ts'
import { hiddenMarkNames, planDigest, plannedChecks, requiredMarkNames, type Station } from './station.ts'

/** A photograph of the unit: how it was taken, and what blind vision says of it. */
export interface PhotographSeen {
  readonly photograph: PhotographRef
  readonly reading: PhotographReading
}

/** Everything that one inspection takes; clock and randomness come from outside (design.md rule 8). */
export interface InspectionRequest {
  readonly station: Station
  readonly profile: ProductProfile
  /** The photographs of one unit, or the work that takes and reads them: whatever it throws becomes an ERROR record. */
  readonly photographs: readonly PhotographSeen[] | (() => Promise<readonly PhotographSeen[]>)
  /** Loads the lot's public records. Called only after the readings are written down (design.md rule 1). */
  readonly records: () => LotFile | Promise<LotFile>
  /** Now, as ISO 8601 in UTC with milliseconds. */
  readonly clock: () => string
  /** When the unit was laid in, by the same clock. Default: now. */
  readonly started?: string
  /** null: the photographs came as files. */
  readonly rig: RigAtWork | null
  readonly software: SoftwareIdentity
  readonly operator?: string | null
  /** Alarms that whoever runs this has planted, by name: they end this unit only, and the record says so. Default: none. */
  readonly acknowledged?: readonly AlarmCode[]
  /** What the unit may pass without a proof of; the record says so. Default: nothing. */
  readonly acceptUnproved?: readonly UnprovedName[]
  /** Photographs that failed and were asked for again, as they stand when the inspection ends. */
  readonly captureRetries?: () => readonly CaptureRetry[]
  /** Called with the digest of the readings before any record is loaded, for the journal. */
  readonly onReadingsWritten?: (sha256: string) => void | Promise<void>
  /** At least 16 bytes, fresh for each unit: what the key signs at the opened station. */
  readonly challenge?: Uint8Array
  readonly book?: AddressBook
  /** What computes scrypt. Default: the core's own choice. */
  readonly scrypt?: ScryptEngine
  readonly signal?: AbortSignal
}

/**
 * Inspects one unit at one station: writes the blind readings down, looks for exposed secrets, finds the unit's record,
 * runs every planned check, and returns the inspection record.
 *
 * Never throws: whatever goes wrong during a unit, an interruption included, gives a record with verdict ERROR. After an alarm
 * the unit's checks are not run; that the run stops is the loop's to see to (`run.ts`).
 */
export async function inspectUnit(request: InspectionRequest): Promise<InspectionRecord> {
  const draft = new Draft(request)
  try {
    await inspect(request, draft)
  } catch (error) {
    draft.fail(error)
  }
  return draft.finish()
}

async function inspect(request: InspectionRequest, draft: Draft): Promise<void> {
  const { station, profile, signal } = request
  signal?.throwIfAborted()
  refuseUnknownLimits(profile)
  const taken = typeof request.photographs === 'function' ? await request.photographs() : request.photographs
  // What stands in the place of their secret texts would be judged.
  if (taken.some(({ reading }) => reading.sealed !== undefined))
    throw new TypeError('sealed readings are judged where they can be opened')
  const readings = taken.map(({ reading }) => withKeysKept(profile, reading))
  const digest = draft.writeReadings(taken, readings)
  await request.onReadingsWritten?.(digest)

  for (const reading of readings) {
    const exposure = exposureAlarm(station, profile, reading)
    if (exposure !== null) return draft.stop(exposure)
  }

  draft.lead(
    leadOf(
      station,
      readings.map(reading => seenAt(station, reading)),
    ),
  )
  signal?.throwIfAborted()
  const lot = await request.records()
  const merged = mergeReadings(
    profile,
    readings.map((reading, i) => underItsLight(profile, lightOf(taken[i]!), seenAt(station, reading))),
  )
  const required = requiredMarkNames(station, profile)
  const planned = plannedChecks(station, profile)
  const measurements = judgeMeasurements({ profile, required, ...merged }, planned, merged.measurements)
  draft.addMeasurements(measurements)
  const rest = restOf(taken, readings)
  draft.addRest(rest)
  const book = request.book ?? addressBook
  const { unit, identification } = identifyUnit(merged.marks, lot, book, profile)
  draft.found(unit, unit?.lot ?? lot.lot)

  const seen = { ...merged, measurements, required, ...rest }
  using factors = factorsOf(seen, profile)
  const { address, confirmationCode } = publicParts(seen, profile)
  const crypto = cryptoFindings({
    ...factors,
    intermediateCode: unit?.intermediateCode,
    confirmationCode: unit?.confirmationCode ?? confirmationCode,
    address: address ?? unit?.address,
    flags: profile.bip38.flags,
    book,
    challenge: request.challenge,
    scrypt: request.scrypt,
    signal,
  })
  const input = { ...seen, profile, state: station.state, hidden: hiddenMarkNames(station, profile) }
  const known = { identification, unit, crypto, book }
  const leftOut = request.rig === null ? [] : notPhotographed(station, taken)
  draft.judged(await runChecks(planned, { ...input, ...known }, signal), leftOut)
}

const lightOf = ({ photograph }: PhotographSeen) => photograph.how.light

/** What all photographs show besides the profile's marks, and what looked for it. */
function restOf(
  taken: readonly PhotographSeen[],
  readings: readonly PhotographReading[],
): Pick<CheckInput, 'leftovers' | 'lookedBy'> {
  return {
    leftovers: readings.flatMap(({ photographId, rest }, i) =>
      (rest?.leftovers ?? []).map(one => ({ ...one, photographId, light: lightOf(taken[i]!) })),
    ),
    lookedBy: leftoverLooks.filter(look => readings.some(({ rest }) => rest?.by.includes(look))),
  }
}

/** What a rig without all lamps of the plan leaves unproved. */
function notPhotographed({ plan }: Station, taken: readonly PhotographSeen[]): readonly Unproved[] {
  return plan.photographs.flatMap(({ light, proves }) =>
    proves === undefined || taken.some(one => lightOf(one) === light)
      ? []
      : [{ name: proves, because: `this rig has no light «${light}», which shows what others do not` }],
  )
}

type Seen = Pick<CheckInput, 'marks' | 'required'>

function publicParts(
  seen: Seen,
  profile: ProductProfile,
): { address: string | undefined; confirmationCode: string | undefined } {
  const read = (role: Role) => requiredMarks(seen, role).find(isRead)
  const [address, confirmationCode] = [read('address-qr'), read('confirmation-code')]
  return {
    // A private key in an address's place is no address, and the core is not told more of it.
    address: address && (publicAddress(address, profile) ?? ''),
    confirmationCode: confirmationCode && (publicText(confirmationCode) ?? ''),
  }
}

/** What the core is given of the secrets. Disposing wipes what was made for it: the readings keep their own. */
interface Factors extends Disposable {
  readonly epk: Secret | undefined
  /** As BIP38 takes it. */
  readonly passphrase: Secret | undefined
  readonly alternatives: readonly Secret[]
}

/** The secrets that this station's plan reads; what it does not plan to read is never used, even when it can be seen. */
function factorsOf(seen: Seen, profile: ProductProfile): Factors {
  const secretOf = (role: Role) => requiredMarks(seen, role).find(isRead)?.reading
  const epk = secretOf('epk-qr')?.text
  const read = secretOf('passphrase')
  const typed = (displayed: Secret) => Secret.ofText(bip38Passphrase(profile, displayed.exposeText()))
  const passphrase = read?.text instanceof Secret ? typed(read.text) : undefined
  const alternatives = (read?.alternatives ? alternativesOf(read.alternatives) : []).map(({ text }) => {
    using displayed = text
    return typed(displayed)
  })
  return {
    epk: epk instanceof Secret ? epk : undefined,
    passphrase,
    alternatives,
    [Symbol.dispose]: () => {
      for (const secret of [...alternatives, passphrase]) secret?.dispose()
    },
  }
}

/** The record while it is being made. Nothing in it is ever taken back. */
class Draft {
  readonly #request: InspectionRequest
  readonly #record: Omit<InspectionRecord, 'ended' | 'verdict' | 'because'>
  #lead: Lead | null = null

  constructor(request: InspectionRequest) {
    this.#request = request
    const { station, profile, rig, software, operator } = request
    this.#record = {
      format: 'assay-inspection-5',
      unit: null,
      product: profile.name,
      lot: null,
      station: station.name,
      rig: recordedRig(rig),
      software,
      operator: operator ?? null,
      started: request.started ?? request.clock(),
      photographs: [],
      captureRetries: [],
      readingsSha256: null,
      readings: [],
      measurements: [],
      lookedBy: [],
      leftovers: [],
      plannedChecks: [...plannedChecks(station, profile)],
      planSha256: planDigest(station, profile),
      findings: [],
      unproved: [],
      alarm: null,
      error: null,
    }
  }

  /** @returns sha256 of the readings as they stand in the record */
  writeReadings(taken: readonly PhotographSeen[], readings: readonly PhotographReading[]): string {
    const { profile } = this.#request
    this.#record.photographs = taken.map(({ photograph }) => ({ ...photograph, how: { ...photograph.how } }))
    this.#record.readings = readings.flatMap(reading => publicReadings(profile, reading))
    const digest = bytesToHex(sha256(utf8ToBytes(JSON.stringify(this.#record.readings))))
    this.#record.readingsSha256 = digest
    return digest
  }

  addMeasurements(measurements: readonly JudgedMeasurement[]): void {
    this.#record.measurements = measurements.map(publicMeasurement)
  }

  addRest({ leftovers, lookedBy }: Pick<CheckInput, 'leftovers' | 'lookedBy'>): void {
    this.#record.lookedBy = [...lookedBy]
    this.#record.leftovers = leftovers.map(publicLeftover)
  }

  found(unit: UnitRecord | null, lot: string | null): void {
    this.#record.unit = unit?.serial ?? null
    this.#record.lot = lot
    if (unit !== null) this.#record.expected = [...expectedOf(unit, this.#request.profile)]
  }

  judged(findings: readonly Finding[], leftOut: readonly Unproved[]): void {
    const { station, acceptUnproved = [] } = this.#request
    this.#record.findings = findings.map(({ unproved: _, ...finding }) => ({ ...finding, marks: [...finding.marks] }))
    this.#record.unproved = [...findings.flatMap(({ unproved = [] }) => unproved), ...leftOut].map(
      ({ name, because }) => ({
        name,
        because,
        holds: station.plan.proves.includes(name),
        accepted: acceptUnproved.includes(name),
      }),
    )
  }

  lead(lead: Lead | null): void {
    this.#lead = lead
  }

  stop(exposure: Exposure): void {
    const acknowledged = this.#request.acknowledged?.includes(exposure.code) ?? false
    this.#record.alarm = { ...exposure, marks: [...exposure.marks], acknowledged }
  }

  fail(error: unknown): void {
    this.#record.error = errorOf(error)
  }

  /** The cause first. What is wrong with the unit is said all the same. */
  #led(verdict: Verdict, because: string | undefined): string | undefined {
    if (this.#lead === null || because === undefined) return because
    if (verdict === 'INCONCLUSIVE') return this.#lead.because
    return this.#lead.kind === 'wrong-station' ? `${this.#lead.because} ${because}` : because
  }

  finish(): InspectionRecord {
    const { findings, alarm, error, unproved } = this.#record
    const verdict = verdictOf(this.#record)
    const first = firstOf(findings, verdict)
    const because =
      error?.message ??
      alarm?.because ??
      (verdict === 'PASS' ? passedSentence(this.#record) : this.#led(verdict, first?.because)) ??
      unprovedSentence(unproved) ??
      'No check was run.'
    const captureRetries = [...(this.#request.captureRetries?.() ?? [])]
    return { ...this.#record, captureRetries, ended: this.#request.clock(), verdict, because }
  }
}

/** What print looks like may be the picture's fault: what was seen to lie on the card is said before it. */
const TOLD_AFTER: readonly CheckName[] = ['legibility', 'print-quality']

function firstOf(findings: InspectionRecord['findings'], verdict: Verdict) {
  const told = findings.filter(finding => finding.verdict === verdict)
  const isAfter = told[0] !== undefined && TOLD_AFTER.includes(told[0].check)
  return (isAfter ? told.find(({ check }) => check === 'nothing-else') : undefined) ?? told[0]
}

/** «All 14 checks passed. Not proved: faint-marks.» */
function passedSentence({ findings, unproved }: Pick<InspectionRecord, 'findings' | 'unproved'>): string {
  const left = unprovedNamesIn(unproved)
  return `All ${findings.length} checks passed.${left.length === 0 ? '' : ` Not proved: ${left.join(', ')}.`}`
}

function unprovedSentence(unproved: InspectionRecord['unproved']): string | undefined {
  const holding = unproved.filter(({ holds, accepted }) => holds && !accepted)
  if (holding.length === 0) return undefined
  return `Not proved: ${holding.map(({ name, because }) => `${name} (${because})`).join('; ')}.`
}

/** Only our own errors may speak: a message that a library composed may quote its input, which may be secret. */
function errorOf(error: unknown): { code: string; message: string } {
  if (error instanceof AssayError) return { code: error.code, message: error.message }
  if (error instanceof Error && error.name === 'AbortError') {
    return { code: 'interrupted', message: 'The inspection was interrupted before it was done.' }
  }
  const kind = error instanceof Error ? error.name : typeof error
  return { code: 'internal', message: `The inspection stopped with an unexpected ${kind}; this is a defect in Assay.` }
}
