import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { CheckInput, Finding, JudgedMeasurement, Unproved } from '../checks/check.ts'
import { AssayError } from '../core/assay-error.ts'
import type { CheckName, Verdict } from '../core/vocabulary.ts'
import type { Exposure } from '../guard/exposure.ts'
import type { UnitRecord } from '../products/unit-record.ts'
import { type InspectionRecord, unprovedNamesIn, verdictOf } from '../record/inspection-record.ts'
import type { PhotographReading } from '../vision/reading.ts'
import type { InspectionRequest, PhotographSeen } from './inspection-request.ts'
import type { Lead } from './lead-sentence.ts'
import { expectedOf, publicLeftover, publicMeasurement, publicReadings } from './public-reading.ts'
import { recordedRig } from './recorded-rig.ts'
import { planDigest, plannedChecks } from './station.ts'

/** The record while it is being made. Nothing in it is ever taken back. */
export class DraftRecord {
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
    return this.#lead.kind === 'no-card' ? because : `${this.#lead.because} ${because}`
  }

  /** What an alarm is raised over may be a card of another product: said behind the alarm, which stands. */
  #alarmed({ because }: Exposure): string {
    return this.#lead?.kind === 'other-product' ? `${because} ${this.#lead.because}` : because
  }

  finish(): InspectionRecord {
    const { findings, alarm, error, unproved } = this.#record
    const verdict = verdictOf(this.#record)
    const first = firstOf(findings, verdict)
    const because =
      error?.message ??
      (alarm === null ? null : this.#alarmed(alarm)) ??
      (verdict === 'PASS' ? passedSentence(this.#record) : this.#led(verdict, first?.because)) ??
      unprovedSentence(unproved) ??
      'No check was run.'
    const captureRetries = [...(this.#request.captureRetries?.() ?? [])]
    return { ...this.#record, captureRetries, ended: this.#request.clock(), verdict, because }
  }
}

/** What print looks like may be the picture's fault, and what hides a secret in doubt: what was seen to lie on the card is said first. */
const TOLD_AFTER: Readonly<Record<'FAIL' | 'INCONCLUSIVE', readonly CheckName[]>> = {
  FAIL: ['legibility', 'print-quality'],
  INCONCLUSIVE: ['legibility', 'print-quality', 'concealed'],
}

function firstOf(findings: InspectionRecord['findings'], verdict: Verdict) {
  const told = findings.filter(finding => finding.verdict === verdict)
  const isAfter =
    told[0] !== undefined &&
    (verdict === 'FAIL' || verdict === 'INCONCLUSIVE') &&
    TOLD_AFTER[verdict].includes(told[0].check)
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
