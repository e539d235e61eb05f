import type { GreyRaster } from '../../imaging/grey.ts'
import { type Homography, projectQuad, quadToQuad, transposed } from '../../imaging/homography.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { isConvex, square } from '../../imaging/quad.ts'
import { type DecodedMatrix, decodeMatrix } from './decode-matrix.ts'
import type { FinderCentre, FinderTriple } from './finder-triples.ts'
import { localThreshold } from './local-threshold.ts'
import { fixedPatternAgreement, type TimingCount } from './timing.ts'
import {
  BitMatrix,
  Detector,
  FinderPattern,
  FinderPatternFinder,
  FinderPatternInfo,
  GlobalHistogramBinarizer,
  HybridBinarizer,
  RGBLuminanceSource,
} from './zxing-library.ts'

/**
 * The library's two, and one of ours: `hybrid` thresholds by 8-px blocks (uneven light), `global` once for the view (large
 * modules), `local` by the mean of the surroundings (low contrast).
 */
export type Binarizer = 'hybrid' | 'global' | 'local'

/** Dark pixels of a view; null when the view has no two levels to tell apart. */
export function binarize(view: GreyRaster, binarizer: Binarizer): BitMatrix | null {
  if (binarizer === 'local') return localThreshold(view)
  const { width, height, data } = view
  const luminances = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength)
  const source = new RGBLuminanceSource(luminances, width, height)
  try {
    return new (binarizer === 'hybrid' ? HybridBinarizer : GlobalHistogramBinarizer)(source).getBlackMatrix()
  } catch {
    return null
  }
}

/**
 * All places that look like a finder pattern's centre. The library's test and cross-check over every second row, without
 * its early ends: it stops at three centres, which may be of two symbols or of none.
 */
export function findCentres(bits: BitMatrix, rowStep = 2): FinderCentre[] {
  const finder = new FinderPatternFinder(bits, null)
  const { rowSize, bits: words } = bits as unknown as { rowSize: number; bits: Int32Array }
  const width = bits.getWidth()
  const height = bits.getHeight()
  const runs = new Int32Array(5)
  for (let y = rowStep - 1; y < height; y += rowStep) {
    // The last five runs of one colour, the newest in e; they are dark, light, dark, light, dark when a dark one ends.
    let a = 0
    let b = 0
    let c = 0
    let d = 0
    let e = 0
    let start = 0
    let isDark = false
    const row = y * rowSize
    for (let column = 0; column <= rowSize; column++) {
      // One light word after the last ends a dark run at the edge.
      const word = column < rowSize ? words[row + column]! : 0
      let changed = isDark ? ~word : word
      while (changed !== 0) {
        const bit = 31 - Math.clz32(changed & -changed)
        const x = Math.min(width, 32 * column + bit)
        a = b
        b = c
        c = d
        d = e
        e = x - start
        start = x
        // The library's test asks for much more; this one alone rules out most places.
        if (isDark && c > b && c > d && c > a && c > e && a > 0) {
          runs[0] = a
          runs[1] = b
          runs[2] = c
          runs[3] = d
          runs[4] = e
          if (FinderPatternFinder.foundPatternCross(runs)) finder.handlePossibleCenter(runs, y, x, false)
        }
        isDark = !isDark
        changed = (isDark ? ~word : word) & (-1 << bit)
      }
    }
  }
  return finder.getPossibleCenters().map(centre => ({
    x: centre.getX(),
    y: centre.getY(),
    modulePx: centre.getEstimatedModuleSize(),
    count: centre.getCount(),
  }))
}

/** What three finder patterns came to. */
export interface TripleOutcome {
  /** Null when the pattern of a symbol is there, but its modules did not decode. */
  readonly decoded: DecodedMatrix | null
  readonly toView: Homography
  readonly dimension: number
}

/** Sampled modules with less of the fixed patterns than this are not worth decoding: Reed-Solomon could not mend them. */
const MIN_TIMING = 0.62
const MIN_FINDERS = 0.7
/** With timing patterns as clear as this, finder patterns may be drawn as dots, or have something drawn into them. */
const CLEAR_TIMING = 0.95
const MIN_DRAWN_FINDERS = 0.55
/** From here on a symbol is there, whether it can be decoded or not. */
const SURE_TIMING = 0.85
const SURE_FINDERS = 0.9

/**
 * Hands three centres to the library's detector, then tries what it leaves out. Null when the three are no symbol.
 *
 * The library rounds the dimension once and trusts any alignment pattern it finds; the timing patterns know the dimension
 * better, and without an alignment pattern the fourth corner of a parallelogram is often near enough.
 */
export function tryTriple(bits: BitMatrix, triple: FinderTriple, timing: TimingCount): TripleOutcome | null {
  const detected = detect(bits, triple)
  let sure: TripleOutcome | null = null
  if (detected) {
    const { toView, sampled } = detected
    const outcome = tryPose(bits, toView, sampled.getWidth(), sampled)
    if (outcome?.decoded) return outcome
    sure = outcome
  }
  for (const dimension of likelyDimensions(triple.dimension, timing)) {
    const toView = throughCentres(triple, dimension, undefined)
    const outcome = toView && tryPose(bits, toView, dimension)
    if (outcome?.decoded) return outcome
    sure ??= outcome
  }
  return sure
}

/** Decodes the modules at a pose. Null when they are no symbol; `decoded` null when they are one and do not decode. */
export function tryPose(
  bits: BitMatrix,
  toView: Homography,
  dimension: number,
  sampled?: BitMatrix,
): TripleOutcome | null {
  if (!liesWithin(bits, toView, dimension)) return null
  const agreement = fixedPatternAgreement(dimension, (x, y) =>
    sampled ? sampled.get(x, y) : isDarkAt(bits, toView, x, y),
  )
  const minFinders = agreement.timing >= CLEAR_TIMING ? MIN_DRAWN_FINDERS : MIN_FINDERS
  if (agreement.timing < MIN_TIMING || agreement.finders < minFinders) return null
  const decoded = decodeMatrix(sampled ?? sampleGrid(bits, toView, dimension))
  if (decoded) return { decoded, toView: decoded.mirrored ? transposed(toView) : toView, dimension }
  const isSure = agreement.timing >= SURE_TIMING && agreement.finders >= SURE_FINDERS
  return isSure ? { decoded: null, toView, dimension } : null
}

/** Part of the timing patterns that is right at a pose, 0..1. */
export function timingAt(bits: BitMatrix, { toView, dimension }: Pick<TripleOutcome, 'toView' | 'dimension'>): number {
  return fixedPatternAgreement(dimension, (x, y) => isDarkAt(bits, toView, x, y)).timing
}

/** Dimensions of QR symbols near what the timing patterns say, then near the estimate from distances. */
function likelyDimensions(estimate: number, { horizontal, vertical }: TimingCount): number[] {
  const nearest = (value: number) => 17 + 4 * Math.min(40, Math.max(1, Math.round((value - 17) / 4)))
  const plausible = [horizontal, vertical].filter(count => count > 0.75 * estimate && count < 1.6 * estimate)
  return [...new Set([...plausible.map(nearest), nearest(estimate), nearest(estimate + 3), nearest(estimate - 3)])]
}

function detect(bits: BitMatrix, { topLeft, topRight, bottomLeft }: FinderTriple) {
  try {
    const [bl, tl, tr] = [bottomLeft, topLeft, topRight].map(
      centre => new FinderPattern(centre.x, centre.y, centre.modulePx, centre.count),
    )
    const result = new Detector(bits).processFinderPatternInfo(new FinderPatternInfo([bl!, tl!, tr!]))
    const sampled = result.getBits()
    const alignment = result.getPoints()[3]
    const fourth = alignment && ([alignment.getX(), alignment.getY()] as const)
    const toView = throughCentres({ topLeft, topRight, bottomLeft }, sampled.getWidth(), fourth)
    return toView ? { sampled, toView } : null
  } catch {
    return null
  }
}

/** The map through the three finder centres and, where it is known, the centre of the last alignment pattern. */
function throughCentres(
  { topLeft, topRight, bottomLeft }: Pick<FinderTriple, 'topLeft' | 'topRight' | 'bottomLeft'>,
  dimension: number,
  alignment: Point | undefined,
): Homography | null {
  const near = 3.5
  const far = dimension - 3.5
  const fourth = alignment ? far - 3 : far
  const [x, y] = alignment ?? [topRight.x + bottomLeft.x - topLeft.x, topRight.y + bottomLeft.y - topLeft.y]
  // prettier-ignore
  return quadToQuad(
    [
      [near, near],
      [far, near],
      [fourth, fourth],
      [near, far],
    ],
    [
      [topLeft.x, topLeft.y],
      [topRight.x, topRight.y],
      [x, y],
      [bottomLeft.x, bottomLeft.y],
    ],
  )
}

/** Does the symbol lie in the view, but for a module of slack? What is outside counts as light, as the quiet zone would. */
function liesWithin(bits: BitMatrix, toView: Homography, dimension: number): boolean {
  const corners: Quad = projectQuad(toView, square(dimension))
  if (!isConvex(corners)) return false
  const slack = Math.hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]) / dimension
  const right = bits.getWidth() + slack
  const bottom = bits.getHeight() + slack
  return corners.every(([x, y]) => x > -slack && y > -slack && x < right && y < bottom)
}

/** The pixel under the centre of every module. */
function sampleGrid(bits: BitMatrix, toView: Homography, dimension: number): BitMatrix {
  const sampled = new BitMatrix(dimension, dimension)
  for (let y = 0; y < dimension; y++) {
    for (let x = 0; x < dimension; x++) if (isDarkAt(bits, toView, x, y)) sampled.set(x, y)
  }
  return sampled
}

function isDarkAt(bits: BitMatrix, m: Homography, column: number, row: number): boolean {
  const u = column + 0.5
  const v = row + 0.5
  const w = m[6] * u + m[7] * v + m[8]
  const x = Math.floor((m[0] * u + m[1] * v + m[2]) / w)
  const y = Math.floor((m[3] * u + m[4] * v + m[5]) / w)
  return x >= 0 && y >= 0 && x < bits.getWidth() && y < bits.getHeight() && bits.get(x, y)
}
