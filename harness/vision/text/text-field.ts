import { AssayError } from '../../core/assay-error.ts'
import type { OutlineFont } from '../../products/font.ts'
import { lineBoxes } from '../../products/geometry.ts'
import type { ProductProfile, TextMark } from '../../products/profile.ts'
import { separatorOf, splitText } from '../../products/text-setting.ts'

/** What may stand in one line, known before looking: never what should stand there on this unit. */
export interface TextField {
  /** Symbols that may occur (separators of the template need not be among them). */
  readonly alphabet: string
  /**
   * One sign a character: `A` a letter of the alphabet, `9` a digit of it, `*` any symbol of it, anything else stands for
   * itself. Null: any symbols, between `minLength` and `maxLength` of them.
   */
  readonly template: string | null
  readonly minLength: number
  readonly maxLength: number
  readonly made: 'printed' | 'etched'
  /** What the text is set in, where the product says so: then every character is held against its own glyph. */
  readonly font?: FieldFont
  /**
   * Does the text carry a checksum? Where its font is not known a common face that fits it may then help to see the text, which
   * needs its right checksum to be believed.
   */
  readonly hasChecksum?: boolean
  /**
   * For words that are the same on every unit: the places before which a blank stands, however wide. Their reader's best guess may
   * be enough for who knows them, so that their strokes are looked at whether they are believed or not.
   */
  readonly blanksOfWords?: readonly number[]
  /** A face that other texts made in the same way have: tried first. */
  readonly likelyFace?: string
  /** Pairs of look-alikes, such as `0O`, that the maker's typeface draws alike, and that the product accepts unproved. */
  readonly acceptAlike?: readonly string[]
  /** Alphabets of which a text uses exactly one, e.g. those of two kinds of address. Just `alphabet` when left out. */
  readonly either?: readonly string[]
}

/** Is a text told by what is known of it beside its strokes: its own checksum, or that it is the same on every unit? */
export const isTold = ({ hasChecksum, blanksOfWords }: TextField): boolean =>
  hasChecksum === true || blanksOfWords !== undefined

/** A known font. */
export interface FieldFont {
  readonly outlines: OutlineFont
  /** Set wider than the font by so much after each character, cap heights. */
  readonly letterSpacingInCaps: number
}

/** One place of a field: the symbols that may stand there; `literal` when the field itself says which. */
export interface Position {
  readonly symbols: readonly string[]
  readonly literal: boolean
}

export const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
export const DIGITS = '0123456789'
export const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
export const BECH32 = '023456789acdefghjklmnpqrstuvwxyzbc1'
const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('')

const LONGEST_FREE_TEXT = 60
/** Characters of `6P…` (BIP38: 39 bytes in Base58Check with that prefix). */
const EPK_LENGTH = 58
/** Characters of `cfrm38…` (BIP38: 51 bytes in Base58Check with that prefix). */
const CONFIRMATION_CODE_LENGTH = 75
/** Base58 addresses have 26 to 35 characters, bech32 ones 42 or 62 (BIP13, BIP141, BIP341). */
const SHORTEST_ADDRESS = 26
const LONGEST_ADDRESS = 62

const CHECKSUMMED: readonly TextMark['content'][] = ['address', 'epk', 'confirmation-code']

/** The field cannot be read for: empty alphabet, impossible lengths. Exit 2. */
export class TextFieldError extends AssayError {
  override readonly name = 'TextFieldError'
}

/** A field of fixed shape, e.g. `templateField('AA9999999', LETTERS + DIGITS, 'etched')`. */
export function templateField(template: string, alphabet: string, made: TextField['made']): TextField {
  return checkedField({ alphabet, template, minLength: [...template].length, maxLength: [...template].length, made })
}

/** A field of `minLength` to `maxLength` symbols of `alphabet`. */
export function freeField(alphabet: string, minLength: number, maxLength: number, made: TextField['made']): TextField {
  return checkedField({ alphabet, template: null, minLength, maxLength, made })
}

/** @returns `field` itself @throws TextFieldError when no text can satisfy it */
export function checkedField(field: TextField): TextField {
  if (field.alphabet.length === 0 && field.template === null)
    throw new TextFieldError('text-field-empty', 'The alphabet of a text field is empty: name at least one symbol.')
  if (!(field.minLength >= 1 && field.minLength <= field.maxLength && field.maxLength <= 200))
    throw new TextFieldError(
      'text-field-length',
      `A text field must be 1 to 200 symbols long, shortest first; this one is ${field.minLength} to ${field.maxLength}.`,
    )
  if (positionsOf(field).some(position => position.symbols.length === 0))
    throw new TextFieldError(
      'text-field-template',
      `The template ${field.template} has a place for which the alphabet has no symbol: A needs letters, 9 digits.`,
    )
  return field
}

/** The places of a field, `maxLength` of them. */
export function positionsOf(field: TextField): readonly Position[] {
  const all = [...new Set(field.alphabet)]
  const any: Position = { symbols: all, literal: false }
  if (field.template === null) return Array.from({ length: field.maxLength }, () => any)
  const letters: Position = { symbols: all.filter(symbol => /\p{L}/u.test(symbol)), literal: false }
  const digits: Position = { symbols: all.filter(symbol => /\p{Nd}/u.test(symbol)), literal: false }
  const signs: Readonly<Record<string, Position>> = { A: letters, 9: digits, '*': any }
  return [...field.template].map(sign => signs[sign] ?? { symbols: [sign], literal: true })
}

/**
 * The fields of a text mark, one a line, from the profile alone.
 * @param openFont opens the font that the profile names for it, where it names one
 */
export function fieldsOf(
  mark: TextMark,
  profile: ProductProfile,
  openFont: (file: string) => OutlineFont,
): readonly TextField[] {
  const { acceptAlike = [] } = profile.fonts
  const fields = shapesOf(mark, profile).map(field => ({
    ...field,
    ...(acceptAlike.length === 0 ? {} : { acceptAlike }),
    ...(CHECKSUMMED.includes(mark.content) ? { hasChecksum: true } : {}),
  }))
  const named = mark.made === 'etched' ? profile.fonts.etching : profile.fonts.print
  if (named === null) return fields
  const outlines = openFont(named)
  const boxes = lineBoxes(mark)
  return fields.map((field, i) => {
    const { letterSpacingMm, capHeightMm } = boxes[i]!
    return { ...field, font: { outlines, letterSpacingInCaps: letterSpacingMm / capHeightMm } }
  })
}

function shapesOf(mark: TextMark, profile: ProductProfile): readonly TextField[] {
  const { passphrase, serial } = profile
  const separator = separatorOf(profile, mark)
  const templates = (whole: string, alphabet: string) =>
    splitText(mark, whole, separator).map(part => templateField(part, alphabet, mark.made))
  switch (mark.content) {
    case 'serial':
      return templates(serial.template, LETTERS + DIGITS)
    case 'passphrase': {
      const { alphabet, groups, groupLength } = passphrase
      if (alphabet === null || groups === null || groupLength === null)
        return mark.lines.map(() => freeField(alphabet ?? PRINTABLE, 1, LONGEST_FREE_TEXT, mark.made))
      return templates(Array(groups).fill('*'.repeat(groupLength)).join(separator), alphabet)
    }
    case 'address':
      return addressLengths(mark).map(([min, max]) => ({
        ...freeField(union(BASE58, BECH32), min, max, mark.made),
        either: [BASE58, BECH32],
      }))
    case 'epk':
      return templates('*'.repeat(EPK_LENGTH), BASE58)
    case 'confirmation-code':
      return templates('*'.repeat(CONFIRMATION_CODE_LENGTH), BASE58)
    case 'words':
      return wordsFields(mark, mark.words ?? '')
  }
}

function wordsFields(mark: TextMark, words: string): readonly TextField[] {
  let blanks = [...words.matchAll(/ +/g)].map(({ index }) => words.slice(0, index).replaceAll(' ', '').length)
  return splitText(mark, words.replaceAll(' ', '')).map(({ length }) => {
    const field = freeField(lettersOf(words), Math.max(1, length), Math.max(1, length), mark.made)
    const blanksOfWords = blanks.filter(place => place > 0 && place < length)
    blanks = blanks.map(place => place - length)
    return { ...field, blanksOfWords }
  })
}

/**
 * The alphabet of an address by its beginning, or null where nothing was seen: bech32 texts begin with letters and the
 * separator 1 (`bc1…`, BIP173), Base58 addresses of the Bitcoin family never do.
 */
export function addressAlphabet(beginning: string): string | null {
  if (beginning === '') return null
  return /^[a-z]{1,10}1/.test(beginning) ? BECH32 : BASE58
}

/** The field when it is known which of its alphabets the text uses. */
export function narrowed({ either: _, ...field }: TextField, alphabet: string): TextField {
  return { ...field, alphabet }
}

/** Letters, and digits only where such words hold any: between I and 1, O and 0 nobody could tell. */
function lettersOf(words: string): string {
  return /\d/.test(words) ? LETTERS + DIGITS : LETTERS
}

function union(a: string, b: string): string {
  return [...new Set(a + b)].join('')
}

/** Each line's share of any address. */
function addressLengths(mark: TextMark): readonly (readonly [min: number, max: number])[] {
  const shares = Array.from({ length: LONGEST_ADDRESS - SHORTEST_ADDRESS + 1 }, (_, i) =>
    splitText(mark, '*'.repeat(SHORTEST_ADDRESS + i)).map(part => Math.max(1, part.length)),
  )
  return mark.lines.map((_, line) => {
    const lengths = shares.map(share => share[line]!)
    return [Math.min(...lengths), Math.max(...lengths)] as const
  })
}
