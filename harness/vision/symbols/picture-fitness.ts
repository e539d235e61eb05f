import type { GreyRaster } from '../../imaging/grey.ts'
import { median } from '../../imaging/quantile.ts'
import type { ModuleMatrix } from './module-matrix.ts'
import { moduleMiddle } from './print-quality.ts'

/** How far a picture of a symbol can speak about the print, and not only about itself. */
export interface PictureFitness {
  /** Part of the modules whose middle is at the end of the camera's range, 0..1: glare, or too much light. */
  readonly clipped: number
  /**
   * Contrast of modules that stand alone over the contrast of those in blocks of their own colour, 0..1: 1 is sharp,
   * 0.4 is a blur of half a module.
   */
  readonly sharpness: number
  /** Light of the brightest module, the first ring of the quiet zone included, over that of the median light one: 1 is even. */
  readonly glare: number
  /** Light on the darkest of nine fields of the symbol over that on the brightest, 0..1: 1 is even. */
  readonly evenness: number
}

const CLIPPED_LEVEL = 251
/** From grey levels to light, near enough for a ratio. */
const GAMMA = 2.2
const MOST_CLIPPED = 0.02
const LEAST_SHARP = 0.6
/** One bright end of the range moves the threshold of all modules: the norm's is the middle of brightest and darkest. */
const MOST_GLARE = 1.8
const LEAST_EVEN = 0.5
/** Neighbours of a module's own colour, of eight: alone with at most two, in a block with at least six. */
const ALONE = 2
const IN_BLOCK = 6

/**
 * Measures a rectified symbol against what it should be.
 *
 * @param patch the symbol seen straight on, as `patchPose` lays it
 * @param modules the symbol as it should be
 */
export function pictureFitness({ width, data }: GreyRaster, { size, dark }: ModuleMatrix): PictureFitness {
  let clipped = 0
  const alone = new Contrast()
  const blocks = new Contrast()
  const light: number[] = []
  const fields: number[][] = Array.from({ length: 9 }, () => [])
  let brightest = 0
  const levelAt = (column: number, row: number) => data[moduleMiddle(row) * width + moduleMiddle(column)]!
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const level = levelAt(column, row)
      brightest = Math.max(brightest, level)
      if (!dark[row * size + column]) {
        light.push(level)
        fields[3 * Math.floor((3 * row) / size) + Math.floor((3 * column) / size)]!.push(level)
      }
      if (level >= CLIPPED_LEVEL) clipped++
      const own = dark[row * size + column]!
      const same = sameNeighbours(dark, size, column, row)
      if (same <= ALONE) alone.add(own, level)
      else if (same >= IN_BLOCK) blocks.add(own, level)
    }
  }
  for (let i = -1; i <= size; i++) {
    brightest = Math.max(brightest, levelAt(i, -1), levelAt(i, size), levelAt(-1, i), levelAt(size, i))
  }
  const middles = fields.map(median)
  const whole = blocks.value()
  return {
    clipped: clipped / size ** 2,
    sharpness: whole > 0 ? Math.min(1, Math.max(0, alone.value() / whole)) : 0,
    glare: ((brightest + 1) / (median(light, 0) + 1)) ** GAMMA,
    evenness: ((Math.min(...middles) + 1) / (Math.max(...middles) + 1)) ** GAMMA,
  }
}

/** Good enough that what is wrong with the symbol is wrong with its print? */
export function speaksOfPrint({ clipped, sharpness, glare, evenness }: PictureFitness): boolean {
  return clipped <= MOST_CLIPPED && sharpness >= LEAST_SHARP && glare <= MOST_GLARE && evenness >= LEAST_EVEN
}

/** Mean of light less mean of dark levels; 0 where either is missing. */
class Contrast {
  readonly #sum = [0, 0]
  readonly #count = [0, 0]

  add(dark: number, level: number): void {
    this.#sum[dark]! += level
    this.#count[dark]!++
  }

  value(): number {
    const [light, dark] = this.#count
    return light && dark ? this.#sum[0]! / light - this.#sum[1]! / dark : 0
  }
}

/** Outside the symbol lies the quiet zone, which is light. */
function sameNeighbours(dark: Uint8Array, size: number, column: number, row: number): number {
  const own = dark[row * size + column]
  let same = -1
  for (let y = row - 1; y <= row + 1; y++) {
    for (let x = column - 1; x <= column + 1; x++) {
      const inside = x >= 0 && y >= 0 && x < size && y < size
      if ((inside ? dark[y * size + x] : 0) === own) same++
    }
  }
  return same
}
