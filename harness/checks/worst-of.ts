import { worst } from '../core/verdict.ts'
import type { Judgement } from './check.ts'

/** The worst of `judgements` speaks; the first of several. */
export function worstOf(judgements: readonly (Judgement | null)[]): Judgement | null {
  const found = judgements.filter(judgement => judgement !== null)
  const verdict = worst(found.map(judgement => judgement.verdict))
  return found.find(judgement => judgement.verdict === verdict) ?? null
}
