import { sha256 } from '@noble/hashes/sha2.js'
import { base58, base58xrp, bech32, bech32m, createBase58check } from '@scure/base'
import { holdsSeedDigits, holdsSeedWords } from './seed-words.ts'
import type { SecretKind } from './vocabulary.ts'

const base58check = createBase58check(sha256)

/**
 * What some text holds, in the plain: the first row that knows something says what. Shape is no evidence in a text that was
 * `glued` together from words, as any of them may look like a piece of a key: only a checksum is.
 */
export function kindIn(text: string, glued: boolean): SecretKind | null {
  if (!glued) for (const [kind, holds] of texts) if (holds(text)) return kind
  for (const token of text.match(/[A-Za-z0-9]{16,}/g) ?? []) {
    const kind = provedKind(token) ?? (glued ? null : kindOfShape(token))
    if (kind !== null) return kind
  }
  return null
}

const matches = (pattern: RegExp) => (text: string) => pattern.test(text)

const texts: readonly (readonly [SecretKind, (text: string) => boolean])[] = [
  // RFC 7468, OpenSSH and PuTTY key files, JSON Web Keys; the first bytes of one in base64.
  [
    'pem-key',
    matches(/BEGIN[ A-Z0-9]*PRIVATE KEY|PRIVATE KEY-----|PuTTY-User-Key-File|openssh-key-v1|b3BlbnNzaC1rZXktdjE/i),
  ],
  ['pem-key', matches(/"d"\s*:\s*"[A-Za-z0-9_-]{42}/)],
  // BIP38, prefix 6P, cut off anywhere; in another case only where enough follows to be no word.
  ['epk', matches(/^\s*6P|(?<![A-Za-z0-9])6P[1-9A-HJ-NP-Za-km-z]{16}|(?<![a-z0-9])6p[a-z1-9]{16}|^\s*6p[a-z1-9]{8}/)],
  ['epk', matches(/(?<![A-Z0-9])6P[A-Z1-9]{16}/)],
  // BIP32 and SLIP-132: one prefix a kind of address; Litecoin, Dogecoin, Dash and Decred have their own.
  ['extended-key', matches(/(?<![A-Za-z0-9])(?:[xyztuvXYZTUV](?:prv|PRV)|Ltpv|Mtpv|dgpv|drkv|dprv)/)],
  ['extended-key', matches(/[xyztuvYZUV]prv[1-9A-HJ-NP-Za-km-z]{100}/)],
  ['age-key', matches(/AGE-SECRET-KEY-|AGE-PLUGIN-[A-Z0-9-]+-1[A-Z0-9]{8}/i)],
  // NIP-19, NIP-49.
  ['nostr-key', matches(/(?<![a-z0-9])(?:nsec1|ncryptsec1)/i)],
  // Bech32 of other chains (CIP-5, ZIP 32, Sui) and of codex32 (BIP93); EOS; Tezos.
  [
    'coin-key',
    matches(
      /(?<![a-z0-9])(?:xprv1|(?:root|acct|addr|stake)_x?sk1|ed25519e?_sk1|secret-(?:extended|spending)-key|suiprivkey1|ms1\d[a-z0-9]{40})|PVT_[A-Z0-9]{2}_|(?<![A-Za-z0-9])(?:edsk|edesk|spsk|p2sk)[1-9A-HJ-NP-Za-km-z]{40}/i,
    ),
  ],
  // Four groups or more of capitals and digits, as passphrases in groups are set (Ballet: five of four). Digits alone are a number.
  ['passphrase', matches(/(?<![A-Za-z0-9-])(?=[0-9 .·-]*[A-Z])(?:[0-9A-Z]{4}[-.·]){3,}[0-9A-Z]{4}(?![A-Za-z0-9-])/)],
  ['seed-words', holdsSeedWords],
  ['seed-qr', holdsSeedDigits],
  // 32 bytes, or 64, as hexadecimal digits; and as JSON (Solana's key files).
  ['raw-key', matches(/(?<![0-9a-f])(?:0x)?(?:[0-9a-f]{64}|[0-9a-f]{128})(?![0-9a-f])/i)],
  ['raw-key', matches(/\[\s*(?:\d{1,3}\s*,\s*){31,63}\d{1,3}\s*\]/)],
]

/** One run of letters and digits, which may be cut or misread. */
function kindOfShape(token: string): SecretKind | null {
  if (isMiniKey(token)) return 'mini-key'
  // Stellar's seeds (SEP-23).
  if (/^S[A-Z2-7]{55}$/.test(token)) return 'coin-key'
  if (isKnownToBePublic(token)) return null
  if (isWifShaped(token)) return 'wif'
  // 64 bytes in base58: what Solana's wallets write out.
  if (/^[1-9A-HJ-NP-Za-km-z]{87,88}$/.test(token) && base58Bytes(token)?.length === 64) return 'raw-key'
  return null
}

/**
 * Casascius: `S` and 21, 25 or 29 characters, and the hash with a question mark behind begins with a zero byte. A misread one
 * does not, so that shape is enough where capitals and small letters are mixed as chance mixes them.
 */
function isMiniKey(token: string): boolean {
  if (!/^S[1-9A-HJ-NP-Za-km-z]+$/.test(token) || ![22, 26, 30].includes(token.length)) return false
  return sha256(new TextEncoder().encode(`${token}?`))[0] === 0 || (isMixed(token) && /\d/.test(token))
}

const isMixed = (token: string) => /[a-z]/.test(token) && /[A-Z]/.test(token.slice(1))

/** A key that its own checksum proves, alone or with letters around it: no shape, and no guess. */
export const provedKind = (token: string): SecretKind | null => kindOfChecked(token) ?? kindInside(token)

/** Base58check (Bitcoin wiki): the length of what is inside tells a key from an address. */
function kindOfChecked(token: string): SecretKind | null {
  if (token.length > 120) return null
  const inside = checked(token)
  if (inside !== null) {
    if (inside.length === 39 && inside[0] === 1 && (inside[1] === 0x42 || inside[1] === 0x43)) return 'epk'
    // Version and 32 bytes, with 01 behind where the public key is compressed; two bytes of version with some coins.
    if (inside.length === 33 || inside.length === 34) return 'wif'
    // BIP32: a private key stands behind a zero byte where a public one has 02 or 03.
    if (inside.length === 78 && inside[45] === 0) return 'extended-key'
  }
  return /^s[1-9A-HJ-NP-Za-km-z]{28,30}$/.test(token) && isXrpSeed(token) ? 'coin-key' : null
}

/** A key whose neighbours are letters too: a label in front, another key behind. Only its checksum tells it from an address. */
function kindInside(token: string): SecretKind | null {
  if (token.length > 400) return null
  for (const { 0: start, index } of token.matchAll(/[56KLc9]/g)) {
    for (const length of start === '6' ? [58] : [51, 52]) {
      const piece = token.slice(index, index + length)
      const kind = piece.length === length && piece !== token ? kindOfChecked(piece) : null
      if (kind !== null) return kind
    }
  }
  return null
}

function checked(token: string): Uint8Array | null {
  try {
    return base58check.decode(token)
  } catch {
    return null
  }
}

/** XRP Ledger, «Base58 encodings»: 0x21 and 16 bytes, or 01 E1 4B and 16 bytes. */
function isXrpSeed(token: string): boolean {
  try {
    const bytes = base58xrp.decode(token)
    const [body, sum] = [bytes.subarray(0, -4), bytes.subarray(-4)]
    const right = sha256(sha256(body))
      .subarray(0, 4)
      .every((byte, i) => byte === sum[i])
    return right && ((body.length === 17 && body[0] === 0x21) || (body.length === 19 && body[0] === 1))
  } catch {
    return false
  }
}

function base58Bytes(token: string): Uint8Array | null {
  try {
    return base58.decode(token)
  } catch {
    return null
  }
}

/** Confirmation and intermediate codes (BIP38), cut off too; and what a bech32 checksum proves to be no base58. */
function isKnownToBePublic(token: string): boolean {
  if (/^(?:cfrm|passphrase)/i.test(token)) return true
  return [bech32, bech32m].some(({ decodeUnsafe }) => decodeUnsafe(token, 120) !== undefined)
}

/**
 * 51 or 52 characters, or nearly as many where an end is missing, or as many as an EPK whose first ones are. Longer than any
 * base58 address of a coin that we know. In one case only (somebody's label printer) it begins as a key does.
 */
function isWifShaped(token: string): boolean {
  if (/^[KL][1-9A-HJ-NP-Za-km-z]{44,51}$/.test(token) || /^[59c][1-9A-HJ-NP-Za-km-z]{48,51}$/.test(token)) return true
  if (!/\d/.test(token)) return false
  if (/^[1-9A-HJ-NP-Za-km-z]{51,58}$/.test(token) && isMixed(token)) return true
  return /^(?:[5klc9][a-z1-9]{50,51}|[5KLC9][A-Z1-9]{50,51})$/.test(token)
}
