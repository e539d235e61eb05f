import type { SymbolLearned, TextLearned } from './learned-marks.ts'
import { type Spread, standardError } from './spread.ts'

/** One measure of a mark, as the page shows it. */
export interface Measure {
  readonly of: string
  readonly what: string
  readonly mean: number
  /** NaN of one unit. */
  readonly standardError: number
  /** How far the unit that is furthest off is from the mean. */
  readonly worst: number
  readonly n: number
  readonly unit: 'mm' | '°'
}

/** Every mean with its standard error. Of texts on a layer: from the corner of the layer's own symbol. */
export function measuresOf(symbols: readonly SymbolLearned[], texts: readonly TextLearned[]): Measure[] {
  const row = (of: string, what: string, spread: Spread, unit: Measure['unit'] = 'mm'): Measure => ({
    of,
    what,
    mean: spread.mean,
    standardError: standardError(spread),
    worst: spread.worst,
    n: spread.n,
    unit,
  })
  return [
    ...symbols.flatMap(({ payload, on, xMm, yMm, sideMm, turnDeg }) => [
      row(`${payload} symbol on the ${on}`, 'x', xMm),
      row(`${payload} symbol on the ${on}`, 'y', yMm),
      row(`${payload} symbol on the ${on}`, 'side', sideMm),
      row(`${payload} symbol on the ${on}`, 'turn', turnDeg, '°'),
    ]),
    ...texts.flatMap(({ content, words, on, lines, align }) =>
      lines.flatMap((line, i) => {
        const of = `${words ?? content} on the ${on}${lines.length > 1 ? `, line ${i + 1}` : ''}`
        return [
          row(of, align === 'left' ? 'start' : 'middle', align === 'left' ? line.inkLeftMm : line.middleMm),
          row(of, 'baseline', line.baselineYMm),
          row(of, 'height of capitals', line.capHeightMm),
          row(of, 'pitch', line.pitchMm),
        ]
      }),
    ),
  ]
}

/** The standard error of each measure in mm, by what it is of; null of one unit. */
export function standardErrors(measures: readonly Measure[]): Record<string, number | null> {
  return Object.fromEntries(
    measures
      .filter(({ unit }) => unit === 'mm')
      .map(({ of, what, standardError: error }) => [
        `${of}: ${what}`,
        Number.isFinite(error) ? Math.round(error * 1e4) / 1e4 : null,
      ]),
  )
}
