import { median } from '../../imaging/quantile.ts'
import { ACCEPT, AT_ONCE, objection, type Witness } from './acceptance.ts'
import { characterBoxes } from './character-boxes.ts'
import type { FieldPosteriors } from './field-posteriors.ts'
import { type Decoding, decodeViews, type FieldView, type ReaderViews, viewUnder } from './fusion.ts'
import { characterHeights, isSmallTwin, settleCase, shapeOf } from './letter-case.ts'
import type { LineCrop } from './line-crop.ts'
import type { LineRecogniser, Posteriors } from './line-recogniser.ts'
import { type LineView, viewsOf } from './line-views.ts'
import type { FontWitness } from './ocv/font-witness.ts'
import type { TextBand } from './text-band.ts'
import type { TextField } from './text-field.ts'
import { rivalsSeen } from './unrestricted.ts'

/** All that the recognisers say of a line. */
export interface RecognisedLine {
  /** Letters or digits that the first of them saw in its best view, whatever the field. */
  readonly symbolsSeen: number
  /** Null when no text of the field's shape is there. */
  readonly witness: Witness | null
  /** Pairs of a symbol of its text and a rival that the recognisers prefer when they are not told the field. */
  readonly rivals: readonly string[]
}

/** An alphabet that explains the first views this much worse (nats) is not tried on the others. */
const HOPELESS = 12
/** A reader whose own reading fits the common text this badly (nats) saw something else than the line, and is left out. */
const LOST = 12

/** What one recogniser saw so far. */
interface Sight {
  readonly recogniser: LineRecogniser
  readonly posteriors: Posteriors[]
  readonly views: LineView[]
  /** The same under each alphabet that was tried, each worked out once. */
  readonly under: Map<string, FieldView[]>
}

/**
 * Lets the recognisers look at a line, the first of them leading, and the font (where it is known) verify what they see.
 * @throws the signal's reason between two views
 */
export async function recogniseLine(
  recognisers: readonly LineRecogniser[],
  crop: LineCrop,
  band: TextBand,
  field: TextField,
  font: FontWitness,
  signal: AbortSignal | undefined,
): Promise<RecognisedLine> {
  const sights: readonly Sight[] = recognisers.map(recogniser => ({
    recogniser,
    posteriors: [],
    views: [],
    under: new Map(),
  }))
  const waiting = recognisers.map(({ recipes }) => viewsOf(crop, band, recipes))
  let witness: Witness | null = null
  let symbolsSeen = 0
  let alphabets = field.either ?? [field.alphabet]
  // Further views are taken only when those before leave a doubt.
  for (const batch of [0, 1, 2]) {
    let looked = false
    for (const [i, { recogniser, posteriors, views }] of sights.entries())
      while (views.length < recogniser.batches[batch]!) {
        signal?.throwIfAborted()
        const view: LineView = waiting[i]!.next().value!
        posteriors.push(await recogniser.recognise(view))
        views.push(view)
        looked = true
      }
    if (!looked) break
    const under = alphabets.map(alphabet => sights.map(sight => underAlphabet(sight, { ...field, alphabet })))
    symbolsSeen = Math.max(...under[0]![0]!.views.map(each => each.symbolsSeen))
    const explanations = under.map(readers => explain(readers, sights, crop, band))
    const best = Math.max(...explanations.map(each => each?.evidence ?? Number.NEGATIVE_INFINITY))
    if (best > Number.NEGATIVE_INFINITY)
      alphabets = alphabets.filter((_, i) => (explanations[i]?.evidence ?? best) >= best - HOPELESS)
    witness = witnessOf(explanations.filter(each => each !== null))
    if (witness) witness = await font.verify(witness, crop, band)
    // That nothing stands there is said after two views of each reader.
    if (batch > 0 && symbolsSeen === 0) break
    // A reader by itself is not believed after one view.
    const rule = batch === 0 && recognisers.length < 2 ? undefined : AT_ONCE[batch]
    if (witness && rule && objection(witness, rule) === null) break
  }
  const because = witness && objection(witness, ACCEPT)
  if (witness && because !== null) witness = font.find(witness, crop, band, because)
  return { symbolsSeen, witness, rivals: witness === null ? [] : rivalsOf(witness, sights) }
}

function rivalsOf({ decoding, places }: Witness, sights: readonly Sight[]): readonly string[] {
  const seen = sights.map(({ recogniser: { name, weight }, posteriors }) => ({ name, weight, posteriors }))
  const heard = seen.filter(({ name }) => decoding.readers.some(reader => reader.name === name))
  const symbolsAt = places.map(({ symbols }) => symbols)
  const text = decoding.text.map((choice, i) => symbolsAt[i]![choice]!)
  return rivalsSeen(
    heard,
    text,
    places.slice(0, text.length).map(({ literal }) => !literal),
    symbolsAt,
  )
}

function underAlphabet({ recogniser, posteriors, under }: Sight, field: TextField): ReaderViews {
  const { name, weight } = recogniser
  const views = under.get(field.alphabet) ?? []
  under.set(field.alphabet, views)
  for (const each of posteriors.slice(views.length)) views.push(viewUnder(each, field))
  return { name, weight, views: [...views] }
}

/** What one alphabet makes of the line. */
interface Explanation {
  readonly readers: readonly ReaderViews[]
  readonly decoding: Decoding
  readonly middles: readonly number[]
  /** Log of likelihood and prior together. */
  readonly evidence: number
}

function explain(
  asked: readonly ReaderViews[],
  sights: readonly Sight[],
  crop: LineCrop,
  band: TextBand,
): Explanation | null {
  const common = decodeViews(asked)
  if (common === null) return null
  const readers = asked.filter((_, r) => r === 0 || common.readers[r]!.shapeGap <= LOST)
  const decoding = readers.length === asked.length ? common : decodeViews(readers)
  if (decoding === null) return null
  const symbolsAt = readers[0]!.views[0]!.places.map(({ symbols }) => symbols)
  const middles = middlesOf(decoding, readers[0]!.views, sights[0]!.views)
  const prior = decoding.text.reduce((sum, _, i) => sum - Math.log(symbolsAt[i]!.length), 0)
  // A template of capitals and digits has nothing that height could tell.
  if (!symbolsAt.some(symbols => symbols.some(isSmallTwin)))
    return { readers, decoding, middles, evidence: decoding.score + prior }
  const heights = characterHeights(crop, band, characterBoxes(crop, band, middles))
  const { text, rivals, heightScore } = settleCase(decoding.text, decoding.rivals, symbolsAt, heights)
  const foreign = decoding.outside.reduce((sum, outside) => sum + Math.log(Math.max(1e-4, 1 - outside)), 0)
  return {
    readers,
    decoding: { ...decoding, text, rivals },
    middles,
    evidence: decoding.score + prior + heightScore + foreign,
  }
}

/**
 * The text under the alphabet that explains the line best. A text of n symbols has the prior |alphabet|⁻ⁿ, so that an
 * alphabet of fewer symbols wins where both can explain the line.
 */
function witnessOf(explanations: readonly Explanation[]): Witness | null {
  const [best, second] = [...explanations].sort((a, b) => b.evidence - a.evidence)
  if (best === undefined) return null
  const { readers, decoding, middles } = best
  const places = readers[0]!.views[0]!.places
  const textOf = (text: readonly number[], of: readonly ReaderViews[]) =>
    text.map((choice, i) => of[0]!.views[0]!.places[i]!.symbols[choice]!).join('')
  const text = textOf(decoding.text, readers)
  const evidence = decoding.text.flatMap((choice, i) => (places[i]!.literal ? [] : [{ choice, i }]))
  const doubt =
    second === undefined || textOf(second.decoding.text, second.readers) === text
      ? 1
      : 1 / (1 + Math.exp(second.evidence - best.evidence))
  return {
    decoding,
    places,
    views: readers.reduce((sum, { views }) => sum + views.length, 0),
    middles,
    alphabetCertainty: doubt,
    weakest: Math.min(decoding.posterior, doubt, ...evidence.map(({ choice, i }) => decoding.rivals[i]![choice]!)),
    outside: Math.max(0, ...evidence.map(({ i }) => decoding.outside[i]!)),
    opinions: decoding.readers.map(({ name, rivals }) => ({
      name,
      // Twins are told by height: what a reader thinks of their size is not asked.
      weakest: Math.min(1, ...evidence.map(({ choice, i }) => ofOneShape(places[i]!.symbols, rivals[i]!, choice))),
    })),
    text,
    font: null,
  }
}

function ofOneShape(symbols: readonly string[], row: Float32Array, choice: number): number {
  const shape = shapeOf(symbols[choice]!)
  return row.reduce((sum, probability, k) => (shapeOf(symbols[k]!) === shape ? sum + probability : sum), 0)
}

/** Middle of each character, px of the crop: the median over the leading reader's views of where it is most probably seen. */
function middlesOf(
  decoding: Decoding,
  fields: readonly FieldPosteriors[],
  views: readonly LineView[],
): readonly number[] {
  return decoding.text.map((_, place) => {
    const seen = views.map((view, v) => {
      const { first, last } = decoding.alignments[0]![v]!.peaks[place]!
      const pxPerStep = view.image.width / fields[v]!.steps
      return view.left + ((first + last) / 2 + 0.5) * pxPerStep * view.cropPxPerPx
    })
    return median(seen)
  })
}
