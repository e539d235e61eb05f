import { type LightPreset, lightPresets } from '../../light/light.ts'
import type { Rig } from '../../rig.ts'
import { RigError } from '../../rig-error.ts'
import type { Position } from '../../stage/stage.ts'
import type { CalibrationContent, CalibrationContent as Content } from './calibration.ts'
import { blackOf, darkLevel, whiteOf } from './dark-level.ts'
import { edgeSharpness } from './edge-sharpness.ts'
import { findTarget, type SeenDot } from './find-target.ts'
import { fitFlatField, type WhitePlace } from './flat-field.ts'
import { detailOf, type LightPicture, lightOf } from './picture.ts'
import { fitPlaneCamera, type PlaneCamera, type PlaneFit, pixelsPerMm, unproject } from './plane-camera.ts'
import { calibrationTarget, type Point, type TargetDesign, verificationTarget } from './target.ts'
import { meanLight, type WhiteSeen, whiteField } from './white-field.ts'

export interface CalibrateRequest {
  readonly rig: Rig
  /** Asks a person to lay something into the nest, or does it; resolves when it lies there. */
  readonly lay: (what: TargetDesign) => Promise<void>
  readonly by: string
  readonly lens: string | null
  readonly now: () => Date
  readonly validDays: number
  /** Prove it on the second target. */
  readonly verify: boolean
  readonly onProgress?: (what: string) => void
  readonly signal?: AbortSignal | undefined
}

const pose = 'inspect'
/** White is brought near this share of what the camera can tell. */
const whiteGoal = 0.6
const exposureStartMs = 10
/** Moves for the measurement of axes and repeatability, mm. */
const moveMm = 8
/** Photographs of each place: a camera's mount shakes. */
const looks = 3
const returns = 5

/**
 * Measures the rig on two printed targets: scale, perspective and lens, light of every preset, darkness, sharpness, and
 * how the stage moves. Nothing is taken from what the rig is told or tells of itself but the millimetres of its stage.
 *
 * @throws RigError `target-unseen`, `camera-deadline` and what else the devices reject with
 */
export async function calibrate(request: CalibrateRequest): Promise<CalibrationContent> {
  const { rig, lay, onProgress = () => {}, signal } = request
  await rig.stage.goTo(pose, signal)
  await lay(calibrationTarget)
  const looker = new Looker(rig, signal)

  const lights: Content['lights'] = {}
  let plane: PlaneFit | null = null
  let first: LightPicture | null = null
  for (const preset of lightPresets) {
    if (preset === 'dark' || !rig.presets.includes(preset)) continue
    onProgress(`light ${preset}`)
    const { picture, field, exposureMs, fit } = await looker.expose(preset, calibrationTarget, plane)
    plane ??= fit
    first ??= picture
    const { places, ...figures } = field
    lights[preset] = { exposureMs, ...figures, white: [...field.white], field: storedField(picture, places) }
  }
  if (plane === null || first === null) {
    throw new RigError('light-preset', `rig ${rig.identity.name} has no light to calibrate in. Configure one.`)
  }
  onProgress('sharpness')
  const mtf50 = edgeSharpness(first, plane.camera, calibrationTarget)
  onProgress('darkness')
  const dark = await looker.dark(lights, plane.camera)
  onProgress('stage')
  const main = lightPresets.find(preset => lights[preset] !== undefined)!
  await rig.light.set(main, signal)
  const exposure = lights[main]?.exposureMs ?? null
  const stage = rig.poses.length > 1 ? await measureStage(looker, plane.camera, exposure, signal) : null
  let verification: Content['verification'] = null
  if (request.verify) {
    onProgress('proof on the second target')
    await lay(verificationTarget)
    await rig.light.set(main, signal)
    verification = prove(plane.camera, await looker.dots(verificationTarget, exposure))
  }
  const { camera } = plane
  const madeAt = request.now()
  return {
    format: 'assay-calibration-2',
    rig: rig.identity.name,
    kind: rig.identity.kind,
    camera: {
      driver: rig.identity.drivers.camera,
      firmware: rig.identity.firmware.camera,
      size: { width: camera.size.width, height: camera.size.height },
    },
    lens: request.lens,
    by: request.by,
    madeAt: madeAt.toISOString(),
    expiresAt: new Date(madeAt.getTime() + request.validDays * 86_400_000).toISOString(),
    pose,
    plane: {
      perspective: [...camera.perspective],
      k1: camera.k1,
      k2: camera.k2,
      centre: [camera.centre[0], camera.centre[1]],
      terms: plane.terms,
      points: plane.points,
      rmsPx: plane.rmsPx,
      worstPx: plane.worstPx,
      pixelsPerMm: pixelsPerMm(camera, [0, 0]),
    },
    verification,
    stage,
    lights,
    dark: dark && [...dark.level],
    darkShare: dark === null ? null : dark.share,
    mtf50,
    detail: detailOf(first),
  }
}

function storedField(
  size: { readonly width: number; readonly height: number },
  places: readonly WhitePlace[],
): NonNullable<Content['lights']['dome']>['field'] {
  const { white, ...field } = fitFlatField(places, size)
  return { ...field, white: [...white] }
}

interface Exposed {
  readonly picture: LightPicture
  readonly field: WhiteSeen
  readonly exposureMs: number | null
  readonly fit: PlaneFit
}

class Looker {
  readonly #rig: Rig
  readonly #signal: AbortSignal | undefined

  constructor(rig: Rig, signal: AbortSignal | undefined) {
    this.#rig = rig
    this.#signal = signal
  }

  async look(exposureMs: number | null): Promise<LightPicture> {
    const { bytes } = await this.#rig.camera.photograph(exposureMs === null ? {} : { exposureMs }, this.#signal)
    return await lightOf(bytes)
  }

  async dots(target: TargetDesign, exposureMs: number | null): Promise<SeenDot[]> {
    return findTarget(await this.look(exposureMs), target)
  }

  /** Lights a preset and finds the exposure under which white is neither dark nor clipped. */
  async expose(preset: LightPreset, target: TargetDesign, known: PlaneFit | null): Promise<Exposed> {
    await this.#rig.light.set(preset, this.#signal)
    const canExpose = this.#rig.camera.capabilities.exposureMs !== null
    const range = this.#rig.camera.capabilities.exposureMs?.range
    let exposureMs = canExpose ? exposureStartMs : null
    for (let attempt = 0; ; attempt++) {
      const picture = await this.look(exposureMs)
      const size = { width: picture.width, height: picture.height }
      const fit = known ?? this.#tryFit(picture, target, size, attempt)
      const field = fit === null ? null : whiteField(picture, fit.camera, target)
      const level = field === null ? meanLight(picture).most : Math.max(...field.white)
      const isRight = field !== null && field.clipped === 0 && level > 0.7 * whiteGoal && level < 1.3 * whiteGoal
      if ((isRight || attempt >= 6 || exposureMs === null) && field !== null && fit !== null) {
        return { picture, field, exposureMs, fit }
      }
      if (attempt >= 6 || exposureMs === null) {
        findTarget(picture, target)
        throw new RigError('target-unseen', `the target was not seen well enough under light ${preset}.`)
      }
      // Clipped light does not say how much too much it is.
      const factor = field !== null && field.clipped > 0.02 ? 0.4 : whiteGoal / Math.max(0.01, level)
      exposureMs = within(exposureMs * Math.min(20, Math.max(0.05, factor)), range)
    }
  }

  /** Too dark or too bright a picture shows no target: another exposure will. */
  #tryFit(picture: LightPicture, target: TargetDesign, size: PlaneCamera['size'], attempt: number): PlaneFit | null {
    try {
      return fitPlaneCamera(findTarget(picture, target), size)
    } catch (error) {
      if (attempt >= 6 || !(error instanceof RigError) || error.code !== 'target-unseen') throw error
      return null
    }
  }

  /**
   * The target with all lamps off, at the exposure of the main light and right after it: `share` of light there is over
   * white, and what the camera tells where no light falls.
   */
  async dark(
    lights: Content['lights'],
    camera: PlaneCamera,
  ): Promise<{ share: number; level: readonly [number, number, number] } | null> {
    const [preset, lit] = Object.entries(lights)[0] ?? []
    if (!this.#rig.presets.includes('dark') || !lit) return null
    const seen = async (under: LightPreset) => {
      await this.#rig.light.set(under, this.#signal)
      const picture = await this.look(lit.exposureMs)
      const { places } = whiteField(picture, camera, calibrationTarget)
      return { picture, white: whiteOf(places), black: blackOf(picture, camera, calibrationTarget) }
    }
    const bright = await seen(preset as LightPreset)
    const dark = await seen('dark')
    const { mean } = meanLight(dark.picture)
    return { share: mean / ((lit.white[0] + lit.white[1] + lit.white[2]) / 3), level: darkLevel(bright, dark) }
  }

  async goTo(place: string | { xMm: number; yMm: number; zMm: number }): Promise<void> {
    await this.#rig.stage.goTo(place, this.#signal)
  }

  get stage() {
    return this.#rig.stage
  }
}

function within(value: number, range: { readonly min: number; readonly max: number } | null | undefined): number {
  return range ? Math.min(range.max, Math.max(range.min, value)) : Math.min(2000, Math.max(0.05, value))
}

/** How the nest moves in the picture, by the middle of the target in the calibrated plane. */
async function measureStage(
  looker: Looker,
  camera: PlaneCamera,
  exposureMs: number | null,
  signal: AbortSignal | undefined,
): Promise<Content['stage']> {
  const home = await looker.stage.position(signal)
  const placeOf = async (): Promise<Map<string, Point>> =>
    new Map(
      (await looker.dots(calibrationTarget, exposureMs)).map(({ step, at }) => [String(step), unproject(camera, at)]),
    )
  const start = await placeOf()
  const shifted = async (dx: number, dy: number): Promise<Point> => {
    await looker.goTo({ xMm: home.xMm + dx, yMm: home.yMm + dy, zMm: home.zMm })
    let sum: Point = [0, 0]
    for (let i = 0; i < looks; i++) {
      const [x, y] = meanShift(start, await placeOf())
      sum = [sum[0] + x, sum[1] + y]
    }
    return scaled(sum, 1 / looks)
  }
  const left = await shifted(-moveMm, 0)
  const right = await shifted(moveMm, 0)
  const near = await shifted(0, -moveMm)
  const far = await shifted(0, moveMm)
  const x: Point = scaled([right[0] - left[0], right[1] - left[1]], 1 / (2 * moveMm))
  const y: Point = scaled([far[0] - near[0], far[1] - near[1]], 1 / (2 * moveMm))
  // Back to the pose from all sides: play shows only when a direction changes.
  const repeatMm = await measureReturns(looker.stage, start, placeOf, home, returns, signal)
  const angle = (Math.atan2(...reversed(y)) - Math.atan2(...reversed(x))) * (180 / Math.PI)
  return {
    x: [x[0], x[1]],
    y: [y[0], y[1]],
    repeatMm,
    squarenessDeg: (Math.abs(angle) % 180) - 90,
  }
}

/** Comes back to the pose from all sides, since play shows only when a direction changes: standard deviation, mm an axis. */
export async function measureReturns(
  stage: Rig['stage'],
  start: ReadonlyMap<string, Point>,
  placeOf: () => Promise<ReadonlyMap<string, Point>>,
  home: Position,
  times: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const away: Point[] = []
  for (let i = 0; i < times; i++) {
    const turn = (i * 2 * Math.PI) / times + 0.4
    const x = home.xMm + (moveMm / 2) * Math.cos(turn)
    const y = home.yMm + (moveMm / 2) * Math.sin(turn)
    await stage.goTo({ xMm: x, yMm: y, zMm: home.zMm }, signal)
    await stage.goTo(pose, signal)
    away.push(meanShift(start, await placeOf()))
  }
  const mean = scaled(
    away.reduce<Point>(([a, b], [c, d]) => [a + c, b + d], [0, 0]),
    1 / away.length,
  )
  const squares = away.reduce((sum, [a, b]) => sum + (a - mean[0]) ** 2 + (b - mean[1]) ** 2, 0)
  return Math.sqrt(squares / (away.length - 1) / 2)
}

const reversed = ([x, y]: Point): Point => [y, x]
const scaled = ([x, y]: Point, by: number): Point => [x * by, y * by]

/** Mean way from the places in `from` to those in `to`, over the dots that both show. */
export function meanShift(from: ReadonlyMap<string, Point>, to: ReadonlyMap<string, Point>): Point {
  let x = 0
  let y = 0
  let count = 0
  for (const [step, place] of to) {
    const before = from.get(step)
    if (!before) continue
    x += place[0] - before[0]
    y += place[1] - before[1]
    count++
  }
  if (count === 0) throw new RigError('target-unseen', 'the target left the view while the stage moved.')
  return [x / count, y / count]
}

/**
 * Measures the second target with the calibration and lays its true places over it: what is left is what the
 * calibration is off by. Only where the target lies is free, and its size, which says by how much the scale is off.
 */
export function prove(camera: PlaneCamera, dots: readonly SeenDot[]): NonNullable<Content['verification']> {
  const seen = dots.map(({ at }) => unproject(camera, at))
  const middleOf = (points: readonly Point[]): Point =>
    scaled(
      points.reduce<Point>(([a, b], [c, d]) => [a + c, b + d], [0, 0]),
      1 / points.length,
    )
  const seenMiddle = middleOf(seen)
  const trueMiddle = middleOf(dots.map(({ place }) => place))
  // Similarity as a complex number a + ib: seen ≈ (a + ib) · true.
  let a = 0
  let b = 0
  let power = 0
  for (const [i, { place }] of dots.entries()) {
    const u = place[0] - trueMiddle[0]
    const v = place[1] - trueMiddle[1]
    const p = seen[i]![0] - seenMiddle[0]
    const q = seen[i]![1] - seenMiddle[1]
    a += u * p + v * q
    b += u * q - v * p
    power += u * u + v * v
  }
  a /= power
  b /= power
  const scale = Math.hypot(a, b)
  const off = dots.map(({ place }, i) => {
    const u = place[0] - trueMiddle[0]
    const v = place[1] - trueMiddle[1]
    // The scale is judged by itself, and stays in what is off.
    const x = seenMiddle[0] + (a * u - b * v) / scale - seen[i]![0]
    const y = seenMiddle[1] + (b * u + a * v) / scale - seen[i]![1]
    return Math.hypot(x, y)
  })
  return {
    points: dots.length,
    rmsMm: Math.sqrt(off.reduce((sum, d) => sum + d * d, 0) / off.length),
    worstMm: Math.max(...off),
    scalePercent: 100 * (scale - 1),
  }
}
