import { AssayError, type ExitCode } from '../core/assay-error.ts'
import { looksSecret } from '../core/looks-secret.ts'
import type { Raster } from '../imaging/raster.ts'
import { openFont } from '../products/font.node.ts'
import { alphabetOf, fieldOfPattern } from '../vision/text/field-notation.ts'
import { lineOfPicture } from '../vision/text/line-of-picture.ts'
import type { LineReading } from '../vision/text/line-reading.ts'
import type { TextField } from '../vision/text/text-field.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'
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
  const field: TextField = {
    ...fieldOfPattern(options.pattern ?? null, alphabetOf(options.alphabet), madeOf(options.made)),
    ...(options.font !== undefined && { font: { outlines: openFont(options.font), letterSpacingInCaps: 0 } }),
  }
  await using reader = await openTextReader()
  const read = async (picture: Raster, photo: string): Promise<CropLine> => {
    const reading = await reader.readLine(lineOfPicture(picture), field, signal)
    return cropLine(photo, reading, options.revealSecrets === true)
  }
  const isRead = ({ outcome }: CropLine) => outcome === 'read'
  return await printPictures(crops, { minSidePx: MIN_CROP_PX, read, isRead, forPeople }, options, print, signal)
}

function madeOf(made: string): TextField['made'] {
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
