import { examineContainer } from '../../harness/imaging/container.ts'
import type { PictureType, Size } from './camera.ts'

/** What the outside of a picture file tells. */
export interface PictureFile {
  readonly mime: PictureType
  /** As stored, before any EXIF turn. */
  readonly size: Size
  /** Length of the picture, bytes; what follows is padding. */
  readonly length: number
}

/**
 * Looks at a picture file from outside: its type, its size, and whether it is all there, as whoever reads it will.
 *
 * @returns why not, as the end of a sentence that begins with "the picture", when it is no whole picture
 */
export function examinePicture(bytes: Uint8Array): PictureFile | string {
  const found = examineContainer(bytes)
  if ('fault' in found) return found.because
  return { mime: `image/${found.format}`, size: found.size, length: found.lengthBytes }
}
