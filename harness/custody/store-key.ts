import { scrypt } from 'node:crypto'
import { z } from 'zod'
import { otherVersion, parseJson } from '../core/parse-json.ts'
import type { Random } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import { nonceLength, seal, unseal } from './aes-gcm.ts'
import { CustodyError } from './custody-error.ts'

/** Shorter passwords fall to guessing, whatever the cost of a guess. */
const shortestPassword = 12

/** scrypt's N: 32 MiB and about 0.1 s a guess, with r = 8 and p = 1. */
const usualCost = 2 ** 15

const format = 'assay-sealed-key-1'
const base64 = z.string().regex(/^[A-Za-z0-9_-]+$/)

/** A secret of some bytes, sealed under a password (scrypt, AES-256-GCM). Overwriting this is what erases a store. */
export const SealedKey = z.strictObject({
  format: z.literal(format),
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
  const json = parseJson(text)
  const other = otherVersion(json, format)
  if (other !== null) {
    throw new CustodyError(
      'key-newer',
      `${origin} is of a newer Assay (${other}); use that version. Nothing was changed.`,
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
 * @param cost scrypt's N, a power of two
 * @throws CustodyError `password-short`
 */
export async function sealKey(
  key: Secret,
  password: Secret,
  purpose: string,
  random: Random,
  cost = usualCost,
): Promise<SealedKey> {
  requireLongPassword(password)
  const salt = random.bytes(16)
  const nonce = random.bytes(nonceLength)
  const wrapping = await wrappingKey(password, salt, cost)
  const bytes = key.expose()
  const sealed = seal(wrapping, nonce, bondOf(purpose), bytes)
  for (const secret of [bytes, wrapping]) secret.fill(0)
  const text = (part: Uint8Array) => Buffer.from(part).toString('base64url')
  return { format, purpose, cost, salt: text(salt), nonce: text(nonce), sealed: text(sealed) }
}

/** @throws CustodyError `password-short` */
export function requireLongPassword(password: Secret): void {
  if (password.length >= shortestPassword) return
  throw new CustodyError(
    'password-short',
    `The password has fewer than ${shortestPassword} bytes; choose a longer one, such as six words.`,
  )
}

/** @throws CustodyError `password-wrong`: or the key was destroyed, which looks the same */
export async function openKey(file: SealedKey, password: Secret, purpose: string): Promise<Secret> {
  const part = (text: string) => Buffer.from(text, 'base64url')
  const wrapping = await wrappingKey(password, part(file.salt), file.cost)
  try {
    const bytes = unseal(wrapping, part(file.nonce), bondOf(purpose), part(file.sealed))
    const key = Secret.ofBytes(bytes)
    bytes.fill(0)
    return key
  } catch (cause) {
    throw new CustodyError('password-wrong', `The password does not open the key for ${purpose}.`, { cause })
  } finally {
    wrapping.fill(0)
  }
}

const bondOf = (purpose: string) => `${format} ${purpose}`

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
