import { type Homography, inverseOf, localScale, projectQuad } from '../imaging/homography.ts'
import { centreOf, contains } from '../imaging/quad.ts'
import type { Raster } from '../imaging/raster.ts'
import type { State } from '../products/profile.ts'
import { cardCorners } from '../vision/locate/card-outline.ts'
import { locateCard } from '../vision/locate/locate-card.ts'
import { payloadClass } from '../vision/locate/payload-class.ts'
import type { TextDetector } from '../vision/rest/text-detector.ts'
import { findSymbols } from '../vision/symbols/find-symbols.ts'
import type { FoundSymbol } from '../vision/symbols/found-symbol.ts'
import type { LineRecogniser } from '../vision/text/line-recogniser.ts'
import { findLines, type LineFound } from './find-lines.ts'
import { bareProfile, type CardShape, locateUnknown, type SquareMm, squareOf } from './locate-unknown.ts'

/** What a photograph of a golden unit is seen with: loaded once. */
export interface TeachTools {
  readonly detector: TextDetector
  /** The leading reader first. */
  readonly readers: readonly [LineRecogniser, ...LineRecogniser[]]
}

/** A photograph as it is handed to the teacher. */
export interface GoldenPhotograph {
  /** What to call it: its path. */
  readonly name: string
  readonly sha256: string
  /** Its pixels, decoded anew each time: many of them would not fit beside each other. */
  readonly open: () => Promise<Raster>
  readonly light: string
  /** As a person says; null: by what is seen. */
  readonly state: State | null
}

export type Payload = ReturnType<typeof payloadClass>

/** A decoded symbol on the card. */
export interface SymbolOnCard {
  readonly payload: Payload
  /** What it says; the EPK's is secret and stays in the teacher. */
  readonly text: string
  readonly square: SquareMm
  readonly version: number | null
  readonly level: string | null
}

/** A photograph in which the card's symbols were found. */
export interface Sighted {
  readonly photograph: GoldenPhotograph
  readonly mmToPixels: Homography
  readonly pixelsPerMm: number
  readonly squareErrorMm: number
  readonly symbols: readonly SymbolOnCard[]
  readonly inView: readonly FoundSymbol[]
}

/** One in which they were not, and why. */
export interface Unsighted {
  readonly photograph: GoldenPhotograph
  /** What may show it after all, once the symbols' places are known from others. */
  readonly inView: readonly FoundSymbol[]
  readonly because: string
}

/** The card and its symbols, without knowing where on it these are. */
export async function sight(photograph: GoldenPhotograph, card: CardShape): Promise<Sighted | Unsighted> {
  const raster = await photograph.open()
  const inView = await findSymbols(raster)
  const decoded = inView.filter(({ bytes, disputed }) => bytes !== null && !disputed)
  if (decoded.length === 0)
    return { photograph, inView, because: 'no QR code was read in it: take it sharper, nearer or under softer light' }
  const found = locateUnknown(raster, card, decoded)
  if (found === null)
    return {
      photograph,
      inView,
      because: 'no outline was found in which its QR code is square: show all four edges of the card on plain ground',
    }
  return sighted(photograph, card, found.mmToPixels, found.squareErrorMm, inView)
}

/** The same once more, with the symbols' places known: the way every photograph of the product is looked at later. */
export function sightAgain(
  seen: Pick<Sighted, 'photograph' | 'inView'>,
  raster: Raster,
  card: CardShape,
  places: ReadonlyMap<Payload, SquareMm>,
): Sighted | null {
  const marks = [...places].map(([payload, { xMm, yMm, sideMm }]) => ({
    kind: 'qr' as const,
    name: `${payload}-qr`,
    on: 'card' as const,
    rect: { x: xMm, y: yMm, width: sideMm, height: sideMm },
    visibleIn: [],
    secret: payload === 'epk',
    payload,
  }))
  const located = locateCard(raster, { ...bareProfile(card), marks }, seen.inView)
  if ('because' in located) return null
  return sighted(seen.photograph, card, located.pose.mmToPixels, 0, seen.inView)
}

function sighted(
  photograph: GoldenPhotograph,
  card: CardShape,
  mmToPixels: Homography,
  squareErrorMm: number,
  inView: readonly FoundSymbol[],
): Sighted {
  const outline = projectQuad(mmToPixels, cardCorners(card))
  const back = inverseOf(mmToPixels)!
  const symbols = inView.flatMap(({ bytes, disputed, corners, version, errorCorrectionLevel }) =>
    bytes === null || disputed || !contains(outline, centreOf(corners))
      ? []
      : [
          {
            payload: payloadClass(bytes),
            text: new TextDecoder().decode(bytes),
            square: squareOf(projectQuad(back, corners)),
            version,
            level: errorCorrectionLevel,
          },
        ],
  )
  const pixelsPerMm = localScale(mmToPixels, [card.width / 2, card.height / 2])
  return { photograph, mmToPixels, pixelsPerMm, squareErrorMm, symbols, inView }
}

/** Every line of text on a card that was found. */
export function linesOn(
  raster: Raster,
  { mmToPixels }: Sighted,
  card: CardShape,
  tools: TeachTools,
): Promise<LineFound[]> {
  return findLines(raster, card, mmToPixels, { detector: tools.detector, reader: tools.readers[0] })
}
