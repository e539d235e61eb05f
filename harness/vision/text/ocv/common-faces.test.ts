import { expect, test } from 'vitest'
import { shippedFonts } from '../../../products/font.ts'
import { strokesOf } from '../stroke-relief.ts'
import { drawLine } from '../synthetic-line.testing.ts'
import { findBand } from '../text-band.ts'
import { CAPITAL_SYMBOLS, drawFace, FACE_SYMBOLS, packFaces } from '../training/write-common-faces.testing.ts'
import { capitalFaces, commonFaces, decompressFaces } from './common-faces.node.ts'
import { layText } from './glyph-margins.ts'

test('every face has every symbol of Base58 and bech32, with ink in each', () => {
  expect(commonFaces().map(({ name }) => name)).toContain('LiberationSans-Regular')
  for (const { templates } of commonFaces())
    for (const symbol of FACE_SYMBOLS) expect(Math.max(...templates.get(symbol)!.sharp.data), symbol).toBe(255)
})

test('many more faces have every capital, digit and hyphen', () => {
  expect(capitalFaces().length).toBeGreaterThan(60)
  for (const { name, templates } of capitalFaces())
    for (const symbol of CAPITAL_SYMBOLS)
      expect(Math.max(...templates.get(symbol)!.sharp.data), `${name} ${symbol}`).toBeGreaterThan(200)
})

test.for(Object.values(shippedFonts))('%s is drawn as it is kept', async file => {
  const drawn = await drawFace(file)
  const kept = commonFaces().find(({ name }) => name === drawn.name)!
  for (const { sharp, ...glyph } of drawn.glyphs) {
    const { sharp: asKept, picture: _, ...rest } = kept.templates.get(glyph.symbol)!
    expect(rest).toEqual(glyph)
    // Renderers of outlines may differ in the last levels of an edge.
    const apart = sharp.data.map((level, i) => Math.abs(level - asKept.data[i]!))
    expect(Math.max(...apart)).toBeLessThanOrEqual(24)
  }
  expect(decompressFaces(packFaces([drawn]))).toEqual([drawn])
})

test('of all faces the one that a line is set in fits it best', async () => {
  const text = 'R7bqKx29Tf'
  const symbolsAt = [...text].map(symbol => [symbol])
  for (const [name, font] of [
    ['LiberationMono-Regular', shippedFonts.print],
    ['B612Mono-Regular', shippedFonts.etching],
  ] as const) {
    const crop = await drawLine({ text, font, capHeightPx: 30 })
    const strokes = strokesOf(crop, findBand(crop))
    const advance = commonFaces()
      .find(face => face.name === name)!
      .templates.get('R')!.advance
    const middles = symbolsAt.map((_, i) => Math.round(crop.pixelsPerMm * 1.4) + (i + 0.5) * advance * 30)
    const fits = commonFaces().map(({ name: face, templates }) => {
      const seen = { symbolsAt, text: symbolsAt.map(() => 0), middles, letterSpacingInCaps: 0 }
      return { face, fit: layText(strokes, templates, seen)?.fit ?? 0 }
    })
    expect(fits.sort((a, b) => b.fit - a.fit)[0]!.face).toBe(name)
  }
})
