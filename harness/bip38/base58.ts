import { base58 } from '@scure/base'
import { type Bytes, concat, equalBytes, sha256d } from './bytes.ts'
import { Bip38Error } from './errors.ts'

const outsideAlphabet = /[^1-9A-HJ-NP-Za-km-z]/

/** Longer than any code or address; decoding takes time in the square of the length. */
const longest = 256

export function encodeBase58Check(payload: Uint8Array): string {
  return base58.encode(concat(payload, sha256d(payload).subarray(0, 4)))
}

/** Payload and whether its checksum fits. @throws {@link Bip38Error} `not-base58`, `wrong-length` */
export function splitBase58Check(text: string): { payload: Bytes; sound: boolean } {
  if (text.length > longest) {
    throw new Bip38Error('wrong-length', `A text of ${text.length} characters is too long for any BIP38 code.`)
  }
  const at = text.search(outsideAlphabet)
  if (at >= 0) {
    throw new Bip38Error('not-base58', `Character ${at + 1} of ${text.length} is not in the Base58 alphabet.`)
  }
  const bytes = base58.decode(text) as Bytes
  if (bytes.length < 4) return { payload: new Uint8Array(0), sound: false }
  const payload = bytes.slice(0, -4)
  return { payload, sound: equalBytes(bytes.subarray(-4), sha256d(payload).subarray(0, 4)) }
}
