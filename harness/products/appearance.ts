import { z } from 'zod'
import { AssayError } from '../core/assay-error.ts'
import { otherVersion, parseJson } from '../core/parse-json.ts'
import { shapeFault, shownPath } from '../core/shape-fault.ts'

const FORMAT = 'assay-appearance-1'

/**
 * What is looked at on a surface: strokes in four directions, blobs of three sizes, tone and colour. harness/vision/appearance
 * makes them out of a photograph.
 */
export const appearanceMaps = [
  'upright',
  'level',
  'rising',
  'falling',
  'dot',
  'spot',
  'patch',
  'tone',
  'red-green',
  'blue-green',
] as const
export type AppearanceMap = (typeof appearanceMaps)[number]
/** Of these the place itself says something, since they change slowly; the others scatter about nothing. */
export const HAVE_MEAN: readonly AppearanceMap[] = ['tone', 'red-green', 'blue-green']

/** How one map looks on good units, place by place: row by row from the surface's top left corner, a value a cell. */
export interface LearnedMap {
  /** Mean of the units; null where good units differ so much that only the spread says something. */
  readonly mean: Float32Array | null
  /** Root mean square about the mean; 0 where too few units showed the place. */
  readonly rms: Float32Array
  /** The largest |value − mean| / rms that a good unit is expected to show. */
  readonly most: number
}

/** A surface as it looks on good units. */
export interface LearnedSurface {
  /** The units that showed it. */
  readonly units: number
  readonly cellMm: number
  readonly columns: number
  readonly rows: number
  readonly maps: Readonly<Partial<Record<AppearanceMap, LearnedMap>>>
}

/** The material of a cover as it looks on good units: features by name. */
export interface LearnedCover {
  readonly units: number
  readonly features: Readonly<Record<string, { readonly mean: number; readonly sd: number }>>
}

/** Good units under one light. */
export interface LearnedLight {
  readonly units: number
  /** By `card`, `top-layer`, `bottom-layer` or the name of a cover. */
  readonly surfaces: Readonly<Record<string, LearnedSurface>>
  /** By the name of a cover. */
  readonly covers: Readonly<Record<string, LearnedCover>>
}

/** The rig that photographs come from. `files`: photographs by hand, which no rig vouches for. */
export interface AppearanceRig {
  readonly kind: 'virtual' | 'files' | 'rig'
  readonly name: string
  /** Identity of its calibration; null where it has none. */
  readonly calibration: string | null
}

/** What good units of a product look like on one rig, light by light. */
export interface Appearance {
  readonly product: string
  /** Of card, sticker and marks: another geometry is another appearance. */
  readonly geometrySha256: string
  readonly rig: AppearanceRig
  readonly lights: Readonly<Record<string, LearnedLight>>
}

/** Fewer units say nothing of what good units have in common. */
export const LEAST_UNITS = 5

/** An appearance that cannot be used. */
export class AppearanceError extends AssayError {
  override readonly name = 'AppearanceError'
}

const name = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const units = z.number().int().min(LEAST_UNITS).max(10_000)
const cells = z.string().max(4_000_000)
const side = z.number().int().min(1).max(1000)

const storedMap = z.strictObject({
  mean: cells.nullable().describe('base64: 16-bit integers, little-endian, of 0.0005 each'),
  rms: cells.describe('base64: a byte a cell; 0 nothing learned, else 0.001 × 1.025^(byte − 1)'),
  most: z.number().positive().max(1e6),
})
const storedSurface = z.strictObject({
  units,
  cellMm: z.number().min(0.25).max(10),
  columns: side,
  rows: side,
  maps: z.partialRecord(z.enum(appearanceMaps), storedMap),
})
const feature = z.strictObject({ mean: z.number().min(-1e6).max(1e6), sd: z.number().min(0).max(1e6) })
const StoredAppearance = z.strictObject({
  format: z.literal(FORMAT),
  product: name,
  geometrySha256: sha256,
  rig: z.strictObject({
    kind: z.enum(['virtual', 'files', 'rig']),
    name: z.string().min(1).max(200),
    calibration: z.string().min(1).max(200).nullable(),
  }),
  lights: z.record(
    name,
    z.strictObject({
      units,
      surfaces: z.record(name, storedSurface),
      covers: z.record(name, z.strictObject({ units, features: z.record(name, feature) })),
    }),
  ),
})
type StoredAppearance = z.infer<typeof StoredAppearance>

/** A mean in 16 bits: fine against any spread, and wide enough for black on white. */
const MEAN_STEP = 0.0005
const LEAST_RMS = 0.001
const RMS_RATIO = 1.025

/**
 * An appearance from its file's text.
 * @param origin what to call it in errors
 * @throws AppearanceError `appearance-faulty`
 */
export function parseAppearance(text: string, origin: string): Appearance {
  const json = parseJson(text)
  const other = otherVersion(json, FORMAT)
  if (other !== null)
    throw faulty(origin, `it is written as ${other}, and this version of Assay reads ${FORMAT}; learn it again`)
  const read = StoredAppearance.safeParse(json)
  if (!read.success) {
    const issue = read.error.issues[0]!
    throw faulty(origin, `${shownPath(issue.path).join('.') || 'the whole file'} ${shapeFault(issue)}`)
  }
  const { product, geometrySha256, rig, lights } = read.data
  const learned = Object.entries(lights).map(([light, { units, surfaces, covers }]) => {
    const opened = Object.entries(surfaces).map(([on, surface]) => [on, openedSurface(surface, origin)] as const)
    return [light, { units, surfaces: Object.fromEntries(opened), covers }] as const
  })
  return { product, geometrySha256, rig, lights: Object.fromEntries(learned) }
}

/** The text of an appearance's file: the same appearance gives the same bytes. */
export function appearanceText({ product, geometrySha256, rig, lights }: Appearance): string {
  const { kind, name, calibration } = rig
  const stored: StoredAppearance = {
    format: FORMAT,
    product,
    geometrySha256,
    rig: { kind, name, calibration },
    lights: mapped(lights, ({ units, surfaces, covers }) => ({
      units,
      surfaces: mapped(surfaces, storedSurfaceOf),
      covers: mapped(covers, ({ units, features }) => ({
        units,
        features: mapped(features, ({ mean, sd }) => ({ mean: rounded(mean), sd: rounded(sd) })),
      })),
    })),
  }
  return `${JSON.stringify(stored, null, 1)}\n`
}

/** Another appearance with the maps and covers of both; of what both have, `more` counts. Both of one product and rig. */
export function joinedAppearance(known: Appearance, more: Appearance): Appearance {
  const lights = { ...known.lights }
  for (const [light, { units, surfaces, covers }] of Object.entries(more.lights)) {
    const before = lights[light]
    lights[light] = {
      units,
      surfaces: { ...before?.surfaces, ...surfaces },
      covers: { ...before?.covers, ...covers },
    }
  }
  return { ...more, lights }
}

/**
 * What is known of good units under the light that a photograph was taken in; null when nothing is: another rig, another
 * calibration and another light look different. All virtual rigs are one, whatever they are called.
 */
export function learnedLight(
  appearances: readonly Appearance[],
  { kind, name, calibration }: AppearanceRig,
  light: string,
): LearnedLight | null {
  const own = appearances.find(
    ({ rig }) =>
      rig.kind === kind &&
      (kind !== 'rig' || rig.name === name) &&
      (kind === 'files' || rig.calibration === calibration),
  )
  return (own !== undefined && Object.hasOwn(own.lights, light) ? own.lights[light] : undefined) ?? null
}

function openedSurface({ maps, ...grid }: z.infer<typeof storedSurface>, origin: string): LearnedSurface {
  const count = grid.columns * grid.rows
  const opened = Object.entries(maps).map(([map, { mean, rms, most }]) => {
    const spread = Float32Array.from(bytesOf(rms, count, origin), code =>
      code === 0 ? 0 : LEAST_RMS * RMS_RATIO ** (code - 1),
    )
    const middle = mean === null ? null : means(bytesOf(mean, 2 * count, origin))
    return [map, { mean: middle, rms: spread, most }] as const
  })
  return { ...grid, maps: Object.fromEntries(opened) }
}

function storedSurfaceOf({ units, cellMm, columns, rows, maps }: LearnedSurface): z.infer<typeof storedSurface> {
  const stored = mapped(maps, ({ mean, rms, most }) => ({
    mean: mean === null ? null : base64(meanCodes(mean)),
    rms: base64(Uint8Array.from(rms, rmsCode)),
    most: rounded(most),
  }))
  return { units, cellMm, columns, rows, maps: stored }
}

const rmsCode = (rms: number) =>
  rms > 0 ? Math.min(255, 1 + Math.max(0, Math.round(Math.log(rms / LEAST_RMS) / Math.log(RMS_RATIO)))) : 0

function means(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer)
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true) * MEAN_STEP)
}

function meanCodes(mean: Float32Array): Uint8Array {
  const bytes = new Uint8Array(2 * mean.length)
  const view = new DataView(bytes.buffer)
  for (const [i, value] of mean.entries())
    view.setInt16(2 * i, Math.max(-32_767, Math.min(32_767, Math.round(value / MEAN_STEP))), true)
  return bytes
}

/** @throws AppearanceError `appearance-faulty` when it is no base64 of `count` bytes */
function bytesOf(text: string, count: number, origin: string): Uint8Array {
  let binary: string | null = null
  try {
    binary = atob(text)
  } catch {}
  if (binary?.length !== count)
    throw faulty(origin, `a map has ${binary === null ? 'no base64' : `${binary.length} bytes`} where ${count} are due`)
  return Uint8Array.from(binary, character => character.charCodeAt(0))
}

function base64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** Six significant digits: the same on every machine, and more than a photograph shows. */
const rounded = (value: number) => Number(value.toPrecision(6))

function mapped<Name extends string, Value, Result>(
  from: Readonly<Partial<Record<Name, Value>>>,
  make: (value: Value) => Result,
): Record<Name, Result> {
  const entries = Object.entries<Value>(from as Record<string, Value>).map(([key, value]) => [key, make(value)])
  return Object.fromEntries(entries) as Record<Name, Result>
}

function faulty(origin: string, what: string): AppearanceError {
  return new AppearanceError('appearance-faulty', `The appearance ${origin} cannot be used: ${what}.`)
}
