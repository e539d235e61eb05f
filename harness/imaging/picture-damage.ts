import { codedPixelsFault } from './coded-pixels.ts'
import type { PictureFormat } from './format.ts'
import { jpegEntropyFault } from './jpeg-entropy.ts'
import { coarsestQuantum, levelStepRow } from './level-step.ts'
import type { Raster } from './raster.ts'
import { tornPictureFault } from './torn-picture.ts'

/** What is missing within the coded pixels of a picture whose container is whole, as a clause; null where nothing is. */
export const codedDamage = (bytes: Uint8Array, format: PictureFormat): string | null =>
  format === 'jpeg' ? jpegEntropyFault(bytes) : codedPixelsFault(bytes, format)

/**
 * What is torn, repeated, overwritten or changed in the pixels of a picture that a decoder took without a complaint, as a clause; null
 * where nothing is.
 *
 * @param pixels at full size: what is made smaller shows neither rows nor units any more
 * @param bytes of the file that they were decoded from
 * @param orientation the EXIF orientation that was applied after decoding, 1..8; 1 where the rows are those of the file
 */
export function shownDamage(pixels: Raster, bytes: Uint8Array, format: PictureFormat, orientation = 1): string | null {
  const torn = tornPictureFault(pixels, orientation > 4)
  if (torn !== null || format !== 'jpeg') return torn
  const row = levelStepRow(pixels, coarsestQuantum(bytes), orientation)
  return row === null ? null : `changes its level at row ${row} all along: a part of its coded pixels was damaged`
}
