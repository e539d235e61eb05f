import type { SecretKind } from '../../core/vocabulary.ts'
import { contains, type Point, type Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { ProductProfile, RectMm } from '../../products/profile.ts'
import type { Leftover } from '../reading.ts'
import type { TextReader } from '../text/text-reader.ts'
import { FAINT_CERTAINTY, foreignTexts, LEAST_CERTAINTY } from './foreign-text.ts'
import { type ReadAnyway, readForeignText } from './read-foreign-text.ts'
import { placeOnCard, type SearchedSurface } from './searched-surface.ts'
import { isPublicWords, isSerial, secretIn } from './secret-text.ts'
import type { TextDetector } from './text-detector.ts'

/** Texts that no mark explains, and which of them may be secret. */
export interface ForeignTextsSeen {
  readonly leftovers: readonly Leftover[]
  readonly secrets: readonly { readonly kind: SecretKind; readonly where: Quad }[]
}

/** Of more than this, which is a spoiled card anyway, no further line is read. */
const MOST_READ = 8

/** Remains of a cover may look like a line; with so many symbols that a network can read they are one. */
const LEAST_SYMBOLS = 3

const unreadText: ReadAnyway = { texts: [], plain: ['', '', ''], symbolsSeen: Number.NaN }
const middleOf = ({ x, y, width, height }: RectMm): Point => [x + width / 2, y + height / 2]

/** Lines of text on the surfaces that no mark explains, each read at once to know whether it may be secret. */
export async function seeForeignTexts(
  raster: Raster,
  profile: ProductProfile,
  surfaces: readonly SearchedSurface[],
  detector: TextDetector,
  reader: TextReader,
  signal: AbortSignal | undefined,
): Promise<ForeignTextsSeen> {
  const leftovers: Leftover[] = []
  const secrets: { kind: SecretKind; where: Quad }[] = []
  for (const surface of surfaces) {
    signal?.throwIfAborted()
    const found = foreignTexts(surface, await detector.detect(surface.flat.raster))
    const read: { texts: readonly string[]; where: Quad }[] = []
    for (const { rect, certainty } of found) {
      const place = placeOnCard(surface, rect)
      const { texts, symbolsSeen } =
        read.length < MOST_READ ? await readForeignText(raster, surface, rect, reader, signal) : unreadText
      if (symbolsSeen < LEAST_SYMBOLS && surface.worn.some(quad => contains(quad, middleOf(rect)))) continue
      read.push({ texts, where: place.where })
      const what = certainty > LEAST_CERTAINTY ? 'a text' : 'what may be a text'
      const because = !(symbolsSeen > 0) ? what : `${what} of some ${symbolsSeen} characters`
      leftovers.push({ kind: 'text', ...place, strength: certainty / FAINT_CERTAINTY, because })
    }
    secrets.push(...secretsAmong(profile, read))
  }
  return { leftovers, secrets }
}

/** By line; and by all lines together, as a key may be broken into lines. */
function secretsAmong(
  profile: ProductProfile,
  read: readonly { readonly texts: readonly string[]; readonly where: Quad }[],
): { kind: SecretKind; where: Quad }[] {
  const found = read.flatMap(({ texts, where }) => {
    // A second serial is wrong, and no secret, though read upside down it may look like a part of one; so are the product's own words.
    if (texts.some(text => isSerial(text, profile) || isPublicWords(text, profile))) return []
    const kinds = texts.map(text => secretIn(text, profile))
    const kind = kinds.find(one => one !== null && one !== 'passphrase') ?? kinds.find(one => one !== null) ?? null
    return kind === null ? [] : [{ kind, where }]
  })
  if (found.length > 0 || read.length < 2) return found
  const most = Math.max(...read.map(({ texts }) => texts.length))
  const whole = Array.from({ length: most }, (_, i) => read.map(({ texts }) => texts[i] ?? '').join('\n'))
  const kinds = whole.map(text => secretIn(text, profile)).filter(kind => kind !== null)
  return kinds[0] === undefined ? [] : read.map(({ where }) => ({ kind: kinds[0]!, where }))
}
