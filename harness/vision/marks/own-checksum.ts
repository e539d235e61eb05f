import { sha256 } from '@noble/hashes/sha2.js'
import { bech32, bech32m, createBase58check } from '@scure/base'
import type { TextMark } from '../../products/profile.ts'

const base58check = createBase58check(sha256)

/**
 * Does the text carry a checksum of its own kind that fits: Base58Check (4 bytes), Bech32 or Bech32m (BIP173, BIP350)?
 * A misread text fits by chance once in 2³² (2³⁰ for Bech32). Knows nothing of what is expected; nothing is corrected.
 */
export function carriesOwnChecksum(content: TextMark['content'], text: string): boolean {
  if (content === 'confirmation-code') return text.startsWith('cfrm38') && decodes(() => base58check.decode(text))
  if (content !== 'address') return false
  return (
    decodes(() => base58check.decode(text)) ||
    decodes(() => bech32.decode(text as `${string}1${string}`, 90)) ||
    decodes(() => bech32m.decode(text as `${string}1${string}`, 90))
  )
}

function decodes(decode: () => unknown): boolean {
  try {
    decode()
    return true
  } catch {
    return false
  }
}
