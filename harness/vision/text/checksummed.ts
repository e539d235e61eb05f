import { sha256 } from '@noble/hashes/sha2.js'
import { bech32, bech32m, createBase58check } from '@scure/base'
import type { LineReading } from './line-reading.ts'

const base58check = createBase58check(sha256)

/** Does a text carry a right checksum of its own: Base58Check, bech32 (BIP173) or bech32m (BIP350)? */
export function hasRightChecksum(text: string): boolean {
  const decoders = [
    () => base58check.decode(text),
    () => bech32.decode(text as `${string}1${string}`),
    () => bech32m.decode(text as `${string}1${string}`),
  ]
  return decoders.some(decode => {
    try {
      decode()
      return true
    } catch {
      return false
    }
  })
}

/**
 * Accepts the lines of a checksummed text (an address, a confirmation code) that are only doubted for a weak character,
 * when the text *as seen*, nothing changed, has a right checksum: by chance one misreading in 2³² has (2³⁰ for bech32).
 * No alternative is ever tried: that would be correction, which can hide a wrong character on the card.
 */
export function upheldByChecksum(lines: readonly LineReading[]): readonly LineReading[] {
  if (lines.every(({ outcome }) => outcome === 'read') || !lines.every(({ doubt }) => doubt !== 'shape')) return lines
  const seen = lines.map(({ characters }) => characters.map(({ symbol }) => symbol).join(''))
  if (!hasRightChecksum(seen.join(''))) return lines
  return lines.map((line, i) =>
    line.outcome === 'read'
      ? line
      : { ...line, outcome: 'read', text: seen[i]!, doubt: null, because: `its checksum is right; ${line.because}` },
  )
}
