import { sha256 } from '@noble/hashes/sha2.js'
import { keccak_256 } from '@noble/hashes/sha3.js'
import { bech32, bech32m, createBase58check } from '@scure/base'
import { looksSecret } from '../../harness/core/looks-secret.ts'

const base58check = createBase58check(sha256)

/** So long is half of a key, and a passphrase whose groups stand without dashes; no serial is. */
const longRun = /[A-Za-z0-9_]{16,}/g
/** Digits alone are numbers of the trade (an SSCC has 20 with its identifier); half of a seed in digits has 24. */
const shortNumber = /^\d{1,21}$/
/** Groups of letters and digits, as passphrases are printed. */
const groups = /[A-Za-z0-9]{3,6}(?:[-\s][A-Za-z0-9]{3,6}){3,}/
/** Twelve words and more, as recovery phrases are written. */
const words = /(?:\b[a-z]{3,8}\b[\s,]+){11}\b[a-z]{3,8}\b/i

/**
 * May a payload hold a private key, a passphrase or a recovery phrase, whole, cut off or damaged? It errs to yes: what is long
 * and does not prove that it is public counts as one.
 */
export function isKeyLike(text: string): boolean {
  if (looksSecret(text) || groups.test(text) || words.test(text)) return true
  const runs = text.match(longRun) ?? []
  return runs.some(run => !shortNumber.test(run) && !provedPublic.some(proves => proves(run)))
}

/** Whole addresses, which their checksums prove, and the codes of BIP38 that hold no key. */
const provedPublic: readonly ((run: string) => boolean)[] = [
  run => /^cfrm38[1-9A-HJ-NP-Za-km-z]{69}$/.test(run) || /^passphrase[1-9A-HJ-NP-Za-km-z]{62}$/.test(run),
  // A version of one or two bytes, and 20 of a hash: keys have 32.
  run => [21, 22].includes(lengthOfChecked(run)),
  // Not keys in the same dress (nsec, ed25519_sk, xprv).
  run => /^(?!.*(?:sec|sk|prv)[^1]*1)/i.test(run) && [bech32, bech32m].some(code => code.decodeUnsafe(run, 120)),
  isEip55,
]

function lengthOfChecked(run: string): number {
  try {
    return run.length > 40 ? 0 : base58check.decode(run).length
  } catch {
    return 0
  }
}

/** An address of Ethereum whose capitals are its checksum (EIP-55). */
function isEip55(run: string): boolean {
  const digits = /^0x([0-9a-fA-F]{40})$/.exec(run)?.[1]
  if (digits === undefined) return false
  const hash = Buffer.from(keccak_256(Buffer.from(digits.toLowerCase()))).toString('hex')
  return [...digits].every((digit, i) =>
    Number.parseInt(hash[i]!, 16) >= 8 ? digit === digit.toUpperCase() : digit === digit.toLowerCase(),
  )
}
