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

/** A face, ready to be laid on strokes. */
export interface CommonFace {
  readonly name: string
  readonly templates: GlyphTemplates
}

/** The inverse of `packFaces` in write-common-faces.testing.ts, but for its compression. */
export function unpackFaces(bytes: Uint8Array): readonly DrawnFace[] {
  const end = bytes.indexOf(10)
  const faces = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as readonly FaceDescription[]
  let at = end + 1
  return faces.map(({ name, glyphs }) => ({
    name,
    glyphs: glyphs.map(({ width, height, ...glyph }) => {
      const data = bytes.subarray(at, at + width * height)
      at += data.length
      return { ...glyph, sharp: { width, height, data } }
    }),
  }))
}

export function readyFaces(faces: readonly DrawnFace[]): readonly CommonFace[] {
  return faces.map(({ name, glyphs }) => ({ name, templates: templatesOf(glyphs) }))
}
