import type { PrintedAddress } from '../bip38/index.ts'
import { withoutTypography } from '../core/bare-serial.ts'
import { bareAddress } from './card-address.ts'
import { anyCard } from './card-form.ts'
import { everyNetworkBook } from './every-network.ts'
import type { PublicCard } from './find-card.ts'
import { typedCode } from './typed-code.ts'

/** Characters: a serial has at most 80 of them, a code 75, a denomination what a list has. */
export const longestAnswer = 2000

/** `other-card`: it answered with a card that was not asked for; `unusable`: with what is no card. */
type LookUpAnswer = PublicCard | 'other-card' | 'unusable'

/**
 * A card as a server answered, which may be anybody's: of a card that was asked for by its serial, and with a sound confirmation
 * code or none. Nothing in it proves anything of a card: only the address on the card does, once a passphrase opened the code.
 *
 * @param text the answer's body
 * @param wanted what was asked for
 */
export function lookUpAnswer(text: string, wanted: string): LookUpAnswer {
  if (text.length > longestAnswer) return 'unusable'
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    return 'unusable'
  }
  if (typeof answer !== 'object' || answer === null) return 'unusable'
  const { serial, address, confirmationCode, product } = answer as Record<string, unknown>
  if (typeof serial !== 'string' || serial === '') return 'unusable'
  const isAsked = withoutTypography(serial) === withoutTypography(wanted)
  if (!isAsked && !mayHaveAddress(address, wanted)) return 'other-card'
  const known = { serial, ...(typeof product === 'string' && { product }) }
  if (confirmationCode === undefined) return known
  if (typeof confirmationCode !== 'string') return 'unusable'
  const code = typedCode(confirmationCode, ['confirmation-code'], anyCard)
  return code.outcome === 'sound' ? { ...known, confirmationCode: code.text } : 'unusable'
}

/**
 * Whether a card with one address may be the one that was asked for by another: an address of one coin says nothing of another
 * coin's, but of its own coin a card has one alone.
 */
function mayHaveAddress(has: unknown, wanted: string): boolean {
  const [theirs, asked] = [typeof has === 'string' ? has : '', wanted].map(one =>
    everyNetworkBook.readAddress(bareAddress(one)),
  ) as [PrintedAddress, PrintedAddress]
  const isSameCoin = theirs.keys.some(key => asked.keys.includes(key))
  return asked.keys.length > 0 && (!isSameCoin || theirs.canonical === asked.canonical)
}
