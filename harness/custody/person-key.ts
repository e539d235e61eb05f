import type { Identity } from 'age-encryption'
import { z } from 'zod'
import { createOutside, readOutside } from '../core/outside-file.node.ts'
import { otherVersion, parseJson } from '../core/parse-json.ts'
import type { Random } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import { CustodyError, fileError } from './custody-error.ts'
import { SigningKey } from './signing-key.ts'
import { openKey, SealedKey, sealKey } from './store-key.ts'

const format = 'assay-person-key-1'

/** Sealed to the RSA key of a token: age's file, base64. */
const SealedToToken = z.strictObject({
  format: z.literal('assay-token-sealed-1'),
  /** `ssh-rsa AAAA…`. */
  recipient: z.string(),
  age: z.base64(),
})

/** The key that a person signs with, sealed under a passphrase that only they know, or to a token that only they have. */
const PersonKeyFile = z.strictObject({
  format: z.literal(format),
  /** As the register has it. */
  name: z.string().min(1).max(32),
  /** Ed25519, base64url: what the register keeps of it. */
  publicKey: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  sealed: z.discriminatedUnion('format', [SealedKey, SealedToToken]),
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
  return await writeNewKey(path, name, random, seed => sealKey(seed, passphrase, purposeOf(name), random, cost))
}

/**
 * The same, sealed to a token's RSA key: it opens only where the token is, and its PIN.
 * @param recipient `ssh-rsa AAAA…`: making needs the public key only
 * @throws CustodyError `recipient-unreadable`, `key-exists`
 */
export async function makeTokenPersonKey(
  path: string,
  name: string,
  recipient: string,
  random: Random,
): Promise<string> {
  const { parseRecipient, sealTo } = await import('./vault/seal.ts')
  const token = parseRecipient(recipient)
  return await writeNewKey(path, name, random, async seed => {
    const clear = Buffer.concat([Buffer.from(bondOf(name)), seed.expose()])
    const age = Buffer.from(await sealTo([token], clear)).toString('base64')
    clear.fill(0)
    return { format: 'assay-token-sealed-1', recipient: token.text, age }
  })
}

async function writeNewKey(
  path: string,
  name: string,
  random: Random,
  seal: (seed: Secret) => Promise<z.infer<typeof PersonKeyFile>['sealed']>,
): Promise<string> {
  const bytes = random.bytes(32)
  using seed = Secret.ofBytes(bytes)
  bytes.fill(0)
  const { publicKey } = new SigningKey(seed)
  const file: z.infer<typeof PersonKeyFile> = { format, name, publicKey, sealed: await seal(seed) }
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

/** A person's key as its file has it: who signs with it is public, the key opens by their passphrase or their token only. */
export interface PersonKey {
  readonly name: string
  readonly publicKey: string
  readonly opensBy: 'passphrase' | 'token'
  /**
   * @param opener the passphrase, or the token as what opens sealed files
   * @throws CustodyError `password-wrong`, `not-for-this-key`; `key-unreadable` when the sealed key is another one than the file says
   */
  open(opener: Secret | Identity): Promise<SigningKey>
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
    opensBy: sealed.format === 'assay-token-sealed-1' ? 'token' : 'passphrase',
    open: async opener => {
      using seed = await seedIn(sealed, name, opener)
      if (seed?.length !== 32) throw unreadable(path, 'what it holds is no key')
      const key = new SigningKey(seed)
      if (key.publicKey !== publicKey) throw unreadable(path, 'the key in it is another one than it says')
      return key
    },
  }
}

/** @returns null where what is sealed to a token is not for this name */
async function seedIn(
  sealed: z.infer<typeof PersonKeyFile>['sealed'],
  name: string,
  opener: Secret | Identity,
): Promise<Secret | null> {
  if (sealed.format !== 'assay-token-sealed-1') {
    if ('unwrapFileKey' in opener) throw new CustodyError('password-wrong', `The key of ${name} opens by a passphrase.`)
    return await openKey(sealed, opener, purposeOf(name))
  }
  if (!('unwrapFileKey' in opener)) throw new CustodyError('not-for-this-key', `The key of ${name} opens by a token.`)
  const { openSealed } = await import('./vault/seal.ts')
  const clear = await openSealed(Buffer.from(sealed.age, 'base64'), opener)
  const bond = Buffer.from(bondOf(name))
  const isFor = Buffer.from(clear.subarray(0, bond.length)).equals(bond)
  const seed = isFor ? Secret.ofBytes(clear.subarray(bond.length)) : null
  clear.fill(0)
  return seed
}

/** Before the key in what is sealed to a token, so that one person's cannot stand in for another's. */
const bondOf = (name: string) => `${purposeOf(name)}\n`

const unreadable = (path: string, why: string) =>
  new CustodyError('key-unreadable', `${path} is no key of a person: ${why}. Nothing was signed.`)
