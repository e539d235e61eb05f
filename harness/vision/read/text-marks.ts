import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { ProductProfile, TextMark } from '../../products/profile.ts'
import { joinLines, separatorOf } from '../../products/text-setting.ts'
import type { Lattice, ReaderName } from '../reading.ts'
import { ONLY_A_FONT_TELLS } from '../text/acceptance.ts'
import { hasRightChecksum, upheldByChecksum } from '../text/checksummed.ts'
import type { LineReading } from '../text/line-reading.ts'
import { addressAlphabet, BASE58, fieldsOf, isTold, narrowed, type TextField } from '../text/text-field.ts'
import { type CutLine, cutTextLines } from '../text/text-line.ts'
import type { TextReader } from '../text/text-reader.ts'

/** One line of a text mark as cut and as read. */
export interface LineSeen {
  readonly crop: CutLine
  readonly reading: LineReading
}

/** A text mark as read, line by line. Holds secret text in clear when the mark is secret: it stays inside vision. */
export interface TextSeen {
  readonly lines: readonly LineSeen[]
  /** The whole text, all lines joined by the profile's rule; null unless every line is read. */
  readonly text: string | null
  /** Of the weakest character of all lines. */
  readonly confidence: number
  readonly readers: readonly ReaderName[]
  readonly alternatives: Lattice | null
  readonly because: string
}

/** What is known of a text mark before it is read. */
export interface TextMarkKnown {
  /** The face of other texts made in the same way: tried first. */
  readonly likelyFace?: string | undefined
  /** Its lines, where they were cut already. */
  readonly cut?: readonly CutLine[]
}

/** The lines of a text mark that are read alike whatever other texts say: told to a reader that can begin them. */
export function tellAhead(
  profile: ProductProfile,
  mark: TextMark,
  cut: readonly CutLine[],
  { ahead, openFont }: TextReader,
): void {
  if (ahead === undefined) return
  for (const [i, field] of fieldsOf(mark, profile, openFont).entries()) if (!isTold(field)) ahead(cut[i]!, field)
}

/**
 * Cuts and reads every line of a text mark, blind.
 */
export async function readTextMark(
  raster: Raster,
  profile: ProductProfile,
  mark: TextMark,
  mmToPixels: Homography,
  reader: TextReader,
  signal: AbortSignal | undefined,
  { likelyFace, cut = cutTextLines(raster, mark, mmToPixels) }: TextMarkKnown = {},
): Promise<TextSeen> {
  let fields = fieldsOf(mark, profile, reader.openFont)
  let face = likelyFace
  const lines: LineSeen[] = []
  for (const [i, crop] of cut.entries()) {
    // No other text's face is asked for where nothing but the strokes tells.
    const inFace = (field: TextField) => (face === undefined || !isTold(field) ? field : { ...field, likelyFace: face })
    let reading = await reader.readLine(crop, inFace(fields[i]!), signal)
    // One address has one alphabet, and its beginning tells which: later lines by themselves may look like either.
    const alphabet = i === 0 && mark.content === 'address' ? addressAlphabet(symbolsOf(reading)) : null
    if (alphabet !== null) {
      fields = fields.map(field => narrowed(field, alphabet))
      // Without a capital the line may have been taken for bech32.
      if (alphabet === BASE58 && !/[A-Z]/.test(symbolsOf(reading)))
        reading = await reader.readLine(crop, inFace(fields[i]!), signal)
    }
    face = reading.strokes?.face ?? face
    // The next line is read here, and those behind it will most probably be in the face that was just seen.
    if (i === 0)
      for (const [j, field] of fields.entries()) if (j > 1 && isTold(field)) reader.ahead?.(cut[j]!, inFace(field))
    lines.push({ crop, reading })
  }
  if (!carriesChecksum(mark)) return joined(profile, mark, lines)
  const upheld = upheldByChecksum(lines.map(({ reading }) => reading))
  const whole = joined(
    profile,
    mark,
    lines.map(({ crop }, i) => ({ crop, reading: upheld[i]! })),
  )
  const seen = whole.text ?? decodedText(lines)
  if (seen === null || !mustHaveChecksum(seen) || hasRightChecksum(seen)) return whole
  // No font helps a text that is wrong whichever of its look-alikes stand there; a sharper picture may.
  const isDoubted = whole.text === null && !whole.because.includes(ONLY_A_FONT_TELLS)
  const doubt = isDoubted ? ` (${whole.because})` : ''
  return { ...whole, text: null, because: `its own checksum does not fit: misread, or misprinted${doubt}` }
}

/** All lines as they were seen; null where one was not decoded as a whole. */
function decodedText(lines: readonly LineSeen[]): string | null {
  if (lines.some(({ reading }) => reading.doubt === 'shape')) return null
  return lines.map(({ reading }) => symbolsOf(reading)).join('')
}

const symbolsOf = ({ characters }: LineReading) => characters.map(({ symbol }) => symbol).join('')

const checksummed: readonly TextMark['content'][] = ['address', 'epk', 'confirmation-code']
const carriesChecksum = ({ content }: TextMark) => checksummed.includes(content)

/** Base58Check and bech32 texts have nothing but letters and digits; other kinds (0x…, prefix:…) check otherwise. */
const mustHaveChecksum = (text: string) => /^(?!0x)[0-9A-Za-z]+$/.test(text)

function joined(profile: ProductProfile, mark: TextMark, lines: readonly LineSeen[]): TextSeen {
  const readings = lines.map(({ reading }) => reading)
  const separator = separatorOf(profile, mark)
  const texts = readings.map(({ text }) => text)
  const complete = texts.every(text => text !== null)
  const unread = readings.findIndex(({ outcome }) => outcome !== 'read')
  const prefix = lines.length > 1 && unread >= 0 ? `line ${unread + 1} of ${lines.length}: ` : ''
  return {
    lines,
    text: complete ? joinLines(mark, texts as string[], separator) : null,
    confidence: Math.min(...readings.map(({ confidence }) => confidence)),
    readers: readings[0]!.readers.filter(name => readings.every(({ readers }) => readers.includes(name))),
    alternatives: joinedLattice(readings, mark.split === 'groups' ? separator : ''),
    because: unread >= 0 ? prefix + readings[unread]!.because : readings[0]!.because,
  }
}

/** The lines' lattices one after the other, the separator between groups as a place that is sure. */
function joinedLattice(readings: readonly LineReading[], separator: string): Lattice | null {
  if (readings.some(({ lattice }) => lattice === null)) return null
  const between = [...separator].map(symbol => ({ candidates: [{ symbol, logProbability: 0 }] }))
  const positions = readings.flatMap(({ lattice }, i) => [...(i > 0 ? between : []), ...lattice!.positions])
  return { positions }
}
