import { logAdd } from './beam-search.ts'
import type { FieldPosteriors } from './field-posteriors.ts'

const NEVER = Number.NEGATIVE_INFINITY

/** One text laid over one view. */
export interface Alignment {
  readonly logProbability: number
  /** For each place: log-probability of the same text with any other symbol of the place's kind there. */
  readonly substitutions: readonly Float32Array[]
  /** For each place: the step at which its symbol is most probably seen, and its first and last likely step. */
  readonly peaks: readonly { readonly step: number; readonly first: number; readonly last: number }[]
}

/** log P(text | view) over all CTC paths. */
export function scoreOf(field: FieldPosteriors, text: readonly number[]): number {
  const alpha = forward(field, text)
  const states = 2 * text.length + 1
  const end = (field.steps - 1) * states
  return logAdd(alpha[end + states - 1]!, states > 1 ? alpha[end + states - 2]! : NEVER)
}

/**
 * Scores a text and each of its single substitutions in one pass: forward to before the place, backward to after it,
 * and the rival's own run between them.
 */
export function align(field: FieldPosteriors, text: readonly number[]): Alignment {
  const alpha = forward(field, text)
  const beta = backward(field, text)
  const states = 2 * text.length + 1
  const { steps } = field
  const end = (steps - 1) * states
  const logProbability = logAdd(alpha[end + states - 1]!, alpha[end + states - 2]!)
  const substitutions = text.map((_, place) => substitutionsAt(field, text, place, alpha, beta))
  const peaks = text.map((_, place) => {
    const occupancy = Array.from({ length: steps }, (_, t) => {
      const at = t * states + 2 * place + 1
      // Alpha and beta both hold the emission at t.
      return alpha[at]! + beta[at]! - emission(field, text, place, t) - logProbability
    })
    let step = 0
    for (let t = 1; t < steps; t++) if (occupancy[t]! > occupancy[step]!) step = t
    let first = step
    while (first > 0 && occupancy[first - 1]! > -1) first--
    let last = step
    while (last < steps - 1 && occupancy[last + 1]! > -1) last++
    return { step, first, last }
  })
  return { logProbability, substitutions, peaks }
}

function emission(field: FieldPosteriors, text: readonly number[], place: number, t: number): number {
  const kind = field.places[place]!
  return kind.logProbabilities[t * kind.symbols.length + text[place]!]!
}

function symbolAt(field: FieldPosteriors, text: readonly number[], place: number): string {
  return field.places[place]?.symbols[text[place] ?? -1] ?? ''
}

/** Alpha over the 2L+1 states (blank, symbol, blank, …), emission at t included. */
function forward(field: FieldPosteriors, text: readonly number[]): Float64Array {
  const states = 2 * text.length + 1
  const alpha = new Float64Array(field.steps * states).fill(NEVER)
  const skips = text.map((_, i) => i > 0 && symbolAt(field, text, i) !== symbolAt(field, text, i - 1))
  for (let t = 0; t < field.steps; t++)
    for (let s = 0; s < states; s++) {
      const place = (s - 1) / 2
      const emit = s % 2 === 0 ? field.blank[t]! : emission(field, text, place, t)
      let from = t === 0 ? (s < 2 ? 0 : NEVER) : alpha[(t - 1) * states + s]!
      if (t > 0 && s > 0) from = logAdd(from, alpha[(t - 1) * states + s - 1]!)
      if (t > 0 && s > 2 && s % 2 === 1 && skips[place]) from = logAdd(from, alpha[(t - 1) * states + s - 2]!)
      alpha[t * states + s] = from + emit
    }
  return alpha
}

/** Beta over the same states, emission at t included. */
function backward(field: FieldPosteriors, text: readonly number[]): Float64Array {
  const states = 2 * text.length + 1
  const beta = new Float64Array(field.steps * states).fill(NEVER)
  const skips = text.map((_, i) => i + 1 < text.length && symbolAt(field, text, i) !== symbolAt(field, text, i + 1))
  for (let t = field.steps - 1; t >= 0; t--)
    for (let s = states - 1; s >= 0; s--) {
      const place = (s - 1) / 2
      const emit = s % 2 === 0 ? field.blank[t]! : emission(field, text, place, t)
      const next = (t + 1) * states
      let to = t === field.steps - 1 ? (s >= states - 2 ? 0 : NEVER) : beta[next + s]!
      if (t < field.steps - 1 && s < states - 1) to = logAdd(to, beta[next + s + 1]!)
      if (t < field.steps - 1 && s % 2 === 1 && skips[place]) to = logAdd(to, beta[next + s + 2]!)
      beta[t * states + s] = to + emit
    }
  return beta
}

function substitutionsAt(
  field: FieldPosteriors,
  text: readonly number[],
  place: number,
  alpha: Float64Array,
  beta: Float64Array,
): Float32Array {
  const { steps } = field
  const states = 2 * text.length + 1
  const kind = field.places[place]!
  const n = kind.symbols.length
  const before = symbolAt(field, text, place - 1)
  const after = symbolAt(field, text, place + 1)
  const s = 2 * place + 1
  return Float32Array.from(kind.symbols, (symbol, k) => {
    let run = NEVER
    let total = NEVER
    for (let t = 0; t < steps; t++) {
      let into = t === 0 ? (place === 0 ? 0 : NEVER) : alpha[(t - 1) * states + s - 1]!
      if (t > 0 && place > 0 && symbol !== before) into = logAdd(into, alpha[(t - 1) * states + s - 2]!)
      run = logAdd(run, into) + kind.logProbabilities[t * n + k]!
      let out = t === steps - 1 ? (place === text.length - 1 ? 0 : NEVER) : beta[(t + 1) * states + s + 1]!
      if (t < steps - 1 && place < text.length - 1 && symbol !== after)
        out = logAdd(out, beta[(t + 1) * states + s + 2]!)
      total = logAdd(total, run + out)
    }
    return total
  })
}
