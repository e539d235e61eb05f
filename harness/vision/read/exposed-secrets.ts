import type { Quad } from '../../imaging/quad.ts'
import { productSecretKind } from '../../products/product-secret.ts'
import type { Mark, ProductProfile, TextMark } from '../../products/profile.ts'
import type { ExposedSecret } from '../reading.ts'
import type { FoundSymbol } from '../symbols/found-symbol.ts'
import type { LineReading } from '../text/line-reading.ts'
import type { TextSeen } from './text-marks.ts'

/** A text mark that was looked at, and where. */
interface TextAtMark {
  readonly mark: TextMark
  readonly seen: TextSeen
  readonly where: Quad | null
}

/** Fewer characters in a row are no piece of a factor that helps anybody. */
const SHORTEST_PIECE = 6

/** So sure are readers of each character of a line that anybody can read: of noise they have 0.1 and less. */
const PLAIN = 0.5

/** The secrets that can be read in the photograph, whether their marks count as read or not. */
export function exposedSecrets(
  profile: ProductProfile,
  symbols: readonly FoundSymbol[],
  texts: readonly TextAtMark[] = [],
): readonly ExposedSecret[] {
  const inSymbols = symbols.flatMap(({ bytes, corners }) => {
    const kind = bytes === null ? null : productSecretKind(profile, bytes)
    return kind === null ? [] : [{ kind, where: corners }]
  })
  const inTexts = texts.flatMap(({ mark, seen, where }) => {
    const kind = mark.secret ? pieceOf(mark, seen) : productSecretKind(profile, linesRead(seen).join(''))
    return kind === null || where === null ? [] : [{ kind, where }]
  })
  return [...inSymbols, ...inTexts]
}

/** One line of a secret text that lies open is a secret, though the whole text was not read, or stands there in another hand. */
function pieceOf(mark: Mark, seen: TextSeen): ExposedSecret['kind'] | null {
  const isLegible =
    linesRead(seen).some(line => [...line].length >= SHORTEST_PIECE) ||
    seen.lines.some(({ reading }) => isPlain(reading))
  return isLegible ? (mark.kind === 'text' && mark.content === 'passphrase' ? 'passphrase' : 'epk') : null
}

/** A line that is not believed, for its shape or place, and that anybody can read: under a whole cover no network sees a symbol. */
function isPlain({ symbolsSeen, confidence, massOutsideAlphabet }: LineReading): boolean {
  return symbolsSeen >= SHORTEST_PIECE && confidence >= PLAIN && massOutsideAlphabet <= 1 - PLAIN
}

/** What was read line by line, with or without a right checksum of the whole. */
const linesRead = ({ lines }: TextSeen) => lines.flatMap(({ reading: { text } }) => (text === null ? [] : [text]))
