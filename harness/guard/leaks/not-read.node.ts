/** A kind of file that is told and not looked into: why, and its bytes at a place. */
type Kind = readonly [why: string, magic: Buffer, at?: number]

const latin1 = (text: string) => Buffer.from(text, 'latin1')

const kinds: readonly Kind[] = [
  ['an age file is sealed', latin1('age-encryption.org/')],
  ['7-Zip is not looked into', latin1('7z\xbc\xaf\x27\x1c')],
  ['RAR is not looked into', latin1('Rar!\x1a\x07')],
  ['xz is not looked into', latin1('\xfd7zXZ\0')],
  ['LZMA is not looked into', latin1('\x5d\0\0')],
  ['LZ4 is not looked into', latin1('\x04\x22\x4d\x18')],
  ['bzip2 is not looked into', latin1('BZh')],
  ['HEIF, AVIF and MP4 are not looked into', latin1('ftyp'), 4],
  ['a JPEG 2000 is not looked at', latin1('\0\0\0\x0cjP  ')],
  ['a JPEG 2000 is not looked at', latin1('\xff\x4f\xff\x51')],
  ['a JPEG XL is not looked at', latin1('\0\0\0\x0cJXL ')],
  ['a JPEG XL is not looked at', latin1('\xff\x0a')],
  ['a film (AVI) is not looked at', latin1('AVI '), 8],
  ['a film (WebM, Matroska) is not looked at', latin1('\x1a\x45\xdf\xa3')],
  ['a Photoshop file is not looked at', latin1('8BPS')],
  ['an icon (ICO) is not looked at', latin1('\0\0\x01\0')],
]

/** Kinds that say themselves by more than a few bytes. */
const shapes: readonly (readonly [why: string, is: (bytes: Buffer, head: string) => boolean])[] = [
  // Two letters, a size, and four bytes of zeros.
  [
    'a BMP is not looked at',
    (bytes, head) => head.startsWith('BM') && bytes.length > 26 && bytes.readUInt32LE(6) === 0,
  ],
  ['a PNM is not looked at', (_, head) => /^P[1-6]\s+(?:#[^\n]*\n\s*)*\d+\s+\d+\s|^P7\nWIDTH /.test(head)],
  ['a TGA is not looked at', bytes => bytes.subarray(-18).equals(latin1('TRUEVISION-XFILE.\0'))],
  ['what an SVG draws is not looked at', (_, head) => /^(?:\xef\xbb\xbf)?\s*(?:<[?!][^<]*)*<svg[\s>]/.test(head)],
  [
    'images of a PDF that are no JPEG are not looked at',
    (bytes, head) => head.startsWith('%PDF') && hasRawImages(bytes),
  ],
]

function hasRawImages(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  const images = text.match(/\/Subtype\s*\/Image\b/g)?.length ?? 0
  return images > (text.match(/\/DCTDecode\b/g)?.length ?? 0)
}

/** Why not, of bytes that are not looked into, or not wholly. */
export function notRead(bytes: Buffer): string[] {
  const head = bytes.subarray(0, 1024).toString('latin1')
  const told = kinds.filter(([, magic, at = 0]) => bytes.subarray(at, at + magic.length).equals(magic))
  return [...told.map(([why]) => why), ...shapes.filter(([, is]) => is(bytes, head)).map(([why]) => why)]
}
