import type { ProductProfile, RectMm } from '../../products/profile.ts'
import { PrintError } from '../line-error.ts'

/** Colour runs over the cut by so much, so that a cut that is off leaves no white edge. */
const bleedMm = 2
/** Cut marks keep clear of the bleed. */
const markGapMm = 1
const markLengthMm = 4
const markWidthMm = 0.1

/** One layer's sheet, mm from its top left corner: what is cut out, how far colour runs, where the cut marks stand. */
export interface Sheet {
  readonly width: number
  readonly height: number
  /** The finished layer. */
  readonly trim: RectMm
  readonly bleed: RectMm
  /** Hair-thin lines in the prolongation of the trim's sides, two a corner. */
  readonly cutMarks: readonly RectMm[]
  /** Baseline start and cap height of the line that says for people what the sheet is. */
  readonly slug: { readonly x: number; readonly y: number; readonly capHeightMm: number }
}

/** The sheet of a product's layers; both are of one size. @throws PrintError `print-without-sticker` */
export function sheetOf({ name, sticker }: ProductProfile): Sheet {
  if (sticker === null) {
    throw new PrintError('print-without-sticker', `The product ${name} has no sticker, so there is nothing to print.`)
  }
  const { width, height } = sticker.rect
  const margin = bleedMm + markGapMm + markLengthMm
  const trim = { x: margin, y: margin, width, height }
  const bleed = {
    x: margin - bleedMm,
    y: margin - bleedMm,
    width: width + 2 * bleedMm,
    height: height + 2 * bleedMm,
  }
  const [right, bottom] = [margin + width, margin + height]
  const before = 0
  const half = markWidthMm / 2
  const cutMarks = [
    ...[margin, right].flatMap(x => [
      { x: x - half, y: before, width: markWidthMm, height: markLengthMm },
      { x: x - half, y: bottom + bleedMm + markGapMm, width: markWidthMm, height: markLengthMm },
    ]),
    ...[margin, bottom].flatMap(y => [
      { x: before, y: y - half, width: markLengthMm, height: markWidthMm },
      { x: right + bleedMm + markGapMm, y: y - half, width: markLengthMm, height: markWidthMm },
    ]),
  ]
  return {
    width: width + 2 * margin,
    height: height + 2 * margin,
    trim,
    bleed,
    cutMarks,
    slug: { x: margin + 1, y: height + 2 * margin - 1.4, capHeightMm: 1.2 },
  }
}

/** Is the layer's colour printed, or is it the colour of the paper (white, grey)? */
export function inkOfColour(colour: string): readonly [number, number, number] | null {
  const channels = [1, 3, 5].map(i => Number.parseInt(colour.slice(i, i + 2), 16))
  const [r, g, b] = channels as [number, number, number]
  return Math.max(...channels) - Math.min(...channels) < 24 ? null : [r, g, b]
}
