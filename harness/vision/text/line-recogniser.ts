import type { ReaderName } from '../reading.ts'
import type { LineView, ViewRecipe } from './line-views.ts'

/** Log-probabilities over time, as a recogniser gives them for one view. */
export interface Posteriors {
  /** Number of time steps. */
  readonly steps: number
  /** Number of classes, the blank included. */
  readonly classes: number
  /** `steps × classes` natural-log probabilities, each step summing to one. */
  readonly logProbabilities: Float32Array
  /** Index of the CTC blank. */
  readonly blank: number
  /** Symbol of each class; the blank's is the empty string. */
  readonly charset: readonly string[]
}

/**
 * One independent reader of lines (a network with its own training). Blind: it is not told even the field. Decoding
 * under the field's alphabet is common to all of them.
 */
export interface LineRecogniser extends AsyncDisposable {
  readonly name: ReaderName
  /** What a nat of its probabilities is worth beside the other readers', 0..1. */
  readonly weight: number
  /** The views that it wants, those of the first batch first. */
  readonly recipes: readonly ViewRecipe[]
  /** How many of them have been looked at after the first, the second and the last batch. Cheap ones look oftener. */
  readonly batches: readonly [first: number, second: number, last: number]
  /** Runs the network on one view. Not re-entrant safe across threads; each worker opens its own. */
  recognise(view: LineView): Promise<Posteriors>
}

/** Stands in a charset for everything that the reader knows but no field asks for. */
export const OTHER_SYMBOL = '\u{fffd}'
