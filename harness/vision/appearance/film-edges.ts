import { ranked } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import { evened, MOST_ONE, SPREADS, weaker } from './hair-lines.ts'
import type { Field } from './local-means.ts'
import type { SurfaceView } from './surface-view.ts'

/** A mark between two upright edges: a clear film, a tape or a label of the card's own look lies over it. */
export interface FilmEdges {
  /** From edge to edge, mm from the surface's top left corner. */
  readonly rect: RectMm
  /** How far the weaker edge stands out, as a multiple of {@link MOST}. */
  readonly strength: number
}

/**
 * Brushing runs along the rows, so that edges across it are seen. Those of a film are at least so long, and seen in each of so many pieces: a
 * stroke is not.
 */
const LENGTH_MM = 3.5
const PIECES = 3
/** It is laid askew by up to 3.6°: samples aside over {@link ALONG} samples. */
const SLOPES = [-1, 0, 1]
const ALONG = 16
/** An edge is narrower than this: it stands out from both sides. */
const ASIDE_MM = 0.375
/** So much of an edge has to be in view. */
const LEAST_SEEN = 0.9
const RIM_MM = 1.5
/** Films begin and end so near to what they are to cover. */
const REACH_MM = 5
/** Lines scatter at least so much, as multiples of the surface's spread. */
const LEAST_SCATTER = 0.02
const SAMPLED = 7
/**
 * Scatters of the weaker edge: beside texts and covers of good cards in 40 photographs up to 3.4, in 24 pictures of the virtual rig 3.1. A film whose
 * edges are 0.12 mm wide and 15 % darker has 2.7 in a defocused photograph, 3.3 and 4 under the coarsest brushing, and 4.3 to 44 in all others.
 */
const MOST = 4.1
/** The same of an edge that is seen alone: 5.3 on good ones. */
const MOST_ALONE = 7.2
const LEAST_SHOWN = 0.2

/** What a film would lie over, mm from the surface's top left corner. */
export interface Covered {
  /** What is seen of it. */
  readonly seen: RectMm
  /** What it may take up, as the profile has it: whoever lays a film goes by that. */
  readonly place: RectMm
}

/**
 * The marks with an upright edge on both sides.
 * @param even the surface evened, where that was done already
 */
export function filmEdges(view: SurfaceView, marks: readonly Covered[], even = evened(view)): FilmEdges[] {
  if (marks.length === 0) return []
  const lines = uprightLines(view, even)
  return marks.map(({ seen, place }) => {
    const [end, placeEnd] = [seen.x + seen.width, place.x + place.width]
    const left = clearest(lines, view, seen, Math.min(seen.x, place.x) - REACH_MM, seen.x)
    const right = clearest(lines, view, seen, end, Math.max(end, placeEnd) + REACH_MM)
    const rect = { ...seen, x: left.xMm, width: right.xMm - left.xMm }
    return { rect, strength: strengthOf(left, right) }
  })
}

interface Edge {
  readonly scatters: number
  readonly xMm: number
  /** Of the reach: how much of what lies beside the mark is in view. */
  readonly shown: number
}

/** Where one side is taken up by something else, as a sticker close by, the other one alone tells. */
function strengthOf(left: Edge, right: Edge): number {
  if (left.shown < LEAST_SHOWN) return right.scatters / MOST_ALONE
  if (right.shown < LEAST_SHOWN) return left.scatters / MOST_ALONE
  return Math.min(left.scatters, right.scatters) / MOST
}

/** The upright line that stands out most between two columns, about the middle of a place. */
function clearest(
  { width, height, data, valid }: Field,
  { pixelsPerMm }: SurfaceView,
  place: RectMm,
  fromMm: number,
  toMm: number,
): Edge {
  const [first, last] = [fromMm, toMm].map(mm => Math.max(0, Math.min(width, Math.round(mm * pixelsPerMm)))) as [
    number,
    number,
  ]
  // A line is known by its lower end.
  const end = (place.y + place.height / 2 + LENGTH_MM / 2) * pixelsPerMm
  const around = Math.max(4, (place.height / 4) * pixelsPerMm)
  let [scatters, at, count, rows] = [0, first, 0, 0]
  for (let y = Math.max(0, Math.round(end - around)); y <= Math.min(height - 1, end + around); y++, rows++)
    for (let x = first; x < last; x++) {
      const one = Math.abs(data[y * width + x]!)
      count += valid[y * width + x]!
      if (one > scatters) [scatters, at] = [one, x]
    }
  return { scatters, xMm: at / pixelsPerMm, shown: count / (rows * REACH_MM * pixelsPerMm) }
}

/** How far the upright line that ends at each sample stands out, in scatters of all such lines; valid where all of it is in view. */
function uprightLines(view: SurfaceView, even: Field): Field {
  const { width, height, data } = even
  const px = (mm: number) => Math.round(mm * view.pixelsPerMm)
  const [length, rim, aside] = [px(LENGTH_MM / PIECES), px(RIM_MM), px(ASIDE_MM)]
  const strongest = new Float32Array(data.length)
  const pieces = new Float32Array(data.length)
  const isPiece = new Uint8Array(data.length)
  const inView = new Uint8Array(data.length)
  const some = new Float32Array(Math.ceil(data.length / SAMPLED) + 1)
  for (const slope of SLOPES) {
    pieces.fill(0)
    isPiece.fill(0)
    let [count, phase] = [0, 0]
    const least = LEAST_SEEN * length
    for (const { y, shift, sums, seen } of runs(even, slope, length)) {
      if (y < rim + length || y >= height - rim) continue
      for (let x = rim; x < width - rim; x++) {
        const at = x - shift
        if (!(seen[at]! >= least && seen[at - aside]! >= least && seen[at + aside]! >= least)) continue
        const mean = sums[at]! / length
        const one = weaker(mean, mean - (sums[at - aside]! + sums[at + aside]!) / (2 * length))
        pieces[y * width + x] = one
        isPiece[y * width + x] = 1
        if (phase++ % SAMPLED === 0) some[count++] = Math.abs(one)
      }
    }
    if (count === 0) continue
    const usual = SPREADS * ranked(some.subarray(0, count), Math.floor(0.9 * count))
    const scatter = Math.max(LEAST_SCATTER, usual / Math.sqrt(PIECES))
    for (let y = PIECES * length; y < height; y++) {
      const offsets = Array.from({ length: PIECES }, (_, k) => {
        const row = y - k * length
        return row * width + shiftOf(row, slope) - shiftOf(y, slope)
      })
      for (let x = rim; x < width - rim; x++) {
        if (slope === 0) inView[y * width + x] = Number(offsets.every(offset => isPiece[offset + x] === 1))
        let one = pieces[offsets[0]! + x]!
        for (let k = 1; k < PIECES && one !== 0; k++) one = weaker(one, pieces[offsets[k]! + x]!)
        const scatters = one / scatter
        const i = y * width + x
        if (Math.abs(scatters) > Math.abs(strongest[i]!)) strongest[i] = scatters
      }
    }
  }
  return { width, height, data: strongest, valid: inView }
}

const shiftOf = (row: number, slope: number) => Math.round((row * slope) / ALONG)

/** Sums down the last `length` rows along a slope, row by row; by a column less its row's shift. */
function* runs({ width, height, data, valid }: Field, slope: number, length: number) {
  const most = Math.abs(shiftOf(height - 1, slope))
  const sums = new Float64Array(width + most)
  const seen = new Int32Array(sums.length)
  // Columns less their shift are negative where the slope is positive.
  const base = slope > 0 ? most : 0
  const add = (row: number, sign: 1 | -1) => {
    const offset = base - shiftOf(row, slope)
    for (let x = 0, i = row * width; x < width; x++, i++) {
      sums[x + offset]! += sign * Math.max(-MOST_ONE, Math.min(MOST_ONE, data[i]!))
      seen[x + offset]! += sign * valid[i]!
    }
  }
  for (let y = 0; y < height; y++) {
    add(y, 1)
    if (y >= length) add(y - length, -1)
    yield { y, shift: shiftOf(y, slope) - base, sums, seen }
  }
}
