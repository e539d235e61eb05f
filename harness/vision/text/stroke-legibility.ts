import { type GreyImage, gaussianBlur, greyOf, resample } from './grey-image.ts'
import type { LineCrop } from './line-crop.ts'
import type { Box, CharacterStrokes, Legibility } from './line-reading.ts'
import { straightened } from './line-views.ts'
import type { TextBand } from './text-band.ts'

/** Cap height, px, at which strokes are measured: a stroke is then 3 to 6 px wide. */
const CAP = 30
/** Strokes are what a closing of this size (cap heights) fills: wider than a stroke, narrower than a patch of residue. */
const CLOSING = 0.17
/** Length of the shortest missing stretch that is looked for, cap heights. */
const STRETCH = 0.2

/** Strokes fainter than this, or than the noise, cannot be measured stretch by stretch. */
const LEAST_CONTRAST = 0.03

/** One character to measure. */
export interface MeasuredCharacter {
  readonly box: Box
  /** Does a good one reach from the baseline to the cap line with a stroke in every row? Capitals and digits do. */
  readonly fillsHeight: boolean
}

/**
 * Measures the strokes of each character: how dark they stand on their surroundings, and how dark the faintest stretch
 * of them is. In every row from baseline to cap line a capital or digit has some stroke; where it has none, a part of
 * it is missing. All values are above the background's own noise, so that a grained surface is not taken for strokes.
 * @returns null when the strokes do not stand out of the noise at all
 */
export function measureStrokes(
  crop: LineCrop,
  band: TextBand,
  characters: readonly MeasuredCharacter[],
): Legibility | null {
  const measured = characters.filter(({ fillsHeight }) => fillsHeight)
  if (measured.length < 3) return null
  const scale = CAP / band.capHeightPx
  const strokes = strokesOf(crop, band, scale)
  // The strip around the line: cap line at 1 × CAP, baseline at 2 × CAP of 3 × CAP rows.
  const rowsOf = (box: Box, from: number, to: number) =>
    rowMaxima(strokes, (box.left * scale) | 0, Math.ceil(box.right * scale), from, to)
  const profiles = characters.map(({ box }) => rowsOf(box, CAP, 2 * CAP))
  // The quieter side: scratched remains or a neighbouring line may lie on the other.
  const noise = median(
    measured.map(({ box }) =>
      Math.min(median([...rowsOf(box, CAP * 0.45, CAP * 0.8)]), median([...rowsOf(box, CAP * 2.25, CAP * 2.55)])),
    ),
  )
  const strengths = profiles.map(rows => median([...rows]))
  const typical = median(strengths.filter((_, i) => characters[i]!.fillsHeight))
  const height = typical - noise
  if (!(height > Math.max(LEAST_CONTRAST, noise))) return null
  const each: CharacterStrokes[] = profiles.map((rows, i) => ({
    contrastRatio: (strengths[i]! - noise) / height,
    strokeCompleteness: characters[i]!.fillsHeight ? (faintestStretch(rows) - noise) / height : 1,
  }))
  let weakestAt = 0
  for (let i = 1; i < each.length; i++)
    if (each[i]!.strokeCompleteness < each[weakestAt]!.strokeCompleteness) weakestAt = i
  return {
    contrastPercent: height * 100,
    noisePercent: noise * 100,
    weakestStroke: Math.max(0, each[weakestAt]!.strokeCompleteness),
    weakestAt,
    characters: each.map(({ contrastRatio, strokeCompleteness }) => ({
      contrastRatio: Math.max(0, contrastRatio),
      strokeCompleteness: Math.min(1, Math.max(0, strokeCompleteness)),
    })),
  }
}

/** Black (or white) top-hat of the strip three caps high around the line, as a part of the local background. */
function strokesOf(crop: LineCrop, band: TextBand, scale: number): GreyImage {
  const grey = straightened(greyOf(crop.raster), band.slope)
  const window = {
    left: 0,
    top: band.baselineY - 2 * band.capHeightPx,
    width: grey.width,
    height: 3 * band.capHeightPx,
  }
  const strip = gaussianBlur(resample(grey, window, Math.max(1, Math.round(grey.width * scale)), 3 * CAP), CAP * 0.035)
  const dark = band.strokes === 'dark' ? strip : negative(strip)
  const radius = Math.round(CAP * CLOSING)
  const closed = extreme(extreme(dark, radius, Math.max), radius, Math.min)
  const data = new Float32Array(dark.data.length)
  for (let i = 0; i < data.length; i++) data[i] = 1 - dark.data[i]! / Math.max(8, closed.data[i]!)
  return { width: dark.width, height: dark.height, data }
}

function negative(image: GreyImage): GreyImage {
  return { ...image, data: image.data.map(level => 255 - level) }
}

/** Maximum or minimum over a (2·radius+1)² window, edges going on. */
function extreme(image: GreyImage, radius: number, choose: (a: number, b: number) => number): GreyImage {
  const { width, height, data } = image
  const between = new Float32Array(data.length)
  for (let y = 0; y < height; y++) extremeOfLine(data, between, y * width, 1, width, radius, choose)
  const out = new Float32Array(data.length)
  for (let x = 0; x < width; x++) extremeOfLine(between, out, x, width, height, radius, choose)
  return { width, height, data: out }
}

/** Running extreme in three comparisons a sample, whatever the radius (van Herk 1992, Gil and Werman 1993). */
function extremeOfLine(
  source: Float32Array,
  target: Float32Array,
  base: number,
  step: number,
  length: number,
  radius: number,
  choose: (a: number, b: number) => number,
): void {
  const size = 2 * radius + 1
  const padded = length + 2 * radius
  const ahead = new Float32Array(padded)
  const behind = new Float32Array(padded)
  const at = (i: number) => source[base + Math.min(length - 1, Math.max(0, i - radius)) * step]!
  for (let i = 0; i < padded; i++) ahead[i] = i % size === 0 ? at(i) : choose(ahead[i - 1]!, at(i))
  for (let i = padded - 1; i >= 0; i--)
    behind[i] = i === padded - 1 || (i + 1) % size === 0 ? at(i) : choose(behind[i + 1]!, at(i))
  for (let i = 0; i < length; i++) target[base + i * step] = choose(behind[i]!, ahead[i + size - 1]!)
}

function rowMaxima(image: GreyImage, left: number, right: number, from: number, to: number): Float32Array {
  const first = Math.max(0, Math.round(from))
  const last = Math.min(image.height, Math.round(to))
  const out = new Float32Array(Math.max(0, last - first))
  for (let y = first; y < last; y++) {
    let top = 0
    for (let x = Math.max(0, left); x < Math.min(image.width, right); x++)
      top = Math.max(top, image.data[y * image.width + x]!)
    out[y - first] = top
  }
  return out
}

/** Smallest mean over a stretch of rows, the outermost rows left out: they hold the stroke's own soft edge. */
function faintestStretch(rows: Float32Array): number {
  const length = Math.round(CAP * STRETCH)
  const edge = Math.round(CAP * 0.07)
  let least = Number.POSITIVE_INFINITY
  for (let y = edge; y + length <= rows.length - edge; y++) {
    let sum = 0
    for (let k = 0; k < length; k++) sum += rows[y + k]!
    least = Math.min(least, sum / length)
  }
  return least
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}
