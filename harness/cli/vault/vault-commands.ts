import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { configurationHere } from '../../config/configuration-here.ts'
import { AssayError, exitCodes } from '../../core/assay-error.ts'
import { withoutTypography } from '../../core/bare-serial.ts'
import { createOutside } from '../../core/outside-file.node.ts'
import { printable } from '../../core/printable.ts'
import { fileError } from '../../custody/custody-error.ts'
import { makeFolder } from '../../custody/durable-file.ts'
import { fingerprint } from '../../custody/signing-key.ts'
import { readRecipientsFile } from '../../custody/vault/recipients-file.ts'
import { recoveryIdentity } from '../../custody/vault/recovery-phrase.ts'
import { copyVault, type KeptSeal, verifyVault } from '../../custody/vault/vault.ts'
import { recipientMark } from '../../custody/vault/vault-chain.ts'
import { openVaultServer } from '../../custody/vault/vault-server.node.ts'
import { vaultKey } from '../../inspection/glovebox/vault-evidence.ts'
import type { CommandContext } from '../context.ts'
import { type JournalOptions, openStationJournal, readStationJournal } from '../journal/station-journal.ts'
import { printDocument, printLine, tellLine } from '../terminal.ts'
import { typedUnit } from '../typed-serial.ts'
import { type KeptOfVault, keptOfVault, unsealedPasses } from './kept-of-vault.ts'
import { askPhrase } from './provision.ts'
import { type ReadableVault, readableVault } from './readable-vault.ts'
import { VaultInputError, vaultHere } from './station-vault.ts'
import { unlockToken, type VaultSecrets } from './token-choice.ts'

export interface VaultOptions extends JournalOptions, VaultSecrets {}

/** One document, or the lines. */
function say({ json }: VaultOptions, document: unknown, lines: readonly string[]): void {
  if (json) printDocument(document)
  else for (const line of lines) printLine(line)
}

export async function recipients(options: VaultOptions): Promise<void> {
  const vault = await vaultHere()
  const { recipients: path } = vault
  const sealed = await readableVault(vault).sealed()
  const known = readRecipientsFile(path).map(one => ({ ...one, mark: recipientMark(one.text) }))
  const opens = (mark: string) => sealed.filter(({ sealedTo }) => sealedTo.includes(mark)).length
  const rows = known.map(({ name, kind, mark }) => ({ name, kind, mark, opens: opens(mark) }))
  const marks = new Set(known.map(({ mark }) => mark))
  const gone = [...new Set(sealed.flatMap(({ sealedTo }) => sealedTo))].filter(mark => !marks.has(mark))
  const former = gone.map(mark => ({ mark, opens: opens(mark) }))
  say(options, { sealed: sealed.length, recipients: rows, former }, [
    ...(rows.length === 0 ? ['Evidence is sealed for nobody yet: run assay vault init.'] : []),
    ...rows.map(
      one => `${one.kind.padEnd(8)}  ${one.mark}  opens ${one.opens} of ${sealed.length}  ${printable(one.name)}`,
    ),
    ...former.map(one => `former    ${one.mark}  opens ${one.opens} of ${sealed.length}, and nothing that comes`),
  ])
}

export async function list(options: VaultOptions & { readonly unit?: string }): Promise<void> {
  const all = await readableVault(await vaultHere()).sealed()
  const bare = all.map(({ unit }) => withoutTypography(unit ?? ''))
  const wanted = options.unit === undefined ? null : typedUnit(bare, options.unit)
  const found = options.unit === undefined ? all : all.filter((_, i) => bare[i] === wanted)
  const none = options.unit === undefined ? 'Nothing is sealed here yet.' : 'Nothing of that unit is sealed here.'
  say(options, found, [
    ...(found.length === 0 ? [none] : []),
    ...found.map(({ id, at, unit, station, sizeBytes, sealedTo }) =>
      [id, at, printable(unit ?? 'unknown unit'), station, `${sizeBytes} bytes`, `for ${sealedTo.length}`].join('  '),
    ),
  ])
}

export interface OpenOptions extends VaultOptions {
  readonly token?: string
  readonly phrase?: boolean
  readonly out: string
}

/** Opens one inspection into a new folder; the journal says so before anything is opened. */
export async function open(id: string, options: OpenOptions, { signal }: CommandContext): Promise<void> {
  const vault = readableVault(await vaultHere())
  if ((options.token === undefined) === (options.phrase !== true)) {
    throw new VaultInputError('opener-missing', 'Say what opens it: --token TOKEN, or --phrase.')
  }
  const out = resolve(options.out)
  if (existsSync(out)) throw new VaultInputError('folder-exists', `${out} is there already; name a new folder.`)
  const { seals } = await keptOf(options)
  {
    await using journal = await openStationJournal(options, signal)
    await journal.append({ kind: 'secrets-revealed', facts: { command: 'vault open', files: [id] } })
  }
  const files = await openedBy(vault, id, seals, options, signal)
  try {
    makeFolder(out, 0o700)
    for (const { name, bytes } of files) createOutside(join(out, name), bytes)
  } catch (cause) {
    // Half of it in clear helps nobody.
    rmSync(out, { recursive: true, force: true })
    throw cause instanceof AssayError ? cause : fileError(out, 'written', cause)
  } finally {
    for (const { bytes } of files) bytes.fill(0)
  }
  say(options, { id, out, files: files.map(({ name }) => name) }, [
    `${files.length} files of ${id} lie in ${out}, readable for you alone. Erase them when you are done.`,
  ])
}

async function openedBy(
  vault: ReadableVault,
  id: string,
  kept: readonly KeptSeal[],
  options: OpenOptions,
  signal: AbortSignal,
) {
  if (options.token === undefined) {
    using phrase = await askPhrase(options, signal)
    using identity = await recoveryIdentity(phrase)
    return await vault.open(id, identity, kept)
  }
  const token = await unlockToken(options.token, options, signal)
  try {
    return await vault.open(id, token.identity, kept)
  } finally {
    await token.close()
  }
}

/**
 * What the journal has kept of the vault; nothing where this workplace has no journal yet.
 * @throws CustodyError `journal-missing` for one that was named and is not there
 */
async function keptOf(options: VaultOptions): Promise<KeptOfVault> {
  try {
    await using journal = await readStationJournal(options)
    return await keptOfVault(journal.entries())
  } catch (error) {
    const isNamed = (options.journal ?? process.env['ASSAY_JOURNAL']) !== undefined
    if (isNamed || (error as { code?: string }).code !== 'journal-missing') throw error
    return { seals: [], passes: [] }
  }
}

export async function verify(options: VaultOptions, { exit }: CommandContext): Promise<void> {
  const vault = readableVault(await vaultHere())
  const { seals: kept, passes } = await keptOf(options)
  const { entries, strays, unkept, signers, ...found } = await vault.verify(kept)
  const faults = [...found.faults, ...unsealedPasses(passes, entries)]
  const isUnheld = kept.length === 0 && entries.length > 0
  const held = kept.length === 0 ? 'the journal has kept nothing of it' : `${kept.length} of them stand in the journal`
  say(options, { sealed: entries.length, kept: kept.length, faults, strays, unkept, signers }, [
    ...faults.map(fault => `FAULT: ${printable(fault)}`),
    ...(kept.length === 0 ? [] : unkept).map(
      id => `not in the journal: ${id} (an inspection that was killed before its result was kept, or it was put there)`,
    ),
    ...strays.map(
      name => `left over: ${printable(name)}: no entry names it (a sealing that was killed, or it was put there)`,
    ),
    `${entries.length} sealed inspections; ${held}.`,
    ...signers.map(signer => `  signed with the key ${fingerprint(signer)}`),
    ...(isUnheld
      ? ['Whether it is all, and the one that was sealed, only the journal can tell: name it by --journal.']
      : []),
  ])
  if (faults.length > 0) exit(exitCodes.failed)
  else if (isUnheld) exit(exitCodes.inconclusive)
}

/** The public key by which this workplace adds to a vault. */
export async function key(options: VaultOptions): Promise<void> {
  await vaultHere()
  const { config } = await configurationHere()
  const { publicKey } = await vaultKey(config.journal)
  say(options, { key: publicKey, fingerprint: fingerprint(publicKey) }, [
    publicKey,
    `  fingerprint ${fingerprint(publicKey)}`,
  ])
}

export interface ServeOptions {
  readonly writer: readonly string[]
  readonly host: string
  readonly port: number
}

/** Serves a vault's folder until it is interrupted. */
export async function serve(
  folder: string,
  { writer, ...at }: ServeOptions,
  { signal }: CommandContext,
): Promise<void> {
  await using server = await openVaultServer({ folder: resolve(folder), writers: writer, ...at, onSaid: tellLine })
  printLine(`The vault is at ${server.url} (Ctrl-C ends)`)
  if (!signal.aborted) await once(signal, 'abort')
}

/** A server's files are backed up where it runs. @throws VaultInputError `vault-on-server` */
async function folderHere(): Promise<string> {
  const { folder, server } = await vaultHere()
  if (server === undefined) return folder
  throw new VaultInputError(
    'vault-on-server',
    'The vault is kept by a server: copy its folder where it runs, from a workplace whose vault has no server in the settings.',
  )
}

export async function backup(to: string, options: VaultOptions): Promise<void> {
  const folder = await folderHere()
  const copied = copyVault(folder, resolve(to))
  say(options, copied, [`${copied.copied} sealed files were copied to ${to}; ${copied.there} lay there already.`])
}

export async function restore(from: string, options: VaultOptions, { exit }: CommandContext): Promise<void> {
  const folder = await folderHere()
  const { seals } = await keptOf(options)
  const copied = copyVault(resolve(from), folder)
  const missing = verifyVault(folder, seals).faults.length
  say(options, { ...copied, faults: missing }, [
    `${copied.copied} sealed files were put back from ${from}; ${copied.there} lay here already.`,
    ...(missing === 0
      ? []
      : [
          'It is NOT all that the journal has kept: look for a newer backup before anything is sealed (assay vault verify).',
        ]),
  ])
  if (missing > 0) exit(exitCodes.inconclusive)
}
