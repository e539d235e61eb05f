import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'
import { worst } from '../core/verdict.ts'
import {
  alarmCodes,
  checkNames,
  comparisons,
  correctedParts,
  freshnessProofs,
  leftoverKinds,
  leftoverLooks,
  outcomes,
  stationNames,
  unprovedNames,
  type Verdict,
  verdicts,
} from '../core/vocabulary.ts'

const point = z.tuple([z.number(), z.number()])
const verdict = z.enum(verdicts)
const sentence = z.string().min(1)
const isoTime = z.iso.datetime()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const deviceWords = z.strictObject({ camera: z.string(), stage: z.string(), light: z.string() })

/** The rig that took the photographs; `files` for photographs that came as files. */
export const RigIdentity = z.strictObject({
  kind: z.enum(['virtual', 'real', 'files']),
  name: z.string(),
  drivers: deviceWords.nullable().describe('null for files'),
  firmware: deviceWords.nullable().describe('the version that each device states of itself; null for files'),
  truth: sha256.nullable().describe('virtual rigs: sha256 of the truth that they draw from'),
  /** Identity of the calibration that was valid; null when there is none. */
  calibration: z.string().nullable(),
  calibrationExpiresAt: z
    .string()
    .exactOptional()
    .describe('until when that calibration is valid; left out where there is none, and in older records'),
})
export type RigIdentity = z.infer<typeof RigIdentity>

export const SoftwareIdentity = z.strictObject({
  name: z.literal('assay'),
  version: z.string(),
  /** Revision of the source; null for a published package. */
  revision: z.string().nullable(),
  modelsSha256: sha256.exactOptional().describe('over the networks that read text; left out where nobody said'),
})
export type SoftwareIdentity = z.infer<typeof SoftwareIdentity>

/** A photograph that could not be taken at first, and was asked for again. */
export const CaptureRetry = z.strictObject({
  light: z.string(),
  pose: z.string(),
  error: z.strictObject({ code: z.string(), message: sentence }),
})
export type CaptureRetry = z.infer<typeof CaptureRetry>

/** A photograph by its content, and how it was taken. Its pixels are evidence and are kept elsewhere. */
export const PhotographRef = z.strictObject({
  id: z.string().min(1).describe('sha256 of the encoded picture'),
  takenAt: isoTime.nullable(),
  how: z.strictObject({
    camera: z.string(),
    exposureMs: z.number().nullable(),
    light: z.string(),
    pose: z.string(),
    calibration: z.string().nullable(),
    /** What was seen of the view coming to rest before; left out where nothing was waited for. */
    steady: z.strictObject({ frames: z.int(), lastChange: z.number() }).exactOptional(),
    /** How it is known that the picture is younger than the last change of light or pose; left out where nobody asked. */
    fresh: z.enum(freshnessProofs).exactOptional(),
    /** What the calibration took out of the picture before it was read; left out where it was read as it came. */
    corrected: z.array(z.enum(correctedParts)).readonly().exactOptional(),
  }),
})
export type PhotographRef = z.infer<typeof PhotographRef>

/** A reading as it may leave the run: a secret mark's text is left out, whatever it is. */
export const PublicReading = z.strictObject({
  photograph: z.string(),
  mark: z.string(),
  outcome: z.enum(outcomes),
  secret: z.boolean(),
  text: z.string().nullable().describe('as seen; always null for a secret mark'),
  confidence: z.number(),
  readers: z.array(z.string()),
  where: z
    .tuple([point, point, point, point])
    .nullable()
    .describe('px in the photograph (without its lens, where that was corrected), clockwise from its own top left'),
  because: z.string(),
})
export type PublicReading = z.infer<typeof PublicReading>

const measurement = z.strictObject({
  name: z.string(),
  of: z.string(),
  value: z.number().nullable().describe('null when it could not be measured'),
  unit: z.enum(['mm', 'mm²', 'deg', 'px', '%', 'ratio', 'px/mm', 'count', 'index']),
  limits: z.strictObject({ min: z.number().nullable(), max: z.number().nullable() }).nullable(),
  verdict: verdict.nullable().describe('of the check that judged it by these limits; null where none did'),
})

const finding = z.strictObject({
  check: z.enum(checkNames),
  verdict,
  because: sentence,
  marks: z.array(z.string()),
  comparison: z.enum(comparisons).optional().describe('of checks that compare a text: how it came out'),
})

/** Something on the card that no mark of the profile explains. */
const leftover = z.strictObject({
  photograph: z.string(),
  kind: z.enum(leftoverKinds),
  rect: z
    .strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
    .describe("mm on the card's front"),
  where: z.tuple([point, point, point, point]).describe('px in the photograph, clockwise'),
  strength: z.number().describe('multiple of the most that good cards show'),
  because: sentence,
})

/** What the findings do not prove. */
const unproved = z.strictObject({
  name: z.enum(unprovedNames),
  because: sentence,
  holds: z
    .boolean()
    .describe("the station's plan asks for the proof: without it the unit does not pass, unless it is accepted"),
  accepted: z.boolean().describe('whoever ran this lets units pass without the proof'),
})

/** A secret lay open where it must not: the run stopped at this unit (design.md rule 6). */
const alarm = z.strictObject({
  code: z.enum(alarmCodes),
  because: sentence,
  marks: z.array(z.string()),
  acknowledged: z
    .boolean()
    .describe('whoever ran this had planted it and named it beforehand, so that the run went on'),
})
export type Alarm = z.infer<typeof alarm>

/**
 * One visit of one unit to one station: the only truth, from which every report derives. Holds nothing secret. Changing
 * the shape means a new format name.
 */
export const InspectionRecord = z.strictObject({
  format: z.literal('assay-inspection-5'),
  unit: z.string().nullable().describe('serial of the unit in the records; null when it was not found'),
  product: z.string(),
  lot: z.string().nullable(),
  station: z.enum(stationNames),
  rig: RigIdentity,
  software: SoftwareIdentity,
  operator: z.string().nullable(),
  started: isoTime,
  ended: isoTime,
  photographs: z.array(PhotographRef),
  captureRetries: z.array(CaptureRetry).describe('photographs that failed on the rig and were asked for again'),
  readingsSha256: sha256.nullable().describe('over the readings, written down before any record was loaded'),
  readings: z.array(PublicReading),
  expected: z
    .array(z.strictObject({ mark: z.string(), text: z.string() }))
    .exactOptional()
    .describe(
      "what the unit's public record says stands at a mark; left out where no unit was found, and in older records",
    ),
  measurements: z.array(measurement),
  lookedBy: z.array(z.enum(leftoverLooks)).describe('what looked for anything else on the card'),
  leftovers: z.array(leftover),
  plannedChecks: z.array(z.enum(checkNames)),
  planSha256: sha256
    .exactOptional()
    .describe('over what the station photographs, proves, checks and lets be seen; left out in older records'),
  findings: z.array(finding),
  unproved: z.array(unproved),
  alarm: alarm.nullable(),
  error: z.strictObject({ code: z.string(), message: sentence }).nullable(),
  verdict,
  because: sentence,
})
export type InspectionRecord = z.infer<typeof InspectionRecord>

/** What is not proved, each once: «cover-material (accepted)», «faint-marks». */
export function unprovedNamesIn(unproved: InspectionRecord['unproved']): readonly string[] {
  return [...new Set(unproved.map(({ name, accepted }) => `${name}${accepted ? ' (accepted)' : ''}`))]
}

/** What a record's verdict is worked out from. */
interface Grounds {
  readonly findings: readonly { readonly check: string; readonly verdict: Verdict }[]
  readonly alarm: object | null
  readonly error: object | null
  readonly plannedChecks: readonly string[]
  readonly unproved: readonly { readonly holds: boolean; readonly accepted: boolean }[]
}

/** The verdict that a record's own findings, alarm, error and planned checks give: whoever uses a record asks this. */
export function verdictOf({ findings, alarm, error, plannedChecks, unproved }: Grounds): Verdict {
  const done = new Set(findings.map(({ check }) => check))
  return worst([
    ...findings.map(finding => finding.verdict),
    ...(alarm === null ? [] : (['FAIL'] as const)),
    ...(error === null ? [] : (['ERROR'] as const)),
    ...(unproved.some(({ holds, accepted }) => holds && !accepted) ? (['INCONCLUSIVE'] as const) : []),
    // A planned check without a finding was not run: that is never a pass.
    ...(plannedChecks.every(name => done.has(name)) ? [] : (['INCONCLUSIVE'] as const)),
  ])
}

/** A record that says another verdict than what stands in it gives: it was changed after it was made. */
export class RecordError extends AssayError {
  override readonly name = 'RecordError'
}

/** The record as it is written to a file: checked, always the same bytes for the same record. Same errors as reading. */
export function serialiseRecord(record: InspectionRecord): string {
  return `${JSON.stringify(checked(record), null, 2)}\n`
}

/** A record from its text. @throws ZodError or SyntaxError when it is not one, RecordError `record-verdict` */
export function parseRecord(text: string): InspectionRecord {
  return checked(JSON.parse(text))
}

/** {@link parseRecord}; null where the text is no record, or one of another Assay. @throws RecordError `record-verdict` */
export function recordIn(text: string): InspectionRecord | null {
  try {
    return parseRecord(text)
  } catch (error) {
    if (error instanceof RecordError) throw error
    return null
  }
}

function checked(value: unknown): InspectionRecord {
  const record = InspectionRecord.parse(value)
  const { verdict, unit, station } = record
  const right = verdictOf(record)
  if (verdict === right) return record
  throw new RecordError(
    'record-verdict',
    `The record of ${unit ?? 'an unknown unit'} at station ${station} says ${verdict}, but its findings, alarm, error and planned checks give ${right}: it was changed after it was made and is not used. Inspect the unit again.`,
  )
}
