import type { RectMm } from '../../products/profile.ts'
import { compose, scale, shift } from './affine.ts'
import { type Coverage, OutlineRaster } from './coverage.ts'
import { type PaletteColour, palettePng } from './png.ts'
import type { LayerPage } from './print-pdf.ts'
import { inkOfColour, type Sheet } from './sheet.ts'

const [paper, black, colour] = [0, 1, 2] as const

/**
 * A layer's sheet as the printer's own dots: a dot is inked when the ink covers half of it, so edges are as sharp as the
 * printer makes them and nothing is left to its driver.
 * @returns PNG with its resolution
 */
export function printBitmap(sheet: Sheet, page: LayerPage, dotsPerMm: number): Uint8Array {
  const width = Math.round(sheet.width * dotsPerMm)
  const height = Math.round(sheet.height * dotsPerMm)
  const dots = new Uint8Array(width * height).fill(paper)
  const toDots = scale(dotsPerMm)
  const layerToDots = compose(toDots, shift(sheet.trim.x, sheet.trim.y))
  const rectangle = ({ x, y, width: w, height: h }: RectMm) => new OutlineRaster(toDots).rect(x, y, w, h)
  const paint = (raster: OutlineRaster, index: number) => ink(dots, width, raster.finish(width, height), index)

  const background = inkOfColour(page.colour)
  if (background !== null) paint(rectangle(sheet.bleed), colour)
  for (const mark of sheet.cutMarks) paint(atLeastOneDot(mark, dotsPerMm), black)
  for (const { rect, size, outlines } of page.ink.symbols) {
    const module = rect.width / size
    const toMm = compose(layerToDots, { a: module, b: 0, c: 0, d: module, e: rect.x, f: rect.y })
    const raster = new OutlineRaster(toMm)
    for (const outline of outlines) raster.polygon(outline)
    paint(raster, black)
  }
  const { font, texts } = page.ink
  const set = (text: string, at: { x: number; y: number }, capHeightMm: number, letterSpacingMm: number) => {
    for (const { outline } of font.setLine(text, at, 'left', capHeightMm, letterSpacingMm)) {
      paint(new OutlineRaster(layerToDots).outline(outline), black)
    }
  }
  for (const { text, x, y, capHeightMm, letterSpacingMm } of texts) set(text, { x, y }, capHeightMm, letterSpacingMm)
  const { slug, trim } = sheet
  set(page.label, { x: slug.x - trim.x, y: slug.y - trim.y }, slug.capHeightMm, 0)

  const inks: PaletteColour[] = [[255, 255, 255], [0, 0, 0], ...(background === null ? [] : [background])]
  const png = palettePng(dots, width, height, inks, dotsPerMm)
  dots.fill(0)
  return png
}

/** A hair-thin line would fall between the dots of a coarse printer. */
function atLeastOneDot({ x, y, width, height }: RectMm, dotsPerMm: number): OutlineRaster {
  const from = (start: number) => Math.round(start * dotsPerMm)
  const to = (start: number, length: number) => Math.max(from(start) + 1, Math.round((start + length) * dotsPerMm))
  return new OutlineRaster(scale(1)).rect(from(x), from(y), to(x, width) - from(x), to(y, height) - from(y))
}

function ink(dots: Uint8Array, width: number, { left, top, ...box }: Coverage, index: number): void {
  for (let row = 0; row < box.height; row++) {
    for (let column = 0; column < box.width; column++) {
      if (box.alpha[row * box.width + column]! >= 128) dots[(top + row) * width + left + column] = index
    }
  }
}
