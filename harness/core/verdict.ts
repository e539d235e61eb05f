/** A verdict can only get worse: PASS < INCONCLUSIVE < FAIL < ERROR, as in TTCN-3 (ETSI ES 201 873-1 §24). */
export type Verdict = 'PASS' | 'INCONCLUSIVE' | 'FAIL' | 'ERROR'

const order: readonly Verdict[] = ['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR']

/** The worst of `verdicts`. No verdict at all is not a pass: the result is INCONCLUSIVE. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let rank = -1
  for (const verdict of verdicts) rank = Math.max(rank, order.indexOf(verdict))
  return order[rank] ?? 'INCONCLUSIVE'
}
