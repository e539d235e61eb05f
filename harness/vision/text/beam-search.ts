import type { FieldPosteriors } from './field-posteriors.ts'

/** A text with the log-probability that all its CTC paths together have. */
export interface Candidate {
  /** Index of each place's symbol in its kind. */
  readonly symbols: readonly number[]
  readonly logProbability: number
}

interface Prefix {
  readonly key: string
  readonly symbols: readonly number[]
  blank: number
  ended: number
}

const NEVER = Number.NEGATIVE_INFINITY
/** A symbol this much (nats) below the best of its step starts no new prefix. */
const PRUNE = 8

/** log(exp a + exp b) */
export function logAdd(a: number, b: number): number {
  const high = a > b ? a : b
  const low = a > b ? b : a
  // Beyond 30 nats the smaller one is less than the rounding of the larger one's exponential; −∞ falls here too.
  return high - low < 30 ? high + Math.log1p(Math.exp(low - high)) : high
}

/**
 * CTC prefix beam search (Hannun et al. 2014, without a language model) in which the place of a symbol decides which
 * symbols may stand there.
 * @returns texts of an allowed length, best first
 */
export function beamSearch(field: FieldPosteriors, width = 14): readonly Candidate[] {
  let beam: readonly Prefix[] = [{ key: '', symbols: [], blank: 0, ended: NEVER }]
  for (let t = 0; t < field.steps; t++) {
    const next = new Map<string, Prefix>()
    const worst = field.best[t]! - PRUNE
    for (const { key, symbols, blank, ended } of beam) {
      const all = logAdd(blank, ended)
      const same = prefixIn(next, key, symbols)
      same.blank = logAdd(same.blank, all + field.blank[t]!)
      const place = symbols.length
      const last = place > 0 ? field.places[place - 1]! : null
      const lastSymbol = last ? last.symbols[symbols[place - 1]!]! : ''
      if (last) {
        const again = last.logProbabilities[t * last.symbols.length + symbols[place - 1]!]!
        same.ended = logAdd(same.ended, ended + again)
      }
      const kind = field.places[place]
      if (!kind) continue
      for (let k = 0; k < kind.symbols.length; k++) {
        const emit = kind.logProbabilities[t * kind.symbols.length + k]!
        if (emit < worst) continue
        const from = kind.symbols[k] === lastSymbol ? blank : all
        if (from === NEVER) continue
        const longer = prefixIn(next, `${key},${k}`, symbols, k)
        longer.ended = logAdd(longer.ended, from + emit)
      }
    }
    beam = keepBest(next.values(), width)
  }
  return beam
    .filter(({ symbols }) => symbols.length >= field.minLength)
    .map(({ symbols, blank, ended }) => ({ symbols, logProbability: logAdd(blank, ended) }))
    .sort((a, b) => b.logProbability - a.logProbability)
}

function prefixIn(prefixes: Map<string, Prefix>, key: string, symbols: readonly number[], added?: number): Prefix {
  let prefix = prefixes.get(key)
  if (prefix === undefined) {
    prefix = { key, symbols: added === undefined ? symbols : [...symbols, added], blank: NEVER, ended: NEVER }
    prefixes.set(key, prefix)
  }
  return prefix
}

function keepBest(prefixes: Iterable<Prefix>, width: number): readonly Prefix[] {
  return [...prefixes]
    .map(prefix => ({ prefix, score: logAdd(prefix.blank, prefix.ended) }))
    .sort((a, b) => b.score - a.score)
    .slice(0, width)
    .map(({ prefix }) => prefix)
}
