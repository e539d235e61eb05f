import { holdsGluedSeedWords } from '../../core/seed-words.ts'
import type { SecretKind } from '../../core/vocabulary.ts'
import { productSecretKind } from '../../products/product-secret.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { serialTest } from '../../products/serial-pattern.ts'

/** So many symbols of a passphrase in a row, letters and digits among them, are no word and no number of a maker's. */
const MIXED_RUN = 6
/** And so many letters alone no words; digits alone are a ruler's. */
const ANY_RUN = 20
/** A text of which less is of the passphrase's alphabet is in another one, as an address is. */
const LEAST_SHARE = 0.8
/** So many symbols of known words may be misread. */
const MISREAD_SHARE = 0.25
/** Fewer symbols are a piece of many texts by chance. */
const SHORTEST_PIECE = 8
/** A reader may see some symbols too many. */
const MORE_SYMBOLS = 4

/**
 * May a text give a secret of the product away, whole or in part? A passphrase is known by its alphabet alone, with or without
 * what stands between its groups; a serial is none. Errs to yes. Null: no.
 */
export function secretIn(text: string, profile: ProductProfile): SecretKind | null {
  const kind = productSecretKind(profile, text)
  if (kind !== null) return kind
  if (holdsGluedSeedWords(bareOf(text))) return 'seed-words'
  const { alphabet, groups, groupLength } = profile.passphrase
  // The customer's own words have no alphabet, and are not on the card when it is made.
  if (alphabet === null || groups === null || groupLength === null) return null
  const bare = bareOf(text)
  if (isSerial(text, profile)) return null
  const runs = runsOf(bare, alphabet)
  const share = runs.join('').length / bare.length
  if (share < LEAST_SHARE || bare.length > groups * groupLength + MORE_SYMBOLS) return null
  const [mixed, any] = [MIXED_RUN, ANY_RUN].map(least => Math.min(least, groups * groupLength)) as [number, number]
  const isPart = runs.some(
    run => /\p{L}/u.test(run) && (run.length >= any || (run.length >= mixed && /\p{N}/u.test(run))),
  )
  return isPart || hasGroups(text, alphabet, groupLength) ? 'passphrase' : null
}

export function isSerial(text: string, { serial }: ProductProfile): boolean {
  return serialTest(serial)(bareOf(text))
}

/** Is a text as good as the product's own words? Best guesses of a line that nobody expected have a symbol wrong here and there. */
export function isPublicWords(text: string, { marks }: ProductProfile): boolean {
  const bare = bareOf(text).toUpperCase()
  return marks.some(mark => {
    if (mark.kind !== 'text' || mark.words === undefined) return false
    const words = bareOf(mark.words).toUpperCase()
    return distance(bare, words) <= MISREAD_SHARE * words.length
  })
}

/** Is a line as good as a piece of a text, such as an address that is printed in lines? In either case, and with signs that look alike. */
export function isPieceOf(line: string, text: string): boolean {
  const bare = alike(bareOf(line))
  return bare.length >= SHORTEST_PIECE && distance(bare, alike(text), true) <= MISREAD_SHARE * bare.length
}

/** Readers give what the alphabet that they are told of has for what it has not. */
const alike = (text: string) => text.toLowerCase().replaceAll('0', 'o').replaceAll(/[il]/g, '1')

/**
 * Symbols to change, leave out or put in to make one text of the other.
 * @param ofPiece or of any piece of the other
 */
function distance(from: string, to: string, ofPiece = false): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => (ofPiece ? 0 : i))
  for (const [i, symbol] of [...from].entries()) {
    const next = [i + 1]
    for (let k = 0; k < to.length; k++)
      next.push(Math.min(next[k]! + 1, row[k + 1]! + 1, row[k]! + Number(symbol !== to[k])))
    row = next
  }
  return ofPiece ? Math.min(...row) : row[to.length]!
}

const bareOf = (text: string) => text.replaceAll(/[\s·._–—-]/g, '')

function runsOf(text: string, alphabet: string): string[] {
  const runs = ['']
  for (const symbol of text) {
    if (alphabet.includes(symbol)) runs[runs.length - 1] += symbol
    else runs.push('')
  }
  return runs
}

/** Two groups side by side, each of the right length. */
function hasGroups(text: string, alphabet: string, groupLength: number): boolean {
  const isGroup = (part: string) => part.length === groupLength && runsOf(part, alphabet)[0] === part
  const parts = text.split(/[\s·._–—-]+/)
  return groupLength > 1 && parts.some((part, i) => isGroup(part) && isGroup(parts[i + 1] ?? ''))
}
