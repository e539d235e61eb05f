import { type GreyRaster, toGrey } from './grey.ts'
import type { Raster } from './raster.ts'
import { shrunk } from './shrink.ts'

/** Where edges are looked for coarsely, pictures finer than this many px/mm are only slower. */
const COARSE_PIXELS_PER_MM = 11

/** One photograph at full, half, quarter … size, each made once, when first asked for. */
export class Pyramid {
  readonly grey: GreyRaster
  readonly #levels: Raster[]

  constructor(raster: Raster) {
    this.grey = toGrey(raster)
    this.#levels = [raster]
  }

  /** The level that is just fine enough for a card that has `pixelsPerMm` at full size, and how much smaller it is. */
  forScale(pixelsPerMm: number): { readonly raster: Raster; readonly shrink: number } {
    let level = 0
    let shrink = 1
    while (pixelsPerMm / shrink > COARSE_PIXELS_PER_MM && this.#at(level).width > 200) {
      level++
      shrink *= 2
    }
    return { raster: this.#at(level), shrink }
  }

  #at(level: number): Raster {
    this.#levels[level] ??= shrunk(this.#at(level - 1), 2)
    return this.#levels[level]
  }
}
