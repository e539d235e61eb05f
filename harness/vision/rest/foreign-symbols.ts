import { type Homography, invert, projectQuad } from '../../imaging/homography.ts'
import { centreOf, type Quad } from '../../imaging/quad.ts'
import type { RectMm } from '../../products/profile.ts'
import type { SymbolAtMark } from '../read/symbol-marks.ts'
import type { Leftover } from '../reading.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'

/** Of two symbols whose middles lie nearer than this one was seen twice, mm. */
const SAME_PLACE_MM = 2

/** A symbol on the card that is none of its marks. */
export interface ForeignSymbol {
  readonly symbol: FoundSymbol
  /** mm on the card's front. */
  readonly rect: RectMm
}

/**
 * The symbols that lie in an area of the card and are not at a mark of the profile: decoded ones, and those of which only the pattern was
 * seen. What lies over a mark's own symbol is that symbol seen once more.
 */
export function foreignSymbols(
  area: RectMm,
  symbols: readonly FoundSymbol[],
  atMarks: readonly SymbolAtMark[],
  cardToPixels: Homography,
): ForeignSymbol[] {
  const toCard = invert(cardToPixels)
  const onCard = (symbol: FoundSymbol) => projectQuad(toCard, symbol.corners)
  const own = atMarks.map(({ symbol }) => centreOf(onCard(symbol)))
  return symbols.flatMap(symbol => {
    if (atMarks.some(at => at.symbol === symbol)) return []
    const quad = onCard(symbol)
    const [x, y] = centreOf(quad)
    if (!(x > area.x && y > area.y && x < area.x + area.width && y < area.y + area.height)) return []
    if (own.some(([ownX, ownY]) => Math.hypot(x - ownX, y - ownY) < SAME_PLACE_MM)) return []
    return [{ symbol, rect: boxOf(quad) }]
  })
}

function boxOf(quad: Quad): RectMm {
  const [xs, ys] = [quad.map(([x]) => x), quad.map(([, y]) => y)]
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** As they stand in a reading. */
export function symbolLeftovers(symbols: readonly ForeignSymbol[]): Leftover[] {
  return symbols.map(({ symbol, rect }) => ({
    kind: 'symbol',
    rect,
    where: symbol.corners,
    strength: 1,
    because: symbol.bytes === null ? 'the pattern of a QR code' : 'a QR code',
  }))
}
