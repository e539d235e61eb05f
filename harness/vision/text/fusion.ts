import { type Alignment, align, scoreOf } from './alignment.ts'
import { beamSearch, logAdd } from './beam-search.ts'
import type { FieldPosteriors } from './field-posteriors.ts'
import { shapeOf } from './letter-case.ts'

/** What one reader says of a line, over all its views. */
export interface Decoding {
  /** Index of each place's symbol in its kind. */
  readonly text: readonly number[]
  /** Probability of each place's symbols against their rivals, fused over the views. */
  readonly rivals: readonly Float32Array[]
  /** Fused log-probability of the text. */
  readonly score: number
  /** Of the whole text among all candidates of the field's shape, 0..1; texts that differ only in twins count as one. */
  readonly posterior: number
  /** Share of the views whose own best text is this one. */
  readonly agreement: number
  /** How much better the views read without the field's shape, nats (median): large when characters are too many or too few. */
  readonly shapeGap: number
  /** For each place, probability of a symbol that may not stand there (median of the views). */
  readonly outside: readonly number[]
  /** A view's alignment, for boxes. */
  readonly alignments: readonly Alignment[]
}

/** Half mean, half best of the views: fixed beforehand (ocr.md section 2). */
function fused(scores: readonly number[]): number {
  return 0.5 * (scores.reduce((sum, score) => sum + score, 0) / scores.length) + 0.5 * Math.max(...scores)
}

/** Decodes a line from the posteriors of all its views; null when no text has the field's shape. */
export function decodeViews(views: readonly FieldPosteriors[]): Decoding | null {
  const beams = views.map(view => beamSearch(view))
  const candidates = new Map<string, readonly number[]>()
  for (const beam of beams) for (const { symbols } of beam.slice(0, 12)) candidates.set(symbols.join(','), symbols)
  if (candidates.size === 0) return null
  const ranked = [...candidates]
    .map(([, symbols]) => ({ symbols, score: fused(views.map(view => scoreOf(view, symbols))) }))
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => b.score - a.score)
  const top = ranked[0]
  if (!top) return null
  const shape = (symbols: readonly number[]) =>
    symbols.map((choice, place) => shapeOf(views[0]!.places[place]!.symbols[choice]!)).join('')
  const seen = shape(top.symbols)
  const sum = (scores: readonly { score: number }[]) =>
    scores.reduce((total, { score }) => logAdd(total, score), Number.NEGATIVE_INFINITY)
  const alignments = views.map(view => align(view, top.symbols))
  const agreeing = beams.filter(beam => beam[0] !== undefined && shape(beam[0].symbols) === seen)
  return {
    text: top.symbols,
    rivals: top.symbols.map((_, place) => rivalsAt(views, alignments, place)),
    score: top.score,
    posterior: Math.exp(sum(ranked.filter(({ symbols }) => shape(symbols) === seen)) - sum(ranked)),
    agreement: agreeing.length / views.length,
    shapeGap: median(
      views.map((view, v) => view.best.reduce((sum, best) => sum + best, 0) - alignments[v]!.logProbability),
    ),
    outside: top.symbols.map((_, place) =>
      median(views.map((view, v) => view.places[place]!.outside[alignments[v]!.peaks[place]!.step]!)),
    ),
    alignments,
  }
}

function rivalsAt(views: readonly FieldPosteriors[], alignments: readonly Alignment[], place: number): Float32Array {
  const count = views[0]!.places[place]!.symbols.length
  const scores = Array.from({ length: count }, (_, k) => fused(alignments.map(a => a.substitutions[place]![k]!)))
  const all = scores.reduce((sum, score) => logAdd(sum, score), Number.NEGATIVE_INFINITY)
  return Float32Array.from(scores, score => Math.exp(score - all))
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
