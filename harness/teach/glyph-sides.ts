import { mean, median } from '../imaging/quantile.ts'
import type { GlyphLine } from './glyph-line.ts'

/** How far a symbol's own room goes to the left and right of its middle, caps. Both together are its advance. */
export interface Sides {
  readonly left: number
  readonly right: number
}

/** How strongly a side is drawn to half the pitch, in gaps: a symbol seen once has little to say. */
const DRAWN = 0.5
const PASSES = 60
/** A gap this much wider than the others holds a blank. */
const BLANK = 1.6

/**
 * Sides of each symbol by least squares over all gaps, and how much wider than the closest each mark is set (caps): a gap is the right
 * side of one symbol, the left side of the next, and the mark's own spacing.
 * @param centres of each line's symbols, px of a cap of `capPx`
 */
export function fitSides(
  lines: readonly GlyphLine[],
  centres: readonly (readonly number[])[],
  capPx = 60,
): { readonly sides: ReadonlyMap<string, Sides>; readonly spacings: ReadonlyMap<string, number> } {
  const gaps = lines.flatMap(({ symbols, mark }, l) => {
    const own = centres[l]!.slice(1).map((x, i) => (x - centres[l]![i]!) / capPx)
    const usual = median(own)
    return own.flatMap((gap, i) => (gap > BLANK * usual ? [] : [{ mark, a: symbols[i]!, b: symbols[i + 1]!, gap }]))
  })
  const byMark = Map.groupBy(gaps, ({ mark }) => mark)
  const spacings = new Map([...byMark].map(([mark, some]) => [mark, median(some.map(({ gap }) => gap))]))
  const closest = Math.min(...spacings.values())
  for (const [mark, pitch] of spacings) spacings.set(mark, pitch - closest)
  const half = closest / 2
  const all = new Set(lines.flatMap(({ symbols }) => symbols))
  const left = new Map([...all].map(symbol => [symbol, half]))
  const right = new Map([...all].map(symbol => [symbol, half]))
  const [starts, ends] = [Map.groupBy(gaps, ({ a }) => a), Map.groupBy(gaps, ({ b }) => b)]
  for (let pass = 0; pass < PASSES; pass++) {
    for (const symbol of all) {
      const after = (starts.get(symbol) ?? []).map(({ gap, b, mark }) => gap - left.get(b)! - spacings.get(mark)!)
      right.set(symbol, drawn(after, half))
      const before = (ends.get(symbol) ?? []).map(({ gap, a, mark }) => gap - right.get(a)! - spacings.get(mark)!)
      left.set(symbol, drawn(before, half))
    }
    for (const [mark, some] of byMark)
      spacings.set(mark, mean(some.map(({ a, b, gap }) => gap - right.get(a)! - left.get(b)!)))
    const least = Math.min(...spacings.values())
    for (const [mark, spacing] of spacings) spacings.set(mark, spacing - least)
  }
  return {
    sides: new Map([...all].map(symbol => [symbol, { left: left.get(symbol)!, right: right.get(symbol)! }])),
    spacings,
  }
}

const drawn = (values: readonly number[], to: number) =>
  (values.reduce((sum, value) => sum + value, 0) + DRAWN * to) / (values.length + DRAWN)
