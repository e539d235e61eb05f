import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readOutside } from '../../core/outside-file.node.ts'
import { parseJson } from '../../core/parse-json.ts'
import { readChain } from '../chain-file.ts'
import { CustodyError } from '../custody-error.ts'
import { GrowingFile } from '../growing-file.ts'
import { ChainEntry, isUnchanged, nextEntry } from '../hash-chain.ts'
import type { SigningKey } from '../signing-key.ts'

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/)

/** What the vault's chain says of a sealed file: ids and digests, and nothing that was in view. */
const SealedBody = z.strictObject({
  vault: z.literal('assay-vault-1'),
  /** The first half of `sha256`'s first half: names the file. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  /** Serial of the unit; null where it was not known. */
  unit: z.string().nullable(),
  station: z.string(),
  /** When the inspection began, UTC. */
  started: z.string(),
  /** Of the sealed file. */
  sha256: sha256Text,
  sizeBytes: z.int().min(1),
  /** {@link recipientMark}s of whom it is sealed to. */
  sealedTo: z.array(z.string()).min(2),
})
export type SealedBody = z.infer<typeof SealedBody>

/** A sealed file as the chain has it. */
export interface SealedEntry extends Omit<SealedBody, 'vault'> {
  readonly index: number
  /** When it was sealed, UTC. */
  readonly at: string
  /** Of the chain's entry: what others keep. */
  readonly entrySha256: string
}

const chainFile = (folder: string) => join(folder, 'chain.jsonl')
export const sealedFile = (folder: string, id: string) => join(folder, `${id}.age`)
const idOf = (sealed: Uint8Array) => digestOf(sealed).slice(0, 16)
export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A short name of a recipient that tells two apart: sixteen hexadecimal digits of its SHA-256. */
export const recipientMark = (text: string) => digestOf(Buffer.from(text)).slice(0, 16)

/** No entry is nearly as long. */
const longestEntry = 64 * 1024

/**
 * Appends one entry; when it returns, it is on the drive. Looks at the last entry only, so that a vault of any size takes the
 * same time; the whole is for {@link readEntries}. Hold the folder meanwhile.
 * @param make the entry behind the last one there
 * @throws CustodyError `chain-broken`, what {@link fileError} and `make` say
 */
export function appendEntry(folder: string, make: (last: ChainEntry | null) => ChainEntry): SealedEntry {
  using file = new GrowingFile(chainFile(folder), 0o600)
  const from = Math.max(0, file.size - longestEntry)
  const tail = file.read(from)
  const end = tail.lastIndexOf(0x0a) + 1
  const lines = tail.toString('utf8', 0, end).split('\n').slice(0, -1)
  if (from > 0 && lines.length === 0) throw broken(folder, 'its last entry is damaged')
  const last = lines.length === 0 ? null : ChainEntry.safeParse(parseJson(lines.at(-1)!))
  if (last !== null && (!last.success || !isUnchanged(last.data))) throw broken(folder, 'its last entry is damaged')
  const entry = make(last?.data ?? null)
  // Half an entry, which a cut of power leaves, was never acknowledged.
  file.cutAt(from + end)
  file.append(Buffer.from(`${JSON.stringify(entry)}\n`))
  return sealedEntryOf(entry)
}

/** What comes behind the last entry, signed. */
export function entryBehind(
  last: ChainEntry | null,
  body: Omit<SealedBody, 'vault'>,
  key: SigningKey,
  now: Date,
): ChainEntry {
  // A clock that was set back tells on `verify`; evidence is never refused for it.
  const at = last !== null && last.at > now.toISOString() ? last.at : now.toISOString()
  return nextEntry(last, SealedBody.parse({ vault: 'assay-vault-1', ...body }), at, key)
}

/** What the chain says of a file that was sealed. */
export const sealedBodyOf = (
  sealed: Uint8Array,
  { unit, station, started }: Pick<SealedBody, 'unit' | 'station' | 'started'>,
  recipients: readonly { readonly text: string }[],
): Omit<SealedBody, 'vault'> => ({
  ...{ id: idOf(sealed), unit, station, started, sha256: digestOf(sealed), sizeBytes: sealed.length },
  sealedTo: recipients.map(({ text }) => recipientMark(text)),
})

/**
 * All entries, unjudged. @param bytes of the chain, where it was read already
 * @throws CustodyError `chain-broken`
 */
export const readEntries = (folder: string, bytes = chainBytes(folder)): readonly ChainEntry[] =>
  readChain(bytes.toString('utf8'), chainFile(folder))

/** What an entry says. @throws CustodyError `chain-broken` when it speaks of no sealed file */
export function sealedEntryOf({ index, at, body, hash }: ChainEntry): SealedEntry {
  const read = SealedBody.safeParse(body)
  if (!read.success || !read.data.sha256.startsWith(read.data.id)) throw foreignBody(index)
  const { vault: _, ...said } = read.data
  return { index, at, entrySha256: hash, ...said }
}

const foreignBody = (index: number) =>
  new CustodyError('chain-broken', `Entry ${index} of the chain is none of a vault.`)

/** A chain as it lies there. Half a last line, which a cut of power leaves, was never acknowledged, and is passed over. */
export function chainBytes(folder: string): Buffer {
  if (!existsSync(chainFile(folder))) return Buffer.alloc(0)
  const bytes = readOutside(chainFile(folder), 'evidence')
  return bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1)
}

export const chainPath = chainFile

const broken = (folder: string, why: string) =>
  new CustodyError(
    'chain-broken',
    `The chain of the vault ${folder} is not the one that was written: ${why}. Keep it as it is and have it looked into.`,
  )
