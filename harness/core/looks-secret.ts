const BASE58 = '[1-9A-HJ-NP-Za-km-z]'

/** What gives money away, whole or cut off: BIP38 keys, WIF keys, extended private keys. */
const secretShapes = [
  /^\s*6P/,
  new RegExp(`6P${BASE58}{20}`),
  new RegExp(`(?<!${BASE58})[5KLc9]${BASE58}{50,51}(?!${BASE58})`),
  /[xyztuvYZUV]prv/,
]

/**
 * Could showing this payload give a private key away? Errs to yes: a payload that is called secret needlessly costs a
 * flag to see it.
 */
export function looksSecret(payload: Uint8Array | string): boolean {
  const text = typeof payload === 'string' ? payload : new TextDecoder('latin1').decode(payload)
  return secretShapes.some(shape => shape.test(text))
}
