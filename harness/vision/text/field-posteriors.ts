import type { Posteriors } from './line-recogniser.ts'
import { type Position, positionsOf, type TextField } from './text-field.ts'

/** Posteriors under one field: only what may stand at each place, and how much probability lies outside. */
export interface FieldPosteriors {
  readonly steps: number
  /** Log-probability of «no symbol here» at each step (blank and space). */
  readonly blank: Float32Array
  /** The kind of each place of the field. */
  readonly places: readonly Kind[]
  readonly minLength: number
  /** At each step: the best log-probability over the blank and every symbol of the field, wherever it may stand. */
  readonly best: Float32Array
  /** How many separate letters or digits of any alphabet the reader saw on its own, more likely than not. */
  readonly symbolsSeen: number
}

/** One kind of place: letters, digits, a separator. */
export interface Kind {
  readonly symbols: readonly string[]
  readonly literal: boolean
  /** `steps × symbols.length` log-probabilities. */
  readonly logProbabilities: Float32Array
  /** Probability, at each step, of symbols that may not stand here. */
  readonly outside: Float32Array
}

/**
 * Marks that are drawn alike: where only one of them may stand, the others mean it. A reader that was never told the
 * field spreads its belief over them.
 */
const ALIKE: Readonly<Record<string, string>> = {
  '0': 'OoQ',
  '1': 'Il|',
  O: '0o〇',
  I: '1l|',
  '-': '—一–‐_~',
  ...Object.fromEntries([...'CFKMPSUVWXYZ'].map(letter => [letter, letter.toLowerCase()])),
  ...Object.fromEntries([...'cfkmpsuvwxyz'].map(letter => [letter, letter.toUpperCase()])),
  o: 'O0',
  l: 'I1|',
  i: 'ı',
}

/** Every mark that {@link underField} may count for another. */
export const LOOK_ALIKES: readonly string[] = [...new Set(Object.values(ALIKE).join(''))]

/** Restricts a reader's posteriors to a field. Steps need not sum to one afterwards: all paths lose the same. */
export function underField(posteriors: Posteriors, field: TextField): FieldPosteriors {
  const { steps, classes, logProbabilities, charset } = posteriors
  const index = new Map(charset.map((symbol, i) => [symbol, i] as const))
  const classOfSpace = index.get(' ')
  const positions = positionsOf(field)
  const spaceAllowed = positions.some(({ symbols }) => symbols.includes(' '))
  const blank = new Float32Array(steps)
  for (let t = 0; t < steps; t++) {
    const own = Math.exp(logProbabilities[t * classes + posteriors.blank]!)
    const space =
      classOfSpace === undefined || spaceAllowed ? 0 : Math.exp(logProbabilities[t * classes + classOfSpace]!)
    blank[t] = Math.log(own + space + 1e-12)
  }
  const kinds = new Map<string, Kind>()
  const places = positions.map(position => {
    const key = position.symbols.join('')
    const known = kinds.get(key)
    if (known) return known
    const kind = kindOf(position, posteriors, blank, index)
    kinds.set(key, kind)
    return kind
  })
  const best = Float32Array.from(blank)
  for (const { symbols, logProbabilities: columns } of kinds.values())
    for (let t = 0; t < steps; t++)
      for (let k = 0; k < symbols.length; k++) best[t] = Math.max(best[t]!, columns[t * symbols.length + k]!)
  return { steps, blank, places, minLength: field.minLength, best, symbolsSeen: symbolsSeen(posteriors) }
}

function kindOf(
  position: Position,
  posteriors: Posteriors,
  blank: Float32Array,
  index: ReadonlyMap<string, number>,
): Kind {
  const { steps, classes, logProbabilities } = posteriors
  const { symbols } = position
  const sources = symbols.map(symbol =>
    [symbol, ...(ALIKE[symbol] ?? '')]
      .filter(source => source === symbol || !symbols.includes(source))
      .map(source => index.get(source))
      .filter(source => source !== undefined),
  )
  const columns = new Float32Array(steps * symbols.length)
  const outside = new Float32Array(steps)
  for (let t = 0; t < steps; t++) {
    let inside = Math.exp(blank[t]!)
    for (let k = 0; k < symbols.length; k++) {
      let sum = 0
      for (const source of sources[k]!) sum += Math.exp(logProbabilities[t * classes + source]!)
      columns[t * symbols.length + k] = Math.log(sum + 1e-9)
      inside += sum
    }
    outside[t] = Math.min(1, Math.max(0, 1 - inside))
  }
  return { symbols, literal: position.literal, logProbabilities: columns, outside }
}

function symbolsSeen({ steps, classes, logProbabilities, charset }: Posteriors): number {
  let seen = 0
  let before = -1
  for (let t = 0; t < steps; t++) {
    let top = 0
    for (let c = 1; c < classes; c++)
      if (logProbabilities[t * classes + c]! > logProbabilities[t * classes + top]!) top = c
    const likely = logProbabilities[t * classes + top]! > Math.log(0.5) && /[0-9A-Za-z]/.test(charset[top]!)
    if (likely && top !== before) seen++
    before = likely ? top : -1
  }
  return seen
}
