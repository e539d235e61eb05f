import { withoutTypography } from '../core/bare-serial.ts'
import { looksSecret } from '../core/looks-secret.ts'
import { bareAddress } from './card-address.ts'
import type { CardForm } from './card-form.ts'
import { everyNetworkBook } from './every-network.ts'
import { typedPassphrase } from './typed-passphrase.ts'

export type LookUpQuestion =
  /** As it is asked: an address without its coin's name, a serial in the product's case without what only separates it. */
  | { readonly outcome: 'address' | 'serial'; readonly text: string }
  /** A key, or what shares too much with the passphrase: nobody is asked, not even a list on this disk. */
  | { readonly outcome: 'secret' }
  /** Neither: it leaves the page for no server. */
  | { readonly outcome: 'neither'; readonly text: string }

/** Longer than any address or serial, in characters; a pattern of a profile is tried on no more. */
const longestAsked = 128
const longestSerial = 32
/** So many characters in a row that the passphrase has as well are no chance. */
const sharedRun = 6

/**
 * The one gate before a card is asked for: what is typed or scanned here may be anything, a passphrase in the wrong field above all.
 *
 * @param forms the products that the card may be of
 * @param passphrase as it stands in its field, whole or not
 */
export function lookUpQuestion(typed: string, forms: readonly CardForm[], passphrase: string): LookUpQuestion {
  const text = typed.trim()
  if (text.length > longestAsked) return { outcome: looksSecret(text) ? 'secret' : 'neither', text }
  if (looksSecret(text) || sharesRun(text, passphrase) || forms.some(form => isWhole(form, text))) {
    return { outcome: 'secret' }
  }
  const address = bareAddress(text)
  if (everyNetworkBook.readAddress(address).hash !== null) return { outcome: 'address', text: address }
  const bare = withoutTypography(text.normalize('NFKC').replaceAll(/\p{Cf}/gu, ''))
  const serial = [bare, bare.toUpperCase()].find(one => forms.some(form => isSerial(form, one)))
  return serial === undefined ? { outcome: 'neither', text } : { outcome: 'serial', text: serial }
}

const isWhole = (form: CardForm, text: string): boolean =>
  form.passphrase.alphabet !== null && typedPassphrase(form, text).outcome === 'complete'

const isSerial = ({ serialPattern }: CardForm, text: string): boolean =>
  serialPattern !== null && text.length <= longestSerial && new RegExp(serialPattern, 'u').test(text)

const bareOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')

/** Whether a text equals the passphrase, or has a run of it: of a short one all of it. Case and what stands between do not count. */
function sharesRun(text: string, passphrase: string): boolean {
  if (passphrase !== '' && text === passphrase.trim()) return true
  const [asked, secret] = [bareOf(text), bareOf(passphrase)]
  if (secret.length < 2) return false
  const run = Math.min(sharedRun, secret.length)
  if (asked === secret) return true
  // A passphrase that is still typed, or of a few characters, stands in a serial by chance.
  if (run < 4) return false
  for (let at = 0; at + run <= secret.length; at++) if (asked.includes(secret.slice(at, at + run))) return true
  return false
}
