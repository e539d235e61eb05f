import { compose, type Homography, inverseOf, projectQuad, quadToQuad } from '../imaging/homography.ts'
import { Pyramid } from '../imaging/pyramid.ts'
import { centreOf, contains, type Quad } from '../imaging/quad.ts'
import type { Raster } from '../imaging/raster.ts'
import type { ProductProfile } from '../products/profile.ts'
import { cardCorners } from '../vision/locate/card-outline.ts'
import { confirm } from '../vision/locate/confirm-card.ts'
import { outlineQuads } from '../vision/locate/outline-quads.ts'
import type { FoundSymbol } from '../vision/symbols/found-symbol.ts'

export type CardShape = ProductProfile['card']

/** A card of which only the size is known, as found in a photograph. */
export interface UnknownCard {
  /** From the card's front, mm, to the photograph, px. */
  readonly mmToPixels: Homography
  /** How far the worst symbol on it is from a square, mm (RMS over its corners). */
  readonly squareErrorMm: number
}

/**
 * Right poses of 38 photographs leave a symbol within 0.055 mm of a square, wrong ones 0.134 mm and more from it: a symbol is
 * square whatever the card, and a wrong outline makes it none.
 */
const MOST_SQUARE_ERROR_MM = 0.1

/**
 * Finds a card by its outline and its own symbols: a QR code is square and stands about upright on it. A card that shows no symbol
 * is not found, since nothing then tells its outline from that of another sheet.
 * @param card its size, from a person: a wrong one scales everything, and nothing in the picture tells
 */
export function locateUnknown(raster: Raster, card: CardShape, symbols: readonly FoundSymbol[]): UnknownCard | null {
  if (symbols.length === 0) return null
  const picture = new Pyramid(raster)
  const flat = cardCorners(card)
  // Quads begin with a long side; a card that is higher than wide begins with a short one.
  const model = card.width >= card.height ? flat : ([flat[3], flat[0], flat[1], flat[2]] as const)
  const halfTurn: Homography = [-1, 0, card.width, 0, -1, card.height, 0, 0, 1]
  let best: (UnknownCard & { readonly goodness: number }) | null = null
  for (const { corners } of outlineQuads(picture.grey, card)) {
    const start = quadToQuad(model, corners)
    if (start === null) continue
    const { candidates } = confirm(picture, bareProfile(card), { mmToPixels: start, anchor: null }, 2.5, 2)
    for (const { refined, goodness: byEdges } of candidates)
      for (const mmToPixels of [refined.mmToPixels, compose(refined.mmToPixels, halfTurn)]) {
        const seen = symbolsOn(mmToPixels, card, symbols)
        if (seen.length === 0) continue
        const errorMm = Math.max(...seen.map(({ errorMm }) => errorMm))
        const turnDeg = Math.max(...seen.map(({ turnDeg }) => Math.abs(turnDeg)))
        const goodness =
          byEdges -
          Math.min(20, (errorMm / 0.08) ** 2) -
          Math.min(10, turnDeg ** 2) +
          4 * Math.min(2, refined.cornerProminence)
        if (best === null || goodness > best.goodness) best = { mmToPixels, squareErrorMm: errorMm, goodness }
      }
  }
  return best !== null && best.squareErrorMm <= MOST_SQUARE_ERROR_MM ? best : null
}

/** A product of which nothing but its card is known. */
export function bareProfile(card: CardShape): ProductProfile {
  return {
    format: 'assay-product-1',
    name: 'unknown',
    title: 'A card that is being taught',
    nominal: [],
    card,
    sticker: null,
    marks: [],
    serial: { pattern: '^[A-Z0-9]+$', template: 'A', example: 'A' },
    passphrase: {
      alphabet: null,
      groups: null,
      groupLength: null,
      separator: null,
      separatorIsSecret: false,
      madeBy: 'maker',
    },
    bip38: { flags: [0x20] },
    address: { kinds: [] },
    fonts: { etching: null, print: null },
    limits: {},
  }
}

/** A symbol as a square on the card: top left corner, side, turn, and how far its corners are from it (RMS). */
export interface SquareMm {
  readonly xMm: number
  readonly yMm: number
  readonly sideMm: number
  readonly turnDeg: number
  readonly errorMm: number
}

function symbolsOn(mmToPixels: Homography, card: CardShape, symbols: readonly FoundSymbol[]): SquareMm[] {
  const outline = projectQuad(mmToPixels, cardCorners(card))
  const back = inverseOf(mmToPixels)
  if (back === null) return []
  return symbols
    .filter(({ corners }) => contains(outline, centreOf(corners)))
    .map(({ corners }) => squareOf(projectQuad(back, corners)))
}

/** The square that lies nearest to four corners, clockwise from its own top left. */
export function squareOf(corners: Quad): SquareMm {
  const [cx, cy] = centreOf(corners)
  // Corner k of a unit square about its middle; similarity by least squares in complex numbers.
  const model = [
    [-0.5, -0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ] as const
  let re = 0
  let im = 0
  for (const [k, [u, v]] of model.entries()) {
    const [x, y] = [corners[k]![0] - cx, corners[k]![1] - cy]
    re += (x * u + y * v) / 2
    im += (y * u - x * v) / 2
  }
  const sideMm = Math.hypot(re, im)
  const angle = Math.atan2(im, re)
  let squares = 0
  for (const [k, [u, v]] of model.entries()) {
    const [x, y] = [cx + u * re - v * im, cy + u * im + v * re]
    squares += (corners[k]![0] - x) ** 2 + (corners[k]![1] - y) ** 2
  }
  return {
    xMm: cx - 0.5 * re + 0.5 * im,
    yMm: cy - 0.5 * im - 0.5 * re,
    sideMm,
    turnDeg: (angle * 180) / Math.PI,
    errorMm: Math.sqrt(squares / 4),
  }
}
