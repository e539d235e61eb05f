import { median } from '../../imaging/quantile.ts'
import { characterHeights } from './letter-case.ts'
import type { LineCrop } from './line-crop.ts'
import type { Box, CharacterStrokes, Legibility } from './line-reading.ts'
import { STROKE_CAP as CAP, rowMaxima, strokeSpan, strokesOf } from './stroke-relief.ts'
import type { TextBand } from './text-band.ts'

/** Length of the shortest missing stretch that is looked for, cap heights. */
const STRETCH = 0.2

/** Strokes fainter than this, or than the noise, cannot be measured stretch by stretch. */
const LEAST_CONTRAST = 0.03

/** A character fainter than this part of the others is measured as if it were as dark as this. */
const FAINTEST = 0.25

/** One character to measure. */
export interface MeasuredCharacter {
  readonly box: Box
  /** Does a good one reach from the baseline to the cap line with a stroke in every row? Capitals and digits do. */
  readonly fillsHeight: boolean
  /** How wide a good one is against the line's other characters: about as wide, `narrow` (J), or of `any` width (1, I). */
  readonly fillsWidth: 'usual' | 'narrow' | 'any'
}

/**
 * A character narrower than this part of the line's usual width has lost a side. Of 168 faces the narrowest J that stands on
 * the baseline has 0.54; one that descends may be a bare stem.
 */
const HALF_GONE = { usual: 0.55, narrow: 0.5, any: 0 } as const

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
  const strokes = strokesOf(crop, band)
  // The strip around the line: cap line at 1 × CAP, baseline at 2 × CAP of 3 × CAP rows.
  const rowsOf = (box: Box, from: number, to: number) =>
    rowMaxima(strokes, (box.left * scale) | 0, Math.ceil(box.right * scale), from, to)
  const profiles = characters.map(({ box }) => rowsOf(box, CAP, 2 * CAP))
  // The quieter side: scratched remains or a neighbouring line may lie on the other.
  const noise = median(
    measured.map(({ box }) =>
      Math.min(median(rowsOf(box, CAP * 0.45, CAP * 0.8), 0), median(rowsOf(box, CAP * 2.25, CAP * 2.55), 0)),
    ),
  )
  const strengths = profiles.map(rows => median(rows, 0))
  const typical = median(strengths.filter((_, i) => characters[i]!.fillsHeight))
  const height = typical - noise
  if (!(height > Math.max(LEAST_CONTRAST, noise))) return null
  // Against its own strokes: under a lamp's edge or glare one character is fainter than the others, and whole.
  const spans = characters.map(({ box }, i) =>
    strokeSpan(
      strokes,
      [(box.left * scale) | 0, Math.ceil(box.right * scale)],
      [Math.round(CAP), 2 * CAP],
      noise + Math.min(height, Math.max(FAINTEST * height, strengths[i]! - noise)) / 2,
    ),
  )
  const wide = spans.filter((_, i) => characters[i]!.fillsWidth === 'usual')
  const usualSpan = wide.length < 4 ? 0 : median(wide)
  const descends = (box: Box) => Math.max(...rowsOf(box, 2.1 * CAP, 2.25 * CAP)) > noise + height / 2
  const lostSide = (i: number) => {
    const { fillsWidth, box } = characters[i]!
    return spans[i]! < HALF_GONE[fillsWidth] * usualSpan && !(fillsWidth === 'narrow' && descends(box))
  }
  const mmPerCap = band.capHeightPx / crop.pixelsPerMm
  const heights = characterHeights(
    crop,
    band,
    characters.map(({ box }) => box),
  )
  const each: CharacterStrokes[] = profiles.map((rows, i) => ({
    heightMm: heights[i]! * mmPerCap,
    contrastRatio: (strengths[i]! - noise) / height,
    strokeCompleteness: lostSide(i) ? 0 : characters[i]!.fillsHeight ? (faintestStretch(rows) - noise) / height : 1,
  }))
  let weakestAt = 0
  for (let i = 1; i < each.length; i++)
    if (each[i]!.strokeCompleteness < each[weakestAt]!.strokeCompleteness) weakestAt = i
  return {
    contrastPercent: height * 100,
    noisePercent: noise * 100,
    weakestStroke: Math.max(0, each[weakestAt]!.strokeCompleteness),
    weakestAt,
    heightMm: median(heights.filter((_, i) => characters[i]!.fillsHeight)) * mmPerCap,
    characters: each.map(({ heightMm, contrastRatio, strokeCompleteness }) => ({
      heightMm,
      contrastRatio: Math.max(0, contrastRatio),
      strokeCompleteness: Math.min(1, Math.max(0, strokeCompleteness)),
    })),
  }
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
