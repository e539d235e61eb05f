import { createHash } from 'node:crypto'
import type { AddressBook, ScryptEngine } from '../bip38/index.ts'
import type { CheckInput, Finding, JudgedMeasurement } from '../checks/check.ts'
import { cryptoFindings } from '../checks/crypto-findings.ts'
import { alternativesOf } from '../checks/lattice.ts'
import { refuseUnknownLimits } from '../checks/limits.ts'
import { judgeMeasurements } from '../checks/measured.ts'
import { runChecks } from '../checks/run-checks.ts'
import { addressBook } from '../checks/same-key.ts'
import { isRead, publicText, requiredMarks } from '../checks/seen.ts'
import { AssayError } from '../core/assay-error.ts'
import { Secret } from '../core/secret.ts'
import { worst } from '../core/verdict.ts'
import { exposureAlarm } from '../guard/exposure.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { Role } from '../products/role.ts'
import { bip38Passphrase } from '../products/text-setting.ts'
import type { LotFile } from '../products/unit-record.ts'
import type { CaptureRetry, InspectionRecord, PhotographRef, SoftwareIdentity } from '../record/inspection-record.ts'
import type { PhotographReading } from '../vision/reading.ts'
import { identifyUnit } from './identify.ts'
import { mergeReadings } from './merge.ts'
import { publicMeasurement, publicReadings } from './public-reading.ts'
import { type RigAtWork, recordedRig } from './recorded-rig.ts'
import { seenAt } from './seen-at.ts'
import { hiddenMarkNames, plannedChecks, requiredMarkNames, type Station } from './station.ts'

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
  /** null: the photographs came as files. */
  readonly rig: RigAtWork | null
  readonly software: SoftwareIdentity
  readonly operator?: string | null
  /** Photographs that failed and were asked for again, as they stand when the inspection ends. */
  readonly captureRetries?: () => readonly CaptureRetry[]
  /** Called with the digest of the readings before any record is loaded, for the journal. */
  readonly onReadingsWritten?: (sha256: string) => void | Promise<void>
  /** At least 16 bytes, fresh for each unit: what the key signs at the opened station. */
  readonly challenge?: Uint8Array
  readonly book?: AddressBook
  /** What computes scrypt; default: the core's own choice. */
  readonly scrypt?: ScryptEngine
  readonly signal?: AbortSignal
}

/**
 * Inspects one unit at one station: writes the blind readings down, looks for exposed secrets, finds the unit's record,
 * runs every planned check, and returns the inspection record.
 *
 * Never throws: whatever goes wrong during a unit, an interruption included, gives a record with verdict ERROR. A record
 * with an alarm means that the run must stop; the remaining checks of the unit were not run.
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
  const digest = draft.writeReadings(taken)
  await request.onReadingsWritten?.(digest)

  for (const { reading } of taken) {
    const alarm = exposureAlarm(station, profile, reading)
    if (alarm !== null) return draft.stop(alarm)
  }

  signal?.throwIfAborted()
  const lot = await request.records()
  const merged = mergeReadings(
    profile,
    taken.map(({ reading }) => seenAt(station, reading)),
  )
  const required = requiredMarkNames(station, profile)
  const planned = plannedChecks(station, profile)
  const measurements = judgeMeasurements({ profile, required, ...merged }, planned, merged.measurements)
  draft.addMeasurements(measurements)
  const book = request.book ?? addressBook
  const { unit, identification } = identifyUnit(merged.marks, lot, book)
  draft.found(unit?.serial ?? null, unit?.lot ?? lot.lot)

  const known = {
    profile,
    state: station.state,
    ...merged,
    required,
    hidden: hiddenMarkNames(station, profile),
    measurements,
    identification,
    unit,
    book,
  }
  const secrets = secretTexts({ ...known, crypto: unusedCrypto })
  try {
    const { address, confirmationCode } = publicParts({ ...known, crypto: unusedCrypto })
    const crypto = cryptoFindings({
      intermediateCode: unit?.intermediateCode,
      confirmationCode: unit?.confirmationCode ?? confirmationCode,
      address: address ?? unit?.address,
      epk: secrets.epk?.exposeText(),
      passphrase: secrets.passphrase,
      alternatives: secrets.alternatives,
      flags: profile.bip38.flags,
      book,
      challenge: request.challenge,
      scrypt: request.scrypt,
      signal,
    })
    draft.judged(await runChecks(planned, { ...known, crypto }, signal))
  } finally {
    secrets.passphrase?.dispose()
  }
}

/** For looking at marks before the core has its parts. */
const unusedCrypto: CheckInput['crypto'] = {
  judge: async () => null,
  all: () => Promise.reject(new Error('the core has no parts yet')),
}

function publicParts(input: CheckInput): { address: string | undefined; confirmationCode: string | undefined } {
  const read = (role: Role) =>
    requiredMarks(input, role)
      .map(publicText)
      .find(text => text !== null)
  return { address: read('address-qr'), confirmationCode: read('confirmation-code') }
}

interface SecretTexts {
  readonly epk: Secret | undefined
  /** As BIP38 takes it. The inspection owns it and wipes it. */
  readonly passphrase: Secret | undefined
  readonly alternatives: readonly string[]
}

/** The secrets that this station's plan reads; what it does not plan to read is never used, even when it can be seen. */
function secretTexts(input: CheckInput): SecretTexts {
  const secretOf = (role: Role) =>
    requiredMarks(input, role)
      .filter(isRead)
      .map(({ reading }) => reading)[0]
  const epk = secretOf('epk-qr')?.text
  const read = secretOf('passphrase')
  const typed = (displayed: string) => bip38Passphrase(input.profile, displayed)
  return {
    epk: epk instanceof Secret ? epk : undefined,
    passphrase: read?.text instanceof Secret ? Secret.ofText(typed(read.text.exposeText())) : undefined,
    alternatives: read?.alternatives ? alternativesOf(read.alternatives).map(({ text }) => typed(text)) : [],
  }
}

/** The record while it is being made. Nothing in it is ever taken back. */
class Draft {
  readonly #request: InspectionRequest
  readonly #record: Omit<InspectionRecord, 'ended' | 'verdict' | 'because'>

  constructor(request: InspectionRequest) {
    this.#request = request
    const { station, profile, rig, software, operator } = request
    this.#record = {
      format: 'assay-inspection-3',
      unit: null,
      product: profile.name,
      lot: null,
      station: station.name,
      rig: recordedRig(rig),
      software,
      operator: operator ?? null,
      started: request.clock(),
      photographs: [],
      captureRetries: [],
      readingsSha256: null,
      readings: [],
      measurements: [],
      plannedChecks: [...plannedChecks(station, profile)],
      findings: [],
      alarm: null,
      error: null,
    }
  }

  /** @returns sha256 of the readings as they stand in the record */
  writeReadings(taken: readonly PhotographSeen[]): string {
    const { profile } = this.#request
    this.#record.photographs = taken.map(({ photograph }) => ({ ...photograph, how: { ...photograph.how } }))
    this.#record.readings = taken.flatMap(({ reading }) => publicReadings(profile, reading))
    const digest = createHash('sha256').update(JSON.stringify(this.#record.readings)).digest('hex')
    this.#record.readingsSha256 = digest
    return digest
  }

  addMeasurements(measurements: readonly JudgedMeasurement[]): void {
    this.#record.measurements = measurements.map(publicMeasurement)
  }

  found(unit: string | null, lot: string | null): void {
    this.#record.unit = unit
    this.#record.lot = lot
  }

  judged(findings: readonly Finding[]): void {
    this.#record.findings = findings.map(finding => ({ ...finding, marks: [...finding.marks] }))
  }

  stop(alarm: NonNullable<InspectionRecord['alarm']>): void {
    this.#record.alarm = alarm
  }

  fail(error: unknown): void {
    this.#record.error = errorOf(error)
  }

  finish(): InspectionRecord {
    const { findings, alarm, error, plannedChecks } = this.#record
    const done = new Set(findings.map(({ check }) => check))
    const verdict = worst([
      ...findings.map(finding => finding.verdict),
      ...(alarm === null ? [] : (['FAIL'] as const)),
      ...(error === null ? [] : (['ERROR'] as const)),
      // A planned check without a finding was not run: that is never a pass.
      ...(plannedChecks.every(name => done.has(name)) ? [] : (['INCONCLUSIVE'] as const)),
    ])
    const first = findings.find(finding => finding.verdict === verdict)
    const because =
      error?.message ??
      alarm?.because ??
      (verdict === 'PASS' ? `All ${findings.length} checks passed.` : first?.because) ??
      'No check was run.'
    const captureRetries = [...(this.#request.captureRetries?.() ?? [])]
    return { ...this.#record, captureRetries, ended: this.#request.clock(), verdict, because }
  }
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
