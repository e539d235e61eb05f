import { Secret } from '../../core/secret.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { UnitTexts } from '../mark-content.ts'
import { assertFineEnough, layerInk } from './layer-ink.ts'
import { printBitmap } from './print-bitmap.ts'
import { printPdf } from './print-pdf.ts'
import { sheetOf } from './sheet.ts'

/** What the print room knows of a unit: never a passphrase. */
export interface UnitToPrint extends Omit<UnitTexts, 'passphrase'> {
  readonly address: string
  /** The encrypted private key that the bottom layer shows. Stays the caller's to wipe. */
  readonly epk: Secret
}

export interface PrintOptions {
  /** The printer's resolution. Default: 600 dpi (23.62 dots/mm). */
  readonly dotsPerMm?: number
  /** Stands in the PDF as its date. Default: 2000-01-01, so that the same unit gives the same bytes. */
  readonly date?: Date
}

/** One layer as a bitmap of its whole sheet. */
export interface LayerBitmap {
  readonly name: 'top' | 'bottom'
  /** PNG, black and the layer's colour, one pixel a printer dot, with its resolution inside. */
  readonly png: Secret
}

/** Both layers of one unit, ready for the printer. Wipe all of it when it is printed. */
export interface PrintedLayers {
  /** Two pages, top layer first, with TrimBox, BleedBox and cut marks. */
  readonly pdf: Secret
  /** The top layer first. The bottom one shows the EPK, the top one nothing secret: one type, so that no caller can forget. */
  readonly layers: readonly [LayerBitmap, LayerBitmap]
}

/** 600 dpi. */
const usualDotsPerMm = 600 / 25.4

/**
 * Draws both sticker layers of one unit for the printer: everything at the places that the product profile says, QR codes
 * as outlines without inner edges, texts as text, the yellow of the bottom layer with bleed, cut marks outside.
 *
 * The same unit, profile and options give the same bytes.
 *
 * @throws PrintError `print-without-sticker`, `print-incomplete`, `print-without-serial`, `print-outside-layer`,
 *   `print-resolution` (a module narrower than four printer dots)
 */
export async function printLayers(
  profile: ProductProfile,
  unit: UnitToPrint,
  options: PrintOptions = {},
): Promise<PrintedLayers> {
  const { dotsPerMm = usualDotsPerMm, date = new Date(Date.UTC(2000, 0, 1)) } = options
  const sheet = sheetOf(profile)
  const top = layerInk(profile, 'top-layer', unit)
  const bottom = layerInk(profile, 'bottom-layer', unit)
  for (const ink of [top, bottom]) assertFineEnough(ink, dotsPerMm)
  const { topColour, bottomColour } = profile.sticker!
  const label = (layer: string) => `${unit.serial} ${layer}`
  const pages = [
    { ink: top, colour: topColour, label: label('top') },
    { ink: bottom, colour: bottomColour, label: label('bottom') },
  ]
  const pdf = await printPdf(sheet, pages, { title: `Sticker layers of ${unit.serial}`, date })
  const bitmap = (name: LayerBitmap['name'], page: (typeof pages)[number]): LayerBitmap => {
    return { name, png: intoSecret(printBitmap(sheet, page, dotsPerMm)) }
  }
  return { pdf: intoSecret(pdf), layers: [bitmap('top', pages[0]!), bitmap('bottom', pages[1]!)] }
}

/** Wipes everything that was drawn. */
export function wipePrintedLayers({ pdf, layers }: PrintedLayers): void {
  pdf.dispose()
  for (const { png } of layers) png.dispose()
}

function intoSecret(bytes: Uint8Array): Secret {
  const secret = Secret.ofBytes(bytes)
  bytes.fill(0)
  return secret
}
