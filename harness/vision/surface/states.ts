import { type Outcome, showsMark } from '../../core/vocabulary.ts'
import type { ProductProfile, State } from '../../products/profile.ts'
import { State as StateSchema } from '../../products/profile.ts'

/**
 * The states that a card looks like, best first: those whose visible marks contradict least of what was seen.
 *
 * An outcome says that a mark is in view, that it is not, or nothing ({@link showsMark}). Empty when nothing was seen, or when even the best state contradicts more than a quarter of what was.
 */
export function likelyStates(
  profile: ProductProfile,
  outcomes: readonly { readonly mark: string; readonly outcome: Outcome }[],
): State[] {
  const seen = outcomes.filter(({ outcome }) => showsMark[outcome] !== null)
  if (seen.length === 0) return []
  const ranked = StateSchema.options
    .filter(state => profile.marks.some(mark => mark.visibleIn.includes(state)))
    .map(state => {
      const wrong = seen.filter(({ mark, outcome }) => {
        const visible = profile.marks.find(({ name }) => name === mark)?.visibleIn.includes(state) ?? false
        return visible !== showsMark[outcome]
      })
      return { state, wrong: wrong.length }
    })
    .sort((a, b) => a.wrong - b.wrong)
  const least = ranked[0]?.wrong ?? 0
  if (least > seen.length / 4) return []
  return ranked.filter(({ wrong }) => wrong === least).map(({ state }) => state)
}
