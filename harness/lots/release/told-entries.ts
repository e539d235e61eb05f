import type { ExplainedFacts } from './lot-kinds.ts'

/** Somebody of quality says what entries were. */
export interface Explanation {
  readonly index: number
  readonly by: string
  readonly facts: ExplainedFacts
}

/** Entries that were explained once they were there, by somebody else than who is behind them. */
export const toldIn = (explained: readonly Explanation[], saidBy: ReadonlyMap<number, string>): ReadonlySet<number> =>
  new Set(
    explained.flatMap(({ index, by, facts: { entries } }) =>
      entries.filter(entry => entry < index && saidBy.get(entry) !== by),
    ),
  )
