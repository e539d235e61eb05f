import type { ReaderName } from '../reading.ts'
import { AT_ONCE, objection, type Witness } from './acceptance.ts'
import { characterBoxes } from './character-boxes.ts'
import { type FieldPosteriors, underField } from './field-posteriors.ts'
import { type Decoding, decodeViews } from './fusion.ts'
import { characterHeights, isSmallTwin, settleCase } from './letter-case.ts'
import type { LineCrop } from './line-crop.ts'
import type { LineRecogniser, Posteriors } from './line-recogniser.ts'
import { type LineView, viewsOf } from './line-views.ts'
import type { TextBand } from './text-band.ts'
import type { TextField } from './text-field.ts'

/** All that one recogniser says of a line. */
export interface Testimony {
  readonly name: ReaderName
  /** Letters or digits that it saw in its best view, whatever the field. */
  readonly symbolsSeen: number
  /** Null when no text of the field's shape is there. */
  readonly witness: Witness | null
}

/** Views are taken in two batches; the second only when the first leaves a doubt. Decided beforehand. */
const FIRST_VIEWS = 2
/** An alphabet that explains the first views this much worse (nats) is not tried on the others. */
const HOPELESS = 12

/** Lets one recogniser look at a line. @throws the signal's reason between two views */
export async function hear(
  recogniser: LineRecogniser,
  crop: LineCrop,
  band: TextBand,
  field: TextField,
  signal: AbortSignal | undefined,
): Promise<Testimony> {
  const posteriors: Posteriors[] = []
  const views: LineView[] = []
  let witness: Witness | null = null
  let symbolsSeen = 0
  let alphabets = field.either ?? [field.alphabet]
  for (const view of viewsOf(crop, band, recogniser.recipes)) {
    signal?.throwIfAborted()
    posteriors.push(await recogniser.recognise(view))
    views.push(view)
    if (views.length !== FIRST_VIEWS && views.length !== recogniser.recipes.length) continue
    const under = alphabets.map(alphabet => posteriors.map(each => underField(each, { ...field, alphabet })))
    symbolsSeen = Math.max(...under[0]!.map(each => each.symbolsSeen))
    const explanations = under.map(fields => explain(fields, views, crop, band))
    const best = Math.max(...explanations.map(each => each?.evidence ?? Number.NEGATIVE_INFINITY))
    if (best > Number.NEGATIVE_INFINITY)
      alphabets = alphabets.filter((_, i) => (explanations[i]?.evidence ?? best) >= best - HOPELESS)
    witness = witnessOf(
      recogniser,
      explanations.filter(each => each !== null),
      views.length,
    )
    if (symbolsSeen === 0 || (witness && objection(witness, AT_ONCE) === null)) break
  }
  return { name: recogniser.name, symbolsSeen, witness }
}

/** What one alphabet makes of the line. */
interface Explanation {
  readonly fields: readonly FieldPosteriors[]
  readonly decoding: Decoding
  readonly middles: readonly number[]
  /** Log of likelihood and prior together. */
  readonly evidence: number
}

function explain(
  fields: readonly FieldPosteriors[],
  views: readonly LineView[],
  crop: LineCrop,
  band: TextBand,
): Explanation | null {
  const decoding = decodeViews(fields)
  if (decoding === null) return null
  const symbolsAt = fields[0]!.places.map(({ symbols }) => symbols)
  const middles = middlesOf(decoding, fields, views)
  const prior = decoding.text.reduce((sum, _, i) => sum - Math.log(symbolsAt[i]!.length), 0)
  // A template of capitals and digits has nothing that height could tell.
  if (!symbolsAt.some(symbols => symbols.some(isSmallTwin)))
    return { fields, decoding, middles, evidence: decoding.score + prior }
  const heights = characterHeights(crop, band, characterBoxes(crop, band, middles))
  const { text, rivals, heightScore } = settleCase(decoding.text, decoding.rivals, symbolsAt, heights)
  const foreign = decoding.outside.reduce((sum, outside) => sum + Math.log(Math.max(1e-4, 1 - outside)), 0)
  return {
    fields,
    decoding: { ...decoding, text, rivals },
    middles,
    evidence: decoding.score + prior + heightScore + foreign,
  }
}

/**
 * The text under the alphabet that explains the line best. A text of n symbols has the prior |alphabet|⁻ⁿ, so that an
 * alphabet of fewer symbols wins where both can explain the line.
 */
function witnessOf(recogniser: LineRecogniser, explanations: readonly Explanation[], views: number): Witness | null {
  const [best, second] = [...explanations].sort((a, b) => b.evidence - a.evidence)
  if (best === undefined) return null
  const { fields, decoding, middles } = best
  const places = fields[0]!.places
  const textOf = (text: readonly number[], of: readonly FieldPosteriors[]) =>
    text.map((choice, i) => of[0]!.places[i]!.symbols[choice]!).join('')
  const text = textOf(decoding.text, fields)
  const evidence = decoding.text.flatMap((choice, i) => (places[i]!.literal ? [] : [{ choice, i }]))
  const doubt =
    second === undefined || textOf(second.decoding.text, second.fields) === text
      ? 1
      : 1 / (1 + Math.exp(second.evidence - best.evidence))
  return {
    name: recogniser.name,
    decoding,
    places,
    views,
    middles,
    weakest: Math.min(decoding.posterior, doubt, ...evidence.map(({ choice, i }) => decoding.rivals[i]![choice]!)),
    outside: Math.max(0, ...evidence.map(({ i }) => decoding.outside[i]!)),
    text,
  }
}

/** Middle of each character, px of the crop: the median over the views of where it is most probably seen. */
function middlesOf(
  decoding: Decoding,
  fields: readonly FieldPosteriors[],
  views: readonly LineView[],
): readonly number[] {
  return decoding.text.map((_, place) => {
    const seen = views.map((view, v) => {
      const { first, last } = decoding.alignments[v]!.peaks[place]!
      const pxPerStep = view.image.width / fields[v]!.steps
      return view.left + ((first + last) / 2 + 0.5) * pxPerStep * view.cropPxPerPx
    })
    return seen.sort((a, b) => a - b)[seen.length >> 1]!
  })
}
