import { createHash } from 'node:crypto'
import { z } from 'zod'
import { lightPresets } from '../../light/light.ts'
import { RigError } from '../../rig-error.ts'
import type { Rig } from '../connected-rig.ts'
import { fittedTerms } from './plane-camera.ts'

const number = z.number()
const text = z.string()
const pair = z.tuple([number, number])

/** What `assay rig calibrate` found, as it is written to the rig's calibration file. */
const calibrationContent = z.strictObject({
  format: z.literal('assay-calibration-2'),
  rig: text,
  kind: z.enum(['virtual', 'real']),
  camera: z.strictObject({ driver: text, firmware: text, size: z.strictObject({ width: number, height: number }) }),
  /** As the operator names it; null when nobody did. */
  lens: text.nullable(),
  by: text,
  /** ISO 8601, UTC. */
  madeAt: text,
  expiresAt: text,
  pose: text,
  plane: z.strictObject({
    perspective: z.array(number).length(9),
    k1: number,
    k2: number,
    centre: pair,
    terms: z.enum(fittedTerms),
    points: number,
    rmsPx: number,
    worstPx: number,
    pixelsPerMm: number,
  }),
  /** On the second target; null when there was none. */
  verification: z.strictObject({ points: number, rmsMm: number, worstMm: number, scalePercent: number }).nullable(),
  /** null for a rig without motion. */
  stage: z
    .strictObject({
      /** Movement in the picture's plane, mm, for one mm of the machine's x and of its y. */
      x: pair,
      y: pair,
      /** Standard deviation of coming back to the pose, mm. */
      repeatMm: number,
      squarenessDeg: number,
    })
    .nullable(),
  lights: z.partialRecord(
    z.enum(lightPresets),
    z.strictObject({
      /** With which the target's white is at about 70 % of what the camera can tell. */
      exposureMs: number.nullable(),
      white: z.tuple([number, number, number]),
      evenness: number,
      clipped: number,
      grain: number,
      /** How white is lit all over the picture: what photographs under this light are evened out by. */
      field: z
        .strictObject({ columns: z.int().min(2), rows: z.int().min(2), white: z.array(number), residual: number })
        .refine(({ columns, rows, white }) => white.length === 3 * columns * rows),
    }),
  ),
  /** Light that the camera tells where there is none, R, G, B; null where the lamps cannot be put out. */
  dark: z.tuple([number, number, number]).nullable(),
  /** Light with every lamp off, over white under the dome at the same exposure. */
  darkShare: number.nullable(),
  /** From a lamp that is lit to the first frame that shows it, ms; left out where the camera proves itself or no lamp can be put out. */
  latency: z.strictObject({ longestMs: number, medianMs: number, changes: z.int() }).exactOptional(),
  /** cycles a pixel */
  mtf50: number,
  /** Variance of the Laplacian over the mean square, of the target under the first light. */
  detail: number,
})
export type CalibrationContent = z.infer<typeof calibrationContent>

const calibrationFile = calibrationContent.extend({ id: z.string().regex(/^[0-9a-f]{64}$/) })

/** A calibration with its identity, which is the sha256 of its content: what photographs and records refer to. */
export type Calibration = z.infer<typeof calibrationFile>

/** Gives a calibration its identity. */
export function sealCalibration(content: CalibrationContent): Calibration {
  const checked = calibrationContent.parse(content)
  return { ...checked, id: digestOf(checked) }
}

/** As it is written to a file. */
export function formatCalibration(calibration: Calibration): string {
  return `${JSON.stringify(calibrationFile.parse(calibration), null, 2)}\n`
}

/**
 * Reads a calibration file.
 *
 * @param source what to call it in errors
 * @throws RigError `calibration-unusable`
 */
export function parseCalibration(source_text: string, source: string): Calibration {
  let value: unknown
  try {
    value = JSON.parse(source_text)
  } catch (cause) {
    throw unusable(source, 'it is no JSON', cause)
  }
  const parsed = calibrationFile.safeParse(value)
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'the whole'
    throw unusable(source, `${where} is not as it must be`, parsed.error)
  }
  const { id, ...content } = parsed.data
  if (id !== digestOf(content)) throw unusable(source, 'it was changed after it was made')
  return parsed.data
}

function digestOf(content: CalibrationContent): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex')
}

/** Keys in one order, so that the digest is of what is said and not of how. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  )
}

function unusable(source: string, why: string, cause?: unknown): RigError {
  return new RigError(
    'calibration-unusable',
    `the calibration in ${source} cannot be used: ${why}. Run assay rig calibrate.`,
    { cause },
  )
}

/** One figure of a calibration with its limit. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly limits: { readonly min: number | null; readonly max: number | null }
  readonly isGood: boolean
  /** What to do when it is not. */
  readonly hint: string
}

/** A figure's name, value and unit, its limits, and what to do when it is not within them. */
type Row = readonly [name: string, value: number, unit: string, min: number | null, max: number | null, hint: string]

/** What a calibration must reach for the rig to judge units by it. */
export function calibrationFigures(calibration: CalibrationContent): Figure[] {
  const { plane, verification, stage, lights, dark, darkShare, mtf50 } = calibration
  const rows: Row[] = [
    ['lens residual', plane.rmsPx, 'px', null, 0.3, 'Lay the target flat; check that the camera is in focus.'],
    ['scale', plane.pixelsPerMm, 'px/mm', 9, null, 'Bring the camera nearer, or choose a larger picture size.'],
    ['sharpness (MTF50)', mtf50, 'cycles/px', 0.08, null, 'Focus the camera on the face of a card.'],
  ]
  if (verification) {
    const { rmsMm, scalePercent } = verification
    rows.push(
      ['proof residual', rmsMm, 'mm', null, 0.02, 'Print both targets at 100 %, lay them flat.'],
      ['proof of scale', Math.abs(scalePercent), '%', null, 0.2, 'Measure the printed targets.'],
    )
  }
  if (stage) {
    const off = (axis: readonly [number, number]) => 100 * Math.abs(Math.hypot(...axis) - 1)
    const lean = Math.abs(stage.squarenessDeg)
    rows.push(
      ['stage repeatability', stage.repeatMm, 'mm', null, 0.15, 'Check belts, screws and set screws.'],
      ['axes off square', lean, '°', null, 1.5, 'Square the stage; check its steps per mm.'],
      ['x scale off', off(stage.x), '%', null, 2, 'Set $100 of the controller.'],
      ['y scale off', off(stage.y), '%', null, 2, 'Set $101 of the controller.'],
    )
  }
  const cleanPaper = 'Use clean matte paper, and keep shadows and reflections off the target.'
  for (const [preset, { clipped, field, evenness }] of Object.entries(lights)) {
    rows.push(
      [`${preset}: clipped white`, 100 * clipped, '%', null, 0, 'Less light or a shorter exposure.'],
      [`${preset}: field residual`, 100 * field.residual, '%', null, 4, cleanPaper],
    )
    if (preset !== 'dome') continue
    rows.push(['dome: evenness', evenness, 'ratio', 0.5, null, 'Centre the camera and the lamp over the nest.'])
  }
  if (dark !== null) {
    rows.push(['dark level', 100 * Math.max(...dark), '%', null, 5, 'Lower the black level or the gain of the camera.'])
  }
  if (darkShare !== null) {
    rows.push(['light in the dark', 100 * darkShare, '%', null, 10, 'Keep the light of the room off the nest.'])
  }
  return rows.map(([name, value, unit, min, max, hint]) => {
    const isGood = Number.isFinite(value) && (min === null || value >= min) && (max === null || value <= max)
    return { name, value, unit, limits: { min, max }, isGood, hint }
  })
}

/** Is the rig calibrated well enough to judge units, now and with this camera? Never guesses: throws or returns the identity. */
export function assertCalibrated(
  calibration: Calibration | null,
  { identity }: Pick<Rig, 'identity'>,
  now: Date,
  file: string,
): string {
  const refuse = (code: string, why: string): never => {
    throw new RigError(
      code,
      `rig ${identity.name} does not judge units: ${why}. Run assay rig calibrate ${identity.name}.`,
    )
  }
  if (calibration === null) return refuse('calibration-missing', `it has no calibration (${file})`)
  if (calibration.rig !== identity.name || calibration.kind !== identity.kind) {
    return refuse('calibration-foreign', `its calibration is of ${calibration.kind} rig ${calibration.rig}`)
  }
  if (
    calibration.camera.driver !== identity.drivers.camera ||
    calibration.camera.firmware !== identity.firmware.camera
  ) {
    return refuse('calibration-foreign', 'it was calibrated with another camera')
  }
  if (calibration.id !== identity.calibration) {
    throw new RigError(
      'calibration-foreign',
      `rig ${identity.name} does not judge units: it works by another calibration than that in ${file}. End assay rig serve, and start it again.`,
    )
  }
  const age = Date.parse(calibration.expiresAt)
  if (!(now.getTime() < age))
    return refuse('calibration-expired', `its calibration expired on ${calibration.expiresAt}`)
  if (Date.parse(calibration.madeAt) > now.getTime() + 60_000) {
    return refuse('calibration-expired', 'its calibration is from the future, so a clock is wrong')
  }
  const bad = calibrationFigures(calibration).find(({ isGood }) => !isGood)
  if (bad) {
    return refuse(
      'calibration-out-of-limits',
      `its calibration is out of limits (${bad.name} ${bad.value.toPrecision(3)} ${bad.unit}). ${bad.hint.replace(/\.$/, '')}`,
    )
  }
  return calibration.id
}
