import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { Secret } from '../../core/secret.ts'
import type { PhotographReading } from '../reading.ts'
import { packReading, unpackReading, type WirePhotographReading } from './vision-wire.ts'

/*
 * A reading on its way from the process that read it to the one that judges it, past the one that started both: X25519 with a key of
 * its own for each, HKDF-SHA-256, AES-256-GCM. A key is used once, so its nonce may be zero.
 */

const keyLength = 32
const tagLength = 16
const nonce = Buffer.alloc(12)
const purpose = 'assay/v1 sealed reading'

/** SubjectPublicKeyInfo of an X25519 key, before its 32 bytes (RFC 8410). */
const spkiHead = Buffer.from('302a300506032b656e032100', 'hex')

const rawOf = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-keyLength)
const keyOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: 'der', type: 'spki' })

/** Whoever may open sealed readings. */
export interface ReadingKey {
  readonly privateKey: KeyObject
  /** X25519, 32 bytes. */
  readonly publicKey: Uint8Array
}

export function makeReadingKey(): ReadingKey {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  return { privateKey, publicKey: Uint8Array.from(rawOf(publicKey)) }
}

function messageKey(own: KeyObject, other: KeyObject, ephemeral: Uint8Array): Uint8Array {
  const shared = diffieHellman({ privateKey: own, publicKey: other })
  const key = new Uint8Array(hkdfSync('sha256', shared, ephemeral, purpose, 32))
  shared.fill(0)
  return key
}

/**
 * The reading as anybody may have it, with all of it sealed beside. Its secrets are wiped.
 * @param publicKey X25519, 32 bytes
 */
export function sealReading(reading: PhotographReading, publicKey: Uint8Array): PhotographReading {
  const ephemeral = generateKeyPairSync('x25519')
  const head = rawOf(ephemeral.publicKey)
  const key = messageKey(ephemeral.privateKey, keyOf(publicKey), head)
  const shown = withoutSecrets(reading)
  const packed = packReading(reading)
  const clear = serialize(packed)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([head, cipher.update(clear), cipher.final(), cipher.getAuthTag()])
  for (const bytes of [key, clear, ...secretBytesIn(packed)]) bytes.fill(0)
  return { ...shown, sealed: Uint8Array.from(sealed) }
}

/** @throws AssayError `reading-unopened`: it was sealed for another process, or is none */
export function openReading(sealed: Uint8Array, { privateKey }: ReadingKey): PhotographReading {
  try {
    const head = sealed.subarray(0, keyLength)
    const key = messageKey(privateKey, keyOf(head), head)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength })
    decipher.setAuthTag(sealed.subarray(-tagLength))
    const clear = Buffer.concat([decipher.update(sealed.subarray(keyLength, -tagLength)), decipher.final()])
    // What is deserialised may lie in these very bytes.
    const reading = unpackReading(deserialize(clear) as WirePhotographReading)
    for (const bytes of [key, clear]) bytes.fill(0)
    return reading
  } catch (cause) {
    throw new AssayError(
      'reading-unopened',
      'What was read of the unit cannot be opened any more: the process that holds secrets was lost. Inspect the unit again.',
      { cause, exitCode: exitCodes.environment },
    )
  }
}

/** In the place of a secret text stands one byte that says nothing; look-alikes are nowhere. */
function withoutSecrets(reading: PhotographReading): PhotographReading {
  return {
    ...reading,
    marks: reading.marks.map(mark => ({
      ...mark,
      text: mark.text instanceof Secret ? Secret.ofBytes(Uint8Array.of(0)) : mark.text,
      alternatives: null,
    })),
  }
}

const secretBytesIn = ({ marks }: WirePhotographReading): readonly Uint8Array[] =>
  marks.flatMap(({ text }) => (text !== null && typeof text === 'object' ? [text.secretBytes] : []))
