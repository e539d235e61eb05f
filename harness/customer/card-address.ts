import { anyCard } from './card-form.ts'
import { everyNetworkBook, isTestCoin } from './every-network.ts'
import { codeKinds, isBareKey, typedCode } from './typed-code.ts'

/** How an address on a card compares with what a passphrase and a code open. */
export type ComparedAddress =
  | { readonly outcome: 'empty' }
  /** No address of any coin: it may not be typed to its end. */
  | { readonly outcome: 'unfinished' }
  /** No address, and no beginning of one: a link, a way to pay that no coin here has, a code of a card. */
  | { readonly outcome: 'no-address' }
  /** A key or the words of a wallet, which nobody may see: whoever scans it where an address belongs can take what it holds. */
  | { readonly outcome: 'secret' }
  | { readonly outcome: 'damaged' }
  | { readonly outcome: 'other' }
  /** A symbol that names another coin than the address is of: programs would send to the wrong one, or refuse. */
  | { readonly outcome: 'wrong-coin' }
  /**
   * A symbol that says more than an address: an amount, a name, another way to pay. No card has one, and wallets differ in where they look for
   * an invoice or an address in it: some pay there.
   */
  | { readonly outcome: 'more' }
  /** The key's own, of these coins; `test`: only in test networks, where nothing is worth anything. */
  | { readonly outcome: 'same' | 'test'; readonly coins: readonly string[] }

/** What nobody sees, but for the blanks that people type. */
const unseen = /[\p{Cf}\ufeff]|[^\P{Cc}\t\n\r]/gu
const nameOfUnseen = (one: string) => `‹U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}›`

/**
 * What a symbol holds, with a name in place of every character in it that nobody sees, blanks too: a card's symbol holds its address alone, to
 * the byte, and what is beside it is to be seen.
 */
export const scannedText = (text: string): string => text.replaceAll(/\p{C}|\p{Z}/gu, nameOfUnseen)

/** The same text without these names. */
export const withoutNames = (text: string): string => text.replaceAll(/‹U\+[\dA-F]+›/g, '')

/** An address as it is typed or as a symbol has it: BIP21 and its kind write the coin's name before, and an amount after it. */
export const bareAddress = (text: string): string => partsOf(text).address

/** Coins of the addresses that may stand behind a name. Names that belong to an address itself, as `bitcoincash:`, are none. */
const coinsNamed: Readonly<Record<string, readonly string[]>> = {
  bitcoin: ['btc', 'tbtc'],
  ethereum: ['eth'],
  litecoin: ['ltc'],
  dogecoin: ['doge'],
  dash: ['dash'],
  zcash: ['zec'],
  tron: ['trx'],
}

interface Parts {
  /** Coins of the address by the name before it; null: there is none. */
  readonly coins: readonly string[] | null
  readonly address: string
  /** Something stands behind it. */
  readonly hasMore: boolean
}

function partsOf(text: string): Parts {
  const shown = text.replaceAll(unseen, nameOfUnseen)
  const bare = withoutNames(shown).replaceAll(/\s/g, '')
  const name = /^([a-z]+):/i.exec(bare)?.[1]?.toLowerCase()
  const coins = name !== undefined && Object.hasOwn(coinsNamed, name) ? coinsNamed[name]! : null
  const address = (coins === null ? bare : bare.slice(name!.length + 1))
    .replace(/\?.*$/su, '')
    // ERC-681 names the chain behind the account.
    .replace(/^(?:pay-)?(0x[0-9a-f]{40})@\d+$/i, '$1')
    .replace(/^0X/, '0x')
  return { coins, address, hasMore: /\?./su.test(bare) || withoutNames(shown) !== shown }
}

/**
 * Whether an address that stands on a card is one of the key's. Nothing is said of an address that is not whole: a person who is
 * still typing must not be alarmed.
 */
export function comparedAddress(addresses: Readonly<Record<string, string>>, typed: string): ComparedAddress {
  const { coins: named, address, hasMore } = partsOf(typed)
  // BIP321 writes ways to pay without an address, too.
  if (address === '') return { outcome: hasMore ? 'more' : 'empty' }
  const { canonical, checksum, keys } = everyNetworkBook.readAddress(address)
  // A checksum may lie in the case of the letters alone: then the address is the key's, and misprinted.
  if (checksum === 'invalid') return { outcome: 'damaged' }
  if (named !== null && keys.length > 0 && !keys.some(key => named.includes(key.split('_')[0]!))) {
    return { outcome: 'wrong-coin' }
  }
  if (hasMore && keys.length > 0) return { outcome: 'more' }
  const coins = Object.keys(addresses).filter(key => addresses[key] === canonical)
  if (coins.length > 0) return { outcome: coins.every(isTestCoin) ? 'test' : 'same', coins }
  if (keys.length > 0) return { outcome: 'other' }
  if (isBareKey(address) || isBareKey(typed)) return { outcome: 'secret' }
  return { outcome: isNoAddress(address) || isSeveral(withoutNames(typed)) ? 'no-address' : 'unfinished' }
}

/** Characters: longer than an address of any coin. */
const longestAddress = 120
/** Names that stand in an address itself: CashAddr, Conflux (CIP-37). */
const namesOfAddresses = /^(?:bitcoincash|bchtest|ecash|cfx):[0-9a-z.:]*$/i

/** What nobody gets to who types an address to its end. */
const isNoAddress = (text: string): boolean =>
  text.length > longestAddress || (/[^a-z0-9]/i.test(text) && !namesOfAddresses.test(text)) || isCode(text)

const isCode = (text: string): boolean =>
  [codeKinds.open, codeKinds.verify].some(kinds => typedCode(text, kinds, anyCard).outcome === 'sound')

/** Addresses one behind another. */
const isSeveral = (text: string): boolean =>
  text.split(/[\s,;]+/).filter(one => everyNetworkBook.readAddress(bareAddress(one)).checksum === 'valid').length > 1

/** What an address in a picture is called: all that are the key's own alike, as they are of one card. Null: it is none. */
export function addressName(addresses: Readonly<Record<string, string>>, text: string): string | null {
  const { outcome } = comparedAddress(addresses, scannedText(text))
  if (outcome === 'empty' || outcome === 'unfinished' || outcome === 'no-address' || outcome === 'secret') return null
  if (outcome === 'more') return scannedText(text)
  return outcome === 'same' || outcome === 'test' ? 'own' : everyNetworkBook.readAddress(bareAddress(text)).canonical
}
