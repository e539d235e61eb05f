import { AT_ONCE, objection, type Witness } from './acceptance.ts'
import { assembleReading } from './assemble-reading.ts'
import { openEtchNet } from './etch-net.ts'
import { type FieldPosteriors, underField } from './field-posteriors.ts'
import { decodeViews } from './fusion.ts'
import type { LineCrop } from './line-crop.ts'
import type { LineReading } from './line-reading.ts'
import type { LineRecogniser } from './line-recogniser.ts'
import { type LineView, VIEWS, viewsOf } from './line-views.ts'
import type { OnnxEngine } from './onnx-engine.ts'
import { openPpOcr } from './pp-ocr.ts'
import { findBand } from './text-band.ts'
import { checkedField, type TextField } from './text-field.ts'
import { inCropPixels, workingCrop } from './working-crop.ts'

/** Reads single lines, blind. Networks are loaded once; one reader a worker thread. */
export interface TextReader extends AsyncDisposable {
  readonly engine: OnnxEngine
  /** Names of the independent readers that are loaded. */
  readonly readers: readonly string[]
  /**
   * Reads one line under its field.
   * @param signal stops between the views; the promise rejects with its reason
   * @throws TextFieldError for a field that no text can satisfy
   */
  readLine(crop: LineCrop, field: TextField, signal?: AbortSignal): Promise<LineReading>
}

/** Views are taken in two batches; the second only when the first leaves a doubt. Decided beforehand. */
const FIRST_VIEWS = 2

/** @throws OnnxError when no engine or model loads */
export async function openTextReader(options: { readonly engine?: OnnxEngine } = {}): Promise<TextReader> {
  const ppOcr = await openPpOcr(options.engine)
  const etchNet = await openEtchNet(options.engine)
  const recognisers: readonly LineRecogniser[] = etchNet ? [ppOcr, etchNet] : [ppOcr]
  return {
    engine: ppOcr.engine,
    readers: recognisers.map(({ name }) => name),
    async readLine(crop, field, signal) {
      checkedField(field)
      signal?.throwIfAborted()
      const { crop: fine, shrunkBy } = workingCrop(crop)
      const band = findBand(fine)
      const testimonies: Testimony[] = []
      for (const recogniser of recognisers) testimonies.push(await hear(recogniser, viewsOf(fine, band), field, signal))
      return inCropPixels(assembleReading(fine, band, testimonies), shrunkBy)
    },
    async [Symbol.asyncDispose]() {
      for (const recogniser of recognisers) await recogniser[Symbol.asyncDispose]()
    },
  }
}

/** All that one recogniser says of a line. */
export interface Testimony {
  readonly views: readonly LineView[]
  readonly posteriors: readonly FieldPosteriors[]
  /** Null when no text of the field's shape is there. */
  readonly witness: Witness | null
}

async function hear(
  recogniser: LineRecogniser,
  views: Iterable<LineView>,
  field: TextField,
  signal: AbortSignal | undefined,
): Promise<Testimony> {
  const posteriors: FieldPosteriors[] = []
  const seen: LineView[] = []
  let witness: Witness | null = null
  for (const view of views) {
    signal?.throwIfAborted()
    posteriors.push(underField(await recogniser.recognise(view), field))
    seen.push(view)
    if (seen.length !== FIRST_VIEWS && seen.length !== VIEWS.length) continue
    witness = witnessOf(recogniser, posteriors)
    const nothing = posteriors.every(({ symbolsSeen }) => symbolsSeen === 0)
    if (nothing || (witness && objection(witness, AT_ONCE) === null)) break
  }
  return { views: seen, posteriors, witness }
}

function witnessOf(recogniser: LineRecogniser, posteriors: readonly FieldPosteriors[]): Witness | null {
  const decoding = decodeViews(posteriors)
  if (decoding === null) return null
  const places = posteriors[0]!.places
  const evidence = decoding.text.flatMap((choice, i) => (places[i]!.literal ? [] : [{ choice, i }]))
  return {
    name: recogniser.name,
    decoding,
    views: posteriors.length,
    weakest: Math.min(decoding.posterior, ...evidence.map(({ choice, i }) => decoding.rivals[i]![choice]!)),
    outside: Math.max(0, ...evidence.map(({ i }) => decoding.outside[i]!)),
    text: decoding.text.map((choice, i) => places[i]!.symbols[choice]!).join(''),
  }
}
