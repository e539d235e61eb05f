import { secretKind, writingsOf } from '../core/looks-secret.ts'
import type { SecretKind } from '../core/vocabulary.ts'
import type { ProductProfile } from './profile.ts'
import { serialTest } from './serial-pattern.ts'

/**
 * {@link secretKind} with what only the profile knows: texts of the product's passphrase alphabet and length, with any
 * separators or none, in one case, and pieces of them (two thirds at least).
 */
export function productSecretKind(profile: ProductProfile, payload: Uint8Array | string): SecretKind | null {
  const { passphrase, serial } = profile
  let own: ((text: string) => boolean) | undefined
  const isSerial = (text: string) => {
    own ??= serialTest(serial)
    return own(text)
  }
  return holdsPassphrase(passphrase, isSerial, payload) ? 'passphrase' : secretKind(payload)
}

/**
 * Whether a text holds what may be a passphrase of a product with this pattern, or a good part of one.
 * @param isSerial what has the same signs and is public
 */
export function holdsPassphrase(
  { alphabet, groups, groupLength }: ProductProfile['passphrase'],
  isSerial: (text: string) => boolean,
  payload: Uint8Array | string,
): boolean {
  // A customer's own words look like any others.
  if (alphabet === null || groups === null || groupLength === null) return false
  const [longest, shortest] = [groups * groupLength, Math.ceil((groups * groupLength * 2) / 3)]
  const isCased = alphabet !== alphabet.toLowerCase() && alphabet !== alphabet.toUpperCase()
  const folded = (text: string) => (isCased || alphabet === alphabet.toLowerCase() ? text : text.toUpperCase())
  const isPart = (token: string) =>
    token.length % groupLength === 0 &&
    (token === token.toUpperCase() || token === token.toLowerCase()) &&
    [...folded(token)].every(symbol => alphabet.includes(symbol)) &&
    !isSerial(token)
  for (const [text, glued] of writingsOf(payload)) {
    if (!glued && runsOf(text, isPart).some(run => isLikely(run, groupLength, shortest, longest))) return true
  }
  return false
}

/** Neighbouring tokens that may be groups, or lines of groups. */
function runsOf(text: string, isPart: (token: string) => boolean): string[][] {
  const runs: string[][] = [[]]
  for (const token of text.match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (isPart(token)) runs.at(-1)!.push(token)
    else runs.push([])
  }
  return runs
}

/** Words of a sentence may be as long as groups; chance has digits, or a group that nobody could speak. */
function isLikely(run: readonly string[], groupLength: number, shortest: number, longest: number): boolean {
  const all = run.join('')
  if (all.length < shortest || all.length > longest) return false
  const groups = all.match(new RegExp(`.{${groupLength}}`, 'gu')) ?? []
  return groups.some(group => /\d/.test(group) || !/[AEIOUY]/i.test(group))
}
