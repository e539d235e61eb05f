import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { OutsideFileError, readOutside } from '../../core/outside-file.node.ts'
import { CustodyError } from '../custody-error.ts'
import { makeFolder, writeDurably } from '../durable-file.ts'
import { type ChainEntry, type ChainHead, chainFaults, isUnchanged } from '../hash-chain.ts'
import { holdFolder } from '../hold-folder.ts'
import type { SigningKey } from '../signing-key.ts'
import { type Opener, openSealed, partsOf, sealTo, type VaultRecipient } from './seal.ts'
import { type NamedBytes, packTar, unpackTar } from './tar.ts'
import {
  appendEntry,
  chainBytes,
  chainPath,
  digestOf,
  entryBehind,
  readEntries,
  type SealedEntry,
  sealedBodyOf,
  sealedEntryOf,
  sealedFile,
} from './vault-chain.ts'

/** What was in view at an inspection, to be sealed. */
export interface Evidence {
  /** Serial; null where it is not known. */
  readonly unit: string | null
  readonly station: string
  /** When the inspection began, ISO 8601 in UTC. */
  readonly started: string
  readonly files: readonly NamedBytes[]
}

/** What sealing takes: public keys, and the key that signs what is there. Neither opens anything. */
export interface SealOptions {
  readonly recipients: readonly VaultRecipient[]
  readonly key: SigningKey
  readonly clock: () => Date
  readonly operator?: string | undefined
}

/** Another process seals for a moment: so often it is asked for the folder again, every 50 ms. */
const mostTries = 200

/** What was in view as one age file. @param started ISO 8601 */
export async function sealFiles(
  files: readonly NamedBytes[],
  started: string,
  recipients: readonly VaultRecipient[],
): Promise<Uint8Array> {
  const clear = packTar(files, Date.parse(started))
  try {
    return await sealTo(recipients, clear)
  } finally {
    clear.fill(0)
  }
}

/**
 * Seals evidence into a vault's folder, which is made where there is none. When it returns, the file is on the drive and stands in the
 * chain; killed in between, a file is left that no entry names, and nothing was acknowledged.
 * @param sealedElsewhere what {@link sealFiles} gave for these recipients, where another process has the files
 * @throws CustodyError what recipients, chains and drives say
 */
export async function sealEvidence(
  folder: string,
  { unit, station, started, files }: Evidence,
  { recipients, key, clock, operator = 'assay' }: SealOptions,
  sealedElsewhere: Uint8Array | null = null,
): Promise<SealedEntry> {
  const sealed = sealedElsewhere ?? (await sealFiles(files, started, recipients))
  makeFolder(folder, 0o700)
  const body = sealedBodyOf(sealed, { unit, station, started }, recipients)
  writeDurably(sealedFile(folder, body.id), sealed, 0o600)
  const holder = { operator, doing: 'seals evidence', pid: process.pid, since: clock().toISOString() }
  using _ = await held(folder, holder)
  return appendEntry(folder, last => entryBehind(last, body, key, clock()))
}

async function held(folder: string, holder: Parameters<typeof holdFolder>[1]): Promise<Disposable> {
  for (let tries = 0; ; tries++) {
    try {
      return holdFolder(folder, holder)
    } catch (error) {
      if (!(error instanceof CustodyError) || error.code !== 'folder-held' || tries >= mostTries) throw error
      await pause(50)
    }
  }
}

/** What is sealed in a vault, oldest first, as its chain says; whether that is true is for {@link verifyVault}. */
export const sealedIn = (folder: string): readonly SealedEntry[] => readEntries(folder).map(sealedEntryOf)

/**
 * The files of one inspection, opened. What the chain says of it must be what was signed, and what was kept elsewhere: another unit's
 * file under this one's name is nobody's proof.
 * @throws CustodyError `evidence-unknown`, `evidence-changed`, what {@link openSealed} and {@link unpackTar} say
 */
export const openEvidence = async (folder: string, id: string, opener: Opener, kept: readonly KeptSeal[] = []) =>
  await openWritten({ entries: readEntries(folder), read: one => readSealed(folder, one) }, id, opener, kept)

/** A vault to be opened or verified, wherever it is. */
interface WrittenVault {
  /** As its chain has them, unjudged. */
  readonly entries: readonly ChainEntry[]
  /** A sealed file; null: it is gone. */
  read(id: string): Uint8Array | null | Promise<Uint8Array | null>
}

/** {@link openEvidence} of a vault anywhere. */
export async function openWritten(
  { entries, read }: WrittenVault,
  id: string,
  opener: Opener,
  kept: readonly KeptSeal[] = [],
): Promise<readonly NamedBytes[]> {
  const written = entries.find(({ body }) => body['id'] === id)
  if (written === undefined) {
    throw new CustodyError('evidence-unknown', 'The vault has no evidence with this id (assay vault list).')
  }
  const changed = (what: string) => new CustodyError('evidence-changed', `${what}; nothing was opened.`)
  const seal = kept.find(one => one.id === id)
  if (!isUnchanged(written) || (seal !== undefined && seal.entrySha256 !== written.hash)) {
    throw changed(`what the vault's chain says of ${id} was changed (assay vault verify)`)
  }
  const entry = sealedEntryOf(written)
  const sealed = await read(id)
  const fault = notAsSealed(entry, sealed)
  if (fault !== null) throw changed(fault)
  return unpackTar(await openSealed(sealed!, opener))
}

const readSealed = (folder: string, id: string): Uint8Array | null => {
  const path = sealedFile(folder, id)
  return existsSync(path) ? readOutside(path, 'evidence') : null
}

/** What cannot be read is one file's fault, and hides none of another's. */
function faultsOfFile(folder: string, entry: SealedEntry): readonly string[] {
  try {
    return fileFaults(entry, readSealed(folder, entry.id))
  } catch (error) {
    if (!(error instanceof OutsideFileError)) throw error
    return [`the sealed file ${entry.id} cannot be looked at: it ${error.clause}`]
  }
}

/** What is wrong with the sealed file of an entry, in a clause. @param sealed null: it is gone */
function notAsSealed({ id, sha256 }: SealedEntry, sealed: Uint8Array | null): string | null {
  if (sealed === null) return `the sealed file ${id} is gone`
  return digestOf(sealed) === sha256 ? null : `the sealed file ${id} is not the one that was sealed`
}

/** What somebody else has kept of a vault: the journal of the rig that sealed. */
export interface KeptSeal {
  readonly id: string
  readonly sha256: string
  readonly index: number
  readonly entrySha256: string
}

/** What {@link verifyVault} found. */
export interface VaultReport {
  readonly entries: readonly SealedEntry[]
  /** Sentences, one a fault; none: nothing was changed, left out, swapped, moved or cut off. */
  readonly faults: readonly string[]
  /** Files that the chain does not name: a sealing that was killed, or somebody put them there. */
  readonly strays: readonly string[]
  /** Ids of sealed files that are not among what was kept elsewhere: a sealing that was killed, or somebody put them there. */
  readonly unkept: readonly string[]
  /** Public keys that have signed, base64url. */
  readonly signers: readonly string[]
}

/**
 * Is a vault as it was written? Needs no key. @param kept what was kept elsewhere: without it, an end that was cut off, or a whole
 * chain that was made anew with another key, cannot be told.
 */
export const verifyVault = (folder: string, kept: readonly KeptSeal[] = []): VaultReport =>
  verifyChain(folder, readEntries(folder), kept)

function verifyChain(folder: string, chain: readonly ChainEntry[], kept: readonly KeptSeal[]): VaultReport {
  const said = chainReport(chain, kept)
  const faults = said.entries.flatMap(entry => faultsOfFile(folder, entry))
  const named = new Set(said.entries.map(({ id }) => `${id}.age`))
  const strays = existsSync(folder) ? readdirSync(folder).filter(name => name.endsWith('.age') && !named.has(name)) : []
  return { ...said, faults: [...said.faults, ...faults], strays }
}

/** {@link verifyVault} of a vault anywhere, but for files that its chain does not name: nobody is shown those. */
export async function verifyWritten({ entries, read }: WrittenVault, kept: readonly KeptSeal[]): Promise<VaultReport> {
  const said = chainReport(entries, kept)
  const faults = [...said.faults]
  for (const entry of said.entries) faults.push(...fileFaults(entry, await read(entry.id)))
  return { ...said, faults }
}

/** What the chain alone tells. */
function chainReport(chain: readonly ChainEntry[], kept: readonly KeptSeal[]): VaultReport {
  const signers = [...new Set(chain.map(({ signer }) => signer))]
  const heads: ChainHead[] = kept.map(({ index, entrySha256 }) => ({ index, hash: entrySha256 }))
  // Where something was kept, only who signed that may have signed the rest.
  const keptHashes = new Set(kept.map(({ entrySha256 }) => entrySha256))
  const isKept = ({ hash }: ChainEntry) => keptHashes.has(hash)
  const known = new Set(chain.filter(isKept).map(({ signer }) => signer))
  const allowed = known.size === 0 ? signers : [...known]
  const faults = chainFaults(chain, { signers: allowed, heads }).map(({ sentence }) => sentence)
  const entries: SealedEntry[] = []
  for (const entry of chain) {
    try {
      entries.push(sealedEntryOf(entry))
    } catch {
      faults.push(`entry ${entry.index} is none of a vault`)
    }
  }
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    faults.push('one file stands in the chain twice: an entry was replayed')
  }
  const unkept = entries.filter(({ entrySha256 }) => !keptHashes.has(entrySha256)).map(({ id }) => id)
  return { entries, faults, strays: [], unkept, signers }
}

function fileFaults(entry: SealedEntry, sealed: Uint8Array | null): readonly string[] {
  const fault = notAsSealed(entry, sealed)
  if (fault !== null) return [fault]
  const stanzas = partsOf(sealed!)?.stanzas.length ?? 0
  return stanzas < entry.sealedTo.length ? [`the sealed file ${entry.id} is not for all whom the chain names`] : []
}

const keysFolder = (folder: string) => join(folder, 'keys')

/** Where the sealed copy of a token's key lies. */
export const keyBackupFile = (folder: string, name: string) => join(keysFolder(folder), `${name}.age`)

/** The names of the tokens whose keys have a sealed copy here. */
export const keyBackupsIn = (folder: string): readonly string[] =>
  existsSync(keysFolder(folder))
    ? readdirSync(keysFolder(folder))
        .filter(name => name.endsWith('.age'))
        .map(name => name.slice(0, -'.age'.length))
        .sort()
    : []

/** What {@link copyVault} did. */
export interface CopiedVault {
  readonly copied: number
  readonly there: number
  readonly entries: number
}

/**
 * Copies what `to` does not have yet of a vault: a backup, or a restore. Only ever adds: a copy whose chain does not go on from
 * what is there would take results back.
 * @throws CustodyError `vault-missing`, `vault-faulty`, `vault-older`, `folder-held`
 */
export function copyVault(from: string, to: string): CopiedVault {
  if (!existsSync(chainPath(from))) throw new CustodyError('vault-missing', `${from} is no vault: it has no chain.`)
  // Read once: who seals meanwhile adds to it.
  const coming = chainBytes(from)
  const report = verifyChain(from, readEntries(from, coming), [])
  if (report.faults.length > 0) {
    throw new CustodyError('vault-faulty', `${from} is no sound vault: ${report.faults[0]}. Nothing was copied.`)
  }
  makeFolder(to, 0o700)
  const since = new Date().toISOString()
  using _ = holdFolder(to, { operator: 'assay', doing: 'copies a vault', pid: process.pid, since })
  const there = chainBytes(to)
  if (!coming.subarray(0, there.length).equals(there)) {
    throw new CustodyError(
      'vault-older',
      `${to} holds entries that ${from} does not have, or others; it was not touched. Take it away first if it is to be given up.`,
    )
  }
  let copied = 0
  for (const { id, sha256 } of report.entries) {
    const path = sealedFile(to, id)
    if (existsSync(path) && digestOf(readOutside(path, 'evidence')) === sha256) continue
    writeDurably(path, readOutside(sealedFile(from, id), 'evidence'), 0o600)
    copied++
  }
  for (const name of keyBackupsIn(from)) {
    makeFolder(keysFolder(to), 0o700)
    if (!existsSync(keyBackupFile(to, name))) {
      writeDurably(keyBackupFile(to, name), readOutside(keyBackupFile(from, name), 'evidence'), 0o600)
    }
  }
  // Last: what the chain names is there by now.
  writeDurably(chainPath(to), coming, 0o600)
  return { copied, there: report.entries.length - copied, entries: report.entries.length }
}
