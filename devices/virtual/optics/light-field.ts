import { levelClamped } from '../../../harness/imaging/bilinear.ts'
import type { Reflected, Reflection } from './reflection.ts'

/** Fields of one knot. Slopes are changes for a slope of 1 in x or y; valid for small slopes. */
export const field = { matte: 0, matteX: 1, matteY: 2, metal: 3, metalX: 4, metalY: 5, gloss: 6, count: 7 } as const

/**
 * Reflection sampled at knots over a rectangle and read between them: light changes over centimetres, pixels over
 * hundredths of a millimetre.
 */
export class LightField {
  readonly #knots: Float64Array
  readonly #columns: number
  readonly #rows: number
  readonly #left: number
  readonly #top: number
  readonly #stepMm: number

  constructor(reflection: Reflection, left: number, top: number, widthMm: number, heightMm: number, stepMm: number) {
    this.#left = left
    this.#top = top
    this.#stepMm = stepMm
    this.#columns = Math.ceil(widthMm / stepMm) + 2
    this.#rows = Math.ceil(heightMm / stepMm) + 2
    this.#knots = new Float64Array(this.#columns * this.#rows * field.count)
    const middle: Reflected = { matte: 0, metal: 0, gloss: 0 }
    const more: Reflected = { matte: 0, metal: 0, gloss: 0 }
    const less: Reflected = { matte: 0, metal: 0, gloss: 0 }
    const small = 0.04
    let k = 0
    for (let row = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++, k += field.count) {
        const x = left + column * stepMm
        const y = top + row * stepMm
        reflection.at(x, y, 0, 0, middle)
        this.#knots[k + field.matte] = middle.matte
        this.#knots[k + field.metal] = middle.metal
        this.#knots[k + field.gloss] = middle.gloss
        reflection.at(x, y, small, 0, more)
        reflection.at(x, y, -small, 0, less)
        this.#knots[k + field.matteX] = (more.matte - less.matte) / (2 * small)
        this.#knots[k + field.metalX] = (more.metal - less.metal) / (2 * small)
        reflection.at(x, y, 0, small, more)
        reflection.at(x, y, 0, -small, less)
        this.#knots[k + field.matteY] = (more.matte - less.matte) / (2 * small)
        this.#knots[k + field.metalY] = (more.metal - less.metal) / (2 * small)
      }
    }
  }

  get columns(): number {
    return this.#columns
  }

  /** All knots of one horizontal line at height `y`, into `line`: `columns` × `field.count`. */
  readRow(y: number, line: Float64Array): void {
    const at = Math.min(Math.max((y - this.#top) / this.#stepMm, 0), this.#rows - 1.001)
    const row = Math.floor(at)
    const share = at - row
    const stride = this.#columns * field.count
    const from = row * stride
    for (let i = 0; i < stride; i++) {
      const a = this.#knots[from + i]!
      line[i] = a + share * (this.#knots[from + stride + i]! - a)
    }
  }

  /** The light on white, matte, anywhere. */
  matteAt(x: number, y: number): number {
    const knots = { width: this.#columns, height: this.#rows, channels: field.count, data: this.#knots }
    return levelClamped(knots, (x - this.#left) / this.#stepMm + 0.5, (y - this.#top) / this.#stepMm + 0.5, field.matte)
  }
}
