import type { LightPreset } from '../../light/light.ts'
import type { Rig } from '../../rig.ts'
import { RigError } from '../../rig-error.ts'
import type { CalibrationContent as Content } from './calibration.ts'
import { blackOf, darkLevel } from './dark-level.ts'
import { findTarget, type SeenDot } from './find-target.ts'
import { type LightPicture, lightPictureOf } from './picture.ts'
import { fitPlaneCamera, type PlaneCamera, type PlaneFit } from './plane-camera.ts'
import { calibrationTarget, type TargetDesign } from './target.ts'
import { meanLight, type WhiteSeen, whiteField } from './white-field.ts'

/** White is brought near this share of what the camera can tell. */
const whiteGoal = 0.6
const exposureStartMs = 10

interface Exposed {
  readonly picture: LightPicture
  readonly field: WhiteSeen
  readonly exposureMs: number | null
  readonly fit: PlaneFit
}

/** Looks at a target through the rig's camera, under one light after the other. */
export class TargetCamera {
  readonly #rig: Rig
  readonly #signal: AbortSignal | undefined

  constructor(rig: Rig, signal: AbortSignal | undefined) {
    this.#rig = rig
    this.#signal = signal
  }

  async look(exposureMs: number | null): Promise<LightPicture> {
    const { bytes } = await this.#rig.camera.photograph(exposureMs === null ? {} : { exposureMs }, this.#signal)
    return await lightPictureOf(bytes)
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
      const fit = known ?? this.#tryFit(picture, target, attempt)
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
  #tryFit(picture: LightPicture, target: TargetDesign, attempt: number): PlaneFit | null {
    const { width, height } = picture
    try {
      return fitPlaneCamera(findTarget(picture, target), { width, height })
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
      const { white } = whiteField(picture, camera, calibrationTarget)
      return { picture, white, black: blackOf(picture, camera, calibrationTarget) }
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
