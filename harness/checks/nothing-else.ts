import type { LeftoverLook } from '../core/vocabulary.ts'
import { coverMarks, grown, overlap } from '../products/geometry.ts'
import type { Check, CheckInput, Judgement, SeenLeftover, Unproved } from './check.ts'
import { wordsJudgement } from './fixed-words.ts'
import { leftoverLimits } from './measurements.ts'
import { listed } from './wording.ts'
import { worstOf } from './worst-of.ts'

/** The same place in two photographs, mm: what lies between two poses of one card, and half of the smallest thing that is looked for. */
const SAME_PLACE_MM = 0.6

/**
 * Nothing stands on the card that the profile does not explain: no text, symbol, stroke, label, hole or stain, and no other words
 * than the product's. Not having looked is no evidence.
 */
export const nothingElse: Check = {
  name: 'nothing-else',
  about: 'what stands on the card besides its marks',
  needs: ['plan'],
  judge(input) {
    const words = wordsJudgement(input)
    const judged = judgeLeftovers(input)
    return words === null ? judged : worstOf([judged.verdict === 'PASS' ? null : judged, words])!
  },
}

function judgeLeftovers(input: CheckInput): Judgement {
  const { leftovers, lookedBy } = input
  const over = leftovers.filter(one => one.kind === 'in-the-way' && isDoubtful(one))
  const own = leftovers.filter(one => one.kind !== 'in-the-way' && !mayBeOf(one, over))
  const bad = own.filter(one => isCertain(one) || isSeenAgain(one, own))
  if (bad.length > 0) return told('FAIL', bad, 'On the card, but not of the product')
  const doubtful = own.filter(isDoubtful)
  if (over.length > 0) {
    const { because, ...rest } = told('INCONCLUSIVE', [...over, ...doubtful], 'Something is in the way')
    return { ...rest, because: `${because} Lay the card down with nothing over it, and take the photograph again.` }
  }
  if (doubtful.length > 0) {
    const { because, ...rest } = told(
      'INCONCLUSIVE',
      doubtful,
      'Not explained by the product, and seen under one light',
    )
    return { ...rest, because: `${because} Look there, or take the photograph again under another light.` }
  }
  const missing = lookedFor.filter(looks => !looks.some(look => lookedBy.includes(look))).map(looks => looks[0]!)
  if (missing.length > 0)
    return {
      verdict: 'INCONCLUSIVE',
      because: `Nobody looked for anything else on the card (${listed(missing)}).`,
      marks: [],
    }
  return {
    verdict: 'PASS',
    because: 'Nothing else stands on the card.',
    marks: [],
    unproved: faintMarks(input),
  }
}

/** Who has to have looked: one of each. */
const lookedFor: readonly (readonly LeftoverLook[])[] = [
  ['text-detector'],
  ['symbol-search'],
  ['surroundings', 'appearance'],
]

/** What comes over the card, its own shadow and its mirror image are strokes and stains as well; texts, symbols and layers they are not. */
const mayBeOf = ({ kind, photographId }: SeenLeftover, over: readonly SeenLeftover[]) =>
  (kind === 'blot' || kind === 'odd-place') && over.some(one => one.photographId === photographId)

const isDoubtful = ({ kind, strength }: SeenLeftover) => strength >= leftoverLimits[kind].ask
const isCertain = ({ kind, strength }: SeenLeftover) => strength >= leftoverLimits[kind].certain

/** In two photographs at the same millimetre: neither dust on the lens nor a reflection of the lamp does that. */
function isSeenAgain(one: SeenLeftover, all: readonly SeenLeftover[]): boolean {
  return isDoubtful(one) && all.some(other => isDoubtful(other) && other.light !== one.light && atSamePlace(one, other))
}

const atSamePlace = ({ rect }: SeenLeftover, other: SeenLeftover) => overlap(grown(rect, SAME_PLACE_MM), other.rect)

/** Crumbs of a cover that was taken off look like dots, and nobody learns where they lie. */
function faintMarks({ profile, lookedBy, state }: CheckInput): readonly Unproved[] {
  const reasons = [
    ...(lookedBy.includes('appearance')
      ? []
      : [
          `no appearance of ${profile.title} is known for this light, so that only what stands out clearly was looked for`,
        ]),
    ...(state === 'opened' && coverMarks(profile).length > 0
      ? ['a dot that is no larger than crumbs of the cover looks like one of them']
      : []),
  ]
  return reasons.length === 0 ? [] : [{ name: 'faint-marks', because: reasons.join('; and ') }]
}

function told(verdict: Judgement['verdict'], some: readonly SeenLeftover[], what: string): Judgement {
  const place = ({ rect: { x, y, width, height } }: SeenLeftover) =>
    `at ${(x + width / 2).toFixed(0)}, ${(y + height / 2).toFixed(0)} mm`
  const clauses = [...new Set(some.map(one => `${one.because} ${place(one)}`))]
  const shown = clauses.slice(0, MOST_TOLD)
  const more = clauses.length > shown.length ? `, and ${clauses.length - shown.length} more` : ''
  return { verdict, because: `${what}: ${listed(shown)}${more}.`, marks: [] }
}

const MOST_TOLD = 4
