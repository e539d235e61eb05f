/** Public codes of the trade that are as long as keys: addresses, and the codes of BIP38 that hold no key. */
const publicShapes: readonly RegExp[] = [
  /^cfrm38[1-9A-HJ-NP-Za-km-z]{69}$/,
  /^passphrase[1-9A-HJ-NP-Za-km-z]{62}$/,
  /^0x[0-9a-fA-F]{40}$/,
  // bech32 addresses; not keys in the same dress (nsec, ed25519_sk, xprv).
  /^(?!.*(?:sec|sk|prv))[a-z]{2,10}1[02-9ac-hj-np-z]{38,103}$/,
  /^(?!.*(?:SEC|SK|PRV))[A-Z]{2,10}1[02-9AC-HJ-NP-Z]{38,103}$/,
]

/** Runs of letters and digits this long are no serial and no address in base58. */
const longRun = /[A-Za-z0-9_]{40,}/g
/** Keys in mini format: 22, 26 or 30 characters that begin with S. */
const miniKey =
  /(?:^|[^A-Za-z0-9])S(?:[1-9A-HJ-NP-Za-km-z]{21}|[1-9A-HJ-NP-Za-km-z]{25}|[1-9A-HJ-NP-Za-km-z]{29})(?:$|[^A-Za-z0-9])/
/** Groups of letters and digits, as passphrases are printed. */
const groups = /[A-Za-z0-9]{3,6}(?:[-\s][A-Za-z0-9]{3,6}){3,}/
/** Twelve words and more, as recovery phrases are written. */
const words = /(?:\b[a-z]{3,8}\b[\s,]+){11}\b[a-z]{3,8}\b/i

/**
 * May a payload hold a private key, a passphrase or a recovery phrase, whole or damaged? It errs to yes: what is not known
 * to be public and is as long as a key counts as one.
 */
export function isKeyLike(text: string): boolean {
  if (miniKey.test(text) || groups.test(text) || words.test(text)) return true
  const runs = text.match(longRun) ?? []
  return runs.some(run => !publicShapes.some(shape => shape.test(run)))
}
