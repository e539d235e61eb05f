/** The part of a font of opentype.js 2.0.0 that Assay uses. Here, and not in a declaration of that package: published types must stand alone. */
export type PathCommand =
  | { readonly type: 'M'; readonly x: number; readonly y: number }
  | { readonly type: 'L'; readonly x: number; readonly y: number }
  | { readonly type: 'Q'; readonly x1: number; readonly y1: number; readonly x: number; readonly y: number }
  | {
      readonly type: 'C'
      readonly x1: number
      readonly y1: number
      readonly x2: number
      readonly y2: number
      readonly x: number
      readonly y: number
    }
  | { readonly type: 'Z' }
export interface Path {
  readonly commands: readonly PathCommand[]
}
export interface Glyph {
  readonly index: number
  readonly advanceWidth: number
  /** In font units, y up. */
  getBoundingBox(): { readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number }
  /** `x`, `y` the origin on the baseline, y down, `fontSize` the em's size in the same unit. */
  getPath(x: number, y: number, fontSize: number): Path
}
export interface Font {
  readonly unitsPerEm: number
  readonly names: unknown
  readonly tables: { readonly os2?: { readonly sCapHeight?: number } }
  charToGlyph(symbol: string): Glyph
  getKerningValue(left: Glyph, right: Glyph): number
}
