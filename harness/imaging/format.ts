/** Formats that are decoded. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'tiff'

/** Formats that are told apart only to say their name in the error: each would need a decoder that is not trusted here. */
export type ForeignFormat =
  | 'GIF'
  | 'BMP'
  | 'SVG or XML'
  | 'PDF'
  | 'HEIC'
  | 'AVIF'
  | 'JPEG 2000'
  | 'JPEG XL'
  | 'camera raw'
  | 'BigTIFF'
  | 'ISO media'

export type Sniffed =
  | { readonly kind: 'picture'; readonly format: PictureFormat }
  | { readonly kind: 'foreign'; readonly name: ForeignFormat }
  | { readonly kind: 'unknown' }

type Signature = readonly [at: number, bytes: string]

const pictures: readonly (readonly [PictureFormat, readonly Signature[]])[] = [
  ['jpeg', [[0, '\xff\xd8\xff']]],
  ['png', [[0, '\x89PNG\r\n\x1a\n']]],
  // prettier-ignore
  [
    'webp',
    [
      [0, 'RIFF'],
      [8, 'WEBP'],
    ],
  ],
  ['tiff', [[0, 'II*\0']]],
  ['tiff', [[0, 'MM\0*']]],
]

const foreign: readonly (readonly [ForeignFormat, readonly Signature[]])[] = [
  ['GIF', [[0, 'GIF8']]],
  ['PDF', [[0, '%PDF']]],
  ['JPEG XL', [[0, '\xff\x0a']]],
  ['JPEG XL', [[0, '\0\0\0\x0cJXL ']]],
  ['JPEG 2000', [[0, '\0\0\0\x0cjP  ']]],
  ['JPEG 2000', [[0, '\xff\x4f\xff\x51']]],
  ['AVIF', [[4, 'ftypavi']]],
  ['HEIC', [[4, 'ftyphei']]],
  ['HEIC', [[4, 'ftypmif1']]],
  ['HEIC', [[4, 'ftyphevc']]],
  ['camera raw', [[4, 'ftypcrx']]],
  ['ISO media', [[4, 'ftyp']]],
  ['BigTIFF', [[0, 'II+\0']]],
  ['BigTIFF', [[0, 'MM\0+']]],
  // Panasonic, Olympus and Fujifilm: TIFF, or nearly, with magic numbers of their own.
  ['camera raw', [[0, 'IIU\0']]],
  ['camera raw', [[0, 'IIRO']]],
  ['camera raw', [[0, 'MMOR']]],
  ['camera raw', [[0, 'FUJIFILM']]],
  // A TIFF header with a marker of its own: the embedded preview would be taken for the photograph.
  [
    'camera raw',
    [
      [0, 'II*\0'],
      [8, 'CR'],
    ],
  ],
  ['SVG or XML', [[0, '<?xml']]],
  ['SVG or XML', [[0, '<svg']]],
  ['SVG or XML', [[0, '\xef\xbb\xbf<']]],
  ['SVG or XML', [[0, '<!DOCTYPE']]],
]

/** Says what `bytes` are from their first bytes alone; a file name is never trusted. */
export function sniffFormat(bytes: Uint8Array): Sniffed {
  for (const [name, signatures] of foreign) {
    if (signatures.every(signature => hasAt(bytes, signature))) return { kind: 'foreign', name }
  }
  for (const [format, signatures] of pictures) {
    if (signatures.every(signature => hasAt(bytes, signature))) return { kind: 'picture', format }
  }
  // BMP has a two-letter signature that text can start with, so its own size field must agree.
  if (hasAt(bytes, [0, 'BM']) && bytes.length > 26 && littleEndian32(bytes, 2) === bytes.length) {
    return { kind: 'foreign', name: 'BMP' }
  }
  return { kind: 'unknown' }
}

function hasAt(bytes: Uint8Array, [at, expected]: Signature): boolean {
  if (bytes.length < at + expected.length) return false
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected.charCodeAt(i)) return false
  return true
}

function littleEndian32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true)
}
