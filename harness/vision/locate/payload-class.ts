import type { SymbolMark } from '../../products/profile.ts'

/**
 * Which kind of payload a symbol carries, by first bytes and length alone: an EPK has 58 characters and starts with 6P,
 * a confirmation code 75 and cfrm38 (BIP38); anything else can only be an address. Says nothing about correctness.
 */
export function payloadClass(bytes: Uint8Array): SymbolMark['payload'] {
  const starts = (prefix: string) => [...prefix].every((sign, i) => bytes[i] === sign.charCodeAt(0))
  if (starts('6P')) return 'epk'
  if (starts('cfrm')) return 'confirmation-code'
  return 'address'
}
