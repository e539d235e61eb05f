import { validateMnemonic } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { provedKind } from '../../core/key-shapes.ts'
import { secretKind } from '../../core/looks-secret.ts'
import type { SecretKind } from '../../core/vocabulary.ts'
import { productSecretKind } from '../../products/product-secret.ts'
import type { ProductProfile } from '../../products/profile.ts'

/** A secret that nobody had told of, and where it begins. */
export interface Hunted {
  readonly kind: SecretKind
  /** Bytes from the beginning. */
  readonly at: number
  /** What looks so, in clear: never to be printed. */
  readonly found: string
}

/** What may be one, and who says whether it is. */
interface Hunter {
  readonly pattern: RegExp
  readonly kindOf: (found: string) => SecretKind | null
}

/*
 * Files hold digests, identifiers and base64 by the million, which look like keys: here counts what a checksum proves, or what says
 * itself what it is. Shape alone is enough in a symbol or a line of a picture (`secretKind`), and not in a file: a bare key of 64
 * hexadecimal digits is any digest's twin, and found where it is known.
 */
const hunters: readonly Hunter[] = [
  // BIP38, WIF, BIP32 and XRP seeds: base58 with a checksum.
  { pattern: /[A-Za-z0-9]{28,400}/g, kindOf: provedKind },
  { pattern: /AGE-SECRET-KEY-1[A-Z0-9]{58}|age-secret-key-1[a-z0-9]{58}/g, kindOf: secretKind },
  { pattern: /(?<![a-z0-9])(?:nsec1[a-z0-9]{58}|ncryptsec1[a-z0-9]{100,})/g, kindOf: secretKind },
  { pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{16}/g, kindOf: secretKind },
  // Groups of capitals and digits, as passphrases are set.
  {
    pattern:
      /(?<![A-Za-z0-9-])(?=[0-9A-Z.·-]*\d)(?=[0-9.·-]*[A-Z])(?:[0-9A-Z]{4}[-.·]){3,7}[0-9A-Z]{4}(?![A-Za-z0-9-])/g,
    kindOf: secretKind,
  },
]

/** Looks in the plain only: what is packed or written otherwise is for the caller to unpack. */
export function huntIn(bytes: Buffer, profile: ProductProfile | null): Hunted[] {
  const text = bytes.toString('latin1')
  const all = profile === null ? hunters : [...hunters, ...passphraseHunters(profile)]
  const places = new Set<string>()
  const found = all.flatMap(({ pattern, kindOf }) =>
    [...text.matchAll(pattern)].flatMap(({ 0: found, index }) => {
      const kind = kindOf(found)
      const place = `${kind} at ${index}`
      if (kind === null || places.has(place)) return []
      places.add(place)
      return [{ kind, at: index, found }]
    }),
  )
  return [...found, ...seedsIn(text)]
}

const words = new Set(wordlist)
/** BIP39. */
const seedLengths = [12, 15, 18, 21, 24]
/** What may stand between two of its words: signs, numbers, line ends, and names of one or two letters, which are no word of the list. */
const widestGap = 16

/** Words of a seed, as people write them down: in a row, one a line, numbered, in a list or a table, in capitals or not. */
function seedsIn(text: string): Hunted[] {
  const seeds: Hunted[] = []
  let row: { readonly word: string; readonly at: number; readonly end: number }[] = []
  const endRow = () => {
    if (row.length >= seedLengths[0]!) seeds.push(...seedsOf(row, text))
    row = []
  }
  for (const { 0: letters, index: at } of text.matchAll(/[A-Za-z]{3,}/g)) {
    const word = letters.length <= 8 ? letters.toLowerCase() : ''
    const last = row.at(-1)
    if (last !== undefined && at - last.end > widestGap) endRow()
    if (words.has(word)) row.push({ word, at, end: at + letters.length })
    else endRow()
  }
  endRow()
  return seeds
}

/** What stands between words that somebody put into a row: the same each time, but for line starts. A program's words have signs of all kinds. */
const mostGaps = 2
/** So many of a seed's words may stand there already: of twelve, two do in one of 600. */
const fewestOwn = 0.7

/** Words whose checksum is right, and that do not stand in the list's own order: that is the list. */
function seedsOf(
  row: readonly { readonly word: string; readonly at: number; readonly end: number }[],
  text: string,
): Hunted[] {
  for (const from of row.keys()) {
    for (const length of seedLengths) {
      const some = row.slice(from, from + length)
      if (some.length < length) break
      const isList = some.every(({ word }, i) => i === 0 || some[i - 1]!.word <= word)
      const gaps = some.slice(1).map(({ at }, i) => text.slice(some[i]!.end, at).replaceAll(/[\s\d,;"'.]+/g, ''))
      const own = new Set(some.map(({ word }) => word)).size
      if (isList || new Set(gaps).size > mostGaps || own < fewestOwn * length) continue
      if (!validateMnemonic(some.map(({ word }) => word).join(' '), wordlist)) continue
      return [{ kind: 'seed-words', at: some[0]!.at, found: text.slice(some[0]!.at, some.at(-1)!.end) }]
    }
  }
  return []
}

/** What may stand between two groups, and a number or the name of a field before one: of a list, of lines, of columns, of JSON. */
const between = '[^A-Za-z0-9]{1,12}(?:\\d{1,2}[^A-Za-z0-9]{1,6}|(?<=["\'])\\w{1,40}["\'][^A-Za-z0-9]{1,6})?'

/** The same between all groups; or one sign between those of a line, and the same between all lines, as a card has them. */
function isRegular(gaps: readonly string[]): boolean {
  const alike = (some: readonly string[]) => new Set(some).size === 1
  if (alike(gaps)) return true
  const groups = gaps.length + 1
  return gaps.some((_, i) => {
    const inLine = i + 1
    if (inLine === 1 || groups % inLine !== 0) return false
    const isEnd = (at: number) => (at + 1) % inLine === 0
    const within = gaps.filter((_gap, at) => !isEnd(at))
    return alike(within) && within[0]!.length <= 1 && alike(gaps.filter((_gap, at) => isEnd(at)))
  })
}

/** Passphrases of a product: groups with the same between all of them, in capitals or not; or with nothing between. */
function passphraseHunters(profile: ProductProfile): Hunter[] {
  const { alphabet, groups, groupLength } = profile.passphrase
  if (alphabet === null || groups === null || groupLength === null) return []
  const groupOf = (symbols: string) => `[${symbols.replaceAll(/[\\\]^-]/g, '\\$&')}]{${groupLength}}`
  const hunterOf = (symbols: string, gap: string, kindOf: Hunter['kindOf']): Hunter => {
    const group = groupOf(symbols)
    const pattern = new RegExp(`(?<![A-Za-z0-9])${group}(?:${gap}${group}){${groups - 1}}(?![A-Za-z0-9])`, 'g')
    return { pattern, kindOf }
  }
  // Hexadecimal digits in groups are fingerprints of keys, as every command shows them; of 24 symbols by chance fewer than one in 10⁸ are.
  const isFingerprint = (found: string) =>
    /[G-Z]/i.test(alphabet) && /^[0-9A-F]{4}(?:[^0-9A-F]{0,12}[0-9A-F]{4})+$/i.test(found)
  const kindOfGroups = (found: string): SecretKind | null =>
    /\d/.test(found) && /\p{L}/u.test(found) && !isFingerprint(found) ? productSecretKind(profile, found) : null
  const set = (symbols: string, leastMixed: number) => {
    const group = `(${groupOf(symbols)})`
    const apart = new RegExp(`^${group}${`(${between})${group}`.repeat(groups - 1)}$`)
    return (found: string) => {
      const [, ...pieces] = apart.exec(found) ?? []
      const parts = pieces.filter((_, i) => i % 2 === 0)
      // Columns and lists of short words have groups with letters, and groups with digits, and seldom both in one.
      const mixed = parts.filter(part => /\d/.test(part) && /[A-Za-z]/.test(part)).length
      const gaps = pieces.filter((_, i) => i % 2 === 1)
      const isOne = isRegular(
        gaps.map(gap =>
          gap
            .replaceAll(/(["'])\w+["']/g, '$1$1')
            .replaceAll(/\d+/g, '')
            .replaceAll(/\s+/g, ' '),
        ),
      )
      // Numbers of one kind: 0x20, 0x09; E101, E102.
      const isSeries = new Set(parts.map(([first]) => first)).size === 1
      if (parts.length !== groups || mixed < leastMixed || !isOne || isSeries || isFingerprint(parts.join('-')))
        return null
      const text = parts.join('-')
      return productSecretKind(profile, alphabet === alphabet.toUpperCase() ? text.toUpperCase() : text)
    }
  }
  const lower = alphabet.toLowerCase()
  return [
    hunterOf(alphabet, '[-. ]?', kindOfGroups),
    hunterOf(alphabet, between, set(alphabet, 1)),
    ...(lower === alphabet || alphabet !== alphabet.toUpperCase() ? [] : [hunterOf(lower, between, set(lower, 2))]),
  ]
}
