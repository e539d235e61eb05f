import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { type DrawnGlyph, type GlyphTemplates, templatesOf } from './glyph-templates.ts'

/** A face as it is kept: its glyphs, whose pictures lie one after the other behind the description. */
interface FaceDescription {
  readonly name: string
  readonly glyphs: readonly (Omit<DrawnGlyph, 'sharp'> & { readonly width: number; readonly height: number })[]
}

/** A face of which every symbol that a checksummed text may hold is drawn. */
export interface DrawnFace {
  readonly name: string
  readonly glyphs: readonly DrawnGlyph[]
}

let loaded: readonly { readonly name: string; readonly templates: GlyphTemplates }[] | null = null

/**
 * Faces that labels are often printed in, tried where the maker's own is not known: Helvetica's and Arial's build, Courier's, and
 * what Linux and Android print with. They are kept as pictures of their symbols, which take a fortieth of the memory that
 * opening the fonts does. Made by write-common-faces.ts; read once a process.
 */
export function commonFaces(): readonly { readonly name: string; readonly templates: GlyphTemplates }[] {
  loaded ??= unpackFaces(readFileSync(new URL('common-faces.bin', import.meta.url))).map(({ name, glyphs }) => ({
    name,
    templates: templatesOf(glyphs),
  }))
  return loaded
}

/** The inverse of {@link packFaces} in write-common-faces.ts. */
export function unpackFaces(packed: Uint8Array): readonly DrawnFace[] {
  const bytes = brotliDecompressSync(packed)
  const end = bytes.indexOf(10)
  const faces = JSON.parse(bytes.toString('utf8', 0, end)) as readonly FaceDescription[]
  let at = end + 1
  return faces.map(({ name, glyphs }) => ({
    name,
    glyphs: glyphs.map(({ width, height, ...glyph }) => {
      const data = Uint8Array.from(bytes.subarray(at, at + width * height))
      at += data.length
      return { ...glyph, sharp: { width, height, data } }
    }),
  }))
}
