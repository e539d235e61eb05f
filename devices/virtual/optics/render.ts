import { sharp } from '../../../harness/imaging/sharp.node.ts'
import type { CardSurface } from '../card-surface.ts'
import { benchTexture } from './background.ts'
import { blurAt, blurToMosaic } from './blur.ts'
import { develop } from './develop.ts'
import { illuminate } from './lamps.ts'
import { type CardInView, projectScene } from './project-scene.ts'
import type { Scene } from './scene.ts'
import { viewOfScene } from './scene-view.ts'
import { expose } from './sensor.ts'
import { outlineOf, type Prepared, prepare, shade } from './shade.ts'
import { smear } from './shake.ts'

/** Time of each stage, ms. */
export type RenderTimes = Record<'prepare' | 'shade' | 'project' | 'blur' | 'expose' | 'develop' | 'encode', number>

/**
 * The dark chamber of the virtual camera: forms photographs one after the other and keeps its large buffers between
 * them. One for a thread.
 */
export class Chamber {
  #prepared: Prepared | null = null
  #image = new Float32Array(0)
  #mosaic = new Float32Array(0)
  #raw = new Uint16Array(0)
  #rgb = new Uint8Array(0)
  times: RenderTimes = { prepare: 0, shade: 0, project: 0, blur: 0, expose: 0, develop: 0, encode: 0 }

  /** One photograph: a whole JPEG file. The same scene and surface give the same bytes. */
  async photograph(scene: Scene, surface: CardSurface | null): Promise<Uint8Array> {
    const { width, height } = scene.size
    let mark = performance.now()
    const lap = (stage: keyof RenderTimes): void => {
      const now = performance.now()
      this.times[stage] = now - mark
      mark = now
    }
    const pixels = width * height
    if (this.#raw.length !== pixels) {
      this.#image = new Float32Array(3 * pixels)
      this.#mosaic = new Float32Array(pixels)
      this.#raw = new Uint16Array(pixels)
      this.#rgb = new Uint8Array(3 * pixels)
    }
    const view = viewOfScene(scene)
    const light = illuminate(scene, view)
    const bench = benchTexture(scene.placement?.background ?? 'nest', scene.seed)
    const lies = scene.placement === null ? null : surface
    if (lies && this.#prepared?.surface !== lies) this.#prepared = prepare(lies, this.#prepared?.rgb)
    lap('prepare')
    const card: CardInView | null =
      lies && this.#prepared
        ? {
            shaded: shade(this.#prepared, view, light),
            samplesPerMm: lies.pixelsPerMm,
            outline: outlineOf(lies),
            thicknessMm: lies.thicknessMm,
            edge: 0.1 * light.surround + 0.06,
          }
        : null
    lap('shade')
    projectScene(scene, view, light, card, bench, this.#image)
    smear(this.#image, width, height, ((scene.shakeMm ?? 0) * view.focalPx) / scene.truth.mount.heightMm)
    lap('project')
    blurToMosaic(this.#image, width, height, blurAt(scene, view, card?.thicknessMm ?? 0), this.#mosaic)
    lap('blur')
    expose(scene, light.tint, this.#mosaic, this.#raw)
    lap('expose')
    develop(scene, this.#raw, this.#rgb)
    lap('develop')
    const jpeg = await sharp(this.#rgb, { raw: { width, height, channels: 3 } })
      .jpeg({ quality: scene.truth.sensor.jpegQuality })
      .toBuffer()
    lap('encode')
    return jpeg
  }
}
