import { OutsideFileError, readOutsideLater } from '../core/outside-file.node.ts'
import { PictureError, type PictureErrorCode } from './picture-error.ts'

/**
 * The bytes of a picture file, ready for `decodePicture`.
 * @throws {PictureError} for a missing file, a folder, a device, a pipe, or one that may not be read
 */
export async function readPictureFile(path: string): Promise<Uint8Array> {
  try {
    return await readOutsideLater(path, 'picture')
  } catch (cause) {
    if (!(cause instanceof OutsideFileError)) throw cause
    const more = cause.why === 'folder' ? ': name the pictures in it' : ''
    throw new PictureError(codes[cause.why], `${path} ${cause.clause}${more}`, { cause })
  }
}

const codes: Readonly<Record<OutsideFileError['why'], PictureErrorCode>> = {
  missing: 'picture-missing',
  folder: 'picture-is-a-folder',
  'too-large': 'picture-too-large',
  special: 'picture-unreadable',
  foreign: 'picture-unreadable',
  denied: 'picture-unreadable',
}
