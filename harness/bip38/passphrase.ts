import type { Bytes } from './bytes.ts'
import { Bip38Error } from './errors.ts'

/** Something that holds bytes and shows them only on request (Assay's `Secret` is one). `expose` gives a copy. */
export interface Exposable {
  expose(): Uint8Array
}

/**
 * A passphrase. Text is normalised to Unicode NFC and encoded as UTF-8, as BIP38 demands; bytes are taken as they are
 * (already normalised UTF-8). An {@link Exposable} is text as typed: it is normalised too, and never becomes a string
 * when it is plain ASCII.
 */
export type Passphrase = string | Uint8Array | Exposable

/** The bytes that go into scrypt. The caller owns them and zeroes them. @throws Bip38Error `bad-argument` */
export function passphraseBytes(passphrase: Passphrase): Bytes {
  if (typeof passphrase === 'string') {
    // Encoders write U+FFFD for each of them, so that different passphrases would open the same code.
    if (!passphrase.isWellFormed()) {
      throw new Bip38Error('bad-argument', 'The passphrase has half of a surrogate pair, which is no character.')
    }
    return new TextEncoder().encode(passphrase.normalize('NFC'))
  }
  if (passphrase instanceof Uint8Array) return Uint8Array.from(passphrase)
  // A copy that is ours already.
  const bytes = passphrase.expose() as Bytes
  if (bytes.every(byte => byte < 0x80)) return bytes
  const text = utf8OrNull(bytes)
  if (text === null) return bytes
  bytes.fill(0)
  return new TextEncoder().encode(text.normalize('NFC'))
}

function utf8OrNull(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}
