import opentype from 'opentype.js'

/** What opentype.js can draw besides what Assay reads with it. */
interface FontDrawing {
  readonly Path: new () => { moveTo(x: number, y: number): void; lineTo(x: number, y: number): void; close(): void }
  readonly Glyph: new (glyph: object) => object
  readonly Font: new (font: object) => { toArrayBuffer(): ArrayBuffer }
}
const { Path, Glyph, Font } = opentype as unknown as FontDrawing

/** The bytes of a font, for tests, whose every symbol is an L of two strokes without area, drawn there and back. */
export function singleStrokeFont(symbols: string): ArrayBuffer {
  const stroke = new Path()
  stroke.moveTo(100, 700)
  stroke.lineTo(100, 0)
  stroke.lineTo(500, 0)
  stroke.lineTo(100, 0)
  stroke.close()
  const glyphs = [...symbols].map(
    (symbol, i) => new Glyph({ name: `s${i}`, unicode: symbol.codePointAt(0)!, advanceWidth: 600, path: stroke }),
  )
  const font = new Font({
    familyName: 'Single',
    styleName: 'Stroke',
    unitsPerEm: 1000,
    ascender: 800,
    descender: -200,
    glyphs: [new Glyph({ name: '.notdef', advanceWidth: 600, path: new Path() }), ...glyphs],
  })
  return font.toArrayBuffer()
}
