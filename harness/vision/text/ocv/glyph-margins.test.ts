import { expect, test } from 'vitest'
import type { GreyImage } from '../../../imaging/grey-image.ts'
import { openFont } from '../../../products/font.node.ts'
import { parseFont, shippedFonts } from '../../../products/font.ts'
import { singleStrokeFont } from '../../../products/single-stroke-font.testing.ts'
import type { LineCrop } from '../line-crop.ts'
import { STROKE_CAP, strokesOf } from '../stroke-relief.ts'
import { drawLine, type SyntheticLine } from '../synthetic-line.testing.ts'
import { findBand } from '../text-band.ts'
import { DIGITS, LETTERS } from '../text-field.ts'
import { drawPaths } from './draw-paths.node.ts'
import { type GlyphMargins, glyphMargins, layText, type SeenText } from './glyph-margins.ts'
import { drawGlyphs, type GlyphTemplates, templatesOf } from './glyph-templates.ts'

const SYMBOLS = [...LETTERS, ...DIGITS]
const templates = {
  etching: templatesOf(await drawGlyphs(openFont(shippedFonts.etching), SYMBOLS, drawPaths)),
  print: templatesOf(await drawGlyphs(openFont(shippedFonts.print), SYMBOLS, drawPaths)),
}

/** Middles of the ink of a drawn line, px of the strip. */
function middlesOf(text: string, { capHeightPx: cap, pixelsPerMm }: LineCrop, font = shippedFonts.etching as string) {
  const glyphs = openFont(font).setLine(text, { x: Math.round(pixelsPerMm * 1.4), y: 0 }, 'left', cap)
  return glyphs.map(({ ink }) => ((ink!.left + ink!.right) / 2) * (STROKE_CAP / cap))
}

/** Margins of `claimed` over what is drawn, its middles known as well as a network knows them. */
async function marginsOf(
  line: SyntheticLine & { readonly font: string },
  claimed: string,
  font: keyof typeof templates,
): Promise<GlyphMargins | null> {
  const crop = await drawLine(line)
  const band = findBand(crop)
  const middles = middlesOf(line.text, crop, line.font).map((x, i) => x + (((i * 7) % 5) - 2) * 0.04 * STROKE_CAP)
  const text = [...claimed].map(symbol => SYMBOLS.indexOf(symbol))
  const seen = { symbolsAt: text.map(() => SYMBOLS), text, middles, letterSpacingInCaps: 0 }
  return margins(strokesOf(crop, band), templates[font], seen)
}

function margins(strip: GreyImage, font: GlyphTemplates, seen: SeenText): GlyphMargins | null {
  const laidText = layText(strip, font, seen)
  return laidText && glyphMargins(laidText, font, seen)
}

const bestOf = ({ rivals }: GlyphMargins) => rivals.map(row => SYMBOLS[row.indexOf(Math.max(...row))]).join('')

const surfaces: readonly Partial<SyntheticLine>[] = [
  {},
  { blurPx: 1.8 },
  { ink: 150, noise: 6 },
  { brushed: 8, ground: 165, ink: 95, capHeightPx: 30 },
  { capHeightPx: 20, blurPx: 1 },
  { ground: 70, ink: 190 },
]

test.for(['etching', 'print'] as const)('each symbol of the %s face is told from the 35 others', async face => {
  for (const [i, surface] of surfaces.entries()) {
    const shift = i * 6
    const order = [...SYMBOLS.slice(shift), ...SYMBOLS.slice(0, shift)].join('')
    for (const text of order.match(/.{12}/g)!) {
      const margins = (await marginsOf({ text, font: shippedFonts[face], ...surface, seed: i + 1 }, text, face))!
      expect(bestOf(margins), `${JSON.stringify(surface)}`).toBe(text)
      expect(margins.fit).toBeGreaterThan(0.7)
    }
  }
})

test('a look-alike that was read in place of what is there is overruled, wherever it stands', async () => {
  const alike = [
    'O0',
    '0O',
    'I1',
    '1I',
    'S5',
    '5S',
    'B8',
    '8B',
    'Z2',
    '2Z',
    'VU',
    'UV',
    'G6',
    '6G',
    'D0',
    'QO',
    '4A',
    'T7',
  ]
  for (const face of ['etching', 'print'] as const)
    for (const [i, [there, seen]] of alike.map(pair => [...pair] as [string, string]).entries()) {
      const at = i % 8
      const text = [...'HK5820M3'].with(at, there).join('')
      const claimed = [...text].with(at, seen).join('')
      const margins = (await marginsOf({ text, font: shippedFonts[face], noise: 5, seed: i }, claimed, face))!
      expect(margins.rivals[at]![SYMBOLS.indexOf(seen)], `${face}: ${seen} for ${there}`).toBeLessThan(0.02)
      expect(bestOf(margins)[at], `${face}: ${seen} for ${there}`).toBe(there)
    }
})

test('a line in another face, of another pitch or in no face at all does not pass for the font', async () => {
  const text = 'QG7WM04RKX'
  const own = await marginsOf({ text, font: shippedFonts.etching }, text, 'etching')
  const other = await marginsOf({ text, font: shippedFonts.print }, text, 'etching')
  expect(own!.fit).toBeGreaterThan((other?.fit ?? 0) + 0.1)
  const blank = await drawLine({ text: ' ', noise: 12 })
  const flat = strokesOf(blank, findBand(blank))
  const indexes = [...'AB12'].map(symbol => SYMBOLS.indexOf(symbol))
  const seen = {
    symbolsAt: indexes.map(() => SYMBOLS),
    text: indexes,
    middles: [60, 80, 100, 120],
    letterSpacingInCaps: 0,
  }
  expect(margins(flat, templates.etching, seen)?.fit ?? 0).toBeLessThan(0.4)
  expect(margins(flat, templates.etching, { ...seen, middles: [180, 240, 300, 360] })).toBeNull()
})

test('symbols that the font lacks are no rivals, and a text of them is not judged', async () => {
  const few = templatesOf(await drawGlyphs(openFont(shippedFonts.etching), [...'AB12'], drawPaths))
  const crop = await drawLine({ text: 'AB12' })
  const strip = strokesOf(crop, findBand(crop))
  const alphabet = [...'AB12?']
  const seen = {
    symbolsAt: Array(4).fill(alphabet),
    text: [0, 1, 2, 3],
    middles: middlesOf('AB12', crop),
    letterSpacingInCaps: 0,
  }
  const judged = margins(strip, few, seen)
  expect(judged).not.toBeNull()
  for (const row of judged!.rivals) expect(row[4]).toBe(0)
  expect(margins(strip, few, { ...seen, text: [0, 4, 2, 3] })).toBeNull()
})

test('a font of single strokes is drawn as wide as a beam', async () => {
  const font = parseFont(new Uint8Array(singleStrokeFont('LH')), 'single.otf')
  const [letter] = await drawGlyphs(font, ['L'], drawPaths)
  expect(Math.max(...letter!.sharp.data)).toBe(255)
})
