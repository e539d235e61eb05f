import { median, quantile } from '../../harness/imaging/quantile.ts'
import type { LightPreset } from '../light/light.ts'
import { RigError } from '../rig-error.ts'
import { assertCalibrated, type Calibration } from './calibration/calibration.ts'
import { edgeSharpness } from './calibration/edge-sharpness.ts'
import { findTarget, type SeenDot } from './calibration/find-target.ts'
import { measureLatency } from './calibration/measure-latency.ts'
import { measureReturns } from './calibration/measure-stage.ts'
import { type LightPicture, lightPictureOf } from './calibration/picture.ts'
import { fitPlaneCamera, type PlaneFit, pixelsPerMm, planeOfPicture } from './calibration/plane-camera.ts'
import { calibrationTarget } from './calibration/target.ts'
import { meanLight, whiteField } from './calibration/white-field.ts'
import type { Rig } from './connected-rig.ts'

/** One thing that the doctor looked at. */
export interface Symptom {
  readonly name: string
  /** Whom it is about. */
  readonly device: 'camera' | 'stage' | 'light' | 'scanner' | 'rig'
  readonly state: 'good' | 'bad' | 'not measured'
  /** A figure with its unit, or words. */
  readonly value: string
  /** What it must be; empty where it only tells. */
  readonly limit: string
  /** What to do; empty when all is well. */
  readonly hint: string
}

interface ExamineRequest {
  readonly rig: Rig
  readonly calibration: Calibration | null
  readonly calibrationFile: string
  readonly now: () => Date
  readonly onSymptom?: (symptom: Symptom) => void
  readonly signal?: AbortSignal | undefined
}

const pose = 'inspect'
/** Times that are slower than this slow down every inspection. */
const slowest = { camera: 5000, stage: 1000, light: 2000, latency: 2500 }
const returns = 4
/** A lamp that is on must be seen: so many times brighter than the dark. */
const seenTimes = 3

/**
 * Looks at every device of the rig: does it answer, how fast, does the camera see the lamps and the motion? What needs
 * the calibration target in view is said to be not measured without it, never to be good.
 */
export async function examineRig(request: ExamineRequest): Promise<Symptom[]> {
  return await new Examination(request).run()
}

class Examination {
  readonly #request: ExamineRequest
  readonly #symptoms: Symptom[] = []
  #lastMean = 0

  constructor(request: ExamineRequest) {
    this.#request = request
  }

  async run(): Promise<Symptom[]> {
    const { rig, signal } = this.#request
    for (const { role, identity } of rig.devices) {
      const { driver, address, firmware, warnings } = identity
      this.#say(role, 'is there', 'good', `${driver} at ${address}, version ${firmware}`)
      for (const warning of warnings) this.#say(role, 'warning', 'bad', warning, '', warning)
    }
    this.#calibration()
    await this.#part('stage', 'answers', async () => {
      const ms = await this.#timed(() => rig.stage.position(signal))
      this.#time('stage', 'answers', ms, slowest.stage)
      await rig.stage.goTo(pose, signal)
    })
    await this.#part('camera', 'latency', () => this.#latency())
    await this.#part('light', 'lamps seen by the camera', () => this.#lamps())
    await this.#part('camera', 'sight', () => this.#sight())
    return this.#symptoms
  }

  #calibration(): void {
    const { rig, calibration, calibrationFile, now } = this.#request
    try {
      const id = assertCalibrated(calibration, rig, now(), calibrationFile)
      const days = (Date.parse(calibration!.expiresAt) - now().getTime()) / 86_400_000
      this.#say('rig', 'calibration', 'good', `${id.slice(0, 12)}, valid for ${days.toFixed(1)} days`, 'valid')
    } catch (error) {
      if (!(error instanceof RigError)) throw error
      this.#say('rig', 'calibration', 'bad', error.code, 'valid', error.message)
    }
  }

  async #latency(): Promise<void> {
    const { rig, calibration, signal } = this.#request
    const { proof } = rig.camera.capabilities
    const latency = await measureLatency(rig, signal)
    if (latency === null) {
      const value = proof === undefined ? 'no lamp can be switched' : `every picture is new by its ${proof}`
      this.#say('camera', 'latency', proof === undefined ? 'not measured' : 'good', value)
      return
    }
    const known = calibration?.latency?.longestMs
    const most = known === undefined ? slowest.latency : Math.min(slowest.latency, 1.5 * known + 100)
    const isGood = latency.longestMs <= most
    const hint =
      known !== undefined && latency.longestMs <= slowest.latency
        ? 'The camera is later than when the rig was calibrated. Run assay rig calibrate.'
        : 'The camera or its network holds pictures back: a smaller picture, less compression, a cable instead of Wi-Fi.'
    const value = `${latency.longestMs} ms at most, ${latency.medianMs} ms in the middle of ${latency.changes} changes`
    this.#say('camera', 'latency', isGood ? 'good' : 'bad', value, `at most ${Math.round(most)} ms`, isGood ? '' : hint)
  }

  /** Every lamp, at one exposure: it must be seen, and go out again. */
  async #lamps(): Promise<void> {
    const { rig, signal } = this.#request
    const lit = rig.presets.filter(preset => preset !== 'dark')
    if (!rig.presets.includes('dark')) {
      this.#say(
        'light',
        'lamps go out',
        'not measured',
        'the light is fixed',
        'dark',
        'Configure a light to switch it.',
      )
      return
    }
    const ms = await this.#timed(() => rig.light.set('dark', signal))
    this.#time('light', 'answers', ms, slowest.light)
    const dark = await this.#mean('dark')
    for (const preset of lit) {
      const light = await this.#mean(preset)
      const times = light / Math.max(1e-4, dark)
      const isSeen = times >= seenTimes
      this.#say(
        'light',
        `lamp ${preset}`,
        isSeen ? 'good' : 'bad',
        `${times.toFixed(1)} times the dark`,
        `at least ${seenTimes}`,
        isSeen ? '' : `The camera sees no change when ${preset} is lit. Check the lamp, its supply and its wiring.`,
      )
    }
    const again = await this.#mean('dark')
    const isDark = again < 2 * dark + 0.01
    this.#say(
      'light',
      'lamps go out',
      isDark ? 'good' : 'bad',
      `${(100 * again).toFixed(2)} % of full light`,
      `at most ${(100 * (2 * dark + 0.01)).toFixed(2)} %`,
      isDark ? '' : 'A lamp stays lit although it was switched off: switch it off at its supply and check its driver.',
    )
  }

  async #sight(): Promise<void> {
    const { rig, calibration, signal } = this.#request
    const main = rig.presets.find(preset => preset !== 'dark')!
    await rig.light.set(main, signal)
    const exposureMs = calibration?.lights[main]?.exposureMs
    const look = async (): Promise<LightPicture> => {
      const { bytes } = await rig.camera.photograph(exposureMs == null ? {} : { exposureMs }, signal)
      return await lightPictureOf(bytes)
    }
    const started = performance.now()
    const first = await look()
    this.#time('camera', 'photograph', performance.now() - started, slowest.camera)
    const second = await look()
    const { noise, isSame: isStill } = noiseBetween(first, second)
    this.#say(
      'camera',
      'noise',
      noise < 0.02 && !isStill ? 'good' : 'bad',
      `${(100 * noise).toFixed(3)} % of full light`,
      'below 2 %, and some',
      isStill
        ? 'Two photographs are the same to the last digit: the camera delivers an old frame.'
        : noise < 0.02
          ? ''
          : 'More light, a longer exposure or less gain.',
    )
    let dots: SeenDot[]
    try {
      dots = findTarget(first, calibrationTarget)
    } catch (error) {
      if (!(error instanceof RigError)) throw error
      for (const name of ['sharpness', 'scale', 'colour', 'evenness', 'repeatability']) {
        const device = name === 'repeatability' ? 'stage' : 'camera'
        this.#say(device, name, 'not measured', 'no target in view', '', 'Lay the calibration target into the nest.')
      }
      return
    }
    const fit = fitPlaneCamera(dots, { width: first.width, height: first.height })
    this.#target(first, fit)
    if (rig.poses.length > 1) await this.#returns(fit, look)
  }

  #target(picture: LightPicture, { camera }: PlaneFit): void {
    const { calibration } = this.#request
    const mtf50 = edgeSharpness(picture, camera, calibrationTarget)
    const sharpest = calibration ? 0.8 * calibration.mtf50 : 0.08
    this.#figure('camera', 'sharpness', mtf50, 'cycles/px', sharpest, null, 'Focus the camera on the face of a card.')
    const scale = pixelsPerMm(camera, [0, 0])
    if (calibration) {
      const off = 100 * Math.abs(scale / calibration.plane.pixelsPerMm - 1)
      this.#figure(
        'camera',
        'scale since calibration',
        off,
        '% off',
        null,
        0.5,
        'The camera or the nest was moved: calibrate.',
      )
    } else this.#figure('camera', 'scale', scale, 'px/mm', 9, null, 'Bring the camera nearer.')
    const { white, evenness, clipped } = whiteField(picture, camera, calibrationTarget)
    const tint = Math.max(...white) / Math.max(1e-6, Math.min(...white))
    this.#figure('camera', 'colour of white', tint, 'times', null, 1.25, 'Lock the white balance of the camera.')
    this.#figure('light', 'evenness', evenness, 'ratio', 0.5, null, 'Centre the lamp and the camera over the nest.')
    this.#figure('camera', 'clipped white', 100 * clipped, '%', null, 5, 'A shorter exposure, or less light.')
  }

  async #returns({ camera }: PlaneFit, look: () => Promise<LightPicture>): Promise<void> {
    const { rig, signal } = this.#request
    const placeOf = async () =>
      new Map(
        findTarget(await look(), calibrationTarget).map(({ step, atPx }) => [
          String(step),
          planeOfPicture(camera, atPx),
        ]),
      )
    const home = await rig.stage.position(signal)
    const repeatMm = await measureReturns(rig.stage, await placeOf(), placeOf, home, returns, signal)
    this.#figure('stage', 'repeatability', repeatMm, 'mm', null, 0.2, 'Check belts, screws and set screws; home again.')
  }

  async #mean(preset: LightPreset): Promise<number> {
    const { rig, calibration, signal } = this.#request
    await rig.light.set(preset, signal)
    // Lamps are compared with the dark: all at one exposure, not each at its own.
    const exposureMs = Object.values(calibration?.lights ?? {})[0]?.exposureMs
    try {
      const { bytes } = await rig.camera.photograph(exposureMs == null ? {} : { exposureMs }, signal)
      this.#lastMean = meanLight(await lightPictureOf(bytes)).mean
    } catch (error) {
      // No change to be seen is what the lamps are examined for: it counts as none.
      if (!(error instanceof RigError) || error.code !== 'camera-stale') throw error
    }
    return this.#lastMean
  }

  async #timed(work: () => Promise<unknown>): Promise<number> {
    const started = performance.now()
    await work()
    return performance.now() - started
  }

  /** A device that fails is a symptom of its own, and the others are still looked at. */
  async #part(device: Symptom['device'], name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#request.signal?.throwIfAborted()
      if (!(error instanceof RigError)) throw error
      this.#say(device, name, 'bad', error.code, '', error.message)
    }
  }

  #time(device: Symptom['device'], name: string, ms: number, most: number): void {
    this.#figure(device, `${name} in`, ms, 'ms', null, most, 'Check its cable or its network.')
  }

  #figure(
    device: Symptom['device'],
    name: string,
    value: number,
    unit: string,
    min: number | null,
    max: number | null,
    hint: string,
  ): void {
    const isGood = Number.isFinite(value) && (min === null || value >= min) && (max === null || value <= max)
    const limit = [min === null ? '' : `at least ${short(min)}`, max === null ? '' : `at most ${short(max)}`]
    this.#say(
      device,
      name,
      isGood ? 'good' : 'bad',
      `${short(value)} ${unit}`,
      limit.filter(Boolean).join(', '),
      isGood ? '' : hint,
    )
  }

  #say(device: Symptom['device'], name: string, state: Symptom['state'], value: string, limit = '', hint = ''): void {
    const symptom: Symptom = { device, name, state, value, limit, hint }
    this.#symptoms.push(symptom)
    this.#request.onSymptom?.(symptom)
  }
}

const short = (value: number): string => String(Number(value.toPrecision(3)))

/**
 * Standard deviation of the grain of one picture, from two of one view: the spread that two thirds of all places keep to, as
 * a normal one does. Between them a camera's mount may have shaken; then edges differ by far more than grain, and must not
 * count.
 */
export function noiseBetween(a: LightPicture, b: LightPicture): { readonly noise: number; readonly isSame: boolean } {
  if (a.grey.length !== b.grey.length) return { noise: Number.POSITIVE_INFINITY, isSame: false }
  const step = Math.max(1, Math.floor(a.grey.length / 200_000))
  const differences = new Float32Array(Math.ceil(a.grey.length / step))
  let isSame = true
  for (let i = 0; i < a.grey.length; i++) {
    const difference = a.grey[i]! - b.grey[i]!
    if (difference !== 0) isSame = false
    if (i % step === 0) differences[i / step] = difference
  }
  const middle = median(differences, 0)
  const off = differences.map(difference => Math.abs(difference - middle))
  return { noise: quantile(off, 0.683, 0) / Math.SQRT2, isSame }
}
