import { median } from '../../imaging/quantile.ts'
import type { LineCrop } from './line-crop.ts'
import type { Box } from './line-reading.ts'
import { rowMaxima, STROKE_CAP, strokesOf } from './stroke-relief.ts'
import type { TextBand } from './text-band.ts'

/**
 * Letters whose small form is the capital at a smaller size: a network that sees one letter at a time cannot tell them.
 * m is not quite that, but networks take M for it, and the height tells the two as well.
 */
const TWINS = 'cmopsuvwxz'
const TALL_TWINS = `${TWINS.toUpperCase()}0`
const SURELY_TALL = /^[ABDEFGHJKLNQRTY2-9bdfhkl]$/
const SURELY_SMALL = /^[aegnqry]$/
/** How much lower small letters are than capitals, caps (0.22 to 0.30 in common faces). */
const SMALLER_BY = 0.26
/** Standard deviation of a measured height, caps. */
const HEIGHT_SIGMA = 0.055
/** However clear a height is, it is one witness. */
const MOST_NATS = 5
/** What the network's own preference between twins is worth against the height. */
const NETWORK_WEIGHT = 0.3

/** The capital of a letter that has a twin, any other symbol itself: texts equal under this differ in size only. */
export function shapeOf(symbol: string): string {
  return TWINS.includes(symbol) ? symbol.toUpperCase() : symbol
}

/** Is this the smaller of two letters of one shape? */
export function isSmallTwin(symbol: string): boolean {
  return TWINS.includes(symbol)
}

/** Height of each character above the baseline, in caps of the band. */
export function characterHeights(crop: LineCrop, band: TextBand, boxes: readonly Box[]): readonly number[] {
  const strokes = strokesOf(crop, band)
  const scale = STROKE_CAP / band.capHeightPx
  const above = Math.round(STROKE_CAP * 0.7)
  return boxes.map(({ left, right }) => {
    const inset = (right - left) * 0.12
    const rows = rowMaxima(
      strokes,
      Math.round((left + inset) * scale),
      Math.round((right - inset) * scale),
      above,
      2 * STROKE_CAP,
    )
    const level = median(rows.subarray(Math.round(rows.length * 0.5))) * 0.5
    for (let y = 1; y + 1 < rows.length; y++)
      if (rows[y]! >= level && rows[y + 1]! >= level) {
        const part = (level - rows[y - 1]!) / Math.max(1e-6, rows[y]! - rows[y - 1]!)
        return (2 * STROKE_CAP - above - (y - 1 + Math.min(1, Math.max(0, part)))) / STROKE_CAP
      }
    return 0
  })
}

/** A text and its rivals after the heights were taken in. */
export interface Settled {
  readonly text: readonly number[]
  readonly rivals: readonly Float32Array[]
  /** Log-probability of the heights under the text, 0 at best: how well it goes with what was measured. */
  readonly heightScore: number
}

/**
 * Decides between twins by height, against the line's own capitals and small letters. Everything else stays.
 * @param symbolsAt the symbols of each place
 */
export function settleCase(
  text: readonly number[],
  rivals: readonly Float32Array[],
  symbolsAt: readonly (readonly string[])[],
  heights: readonly number[],
): Settled {
  const seen = text.map((choice, place) => symbolsAt[place]![choice]!)
  const measured = middle(heights.filter((_, i) => SURELY_SMALL.test(seen[i]!)))
  // A baseline that was taken too low or too high adds the same to every height: the difference of the two sizes stays.
  const bySmall = measured === null ? 1 : measured + SMALLER_BY
  const tall = middle(heights.filter((_, i) => SURELY_TALL.test(seen[i]!))) ?? bySmall
  const usual = measured !== null && Math.abs(tall - measured - SMALLER_BY) < 0.08
  const small = usual ? measured : tall - SMALLER_BY
  const forTall = heights.map(height => {
    const nats = ((height - small) ** 2 - (height - tall) ** 2) / (2 * HEIGHT_SIGMA ** 2)
    return Math.min(MOST_NATS, Math.max(-MOST_NATS, nats))
  })
  const settled = rivals.map((row, place) => {
    const symbols = symbolsAt[place]!
    const out = Float32Array.from(row)
    for (const letter of TWINS) {
      const [upper, lower] = [symbols.indexOf(letter.toUpperCase()), symbols.indexOf(letter)]
      if (upper < 0 || lower < 0) continue
      const both = row[upper]! + row[lower]!
      const network = NETWORK_WEIGHT * Math.log((row[upper]! + 1e-4) / (row[lower]! + 1e-4))
      const capital = 1 / (1 + Math.exp(-(forTall[place]! + network)))
      out[upper] = both * capital
      out[lower] = both * (1 - capital)
    }
    return out
  })
  const twins = (a: string, b: string) => shapeOf(a) === shapeOf(b)
  const chosen = text.map((choice, place) => {
    const symbols = symbolsAt[place]!
    const row = settled[place]!
    let best = choice
    for (let k = 0; k < symbols.length; k++) if (twins(symbols[k]!, symbols[choice]!) && row[k]! > row[best]!) best = k
    return best
  })
  const heightScore = chosen.reduce((sum, choice, place) => {
    const symbol = symbolsAt[place]![choice]!
    if (TWINS.includes(symbol)) return sum - Math.log1p(Math.exp(forTall[place]!))
    return TALL_TWINS.includes(symbol) ? sum - Math.log1p(Math.exp(-forTall[place]!)) : sum
  }, 0)
  return { rivals: settled, text: chosen, heightScore }
}

function middle(values: readonly number[]): number | null {
  return values.length < 2 ? null : median(values)
}
