import { compose, localScale, rigid } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { grown } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'
import { lineOfPicture } from '../text/line-of-picture.ts'
import type { LineReading } from '../text/line-reading.ts'
import { BASE58, DIGITS, freeField, LETTERS, type TextField } from '../text/text-field.ts'
import type { TextReader } from '../text/text-reader.ts'
import type { SearchedSurface } from './searched-surface.ts'

/** Room around a line for the reader, as a share of its height. */
const ROOM_SHARE = 0.25
/** Capitals as high as the reader wants them, px. */
const CAP_PX = 40
const MAX_PIXELS_PER_MM = 24
const LONGEST = 80

/** What readers made of a line of which nothing is known. */
export interface ReadAnyway {
  /** As each field would have it, in one order for all lines. */
  readonly texts: readonly string[]
  /** The same three of the way up that reads better, as far as anybody can read them so; else empty. */
  readonly plain: readonly [capitals: string, base58: string, small: string]
  /** Letters or digits that a network saw by itself. */
  readonly symbolsSeen: number
}

/** So sure are readers of a line that anybody can read, on the average of its characters: upside down they have 0.8 and less. */
const PLAIN = 0.85
/** And so little they see of symbols that the field does not have: small letters read as capitals have 1. */
const MOST_OUTSIDE = 0.5

const fields: readonly TextField[] = [
  freeField(`${LETTERS + DIGITS}-`, 1, LONGEST, 'etched'),
  freeField(BASE58, 1, LONGEST, 'etched'),
  freeField(LETTERS.toLowerCase(), 1, LONGEST, 'etched'),
]

/**
 * What a line of text that should not be there may say: once in capitals and digits, once in base58, once in small letters, whichever way up. Best
 * guesses, certain or not: they are asked only whether they may be a secret. Held in clear: they stay inside vision.
 * @param leastSymbols a line in which no network sees as many is not read further
 */
export async function readForeignText(
  raster: Raster,
  { mmToPixels }: Pick<SearchedSurface, 'mmToPixels'>,
  rect: RectMm,
  reader: TextReader,
  signal: AbortSignal | undefined,
  leastSymbols = 0,
): Promise<ReadAnyway> {
  const isUpright = rect.width >= rect.height
  const [long, short] = isUpright ? [rect.width, rect.height] : [rect.height, rect.width]
  const middle = [rect.x + rect.width / 2, rect.y + rect.height / 2] as const
  const pixelsPerMm = Math.min(MAX_PIXELS_PER_MM, Math.max(localScale(mmToPixels, middle), CAP_PX / short))
  const around = grown({ x: -long / 2, y: -short / 2, width: long, height: short }, ROOM_SHARE * short)
  const ways: LineReading[][] = []
  let symbolsSeen = 0
  for (const turnDeg of isUpright ? [0, 180] : [90, 270]) {
    const cut = rectify(raster, compose(mmToPixels, rigid(turnDeg, ...middle)), around, pixelsPerMm)
    const line = lineOfPicture(cut)
    const readings: LineReading[] = []
    for (const field of fields) {
      signal?.throwIfAborted()
      const reading = await reader.readLine(line, field, signal)
      readings.push(reading)
      symbolsSeen = Math.max(symbolsSeen, reading.symbolsSeen)
      if (symbolsSeen < leastSymbols) break
    }
    ways.push(readings)
  }
  const better = ways.toSorted((a, b) => sureness(b) - sureness(a))[0]!
  const plainly = (field: number) => {
    const reading = better[field]
    return reading !== undefined && meanOf(reading) >= PLAIN ? textOf(reading) : ''
  }
  return { texts: ways.flat().map(textOf), plain: [plainly(0), plainly(1), plainly(2)], symbolsSeen }
}

const textOf = ({ characters }: LineReading) => characters.map(({ symbol }) => symbol).join('')
const sureness = (readings: readonly LineReading[]) => Math.max(...readings.map(meanOf))

/** Of the characters' probabilities; 0 where the field is not that of the line. */
function meanOf({ characters, massOutsideAlphabet }: LineReading): number {
  if (characters.length === 0 || massOutsideAlphabet > MOST_OUTSIDE) return 0
  return characters.reduce((sum, { probability }) => sum + probability, 0) / characters.length
}
