import { fontOf } from '../../products/font.node.ts'
import type { OutlineFont } from '../../products/font.ts'
import { lineBoxes } from '../../products/geometry.ts'
import type { ProductProfile, RectMm, Surface } from '../../products/profile.ts'
import { PrintError } from '../line-error.ts'
import { linesOf, markContent, type UnitTexts } from '../mark-content.ts'
import { symbolModules } from '../symbol-modules.ts'
import { type GridOutline, moduleOutlines } from './module-outline.ts'

export type Layer = Exclude<Surface, 'card'>

/** A QR code as it is printed. */
export interface SymbolInk {
  readonly mark: string
  /** The symbol without its quiet zone, mm on the layer. */
  readonly rect: RectMm
  /** Modules a side. */
  readonly size: number
  readonly outlines: readonly GridOutline[]
}

/** One line of text as it is printed. */
export interface TextInk {
  readonly mark: string
  readonly text: string
  /** Where the pen starts on the baseline, mm on the layer. */
  readonly x: number
  readonly y: number
  readonly capHeightMm: number
  readonly letterSpacingMm: number
}

/** All that is printed on one layer of one unit, in mm from the layer's top left corner. Shows the EPK on the bottom layer. */
export interface LayerInk {
  readonly layer: Layer
  readonly symbols: readonly SymbolInk[]
  readonly texts: readonly TextInk[]
  readonly font: OutlineFont
}

/**
 * Lays out what the profile says of one layer.
 * @throws PrintError `print-incomplete` when the unit lacks the text of a mark, `print-without-serial` for a layer that
 *   nothing tells apart from another unit's, `print-outside-layer` for ink beyond the layer's edge
 */
export function layerInk(profile: ProductProfile, layer: Layer, unit: UnitTexts): LayerInk {
  const font = fontOf(profile, 'printed')
  const symbols: SymbolInk[] = []
  const texts: TextInk[] = []
  let serials = 0
  for (const mark of profile.marks) {
    if (mark.on !== layer || mark.kind === 'cover') continue
    const content = markContent(profile, mark, unit)
    if (content === null) {
      throw new PrintError(
        'print-incomplete',
        `The ${layer} of ${unit.serial} cannot be printed: the unit has nothing for the mark «${mark.name}».`,
      )
    }
    if (mark.kind === 'qr') {
      const { size, dark } = symbolModules(content)
      symbols.push({ mark: mark.name, rect: mark.rect, size, outlines: moduleOutlines(dark, size) })
      dark.fill(0)
      continue
    }
    if (mark.content === 'serial') serials++
    const boxes = lineBoxes(mark)
    for (const [i, line] of linesOf(profile, mark, content).entries()) {
      const { baseline, align, capHeightMm, letterSpacingMm } = boxes[i]!
      if (line === '') continue
      const glyphs = font.setLine(line, baseline, align, capHeightMm, letterSpacingMm)
      texts.push({ mark: mark.name, text: line, x: glyphs[0]!.x, y: baseline.y, capHeightMm, letterSpacingMm })
      for (const { ink } of glyphs) if (ink !== null) assertOnLayer(profile, layer, mark.name, ink)
    }
  }
  if (serials === 0) {
    throw new PrintError(
      'print-without-serial',
      `The product ${profile.name} prints no serial on its ${layer}: nothing would tell one unit's layer from another's. Add a text mark with the content «serial».`,
    )
  }
  return { layer, symbols, texts, font }
}

function assertOnLayer(
  { sticker }: ProductProfile,
  layer: Layer,
  mark: string,
  ink: { left: number; top: number; right: number; bottom: number },
): void {
  const { width, height } = sticker!.rect
  if (ink.left >= 0 && ink.top >= 0 && ink.right <= width && ink.bottom <= height) return
  throw new PrintError(
    'print-outside-layer',
    `The text of the mark «${mark}» is wider than the ${layer} (${width} × ${height} mm) it is printed on; set it smaller or on more lines.`,
  )
}

/** Fewer dots make modules of uneven width, which is what readers stumble over. */
const leastDotsPerModule = 4

/** @throws PrintError `print-resolution` when a module of a symbol would be narrower than four printer dots */
export function assertFineEnough({ symbols, layer }: LayerInk, dotsPerMm: number): void {
  if (!(dotsPerMm > 0 && dotsPerMm <= 400)) {
    throw new PrintError(
      'print-resolution',
      `A printer has between 0 and 400 dots per mm, not ${dotsPerMm} (600 dpi are ${(600 / 25.4).toFixed(2)}).`,
    )
  }
  for (const { mark, rect, size } of symbols) {
    const moduleMm = rect.width / size
    const dots = moduleMm * dotsPerMm
    if (dots >= leastDotsPerModule) continue
    throw new PrintError(
      'print-resolution',
      `The mark «${mark}» on the ${layer} has ${size} modules on ${rect.width} mm: ${moduleMm.toFixed(3)} mm a module, which is ${dots.toFixed(1)} dots at ${dotsPerMm.toFixed(2)} dots/mm. It needs at least ${leastDotsPerModule}: use a printer of ${Math.ceil((leastDotsPerModule / moduleMm) * 25.4)} dpi or a larger symbol.`,
    )
  }
}
