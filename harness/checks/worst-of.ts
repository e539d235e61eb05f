import type { Verdict } from '../core/verdict.ts'
import type { Judgement } from './check.ts'

/** The worst of `judgements` speaks; the first of several. */
export function worstOf(judgements: readonly (Judgement | null)[]): Judgement | null {
  const order: readonly Verdict[] = ['ERROR', 'FAIL', 'INCONCLUSIVE', 'PASS']
  const found = judgements.filter(judgement => judgement !== null)
  for (const verdict of order) {
    const worst = found.find(judgement => judgement.verdict === verdict)
    if (worst !== undefined) return worst
  }
  return null
}
