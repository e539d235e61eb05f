import type { GreyRaster } from '../picture/grey.ts'
import type { Point, Quad } from '../reading.ts'
import { type DecodedMatrix, decodeMatrix } from './decode-matrix.ts'
import type { FinderCentre, FinderTriple } from './finder-triples.ts'
import { type Homography, isConvex, project, projectQuad, quadToQuad, square } from './homography.ts'
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

/** `hybrid` thresholds by 8-px blocks (uneven light); `global` once for the view (large or low-contrast modules). */
export type Binarizer = 'hybrid' | 'global'

/** A symbol that was decoded in a view; `toView` maps modules (origin: the symbol's own top left corner) to view px. */
export interface DecodedInView {
  readonly decoded: DecodedMatrix
  readonly toView: Homography
}

/** Dark pixels of a view; null when the view has no two levels to tell apart. */
export function binarize(view: GreyRaster, binarizer: Binarizer): BitMatrix | null {
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
    runs.fill(0)
    // Even states count dark pixels, odd ones light; state 4 is the last dark run of a pattern.
    let state = 0
    const row = y * rowSize
    for (let x = 0; x <= width; x++) {
      const isDark = x < width && ((words[row + (x >> 5)]! >>> (x & 31)) & 1) === 1
      if (isDark) {
        if (state & 1) state++
        runs[state]!++
      } else if (state & 1) {
        runs[state]!++
      } else if (state < 4) {
        if (runs[state] === 0) continue
        runs[++state]!++
      } else {
        if (FinderPatternFinder.foundPatternCross(runs)) finder.handlePossibleCenter(runs, y, x, false)
        runs.copyWithin(0, 2)
        runs[3] = 1
        runs[4] = 0
        state = 3
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

/** Hands three centres to the library's detector, then tries what it leaves out; null when nothing decodes. */
export function decodeTriple(bits: BitMatrix, triple: FinderTriple): DecodedInView | null {
  const detected = detect(bits, triple)
  if (detected) {
    const decoded = decodeMatrix(detected.sampled)
    if (decoded) return { decoded, toView: turned(detected.toView, decoded) }
  }
  // The library rounds the dimension once and trusts any alignment pattern it finds; without one the fourth corner is
  // that of a parallelogram, and the dimension may be one version off when the symbol is tilted or its ink has spread.
  for (const dimension of nearestDimensions(triple.dimension)) {
    const toView = parallelogram(triple, dimension)
    const sampled = toView && sampleGrid(bits, toView, dimension)
    const decoded = sampled && decodeMatrix(sampled)
    if (decoded) return { decoded, toView: turned(toView, decoded) }
  }
  return null
}

/** The three dimensions of a QR symbol that are nearest to an estimate, nearest first. */
export function nearestDimensions(estimate: number): number[] {
  const version = Math.min(40, Math.max(1, Math.round((estimate - 17) / 4)))
  const other = estimate > 17 + 4 * version ? 1 : -1
  return [version, version + other, version - other].filter(v => v >= 1 && v <= 40).map(v => 17 + 4 * v)
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
export function throughCentres(
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

function parallelogram(triple: FinderTriple, dimension: number): Homography | null {
  return throughCentres(triple, dimension, undefined)
}

/** The pixel under the centre of every module; null when the symbol reaches out of the view. */
export function sampleGrid(bits: BitMatrix, toView: Homography, dimension: number): BitMatrix | null {
  const width = bits.getWidth()
  const height = bits.getHeight()
  const corners: Quad = projectQuad(toView, square(dimension))
  if (!isConvex(corners)) return null
  // One module of slack: what lies outside is light, as the quiet zone would be.
  const slack = Math.hypot(corners[1][0] - corners[0][0], corners[1][1] - corners[0][1]) / dimension
  if (corners.some(([x, y]) => !(x > -slack && y > -slack && x < width + slack && y < height + slack))) return null
  const sampled = new BitMatrix(dimension, dimension)
  for (let row = 0; row < dimension; row++) {
    for (let column = 0; column < dimension; column++) {
      const [x, y] = project(toView, column + 0.5, row + 0.5)
      if (x >= 0 && y >= 0 && x < width && y < height && bits.get(Math.floor(x), Math.floor(y)))
        sampled.set(column, row)
    }
  }
  return sampled
}

/** A mirrored symbol's modules were transposed to be read, so its map is too. */
function turned(toView: Homography, { mirrored }: DecodedMatrix): Homography {
  if (!mirrored) return toView
  const [a, b, c, d, e, f, g, h, i] = toView
  return [b, a, c, e, d, f, h, g, i]
}
