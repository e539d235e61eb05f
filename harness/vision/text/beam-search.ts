import type { FieldPosteriors } from './field-posteriors.ts'
import { logAdd } from './log-add.ts'

/** A text with the log-probability that all its CTC paths together have. */
export interface TextCandidate {
  /** Index of each place's symbol in its kind. */
  readonly symbols: readonly number[]
  readonly logProbability: number
}

/** A beginning of a text: a node of the tree of all beginnings that were ever kept. */
interface Prefix {
  readonly parent: Prefix | null
  /** Index of its last symbol in the kind of its place; −1 for the empty beginning. */
  readonly choice: number
  readonly length: number
  readonly longer: Map<number, Prefix>
  /** Log-probabilities after the last step: of the paths that end with a blank, and with its own symbol. */
  blank: number
  ended: number
  /** Of all these paths. */
  score: number
  /** The same in the making, for the step `step`. */
  step: number
  nextBlank: number
  nextEnded: number
}

const NEVER = Number.NEGATIVE_INFINITY
/** A symbol this much (nats) below the best of its step starts no new prefix. */
const PRUNE = 8

/**
 * CTC prefix beam search (Hannun et al. 2014, without a language model) in which the place of a symbol decides which
 * symbols may stand there.
 * @returns texts of an allowed length, best first
 */
export function beamSearch(field: FieldPosteriors, width = 14): readonly TextCandidate[] {
  const { steps, places, best, blank: blanks } = field
  const root = prefix(null, -1)
  root.blank = 0
  let beam: readonly Prefix[] = [root]
  for (let t = 0; t < steps; t++) {
    const next: Prefix[] = []
    const worst = best[t]! - PRUNE
    for (const each of beam) {
      const { blank, ended, length, choice } = each
      const all = logAdd(blank, ended)
      reach(each, t, next)
      each.nextBlank = logAdd(each.nextBlank, all + blanks[t]!)
      const last = length > 0 ? places[length - 1]! : null
      if (last) {
        const again = last.logProbabilities[t * last.symbols.length + choice]!
        each.nextEnded = logAdd(each.nextEnded, ended + again)
      }
      const kind = places[length]
      if (!kind) continue
      const { symbols, logProbabilities } = kind
      const lastSymbol = last ? last.symbols[choice]! : ''
      const row = t * symbols.length
      for (let k = 0; k < symbols.length; k++) {
        const emit = logProbabilities[row + k]!
        if (emit < worst) continue
        const from = symbols[k] === lastSymbol ? blank : all
        if (from === NEVER) continue
        let longer = each.longer.get(k)
        if (longer === undefined) {
          longer = prefix(each, k)
          each.longer.set(k, longer)
        }
        reach(longer, t, next)
        longer.nextEnded = logAdd(longer.nextEnded, from + emit)
      }
    }
    beam = keepBest(next, width)
  }
  return beam
    .filter(({ length }) => length >= field.minLength)
    .map(each => ({ symbols: symbolsOf(each), logProbability: logAdd(each.blank, each.ended) }))
    .sort((a, b) => b.logProbability - a.logProbability)
}

function prefix(parent: Prefix | null, choice: number): Prefix {
  const length = parent === null ? 0 : parent.length + 1
  const never = { blank: NEVER, ended: NEVER, score: NEVER, nextBlank: NEVER, nextEnded: NEVER }
  return { parent, choice, length, longer: new Map(), step: -1, ...never }
}

/** Counts a prefix among those of step `t`, once. */
function reach(each: Prefix, t: number, next: Prefix[]): void {
  if (each.step === t) return
  each.step = t
  each.nextBlank = NEVER
  each.nextEnded = NEVER
  next.push(each)
}

function keepBest(reached: readonly Prefix[], width: number): readonly Prefix[] {
  for (const each of reached) {
    each.blank = each.nextBlank
    each.ended = each.nextEnded
  }
  const best: Prefix[] = []
  for (const each of reached) {
    each.score = logAdd(each.blank, each.ended)
    if (best.length === width && !(each.score > best[width - 1]!.score)) continue
    // Of equals the one that was reached first stands first.
    let at = best.length < width ? best.length : width - 1
    for (; at > 0 && each.score > best[at - 1]!.score; at--) best[at] = best[at - 1]!
    best[at] = each
  }
  return best
}

function symbolsOf(end: Prefix): readonly number[] {
  const symbols: number[] = []
  for (let each = end; each.parent !== null; each = each.parent) symbols.unshift(each.choice)
  return symbols
}
