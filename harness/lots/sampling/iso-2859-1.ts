import { AssayError } from '../../core/assay-error.ts'

/** Single sampling plans of ISO 2859-1:1999, tables 1, 2-A, 2-B and 2-C; and of ANSI Z1.4 for reduced inspection, which differs. */

export const inspectionLevels = ['S-1', 'S-2', 'S-3', 'S-4', 'I', 'II', 'III'] as const
export type InspectionLevel = (typeof inspectionLevels)[number]

/** Acceptance quality limits, percent nonconforming, as the tables write them. */
export const acceptanceLimits = [
  '0.010',
  '0.015',
  '0.025',
  '0.040',
  '0.065',
  '0.10',
  '0.15',
  '0.25',
  '0.40',
  '0.65',
  '1.0',
  '1.5',
  '2.5',
  '4.0',
  '6.5',
  '10',
] as const
export type AcceptanceLimit = (typeof acceptanceLimits)[number]

export type Severity = 'normal' | 'tightened' | 'reduced' | 'reduced-ansi'

export interface SamplingPlan {
  /** The code letter by lot size and level. */
  readonly letter: string
  /** The letter whose plan is used: an arrow of the table leads to another, with a sample size of its own. */
  readonly planLetter: string
  readonly sample: number
  /** At most so many bad units: the lot is accepted. */
  readonly accept: number
  /** So many and more: it is not. Between the two (reduced-ansi only) it is accepted, and normal inspection follows. */
  readonly reject: number
}

/** Table 1: the largest lot of each row, and its letters at {@link inspectionLevels}. */
const letterRows: readonly (readonly [number, string])[] = [
  [8, 'AAAAAAB'],
  [15, 'AAAAABC'],
  [25, 'AABBBCD'],
  [50, 'ABBCCDE'],
  [90, 'BBCCCEF'],
  [150, 'BBCDDFG'],
  [280, 'BCDEEGH'],
  [500, 'BCDEFHJ'],
  [1200, 'CCEFGJK'],
  [3200, 'CDEGHKL'],
  [10_000, 'CDFGJLM'],
  [35_000, 'CDFHKMN'],
  [150_000, 'DEGJLNP'],
  [500_000, 'DEGJMPQ'],
  [Number.POSITIVE_INFINITY, 'DEHKNQR'],
]

const letters = 'ABCDEFGHJKLMNPQRS'
const sizes = [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150]
const reducedSizes = [2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800]

/** A plan's numbers, or where the arrow points. */
type Cell = readonly [accept: number, reject: number] | 'up' | 'down'

/**
 * The tables are one diagonal pattern: cells with the same sum of letter and limit, each counted from 0, are alike. Here the
 * sums 14 to 24; below lies an arrow down, above one up.
 */
const diagonal: Readonly<Record<Severity, readonly Cell[]>> = {
  normal: ofNumbers(0, 'up', 'down', 1, 2, 3, 5, 7, 10, 14, 21),
  tightened: ofNumbers('down', 0, 'down', 'down', 1, 2, 3, 5, 8, 12, 18),
  reduced: ofNumbers(0, 'up', 'down', 'down', 1, 2, 3, 5, 6, 8, 10),
  'reduced-ansi': [[0, 1], 'up', 'down', [0, 2], [1, 3], [1, 4], [2, 5], [3, 6], [5, 8], [7, 10], [10, 13]],
}

function ofNumbers(...cells: readonly (number | 'up' | 'down')[]): readonly Cell[] {
  return cells.map(cell => (typeof cell === 'number' ? [cell, cell + 1] : cell))
}

/** @throws AssayError `lot-size` where this is no size of a lot */
export function refuseLotSize(lotSize: number): void {
  if (!Number.isInteger(lotSize) || lotSize < 2)
    throw new AssayError('lot-size', `A lot has a whole number of units, two at least; not ${lotSize}.`)
}

/** The code letter of table 1. @throws AssayError `lot-size` below 2 units */
export function codeLetter(lotSize: number, level: InspectionLevel): string {
  refuseLotSize(lotSize)
  return letterRows.find(([largest]) => lotSize <= largest)![1][inspectionLevels.indexOf(level)]!
}

/** The plan for a letter of table 1, arrows followed. `sample` may be as large as the lot or larger: then every unit is inspected. */
export function planOf(letter: string, limit: AcceptanceLimit, severity: Severity): SamplingPlan {
  const column = acceptanceLimits.indexOf(limit)
  const own = letters.indexOf(letter)
  const first = cellAt(own, column, severity)
  // An arrow that leads out of the table is followed the other way.
  const at =
    typeof first !== 'string'
      ? own
      : (follow(own, column, severity, first) ?? follow(own, column, severity, first === 'up' ? 'down' : 'up')!)
  const [accept, reject] = cellAt(at, column, severity) as readonly [number, number]
  const sample = (severity === 'normal' || severity === 'tightened' ? sizes : reducedSizes)[at]!
  return { letter, planLetter: letters[at]!, sample, accept, reject }
}

function cellAt(letter: number, column: number, severity: Severity): Cell {
  const sum = letter + column
  return sum < 14 ? 'down' : (diagonal[severity][sum - 14] ?? 'up')
}

function follow(from: number, column: number, severity: Severity, arrow: 'up' | 'down'): number | null {
  // Only tightened inspection has a letter S.
  const last = severity === 'tightened' ? 16 : 15
  for (let at = from; at >= 0 && at <= last; at += arrow === 'up' ? -1 : 1)
    if (typeof cellAt(at, column, severity) !== 'string') return at
  return null
}
