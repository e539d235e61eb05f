import { Secret } from '../../core/secret.ts'
import type { OutlineFont } from '../../products/font.ts'
import { fontOf } from '../../products/font.node.ts'
import type { ProductProfile, RectMm, Surface } from '../../products/profile.ts'
import { separatorOf, splitText } from '../../products/text-setting.ts'
import { markContent, type UnitTexts } from '../mark-content.ts'
import { symbolModules } from '../symbol-modules.ts'
import { type GridOutline, moduleOutlines } from './module-outline.ts'
import { PrintError } from './print-error.ts'

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
  readonly capHeight: number
  readonly letterSpacing: number
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
      const payload = content instanceof Secret ? content.expose() : new TextEncoder().encode(content)
      const { size, dark } = symbolModules(payload)
      payload.fill(0)
      symbols.push({ mark: mark.name, rect: mark.rect, size, outlines: moduleOutlines(dark, size) })
      dark.fill(0)
      continue
    }
    if (mark.content === 'serial') serials++
    const text = content instanceof Secret ? content.exposeText() : content
    for (const [i, line] of splitText(mark, text, separatorOf(profile, mark)).entries()) {
      const { baseline, align, capHeight, letterSpacing = 0 } = mark.lines[i]!
      if (line === '') continue
      const glyphs = font.setLine(line, baseline, align, capHeight, letterSpacing)
      texts.push({ mark: mark.name, text: line, x: glyphs[0]!.x, y: baseline.y, capHeight, letterSpacing })
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
