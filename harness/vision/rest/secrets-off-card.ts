import type { SecretKind } from '../../core/vocabulary.ts'
import { centreOf, type Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { productSecretKind } from '../../products/product-secret.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { ExposedSecret } from '../reading.ts'
import { quadOf } from '../text/text-line.ts'
import type { TextReader } from '../text/text-reader.ts'
import { offCardLines } from './off-card-lines.ts'
import { readForeignText } from './read-foreign-text.ts'
import { isPieceOf, isPublicWords, isSerial, secretIn } from './secret-text.ts'
import type { TextDetector } from './text-detector.ts'

/** Of a crowded table only the longest lines are read: one of 24 characters costs two seconds and more, and a photograph has a minute. */
const MOST_READ = 10
/** Shorter lines are no piece of a factor that helps anybody, and things on a table have numbers. */
const SHORTEST_LINE = 8
/** Lines of which one secret may be broken together. */
const SHORTEST_PIECE = 4
const MOST_LINES = 8

interface ReadLine {
  readonly plain: readonly string[]
  readonly where: Quad
}

/**
 * Secrets in texts beside the card, or anywhere in a picture without one: on paper, in chalk, on another card, written into the
 * picture. What is no secret is nobody's fault there, and nothing is said of it.
 * @param taken what was looked at by itself, px of the picture
 * @param addresses that symbols in the picture hold: their lines beside the symbol are no secret either
 */
export async function secretsOffCard(
  raster: Raster,
  profile: ProductProfile,
  taken: readonly Quad[],
  addresses: readonly string[],
  detector: TextDetector,
  reader: TextReader,
  signal: AbortSignal | undefined,
): Promise<readonly ExposedSecret[]> {
  const lines = await offCardLines(raster, taken, detector)
  const longest = lines.toSorted((a, b) => b.rect.width - a.rect.width).slice(0, MOST_READ)
  const read: ReadLine[] = []
  for (const { rect, toPicture } of longest) {
    signal?.throwIfAborted()
    const { plain } = await readForeignText(raster, { mmToPixels: toPicture }, rect, reader, signal, SHORTEST_PIECE)
    read.push({ plain, where: quadOf(rect, toPicture) })
  }
  // A serial is there up to three times, and seldom misread each time.
  const serials = read.flatMap(({ plain }) => plain.filter(text => isSerial(text, profile)))
  const isPublic = (text: string) =>
    isSerial(text, profile) ||
    isPublicWords(text, profile) ||
    [...serials, ...addresses].some(one => isPieceOf(text, one))
  return secretsAmong(profile, read.filter(({ plain }) => !plain.some(isPublic)).toSorted(byPlace))
}

const byPlace = (a: ReadLine, b: ReadLine) => centreOf(a.where)[1] - centreOf(b.where)[1]

/** By line, and by lines that follow each other, as a key may be broken into lines. */
function secretsAmong(profile: ProductProfile, lines: readonly ReadLine[]): ExposedSecret[] {
  const found: ExposedSecret[] = []
  for (const [first, { plain, where }] of lines.entries()) {
    const kind = kindOf(plain, profile, SHORTEST_LINE)
    if (kind !== null) found.push({ kind, where })
    for (let last = first + 1; last < Math.min(lines.length, first + MOST_LINES); last++) {
      const run = lines.slice(first, last + 1)
      const joined = plain.map((_, field) => run.map(line => line.plain[field]!).join('\n'))
      const together = kindOf(joined, profile, Number.POSITIVE_INFINITY)
      if (together !== null) found.push(...run.map(line => ({ kind: together, where: line.where })))
    }
  }
  return found
}

/** @param shortest of a passphrase that is known by its alphabet alone: only where it was read as capitals and digits */
function kindOf(plain: readonly string[], profile: ProductProfile, shortest: number): SecretKind | null {
  const kinds = plain.map((text, field) => {
    const kind = secretIn(text, profile)
    const isByAlphabet = kind === 'passphrase' && (field > 0 || text.length < shortest)
    return isByAlphabet ? productSecretKind(profile, text) : kind
  })
  return kinds.find(kind => kind !== null && kind !== 'passphrase') ?? kinds.find(kind => kind !== null) ?? null
}
