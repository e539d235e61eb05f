import { AssayError, type ExitCode, exitCodes } from '../core/assay-error.ts'
import { looksSecret } from '../core/looks-secret.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { readPictureFile } from '../imaging/file.node.ts'
import { openFont } from '../products/font.node.ts'
import { alphabetOf, fieldOfPattern } from '../vision/text/field-notation.ts'
import { lineOfPicture } from '../vision/text/line-of-picture.ts'
import type { LineReading } from '../vision/text/line-reading.ts'
import type { TextField } from '../vision/text/text-field.ts'
import type { TextReader } from '../vision/text/text-reader.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'
import type { TextOptions } from './commands/text.ts'

/** Smallest crop that can hold a line, px a side. */
const MIN_CROP_PX = 12

/** One output line; the order of the keys is the order on screen. */
export type TextLine =
  | {
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
  | { readonly photo: string; readonly error: { readonly code: string; readonly message: string } }

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
  let exitCode: ExitCode = exitCodes.passed
  for (const photo of crops) {
    const line = await readOne(reader, photo, field, options.revealSecrets === true, signal)
    if ('error' in line) exitCode = exitCodes.usage
    else if (exitCode === exitCodes.passed && line.outcome !== 'read') exitCode = exitCodes.inconclusive
    print(options.json ? JSON.stringify(line) : forPeople(line))
  }
  return exitCode
}

function madeOf(made: string): TextField['made'] {
  if (made === 'printed' || made === 'etched') return made
  throw new AssayError('text-made-unknown', `--made is printed or etched, not ${JSON.stringify(made)}.`)
}

async function readOne(
  reader: TextReader,
  photo: string,
  field: TextField,
  reveal: boolean,
  signal: AbortSignal | undefined,
): Promise<TextLine> {
  try {
    const options = { name: photo, signal, minSidePx: MIN_CROP_PX }
    const picture = await decodePicture(await readPictureFile(photo), options)
    return textLine(photo, await reader.readLine(lineOfPicture(picture), field, signal), reveal)
  } catch (error) {
    if (error instanceof AssayError) return { photo, error: { code: error.code, message: error.message } }
    throw error
  }
}

function textLine(photo: string, reading: LineReading, reveal: boolean): TextLine {
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

function forPeople(line: TextLine): string {
  if ('error' in line) return line.error.message
  const { photo, outcome, text, secret, confidence, because } = line
  if (outcome !== 'read') return `${photo}: not read: ${because}`
  return `${photo}: ${text ?? (secret ? '[secret]' : '')} (weakest character ${confidence.toFixed(2)}, ${because})`
}
