import { z } from 'zod'
import { createOutside, readOutside } from '../core/outside-file.node.ts'
import { otherVersion, parseJson } from '../core/parse-json.ts'
import type { Random } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import { CustodyError, fileError } from './custody-error.ts'
import { SigningKey } from './signing-key.ts'
import { openKey, SealedKey, sealKey } from './store-key.ts'

const format = 'assay-person-key-1'

/** The key that a person signs with, sealed under a passphrase that only they know. */
const PersonKeyFile = z.strictObject({
  format: z.literal(format),
  /** As the register has it. */
  name: z.string().min(1).max(32),
  /** Ed25519, base64url: what the register keeps of it. */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  sealed: SealedKey,
})

const purposeOf = (name: string) => `the signatures of ${name}`

/**
 * Makes a person's Ed25519 key in a new file (mode 0600), sealed under their passphrase (scrypt, AES-256-GCM).
 * @param cost scrypt's N
 * @returns the public key, base64url
 * @throws CustodyError `password-short`; `key-exists` where there is a file: a key is never written over; as writing does
 */
export async function makePersonKey(
  path: string,
  name: string,
  passphrase: Secret,
  random: Random,
  cost?: number,
): Promise<string> {
  const bytes = random.bytes(32)
  using seed = Secret.ofBytes(bytes)
  bytes.fill(0)
  const { publicKey } = new SigningKey(seed)
  const sealed = await sealKey(seed, passphrase, purposeOf(name), random, cost)
  const file: z.infer<typeof PersonKeyFile> = { format, name, publicKey, sealed }
  let isNew: boolean
  try {
    isNew = createOutside(path, `${JSON.stringify(file)}\n`)
  } catch (cause) {
    throw fileError(path, 'written', cause)
  }
  if (!isNew)
    throw new CustodyError('key-exists', `${path} is there already; a key is never written over. Name another file.`)
  return publicKey
}

/** A person's key as its file has it: who signs with it is public, the key opens by the passphrase only. */
export interface PersonKey {
  readonly name: string
  readonly publicKey: string
  /** @throws CustodyError `password-wrong`; `key-unreadable` when the sealed key is another one than the file says */
  open(passphrase: Secret): Promise<SigningKey>
}

/** @throws OutsideFileError; CustodyError `key-newer`, `key-unreadable` */
export function readPersonKey(path: string): PersonKey {
  return parsePersonKey(readOutside(path, 'note').toString('utf8'), path)
}

/** The key in a file's text. @param path for sentences. @throws CustodyError `key-newer`, `key-unreadable` */
export function parsePersonKey(text: string, path: string): PersonKey {
  const json = parseJson(text)
  const other = otherVersion(json, format)
  if (other !== null)
    throw new CustodyError('key-newer', `${path} is of a newer Assay (${other}); use that version. Nothing was signed.`)
  const read = PersonKeyFile.safeParse(json)
  if (!read.success) throw unreadable(path, 'it is damaged, or something else')
  const { name, publicKey, sealed } = read.data
  return {
    name,
    publicKey,
    open: async passphrase => {
      using seed = await openKey(sealed, passphrase, purposeOf(name))
      if (seed.length !== 32) throw unreadable(path, 'what it holds is no key')
      const key = new SigningKey(seed)
      if (key.publicKey !== publicKey) throw unreadable(path, 'the key in it is another one than it says')
      return key
    },
  }
}

const unreadable = (path: string, why: string) =>
  new CustodyError('key-unreadable', `${path} is no key of a person: ${why}. Nothing was signed.`)
