import { open } from 'node:fs/promises'
import { PictureError } from './picture-error.ts'

/** No encoded picture within the pixel limit needs more. */
const MAX_FILE_BYTES = 1 << 30

/**
 * The bytes of a picture file, ready for `decodePicture`.
 * @throws {PictureError} for a missing file, a folder, a device, or one that may not be read
 */
export async function readPictureFile(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, 'r')
    const stat = await file.stat()
    if (stat.isDirectory()) {
      throw new PictureError('picture-is-a-folder', `${path} is a folder: name the pictures in it`)
    }
    if (!stat.isFile()) throw new PictureError('picture-unreadable', `${path} is not a regular file`)
    if (stat.size > MAX_FILE_BYTES) {
      throw new PictureError('picture-too-large', `${path} has ${stat.size} bytes, more than any photograph needs`)
    }
    return await file.readFile()
  } catch (cause) {
    if (cause instanceof PictureError) throw cause
    const reason = (cause as NodeJS.ErrnoException).code
    if (reason === 'ENOENT' || reason === 'ENOTDIR') {
      throw new PictureError('picture-missing', `${path} does not exist`, { cause })
    }
    if (reason === 'EISDIR') {
      throw new PictureError('picture-is-a-folder', `${path} is a folder: name the pictures in it`, { cause })
    }
    throw new PictureError('picture-unreadable', `${path} cannot be read (${reason ?? 'unknown reason'})`, { cause })
  }
}
