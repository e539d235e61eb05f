import type { FieldPosteriors } from './field-posteriors.ts'
import { logAdd } from './log-add.ts'

const NEVER = Number.NEGATIVE_INFINITY
/**
 * Paths that enter or leave a place so much less probably (nats) than others are left out. A rival symbol loses at most
 * 21 nats a step there, so that what is left out adds less than a millionth to any of them.
 */
const NEGLIGIBLE = 60

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
  const occupancy = new Float64Array(steps)
  const peaks = text.map((choice, place) => {
    const { symbols, logProbabilities } = field.places[place]!
    for (let t = 0; t < steps; t++) {
      const at = t * states + 2 * place + 1
      // Alpha and beta both hold the emission at t.
      occupancy[t] = alpha[at]! + beta[at]! - logProbabilities[t * symbols.length + choice]! - logProbability
    }
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

/** May a path go from one symbol to the next without a blank between? (Not between equal ones.) */
function differs(field: FieldPosteriors, text: readonly number[], place: number): boolean {
  return symbolAt(field, text, place) !== symbolAt(field, text, place - 1)
}

function symbolAt(field: FieldPosteriors, text: readonly number[], place: number): string {
  return field.places[place]?.symbols[text[place] ?? -1] ?? ''
}

/** Alpha over the 2L+1 states (blank, symbol, blank, …), emission at t included. */
function forward(field: FieldPosteriors, text: readonly number[]): Float64Array {
  const { steps, blank, places } = field
  const states = 2 * text.length + 1
  const alpha = new Float64Array(steps * states).fill(NEVER)
  if (steps === 0) return alpha
  alpha[0] = blank[0]!
  if (text.length > 0) alpha[1] = places[0]!.logProbabilities[text[0]!]!
  const skips = text.map((_, place) => place > 0 && differs(field, text, place))
  for (let t = 1; t < steps; t++) {
    const row = t * states
    const before = row - states
    const blankNow = blank[t]!
    alpha[row] = alpha[before]! + blankNow
    // At step t no path has come further than t + 1 symbols.
    const reached = Math.min(text.length, t + 1)
    for (let place = 0; place < reached; place++) {
      const s = 2 * place + 1
      const { symbols, logProbabilities } = places[place]!
      const stayed = alpha[before + s]!
      let from = logAdd(stayed, alpha[before + s - 1]!)
      if (skips[place]) from = logAdd(from, alpha[before + s - 2]!)
      alpha[row + s] = from + logProbabilities[t * symbols.length + text[place]!]!
      alpha[row + s + 1] = logAdd(alpha[before + s + 1]!, stayed) + blankNow
    }
  }
  return alpha
}

/** Beta over the same states, emission at t included. */
function backward(field: FieldPosteriors, text: readonly number[]): Float64Array {
  const { steps, blank, places } = field
  const states = 2 * text.length + 1
  const beta = new Float64Array(steps * states).fill(NEVER)
  if (steps === 0) return beta
  const skips = text.map((_, place) => place + 1 < text.length && differs(field, text, place + 1))
  const end = (steps - 1) * states
  beta[end + states - 1] = blank[steps - 1]!
  if (text.length > 0) {
    const { symbols, logProbabilities } = places[text.length - 1]!
    beta[end + states - 2] = logProbabilities[(steps - 1) * symbols.length + text.at(-1)!]!
  }
  for (let t = steps - 2; t >= 0; t--) {
    const row = t * states
    const after = row + states
    const blankNow = blank[t]!
    beta[row + states - 1] = beta[after + states - 1]! + blankNow
    // With few steps left, only the last symbols may still be to come.
    const first = Math.max(0, text.length - (steps - t))
    for (let place = text.length - 1; place >= first; place--) {
      const s = 2 * place + 1
      const { symbols, logProbabilities } = places[place]!
      const stays = beta[after + s]!
      let to = logAdd(stays, beta[after + s + 1]!)
      if (skips[place]) to = logAdd(to, beta[after + s + 2]!)
      beta[row + s] = to + logProbabilities[t * symbols.length + text[place]!]!
      beta[row + s - 1] = logAdd(beta[after + s - 1]!, stays) + blankNow
    }
  }
  return beta
}

/** How paths come to a place and go on from it, step by step: from or to the blank beside it, or the neighbour itself. */
interface Passage {
  /** Log-probability of everything before the place, when it begins at t; and with a blank between only. */
  readonly into: Float64Array
  readonly intoByBlank: Float64Array
  /** Of everything after it, when it ends at t. */
  readonly out: Float64Array
  readonly outByBlank: Float64Array
  /** Steps outside of which nothing counts. */
  readonly first: number
  readonly last: number
}

function passageAt(
  text: readonly number[],
  place: number,
  steps: number,
  alpha: Float64Array,
  beta: Float64Array,
): Passage {
  const states = 2 * text.length + 1
  const s = 2 * place + 1
  const [isFirst, isLast] = [place === 0, place === text.length - 1]
  const into = new Float64Array(steps)
  const intoByBlank = new Float64Array(steps)
  const out = new Float64Array(steps)
  const outByBlank = new Float64Array(steps)
  for (let t = 0; t < steps; t++) {
    const before = (t - 1) * states + s
    intoByBlank[t] = t > 0 ? alpha[before - 1]! : isFirst ? 0 : NEVER
    into[t] = t > 0 && !isFirst ? logAdd(intoByBlank[t]!, alpha[before - 2]!) : intoByBlank[t]!
    const after = (t + 1) * states + s
    outByBlank[t] = t < steps - 1 ? beta[after + 1]! : isLast ? 0 : NEVER
    out[t] = t < steps - 1 && !isLast ? logAdd(outByBlank[t]!, beta[after + 2]!) : outByBlank[t]!
  }
  // The best way out from t on; entering at t is worth at most that.
  const onwards = Float64Array.from(out)
  for (let t = steps - 2; t >= 0; t--) onwards[t] = Math.max(onwards[t]!, onwards[t + 1]!)
  let best = NEVER
  for (let t = 0; t < steps; t++) best = Math.max(best, into[t]! + onwards[t]!)
  let first = 0
  while (first < steps - 1 && into[first]! + onwards[first]! < best - NEGLIGIBLE) first++
  let before = NEVER
  let last = 0
  for (let t = 0; t < steps; t++) {
    before = Math.max(before, into[t]!)
    if (before + out[t]! >= best - NEGLIGIBLE) last = t
  }
  return { into, intoByBlank, out, outByBlank, first, last }
}

function substitutionsAt(
  field: FieldPosteriors,
  text: readonly number[],
  place: number,
  alpha: Float64Array,
  beta: Float64Array,
): Float32Array {
  const { symbols, logProbabilities } = field.places[place]!
  const passage = passageAt(text, place, field.steps, alpha, beta)
  const { first, last } = passage
  const before = place > 0 ? symbolAt(field, text, place - 1) : null
  const after = place < text.length - 1 ? symbolAt(field, text, place + 1) : null
  return Float32Array.from(symbols, (symbol, k) => {
    const into = symbol === before ? passage.intoByBlank : passage.into
    const out = symbol === after ? passage.outByBlank : passage.out
    let run = NEVER
    let total = NEVER
    for (let t = first; t <= last; t++) {
      run = logAdd(run, into[t]!) + logProbabilities[t * symbols.length + k]!
      total = logAdd(total, run + out[t]!)
    }
    return total
  })
}
