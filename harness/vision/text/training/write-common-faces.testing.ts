import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync } from 'node:zlib'
import { readFont } from '../../../products/font.node.ts'
import type { DrawnFace } from '../ocv/common-faces.ts'
import { drawPaths } from '../ocv/draw-paths.node.ts'
import { drawGlyphs } from '../ocv/glyph-templates.ts'
import { BASE58, BECH32 } from '../text-field.ts'

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

/** All that a Base58 or bech32 text may hold. */
export const FACE_SYMBOLS: readonly string[] = [...new Set(BASE58 + BECH32)].sort()

/** Draws a face from its font file. */
export async function drawFace(file: string): Promise<DrawnFace> {
  return {
    name: basename(file).replace(/\.[^.]+$/, ''),
    glyphs: await drawGlyphs(readFont(file), FACE_SYMBOLS, drawPaths),
  }
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
  const faces = []
  for (const file of FACES) faces.push(await drawFace(join(folder, file)))
  const packed = packFaces(faces)
  writeFileSync(new URL('../ocv/common-faces.bin', import.meta.url), packed)
  console.log(`${faces.length} faces, ${packed.length} bytes`)
}
