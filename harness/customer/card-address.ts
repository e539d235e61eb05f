import { everyNetworkBook, isTestCoin } from './every-network.ts'

/** How an address on a card compares with what a passphrase and a code open. */
type ComparedAddress =
  | { readonly outcome: 'empty' }
  /** No address of any coin: not typed to its end, or something else. */
  | { readonly outcome: 'unfinished' }
  | { readonly outcome: 'damaged' }
  | { readonly outcome: 'other' }
  /** The key's own, of these coins; `test`: only in test networks, where nothing is worth anything. */
  | { readonly outcome: 'same' | 'test'; readonly coins: readonly string[] }

/** An address as it is typed or as a symbol has it: BIP21 and its kind write the coin's name before, and an amount after it. */
export const bareAddress = (text: string): string =>
  text
    .replaceAll(/\s|\p{Cf}/gu, '')
    .replace(/^(?:bitcoin|ethereum|litecoin|dogecoin|dash|zcash|tron):/i, '')
    .replace(/\?.*$/su, '')

/**
 * Whether an address that stands on a card is one of the key's. Nothing is said of an address that is not whole: a person who is
 * still typing must not be alarmed.
 */
export function comparedAddress(addresses: Readonly<Record<string, string>>, typed: string): ComparedAddress {
  const text = bareAddress(typed)
  if (text === '') return { outcome: 'empty' }
  const { canonical, checksum, keys } = everyNetworkBook.readAddress(text)
  const coins = Object.keys(addresses).filter(key => addresses[key] === canonical)
  if (coins.length > 0) return { outcome: coins.every(isTestCoin) ? 'test' : 'same', coins }
  if (checksum === 'invalid') return { outcome: 'damaged' }
  return { outcome: keys.length === 0 ? 'unfinished' : 'other' }
}
