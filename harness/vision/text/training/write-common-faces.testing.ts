import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { readFont } from '../../../products/font.node.ts'
import type { DrawnFace } from '../ocv/common-faces.ts'
import { drawPaths } from '../ocv/draw-paths.node.ts'
import { type DrawnGlyph, drawGlyphs } from '../ocv/glyph-templates.ts'
import { BASE58, BECH32, DIGITS, LETTERS } from '../text-field.ts'

/**
 * The faces of common-faces.bin and the Debian packages that hold them. All may be drawn from and the drawings passed on:
 * SIL Open Font License, Bitstream Vera licence, Apache License.
 */
const FACES = [
  'LiberationSans-Regular.ttf', // fonts-liberation2
  'LiberationSans-Bold.ttf',
  'LiberationMono-Regular.ttf',
  'DejaVuSans.ttf', // fonts-dejavu-core
  'DejaVuSansMono.ttf',
  'Roboto-Regular.ttf', // fonts-roboto-unhinted
  'RobotoCondensed-Regular.ttf',
  'B612Mono-Regular.otf', // fonts-b612
] as const

/**
 * The faces of capital-faces.bin: what cards are engraved and labels printed in, and what looks like it. Licences as above, or
 * MIT, BSD, CC0 or the public domain. A number is how far a face is squeezed: as narrow faces of its build are.
 */
const CAPITAL_FACES: readonly (string | readonly [file: string, squeezed: number])[] = [
  ...FACES,
  ['LiberationSans-Regular.ttf', 0.82],
  ['LiberationSans-Bold.ttf', 0.82],
  'LiberationMono-Bold.ttf',
  'DejaVuSans-Bold.ttf',
  'DejaVuSansCondensed.ttf',
  'DejaVuSansCondensed-Bold.ttf',
  'DejaVuSansMono-Bold.ttf',
  'B612Mono-Bold.otf',
  'B612-Regular.otf',
  'B612-Bold.otf',
  'Roboto-Bold.ttf',
  'RobotoCondensed-Bold.ttf',
  'OCRA.ttf', // fonts-ocr-a
  'OCRB.otf', // fonts-ocr-b
  '3270-Regular.ttf', // fonts-3270
  'agave-r-autohinted.ttf', // fonts-agave
  'Anonymous Pro.ttf', // fonts-anonymous-pro
  'Anonymous Pro B.ttf',
  'Cantarell-Regular.otf', // fonts-cantarell
  'Cantarell-Bold.otf',
  'Carlito-Regular.ttf', // fonts-crosextra-carlito
  'Carlito-Bold.ttf',
  'Comfortaa-Regular.ttf', // fonts-comfortaa
  'Comfortaa-Bold.ttf',
  'Courier Prime.otf', // fonts-courier-prime
  'Courier Prime Bold.otf',
  'Courier Prime Code.otf',
  'Courier Prime Sans.otf',
  'Dosis-Medium.otf', // fonts-dosis
  'Dosis-Bold.otf',
  'FantasqueSansMono-Regular.ttf', // fonts-fantasque-sans
  'FiraCode-Regular.ttf', // fonts-firacode
  'FiraCode-Bold.ttf',
  'Go-Regular.ttf', // fonts-go
  'Go-Bold.ttf',
  'Go-Mono.ttf',
  'Go-Mono-Bold.ttf',
  'Hack-Regular.ttf', // fonts-hack
  'Hack-Bold.ttf',
  'Inconsolata.otf', // fonts-inconsolata
  'JetBrainsMono-Regular.ttf', // fonts-jetbrains-mono
  'JetBrainsMono-Bold.ttf',
  'Lato-Regular.ttf', // fonts-lato
  'Lato-Bold.ttf',
  'LeagueMono-Regular.otf', // fonts-league-mono
  'LeagueMono-Bold.otf',
  'Monoid-Regular.ttf', // fonts-monoid
  'mononoki-Regular.ttf', // fonts-mononoki
  'NotoMono-Regular.ttf', // fonts-noto-mono
  'NotoSans-Regular.ttf', // fonts-noto-core
  'NotoSans-Bold.ttf',
  'OpenSans-Regular.ttf', // fonts-open-sans
  'OpenSans-Semibold.ttf',
  'OpenSans-CondBold.ttf',
  'OxygenMono-Regular.ttf', // fonts-oxygen
  'Oxygen-Sans.ttf',
  'Play-Regular.ttf', // fonts-play
  'Play-Bold.ttf',
]

/** All that a Base58 or bech32 text may hold. */
export const FACE_SYMBOLS: readonly string[] = [...new Set(BASE58 + BECH32)].sort()

/** All that a serial or a passphrase of capitals may hold. */
export const CAPITAL_SYMBOLS: readonly string[] = [...LETTERS, ...DIGITS, '-']

/** Draws a face from its font file. */
export async function drawFace(file: string, symbols = FACE_SYMBOLS, squeezed = 1): Promise<DrawnFace> {
  const name = basename(file).replace(/\.[^.]+$/, '')
  const glyphs = await drawGlyphs(readFont(file), symbols, drawPaths)
  return squeezed === 1
    ? { name, glyphs }
    : { name: `${name} ${squeezed}`, glyphs: glyphs.map(glyph => squeeze(glyph, squeezed)) }
}

/** A glyph made narrower about its pen. */
function squeeze(glyph: DrawnGlyph, by: number): DrawnGlyph {
  const { width, height, data } = glyph.sharp
  const penX = Math.ceil(glyph.penX)
  const out = new Uint8Array(width * height)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = glyph.penX + (x - penX) / by
      const left = Math.floor(at)
      const level = (column: number) => (column < 0 || column >= width ? 0 : data[y * width + column]!)
      out[y * width + x] = level(left) * (left + 1 - at) + level(left + 1) * (at - left) + 0.5
    }
  const { advance, inkLeft, inkRight } = glyph
  const narrow = { advance: advance * by, inkLeft: inkLeft * by, inkRight: inkRight * by }
  return { ...glyph, ...narrow, penX, sharp: { width, height, data: out } }
}

/** Faces as one file: what they are as a line of JSON, then the pictures; compressed. */
export function packFaces(faces: readonly DrawnFace[]): Uint8Array {
  const described = faces.map(({ name, glyphs }) => ({
    name,
    glyphs: glyphs.map(({ sharp: { width, height }, ...glyph }) => ({ ...glyph, width, height })),
  }))
  const pictures = faces.flatMap(({ glyphs }) => glyphs.map(({ sharp }) => sharp.data))
  return brotliCompressSync(Buffer.concat([Buffer.from(`${JSON.stringify(described)}\n`), ...pictures]))
}

// node harness/vision/text/training/write-common-faces.testing.ts FOLDER    (a folder that holds the font files)
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder] = process.argv.slice(2)
  if (folder === undefined) {
    console.error(`Name a folder that holds ${FACES.join(', ')}.`)
    process.exit(2)
  }
  const write = (name: string, faces: readonly DrawnFace[]) => {
    const packed = packFaces(faces)
    writeFileSync(new URL(`../ocv/${name}`, import.meta.url), packed)
    console.log(`${name}: ${faces.length} faces, ${packed.length} bytes`)
  }
  const common = []
  for (const file of FACES) common.push(await drawFace(join(folder, file)))
  write('common-faces.bin', common)
  const capitals = []
  for (const [file, squeezed] of CAPITAL_FACES.map(face => (typeof face === 'string' ? ([face, 1] as const) : face)))
    capitals.push(await drawFace(join(folder, file), CAPITAL_SYMBOLS, squeezed))
  write('capital-faces.bin', capitals)
}
