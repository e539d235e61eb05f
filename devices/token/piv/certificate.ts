import { createPublicKey, type KeyObject, sign, X509Certificate } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
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

/** The object that keeps the public key of `key` in a slot: a certificate that the key signs itself (RFC 5280). */
export function certificateObject(key: KeyObject, name: string, serial: Uint8Array, from: Date): Uint8Array {
  const certificate = tlv(tags.certificate, selfSigned(key, name, serial, from))
  return tlv(tags.object, certificate, tlv(tags.info, Uint8Array.of(0)), tlv(tags.error))
}

const oid = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const sequence = (...parts: readonly Uint8Array[]) => tlv(0x30, ...parts)
/** sha256WithRSAEncryption, and its parameters: none. */
const algorithm = sequence(oid('2a864886f70d01010b'), tlv(0x05))

function selfSigned(key: KeyObject, name: string, serial: Uint8Array, from: Date): Uint8Array {
  const commonName = sequence(oid('550403'), tlv(0x0c, Buffer.from(name)))
  const subject = sequence(tlv(0x31, commonName))
  // Nothing looks at it; UTCTime ends with 2049.
  const valid = sequence(tlv(0x17, Buffer.from(utcTime(from))), tlv(0x17, Buffer.from('491231235959Z')))
  const positive = Uint8Array.of(0x01, ...serial)
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const body = sequence(
    tlv(0xa0, tlv(0x02, Uint8Array.of(2))),
    tlv(0x02, positive),
    algorithm,
    subject,
    valid,
    subject,
    spki,
  )
  return sequence(body, algorithm, tlv(0x03, Uint8Array.of(0), sign('sha256', body, key)))
}

const utcTime = (date: Date) => `${date.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`
