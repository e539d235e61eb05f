import { midpoint } from '../../imaging/quantile.ts'
import type { ReaderName } from '../reading.ts'
import { type Alignment, align, scoreOf } from './alignment.ts'
import { beamSearch, type TextCandidate } from './beam-search.ts'
import { type FieldPosteriors, type Kind, underField } from './field-posteriors.ts'
import { shapeOf } from './letter-case.ts'
import type { Posteriors } from './line-recogniser.ts'
import { logAdd } from './log-add.ts'
import type { TextField } from './text-field.ts'

/** One view of a line under a field, with the texts that it puts forward, best first. */
export interface FieldView extends FieldPosteriors {
  readonly candidates: readonly TextCandidate[]
}

/** Restricts what a reader saw in one view to a field. */
export function viewUnder(posteriors: Posteriors, field: TextField): FieldView {
  const restricted = underField(posteriors, field)
  return { ...restricted, candidates: beamSearch(restricted).slice(0, CANDIDATES_A_VIEW) }
}

/** What one reader saw of a line, view by view. */
export interface ReaderViews {
  readonly name: ReaderName
  /**
   * What a nat of this reader is worth, 0..1. Steps that share their pixels are no independent witnesses: the more of
   * them a reader takes for one character, the more it overstates.
   */
  readonly weight: number
  readonly views: readonly FieldView[]
}

/** What one reader says of the text that all of them together chose. */
export interface ReaderSays {
  readonly name: ReaderName
  /** Probability of each place's symbols by this reader alone. */
  readonly rivals: readonly Float32Array[]
  /** How much better its views read without the field's shape, nats (median): large when characters are too many or too few. */
  readonly shapeGap: number
}

/** What the readers say of a line together, over all their views. */
export interface Decoding {
  /** Index of each place's symbol in its kind. */
  readonly text: readonly number[]
  /** Probability of each place's symbols against their rivals, fused over readers and views. */
  readonly rivals: readonly Float32Array[]
  /** Fused log-probability of the text. */
  readonly score: number
  /** Of the whole text among all candidates of the field's shape, 0..1; texts that differ only in twins count as one. */
  readonly posterior: number
  /** Share of the views in which each of its symbols beats every rival at its place. */
  readonly agreement: number
  /** The greatest of the readers' shape gaps, nats. */
  readonly shapeGap: number
  /** For each place, probability of a symbol that may not stand there (median of the views, least of the readers). */
  readonly outside: readonly number[]
  readonly readers: readonly ReaderSays[]
  /** Each view's alignment, reader by reader, for boxes. */
  readonly alignments: readonly (readonly Alignment[])[]
}

/** Candidates that a view may put forward. */
const CANDIDATES_A_VIEW = 12

/** Half mean, half best of the views: fixed beforehand (ocr.md section 2). */
function fused(scores: readonly number[]): number {
  return 0.5 * (scores.reduce((sum, score) => sum + score, 0) / scores.length) + 0.5 * Math.max(...scores)
}

/** Decodes a line from the posteriors of all readers and views; null when no text has the field's shape. */
export function decodeViews(readers: readonly ReaderViews[]): Decoding | null {
  const candidates = new Map<string, readonly number[]>()
  for (const { views } of readers)
    for (const view of views) for (const { symbols } of view.candidates) candidates.set(symbols.join(','), symbols)
  const ranked = [...candidates.values()]
    .map(symbols => ({
      symbols,
      score: total(readers, ({ views }) => fused(views.map(view => scoreOf(view, symbols)))),
    }))
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => b.score - a.score)
  const top = ranked[0]
  if (!top) return null
  const places = readers[0]!.views[0]!.places
  const shape = (symbols: readonly number[]) =>
    symbols.map((choice, place) => shapeOf(places[place]!.symbols[choice]!)).join('')
  const seen = shape(top.symbols)
  const sum = (scores: readonly { score: number }[]) =>
    scores.reduce((all, { score }) => logAdd(all, score), Number.NEGATIVE_INFINITY)
  const alignments = readers.map(({ views }) => views.map(view => align(view, top.symbols)))
  const says = readers.map((reader, r) => ({
    name: reader.name,
    rivals: top.symbols.map((_, place) => rivalsAt([reader], [alignments[r]!], place)),
    shapeGap: shapeGapOf(reader, alignments[r]!),
  }))
  return {
    text: top.symbols,
    rivals: top.symbols.map((_, place) => rivalsAt(readers, alignments, place)),
    score: top.score,
    posterior: Math.exp(sum(ranked.filter(({ symbols }) => shape(symbols) === seen)) - sum(ranked)),
    agreement: agreementOn(alignments, places, top.symbols, (a, b) => shapeOf(a) === shapeOf(b)),
    shapeGap: Math.max(...says.map(({ shapeGap }) => shapeGap)),
    outside: top.symbols.map((_, place) =>
      Math.min(
        ...readers.map(({ views }, r) => midpoint(views.map((view, v) => outsideAt(view, alignments[r]![v]!, place)))),
      ),
    ),
    readers: says,
    alignments,
  }
}

/**
 * Share of the views in which each symbol of a text beats every rival at its place.
 * @param alike symbols that count as the same
 */
export function agreementOn(
  alignments: readonly (readonly Alignment[])[],
  places: readonly Kind[],
  text: readonly number[],
  alike: (a: string, b: string) => boolean,
): number {
  const views = alignments.flat()
  const agreeing = views.filter(({ substitutions }) =>
    text.every((choice, place) => {
      const { symbols } = places[place]!
      return alike(symbols[indexOfGreatest(substitutions[place]!)]!, symbols[choice]!)
    }),
  )
  return agreeing.length / views.length
}

function total(readers: readonly ReaderViews[], score: (reader: ReaderViews, r: number) => number): number {
  return readers.reduce((sum, reader, r) => sum + reader.weight * score(reader, r), 0)
}

function rivalsAt(
  readers: readonly ReaderViews[],
  alignments: readonly (readonly Alignment[])[],
  place: number,
): Float32Array {
  const count = readers[0]!.views[0]!.places[place]!.symbols.length
  const scores = Array.from({ length: count }, (_, k) =>
    total(readers, (_, r) => fused(alignments[r]!.map(({ substitutions }) => substitutions[place]![k]!))),
  )
  const all = scores.reduce((sum, score) => logAdd(sum, score), Number.NEGATIVE_INFINITY)
  return Float32Array.from(scores, score => Math.exp(score - all))
}

function shapeGapOf({ weight, views }: ReaderViews, alignments: readonly Alignment[]): number {
  const gaps = views.map(({ best }, v) => best.reduce((sum, step) => sum + step, 0) - alignments[v]!.logProbability)
  return weight * midpoint(gaps)
}

function outsideAt(view: FieldPosteriors, { peaks }: Alignment, place: number): number {
  return view.places[place]!.outside[peaks[place]!.step]!
}

export function indexOfGreatest(row: Float32Array): number {
  return row.reduce((best, value, k) => (value > row[best]! ? k : best), 0)
}
