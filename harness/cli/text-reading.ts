import { AssayError, type ExitCode } from '../core/assay-error.ts'
import { looksSecret } from '../core/looks-secret.ts'
import { openFont } from '../products/font.node.ts'
import type { PictureAnswer } from '../vision/pool/vision-wire.ts'
import { alphabetOf, fieldOfPattern } from '../vision/text/field-notation.ts'
import type { LineReading } from '../vision/text/line-reading.ts'
import type { TextOptions } from './commands/text.ts'
import { printPictures } from './picture-lines.ts'

/** Smallest crop that can hold a line, px a side. */
const MIN_CROP_PX = 12

/** One output line; the order of the keys is the order on screen. */
interface CropLine {
  readonly photo: string
  readonly outcome: LineReading['outcome']
  /** Null unless read, or when it is a secret that is not to be shown. */
  readonly text: string | null
  readonly secret: boolean
  readonly confidence: number
  readonly readers: readonly string[]
  readonly characters: readonly {
    readonly symbol: string
    readonly probability: number
    readonly alternatives: readonly { readonly symbol: string; readonly probability: number }[]
    /** left, top, right, bottom, px of the crop. */
    readonly box: readonly [number, number, number, number]
  }[]
  readonly massOutsideAlphabet: number
  readonly inkPresent: boolean
  readonly weakestStroke: number | null
  readonly because: string
}

/** Reads the crops one after the other; a bad one does not stop the rest. */
export async function readCrops(
  crops: readonly string[],
  options: TextOptions,
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<ExitCode> {
  const { alphabet, pattern = null, made, font = null } = options
  const field = fieldOfPattern(pattern, alphabetOf(alphabet), madeOf(made))
  // One that cannot be used is told once, and not for each crop.
  if (font !== null) openFont(font)
  const question = { minSidePx: MIN_CROP_PX, line: { field, font } }
  const lineOf = ({ line }: PictureAnswer, photo: string): CropLine =>
    cropLine(photo, line!, options.revealSecrets === true)
  const isRead = ({ outcome }: CropLine) => outcome === 'read'
  return await printPictures(crops, { question, lineOf, isRead, forPeople }, options, print, signal)
}

function madeOf(made: string): 'printed' | 'etched' {
  if (made === 'printed' || made === 'etched') return made
  throw new AssayError('text-made-unknown', `--made is printed or etched, not ${JSON.stringify(made)}.`)
}

function cropLine(photo: string, reading: LineReading, reveal: boolean): CropLine {
  const seen = reading.characters.map(({ symbol }) => symbol).join('')
  const secret = looksSecret(seen)
  const hidden = secret && !reveal
  return {
    photo,
    outcome: reading.outcome,
    text: hidden ? null : reading.text,
    secret,
    confidence: rounded(reading.confidence),
    readers: reading.readers,
    characters: hidden
      ? []
      : reading.characters.map(({ symbol, probability, alternatives, box }) => ({
          symbol,
          probability: rounded(probability),
          alternatives: alternatives.map(other => ({ symbol: other.symbol, probability: rounded(other.probability) })),
          box: [rounded(box.left), rounded(box.top), rounded(box.right), rounded(box.bottom)],
        })),
    massOutsideAlphabet: rounded(reading.massOutsideAlphabet),
    inkPresent: reading.inkPresent,
    weakestStroke: reading.legibility && rounded(reading.legibility.weakestStroke),
    because: reading.because,
  }
}

/** Six places: a probability of 0.999999 is still told from 1. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6
}

function forPeople({ photo, outcome, text, secret, confidence, because }: CropLine): string[] {
  if (outcome !== 'read') return [`${photo}: not read: ${because}`]
  return [`${photo}: ${text ?? (secret ? '[secret]' : '')} (weakest character ${confidence.toFixed(2)}, ${because})`]
}
