import type { Lattice } from '../reading.ts'
import { openEtchNet } from './etch-net.ts'
import { underField } from './field-posteriors.ts'
import { type Decoding, decodeViews } from './fusion.ts'
import type { LineCrop } from './line-crop.ts'
import type { CharacterSeen, LineReading } from './line-reading.ts'
import type { LineRecogniser, Posteriors } from './line-recogniser.ts'
import { type LineView, viewsOf } from './line-views.ts'
import type { OnnxEngine } from './onnx-engine.ts'
import { openPpOcr } from './pp-ocr.ts'
import { findBand, type TextBand } from './text-band.ts'
import { checkedField, type TextField } from './text-field.ts'

/** Reads single lines, blind. Networks are loaded once; one reader a worker thread. */
export interface TextReader extends AsyncDisposable {
  readonly engine: OnnxEngine
  /** Names of the independent readers that are loaded. */
  readonly readers: readonly string[]
  /**
   * Reads one line under its field.
   * @param signal stops between the views; the promise rejects with its reason
   */
  readLine(crop: LineCrop, field: TextField, signal?: AbortSignal): Promise<LineReading>
}

/** Below this the weakest character is not accepted. */
const ACCEPT_CONFIDENCE = 0.9
const ACCEPT_AGREEMENT = 0.75
const ACCEPT_SHAPE_GAP = 3
const ACCEPT_OUTSIDE = 0.8
/** Band prominence below which nothing like text is there. */
const BLANK_PROMINENCE = 1.3

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
      const band = findBand(crop)
      const views = viewsOf(crop, band)
      const decodings: {
        recogniser: LineRecogniser
        decoding: Decoding | null
        symbols: readonly (readonly string[])[]
      }[] = []
      for (const recogniser of recognisers) {
        const posteriors: Posteriors[] = []
        for (const view of views) {
          signal?.throwIfAborted()
          posteriors.push(await recogniser.recognise(view))
        }
        const under = posteriors.map(each => underField(each, field))
        decodings.push({
          recogniser,
          decoding: decodeViews(under),
          symbols: under[0]!.places.map(place => place.symbols),
        })
      }
      return readingOf(crop, band, views, field, decodings[0]!)
    },
    async [Symbol.asyncDispose]() {
      for (const recogniser of recognisers) await recogniser[Symbol.asyncDispose]()
    },
  }
}

function readingOf(
  crop: LineCrop,
  band: TextBand,
  views: readonly LineView[],
  field: TextField,
  read: { recogniser: LineRecogniser; decoding: Decoding | null; symbols: readonly (readonly string[])[] },
): LineReading {
  const inkPresent = band.prominence >= BLANK_PROMINENCE
  const { decoding, symbols, recogniser } = read
  const base = { text: null, outcome: 'unread', inkPresent, legibility: null, readers: [recogniser.name] } as const
  if (decoding === null)
    return {
      ...base,
      readers: [],
      confidence: 0,
      characters: [],
      lattice: null,
      massOutsideAlphabet: 0,
      because: inkPresent ? 'no text of the expected shape' : 'no text',
    }
  const literals = field.template === null ? [] : [...field.template].map(sign => !['A', '9', '*'].includes(sign))
  const characters = decoding.text.map((choice, place) =>
    characterOf(crop, band, views[0]!, decoding, symbols[place]!, choice, place, literals[place] ?? false),
  )
  const evidence = characters.filter(({ literal }) => !literal)
  const weakest = Math.min(...evidence.map(({ probability }) => probability), decoding.posterior)
  const outside = Math.max(...decoding.outside.filter((_, place) => !characters[place]!.literal), 0)
  const because = refusal(inkPresent, weakest, decoding, outside)
  return {
    ...base,
    text: because === null ? characters.map(({ symbol }) => symbol).join('') : null,
    outcome: because === null ? 'read' : 'unread',
    confidence: weakest,
    characters,
    lattice: latticeOf(decoding, symbols),
    massOutsideAlphabet: outside,
    because: because ?? `${Math.round(decoding.agreement * views.length)} of ${views.length} views agree`,
  }
}

function refusal(inkPresent: boolean, weakest: number, decoding: Decoding, outside: number): string | null {
  if (!inkPresent) return 'no text'
  if (decoding.shapeGap > ACCEPT_SHAPE_GAP) return 'the characters do not fill the expected shape'
  if (outside > ACCEPT_OUTSIDE) return 'a character outside the alphabet'
  if (decoding.agreement < ACCEPT_AGREEMENT) return 'the views disagree'
  if (weakest < ACCEPT_CONFIDENCE) return `weakest character at ${weakest.toFixed(2)}`
  return null
}

function characterOf(
  crop: LineCrop,
  band: TextBand,
  view: LineView,
  decoding: Decoding,
  symbols: readonly string[],
  choice: number,
  place: number,
  literal: boolean,
): CharacterSeen {
  const rivals = decoding.rivals[place]!
  const alternatives = symbols
    .map((symbol, k) => ({ symbol, probability: rivals[k]! }))
    .filter((_, k) => k !== choice)
    .sort((a, b) => b.probability - a.probability)
    .slice(0, 4)
  const { step, first, last } = decoding.alignments[0]!.peaks[place]!
  const middle = view.left + (((first + last) / 2 + step) / 2 + 0.5) * 8 * view.cropPxPerPx
  return {
    symbol: symbols[choice]!,
    probability: rivals[choice]!,
    alternatives,
    box: {
      left: Math.max(0, middle - crop.capHeightPx * 0.4),
      right: Math.min(crop.raster.width, middle + crop.capHeightPx * 0.4),
      top: band.baselineY - band.capHeightPx,
      bottom: band.baselineY,
    },
    literal,
  }
}

function latticeOf(decoding: Decoding, symbols: readonly (readonly string[])[]): Lattice {
  return {
    positions: decoding.rivals.map((rivals, place) => ({
      candidates: symbols[place]!.map((symbol, k) => ({ symbol, logProbability: Math.log(rivals[k]! + 1e-12) }))
        .sort((a, b) => b.logProbability - a.logProbability)
        .slice(0, 5),
    })),
  }
}
