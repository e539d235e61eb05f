import { Bip38Error, type Bip38ErrorCode, type CodeKind, type DecodedCode, decodeCode } from '../bip38/index.ts'
import { looksSecret } from '../core/looks-secret.ts'
import { anyCard, type CardForm } from './card-form.ts'
import { everyNetworkBook } from './every-network.ts'

export type TypedCode<Kind extends CodeKind = CodeKind> =
  | {
      readonly outcome: 'sound'
      readonly text: string
      readonly code: Extract<DecodedCode, { kind: Kind }>
      /** False: no product of this kind has codes like it, so it is of another card. */
      readonly fitsProduct: boolean
    }
  | { readonly outcome: 'empty' }
  /** A key that is no code: nothing here asks for it, and nobody is to see it. */
  | { readonly outcome: 'secret' }
  | { readonly outcome: 'unsound'; readonly why: Bip38ErrorCode; readonly typed: number; readonly needed: number }
  /** A code with something around it, or with letters of another case than it has: `around`, `case`. */
  | { readonly outcome: 'spoilt'; readonly by: 'around' | 'case' }
  /** A sound code, in the wrong field. */
  | { readonly outcome: 'other-kind'; readonly kind: CodeKind | 'address' }

/** What each way to a card takes, the usual kind first. */
export const codeKinds = { verify: ['confirmation-code'], open: ['epk', 'epk-non-ec'] } as const

const wholeCode = /(?<![A-Za-z\d])(?:6P[1-9A-HJ-NP-Za-km-z]{56}|cfrm38[1-9A-HJ-NP-Za-km-z]{69})(?![A-Za-z\d])/
const inAnyCase = /^[^a-z\d]*(?:6p[a-z\d]{56}|cfrm38[a-z\d]{69})[^a-z\d]*$/i
/** Characters, with what stands between and around. */
const longestTyped = 2000
const codeBeginning = /^(?:6P|cfrm|passphrase)/

const lengths: Record<CodeKind, number> = {
  epk: 58,
  'epk-non-ec': 58,
  'confirmation-code': 75,
  'intermediate-code': 72,
}

/**
 * A code as a person typed, pasted or scanned it. White space and what nobody sees, which no code has, are taken out; everything else counts:
 * checksum, length, kind, reserved bits and points.
 *
 * @param kinds what the field takes, the usual one first
 */
export function typedCode<Kind extends CodeKind>(
  typed: string,
  kinds: readonly Kind[],
  form: CardForm,
): TypedCode<Kind> {
  const needed = lengths[kinds[0]!]
  // No code is longer by far; of a whole book every character would be looked at, with each key.
  if (typed.length > longestTyped) return { outcome: 'unsound', why: 'wrong-length', typed: typed.length, needed }
  const text = typed.replaceAll(/\s|\p{Cf}/gu, '')
  if (text === '') return { outcome: 'empty' }
  try {
    const code = decodeCode(text)
    if (!isOneOf(code, kinds)) return { outcome: 'other-kind', kind: code.kind }
    return { outcome: 'sound', text, code, fitsProduct: fits(code, form) }
  } catch (error) {
    if (!(error instanceof Bip38Error)) throw error
    const within = wholeCode.exec(text)?.[0]
    if (within !== undefined && within !== text) return { outcome: 'spoilt', by: 'around' }
    const isOfOneCase = text === text.toLowerCase() || text === text.toUpperCase()
    if ((isOfOneCase || !codeBeginning.test(text)) && inAnyCase.test(text)) return { outcome: 'spoilt', by: 'case' }
    // The beginning of a code looks like a secret as well: whoever is still typing one is not to be alarmed.
    if (!codeBeginning.test(text) && looksSecret(typed)) return { outcome: 'secret' }
    if (everyNetworkBook.readAddress(text).checksum === 'valid') return { outcome: 'other-kind', kind: 'address' }
    return { outcome: 'unsound', why: error.code, typed: text.length, needed }
  }
}

/** A key or the words of a wallet, which no field asks for. */
export const isBareKey = (text: string): boolean => typedCode(text, codeKinds.open, anyCard).outcome === 'secret'

const isOneOf = <Kind extends CodeKind>(
  code: DecodedCode,
  kinds: readonly Kind[],
): code is Extract<DecodedCode, { kind: Kind }> => kinds.some(kind => kind === code.kind)

/** Whether a product has such codes. One without EC multiplication is no product's: people made it themselves. */
const fits = (code: DecodedCode, { flags }: CardForm): boolean =>
  code.kind === 'intermediate-code' || flags.includes(code.flags)
