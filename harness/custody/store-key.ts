import { createCipheriv, createDecipheriv, scrypt } from 'node:crypto'
import { z } from 'zod'
import { Secret } from '../core/secret.ts'
import { CustodyError } from './custody-error.ts'

/** Shorter passwords fall to guessing, whatever the cost of a guess. */
const shortestPassword = 12

/** scrypt's N: 32 MiB and about 0.1 s a guess, with r = 8 and p = 1. */
const usualCost = 2 ** 15

const base64 = z.string().regex(/^[A-Za-z0-9_-]+$/)

/** A secret of some bytes, sealed under a password (scrypt, AES-256-GCM). Overwriting this is what erases a store. */
export const SealedKey = z.strictObject({
  format: z.literal('assay-sealed-key-1'),
  /** What it opens; part of the seal, so that one key file cannot stand in for another. */
  purpose: z.string(),
  /** scrypt's N; r is 8, p is 1. */
  cost: z
    .int()
    .min(2)
    .max(2 ** 20),
  salt: base64,
  nonce: base64,
  sealed: base64,
})
export type SealedKey = z.infer<typeof SealedKey>

/**
 * A sealed key from its file's text.
 * @param origin its path, for the error
 * @throws CustodyError `key-newer`, `key-unreadable`
 */
export function parseSealedKey(text: string, origin: string): SealedKey {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    json = null
  }
  const format = (json as { format?: unknown } | null)?.format
  if (typeof format === 'string' && /^assay-sealed-key-\d+$/.test(format) && format !== 'assay-sealed-key-1') {
    throw new CustodyError(
      'key-newer',
      `${origin} is of a newer Assay (${format}); use that version. Nothing was changed.`,
    )
  }
  const read = SealedKey.safeParse(json)
  if (read.success) return read.data
  throw new CustodyError(
    'key-unreadable',
    `${origin} is no sealed key: it is damaged or was erased. Nothing was changed.`,
  )
}

/**
 * @param random gives fresh bytes
 * @param cost scrypt's N, a power of two
 * @throws CustodyError `password-short`
 */
export async function sealKey(
  key: Secret,
  password: Secret,
  purpose: string,
  random: (length: number) => Uint8Array,
  cost = usualCost,
): Promise<SealedKey> {
  if (password.length < shortestPassword) {
    throw new CustodyError(
      'password-short',
      `The password has fewer than ${shortestPassword} bytes; choose a longer one, such as six words.`,
    )
  }
  const salt = random(16)
  const nonce = random(12)
  const wrapping = await wrappingKey(password, salt, cost)
  const cipher = createCipheriv('aes-256-gcm', wrapping, nonce)
  cipher.setAAD(Buffer.from(`assay-sealed-key-1 ${purpose}`))
  const bytes = key.expose()
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()])
  bytes.fill(0)
  wrapping.fill(0)
  const text = (part: Uint8Array) => Buffer.from(part).toString('base64url')
  return { format: 'assay-sealed-key-1', purpose, cost, salt: text(salt), nonce: text(nonce), sealed: text(sealed) }
}

/** @throws CustodyError `password-wrong`: or the key was destroyed, which looks the same */
export async function openKey(file: SealedKey, password: Secret, purpose: string): Promise<Secret> {
  const part = (text: string) => Buffer.from(text, 'base64url')
  const wrapping = await wrappingKey(password, part(file.salt), file.cost)
  const sealed = part(file.sealed)
  try {
    const cipher = createDecipheriv('aes-256-gcm', wrapping, part(file.nonce))
    cipher.setAAD(Buffer.from(`assay-sealed-key-1 ${purpose}`))
    cipher.setAuthTag(sealed.subarray(-16))
    const bytes = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()])
    const key = Secret.ofBytes(bytes)
    bytes.fill(0)
    return key
  } catch (cause) {
    throw new CustodyError('password-wrong', `The password does not open the key for ${purpose}.`, { cause })
  } finally {
    wrapping.fill(0)
  }
}

function wrappingKey(password: Secret, salt: Uint8Array, N: number): Promise<Buffer> {
  const bytes = password.expose()
  return new Promise((resolve, reject) => {
    scrypt(bytes, salt, 32, { N, r: 8, p: 1, maxmem: 2 ** 11 * N + 2 ** 20 }, (error, key) => {
      bytes.fill(0)
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
