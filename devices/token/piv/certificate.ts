import { type KeyObject, X509Certificate } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { selfSigned } from './self-signed.ts'
import { tlv, valueAt } from './tlv.ts'

/*
 * A PIV card keeps the public key of a slot as a certificate. Nobody checks who signed it: whoever trusts the key has it in
 * the list of recipients.
 */

/** SP 800-73-4, part 1, appendix A: certificate, whether it is compressed, an empty error code. */
const tags = { object: 0x53, certificate: 0x70, info: 0x71, error: 0xfe }
const compressed = 0x01

/** The public key of a certificate object. null: there is no certificate of an RSA key in it. */
export function keyOfCertificate(object: Uint8Array): KeyObject | null {
  const bytes = valueAt(object, tags.object, tags.certificate)
  if (bytes === null) return null
  try {
    const isCompressed = (valueAt(object, tags.object, tags.info)?.[0] ?? 0) === compressed
    const der = isCompressed ? gunzipSync(bytes, { maxOutputLength: 64 * 1024 }) : bytes
    return new X509Certificate(der).publicKey
  } catch {
    return null
  }
}

/** The object that keeps the public key of `key` in a slot: a certificate that the key signs itself. Nothing looks at when it ends. */
export function certificateObject(key: KeyObject, name: string, serial: Uint8Array, from: Date): Uint8Array {
  const certificate = tlv(tags.certificate, selfSigned(key, { name, serial, from }))
  return tlv(tags.object, certificate, tlv(tags.info, Uint8Array.of(0)), tlv(tags.error))
}
