import type { GreyImage } from '../imaging/grey-image.ts'

/** One line of known text from which glyphs are learned. */
export interface GlyphLine {
  /** Photographs of one line of one unit have one print. */
  readonly print: string
  /** Lines of one mark are set in one way. */
  readonly mark: string
  readonly symbols: readonly string[]
  readonly strip: GreyImage
  readonly middlesPx: readonly number[]
}
