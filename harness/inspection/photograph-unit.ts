import type { CameraSettings, EncodedPhotograph } from '../../devices/camera/camera.ts'
import type { LightPreset } from '../../devices/light/light.ts'
import type { Rig } from '../../devices/rig.ts'
import { AssayError } from '../core/assay-error.ts'
import { correctedParts, showsMark } from '../core/vocabulary.ts'
import { type Appearance, type AppearanceRig, learnedLight } from '../products/appearance.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { CaptureRetry } from '../record/inspection-record.ts'
import type { HowTaken } from '../vision/photograph.ts'
import type { Look, Vision } from '../vision/pool/vision.ts'
import type { PhotographReading } from '../vision/reading.ts'
import type { EvidenceCrop } from '../vision/report/evidence.ts'
import type { PhotographSeen } from './inspection-request.ts'
import { lightsUnseen } from './lights-unseen.ts'
import { type KnownProduct, Likeness } from './likeness.ts'
import { seenAt } from './seen-at.ts'
import { type PlannedPhotograph, requiredMarkNames, type Station } from './station.ts'

/** What taking a unit's photographs needs. */
export interface Bench {
  readonly rig: Pick<Rig, 'camera' | 'light' | 'stage'> & Partial<Pick<Rig, 'correctionFor' | 'identity' | 'presets'>>
  readonly vision: Vision
  readonly profile: ProductProfile
  /** What good units look like. Default: what the profile names. */
  readonly appearances?: readonly Appearance[]
  readonly settings?: CameraSettings
  /** Products that a card may be of that is not the profile's. Default: none is looked for. */
  readonly others?: readonly KnownProduct[]
  /** How often a photograph that failed is asked for again; never unless told. */
  readonly captureRetries?: number
}

/** While a unit is photographed. */
export interface CaptureWatch {
  readonly signal?: AbortSignal | undefined
  /** Told of each photograph that failed and is asked for again: the record keeps them all. */
  readonly onCaptureRetry?: (retry: CaptureRetry) => void
}

/** A photograph as taken, its blind reading to come. */
export interface PhotographTaken {
  readonly seen: Promise<PhotographSeen>
  /** Crops for the report, secret marks blacked out. */
  readonly crops: Promise<readonly EvidenceCrop[]>
  /** The encoded picture itself, for evidence. Left out: nobody has it any more. */
  readonly picture?: (() => Promise<Uint8Array>) | undefined
}

/** A photograph that came as a file: nobody knows when and how it was taken, but for the light where somebody says it. */
export function fileSeen(reading: PhotographReading, light = 'unknown'): PhotographSeen {
  const how = { camera: 'file', exposureMs: null, light, pose: 'unknown', calibration: null }
  return { photograph: { id: reading.photographId, takenAt: null, how }, reading }
}

/** Files are read where there are files: a page is handed what it needs. */
async function installedAppearances(profile: ProductProfile): Promise<readonly Appearance[]> {
  const { appearancesOf } = await import('../products/appearance.node.ts')
  return appearancesOf(profile)
}

/**
 * Takes `photographs` of the unit in the nest. Resolves when the camera is done, so that the next unit can be laid in
 * while this one is still being read.
 * @throws RigError when the rig fails, the signal's reason when stopped; `seen` rejects with what vision throws
 */
export async function photographUnit(
  photographs: readonly PlannedPhotograph[],
  bench: Bench,
  watch: CaptureWatch = {},
): Promise<readonly PhotographTaken[]> {
  const { vision, profile, rig } = bench
  const appearances = bench.appearances ?? (await installedAppearances(profile))
  const { signal } = watch
  const likeness = new Likeness(vision, bench.others ?? [])
  const taken: PhotographTaken[] = []
  for (const planned of photographs) {
    const { light } = planned
    if (planned.proves !== undefined && bench.rig.presets?.includes(light as LightPreset) === false) continue
    const captured = await capture(planned, bench, watch)
    const { bytes, takenAt } = captured
    const correction = rig.correctionFor?.(captured) ?? null
    const how: HowTaken = correction
      ? { ...captured.how, corrected: correctedParts.filter(part => correction[part] !== null) }
      : captured.how
    const appearance = rig.identity === undefined ? null : learnedLight(appearances, appearanceRig(rig.identity), light)
    const name = `the photograph under ${light}`
    const look = vision.look(bytes, profile, { signal, correction, appearance, name })
    const one = takenOf(look, async reading => {
      const otherProduct = await likeness.sentence({ bytes, chosen: profile, reading, correction }, signal)
      return { photograph: { id: reading.photographId, takenAt, how }, reading, otherProduct }
    })
    taken.push({ ...one, picture: async () => bytes })
  }
  return taken
}

/** A rig as an appearance names it. */
export function appearanceRig({
  kind,
  name,
  calibration,
}: Pick<Rig['identity'], 'kind' | 'name' | 'calibration'>): AppearanceRig {
  return { kind: kind === 'real' ? 'rig' : 'virtual', name, calibration }
}

/** A photograph that vision looks at. @param seenOf how it was taken. Default: as a file */
export function takenOf(
  look: Promise<Pick<Look, 'reading' | 'crops'>>,
  seenOf: (reading: PhotographReading) => PhotographSeen | Promise<PhotographSeen> = reading => fileSeen(reading),
): PhotographTaken {
  const seen = look.then(({ reading }) => seenOf(reading))
  const crops = look.then(found => found.crops)
  // Whoever waits for one of them hears of a failure; the other must not end the process meanwhile.
  seen.catch(() => {})
  crops.catch(() => {})
  return { seen, crops }
}

/**
 * Failures of a single picture. Nothing was judged of it yet, so asking again hides nothing of a unit; what befalls stage
 * and lamps is not mended by asking again.
 */
const passing: readonly string[] = ['camera-answer', 'camera-frozen', 'camera-torn', 'camera-failed']

async function capture(
  { light, pose }: PlannedPhotograph,
  { rig, settings, captureRetries = 0 }: Bench,
  { signal, onCaptureRetry }: CaptureWatch,
): Promise<EncodedPhotograph> {
  for (let left = captureRetries; ; left--) {
    await rig.stage.goTo(pose, signal)
    await rig.light.set(light as LightPreset, signal)
    try {
      return await rig.camera.photograph(settings, signal)
    } catch (error) {
      if (left <= 0 || signal?.aborted || !(error instanceof AssayError) || !passing.includes(error.code)) throw error
      onCaptureRetry?.({ light, pose, error: { code: error.code, message: error.message } })
    }
  }
}

/**
 * The marks that the station has to read and no photograph shows: they are asked for once more. Blind: whether something was
 * read, never what. A photograph without a card leaves all unread: one under the light that shows everything is taken again.
 */
export function marksUnread(
  station: Station,
  profile: ProductProfile,
  seen: readonly PhotographSeen[],
): readonly string[] {
  const counted = seen.map(({ reading }) => seenAt(station, reading))
  const lit = counted.map(({ marks }, i) => ({ light: seen[i]!.photograph.how.light, marks }))
  const isBlind = lightsUnseen(station, profile, lit).some(({ proves }) => proves === undefined)
  if (isBlind) return requiredMarkNames(station, profile)
  return requiredMarkNames(station, profile).filter(name =>
    counted.every(({ marks }) => marks.every(({ mark, outcome }) => mark !== name || showsMark[outcome] === null)),
  )
}
