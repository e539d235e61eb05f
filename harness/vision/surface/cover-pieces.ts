import { median } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import type { Roughness } from './cover-brushing.ts'
import { type Patch, robustRms, typical } from './patch.ts'

/** How alike the pieces of a cover are: one strip of one material is the same all over. */
export interface CoverPieces {
  /** The largest difference of a piece's colour from the steel around, and from the cover as a whole; null in a monochrome picture. */
  readonly colour: { readonly toSteel: number; readonly toCover: number } | null
  /** The largest difference of a piece's roughness from the cover's own, as a natural logarithm. */
  readonly texture: number
}

/** About so large is a piece, mm. */
const PIECE_MM = 2.4
/** Finer than this is texture, mm. */
const FINE_MM = 0.5
/** Less roughness than this is none. */
const FAINTEST = 0.002

/**
 * @param inner what the cover's edges leave, mm
 * @param place the whole place of the widest one, mm: where a short one ends is steel, which has the card's colour
 * @param steel where bare steel lies beside it, mm
 */
export function coverPieces(
  patch: Patch,
  inner: RectMm,
  place: RectMm,
  steel: readonly RectMm[],
  { across, along }: Roughness,
): CoverPieces {
  const pieces = piecesOf(inner)
  if (pieces.length === 0) return { colour: null, texture: 0 }
  const fine = Math.round(FINE_MM * patch.pixelsPerMm) | 1
  const planes = [patch.lessMean(patch.luminance, fine, fine, inner), across, along]
  return {
    colour: colourOf(patch, pieces, piecesOf(place), steel),
    texture: Math.max(...planes.map(plane => unevennessOf(patch, plane, pieces))),
  }
}

function piecesOf({ x, y, width, height }: RectMm): RectMm[] {
  if (!(width > 0 && height > 0)) return []
  const [columns, rows] = [width, height].map(mm => Math.max(1, Math.round(mm / PIECE_MM))) as [number, number]
  const size = { width: width / columns, height: height / rows }
  return Array.from({ length: columns * rows }, (_, i) => ({
    ...size,
    x: x + (i % columns) * size.width,
    y: y + Math.floor(i / columns) * size.height,
  }))
}

function colourOf(
  patch: Patch,
  pieces: readonly RectMm[],
  all: readonly RectMm[],
  steel: readonly RectMm[],
): CoverPieces['colour'] {
  const { red, blue } = patch
  if (red === null || blue === null) return null
  const coloursOf = (rects: readonly RectMm[]) =>
    rects.map(rect => [typical(patch.within(red, rect)), typical(patch.within(blue, rect))] as const)
  const cover = coloursOf(pieces)
  return {
    toSteel: farthest(coloursOf(all), coloursOf(steel.flatMap(piecesOf))),
    toCover: farthest(cover, cover),
  }
}

type Colour = readonly [red: number, blue: number]

/** How far the farthest of some colours is from the middle of others. */
function farthest(some: readonly Colour[], others: readonly Colour[]): number {
  const [red, blue] = [0, 1].map(which => median(others.map(colour => colour[which]!))) as [number, number]
  return Math.max(...some.map(([r, b]) => Math.hypot(r - red, b - blue)))
}

function unevennessOf(patch: Patch, plane: Float32Array, pieces: readonly RectMm[]): number {
  const roughness = pieces.map(piece => Math.log(robustRms(patch.within(plane, piece)) + FAINTEST))
  const middle = median(roughness)
  return Math.max(...roughness.map(one => Math.abs(one - middle)))
}
