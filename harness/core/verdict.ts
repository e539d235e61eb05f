import { type Verdict, verdicts } from './vocabulary.ts'

export type { Verdict }

/** The worst of `all`. No verdict at all is not a pass: the result is INCONCLUSIVE. */
export function worst(all: Iterable<Verdict>): Verdict {
  let rank = -1
  for (const verdict of all) rank = Math.max(rank, verdicts.indexOf(verdict))
  return verdicts[rank] ?? 'INCONCLUSIVE'
}
