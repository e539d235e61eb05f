import { setTimeout as pause } from 'node:timers/promises'
import { exitCodes } from '../../core/assay-error.ts'
import { parseJson } from '../../core/parse-json.ts'
import { readChain } from '../chain-file.ts'
import { CustodyError } from '../custody-error.ts'
import { ChainEntry, type ChainHead, isUnchanged } from '../hash-chain.ts'
import type { Opener } from './seal.ts'
import type { NamedBytes } from './tar.ts'
import {
  type Evidence,
  type KeptSeal,
  openWritten,
  type SealOptions,
  sealFiles,
  type VaultReport,
  verifyWritten,
} from './vault.ts'
import { entryBehind, type SealedEntry, sealedBodyOf, sealedEntryOf } from './vault-chain.ts'
import { mostChainBytes, mostSealedBytes, vaultPaths, writeHeaders, writeMessage } from './vault-wire.ts'

/** For one answer, its body too, and for being told to come again. */
const usualDeadlineMs = 60_000
/** Whoever finds that others were first tries again so often, within so many deadlines. */
const [mostTries, mostDeadlines] = [20, 5]

/**
 * A vault that a server keeps (assay vault serve). The server is believed nothing: what it says is held against signatures, digests and
 * what the journal kept, as a folder's is.
 */
export class RemoteVault {
  readonly #address: URL
  readonly #deadlineMs: number
  /** The last entry that this one has added: a server that has lost it went back. */
  #added: ChainHead | null = null

  /** @param address `https:` or `http:` */
  constructor(address: string, deadlineMs = usualDeadlineMs) {
    this.#address = new URL(address.endsWith('/') ? address : `${address}/`)
    this.#deadlineMs = deadlineMs
  }

  /** @throws CustodyError `vault-unreachable`, `vault-refused`, `chain-broken` */
  async #entries(): Promise<readonly ChainEntry[]> {
    const bytes = await this.#read(vaultPaths.chain, mostChainBytes)
    return readChain(Buffer.from(bytes ?? []).toString('utf8'), this.#address.origin)
  }

  /** What is sealed, oldest first, as the server says. */
  async sealed(): Promise<readonly SealedEntry[]> {
    return (await this.#entries()).map(sealedEntryOf)
  }

  async open(id: string, opener: Opener, kept: readonly KeptSeal[]): Promise<readonly NamedBytes[]> {
    return await openWritten({ entries: await this.#entries(), read: this.#sealedFile }, id, opener, kept)
  }

  async verify(kept: readonly KeptSeal[]): Promise<VaultReport> {
    return await verifyWritten({ entries: await this.#entries(), read: this.#sealedFile }, kept)
  }

  readonly #sealedFile = (id: string) => this.#read(`${vaultPaths.sealed}${id}`, mostSealedBytes)

  /**
   * Seals evidence; when it returns, the server has said that it has it.
   * @throws CustodyError `vault-unreachable`, `vault-refused`, `vault-went-back`
   */
  async seal(
    evidence: Evidence,
    options: SealOptions,
    sealedElsewhere: Uint8Array | null = null,
  ): Promise<SealedEntry> {
    const { recipients, key, clock } = options
    const sealed = sealedElsewhere ?? (await sealFiles(evidence.files, evidence.started, recipients))
    const body = sealedBodyOf(sealed, evidence, recipients)
    let sent: ChainEntry | null = null
    const until = performance.now() + mostDeadlines * this.#deadlineMs
    for (let tries = 0; tries < mostTries && performance.now() < until; tries++) {
      const last = await this.#head()
      // Its answer was lost, and nothing else.
      if (sent !== null && last?.hash === sent.hash) return this.#wasAdded(sent)
      const entry = entryBehind(last, body, key, clock())
      sent = entry
      const challenge = Buffer.from((await this.#ask(vaultPaths.challenge, 1000, { method: 'POST' })).bytes).toString()
      const headers = {
        [writeHeaders.entry]: Buffer.from(JSON.stringify(entry)).toString('base64url'),
        [writeHeaders.challenge]: challenge,
        [writeHeaders.proof]: key.sign(writeMessage(challenge, entry)),
      }
      const lost = tries === 0 ? this.#nothing : undefined
      const request = { method: 'POST', headers, body: Uint8Array.from(sealed) }
      const { status } = await this.#ask(vaultPaths.sealed, 1000, request).catch(lost ?? rethrow)
      if (status === 201) return this.#wasAdded(entry)
      // Somebody else was first, or nothing was heard of it.
      if (status !== 409 && status !== 0) throw this.#refused(status)
      await pause(50)
    }
    throw this.#refused(409)
  }

  readonly #nothing = () => ({ status: 0, bytes: new Uint8Array(0) })

  #wasAdded(entry: ChainEntry): SealedEntry {
    this.#added = entry
    return sealedEntryOf(entry)
  }

  async #head(): Promise<ChainEntry | null> {
    const bytes = await this.#read(vaultPaths.head, mostChainBytes)
    const read = bytes === null || bytes.length === 0 ? null : parseJson(Buffer.from(bytes).toString('utf8'))
    const head = read === null ? null : ChainEntry.safeParse(read)
    if (head !== null && (!head.success || !isUnchanged(head.data))) {
      throw new CustodyError('chain-broken', `What ${this.#address.origin} says of its vault is no chain of one.`)
    }
    const last = head?.data ?? null
    const added = this.#added
    if (
      added !== null &&
      (last === null || last.index < added.index || (last.index === added.index && last.hash !== added.hash))
    ) {
      throw new CustodyError(
        'vault-went-back',
        `${this.#address.origin} does not have any more what was sealed there a moment ago. Seal nothing there; look for its backups (assay vault verify).`,
        { exitCode: exitCodes.environment },
      )
    }
    return last
  }

  /** null: it is not there. */
  async #read(path: string, mostBytes: number): Promise<Uint8Array | null> {
    const { status, bytes } = await this.#ask(path, mostBytes, {})
    if (status === 404) return null
    if (status !== 200 && status !== 204) throw this.#refused(status)
    return bytes
  }

  async #ask(path: string, mostBytes: number, init: RequestInit): Promise<{ status: number; bytes: Uint8Array }> {
    const until = performance.now() + this.#deadlineMs
    for (let tries = 0; ; tries++) {
      const answer = await this.#askOnce(path, mostBytes, init)
      if ((answer.status !== 429 && answer.status !== 503) || performance.now() > until) return answer
      await pause(Math.min(1000 * (tries + 1), 5000))
    }
  }

  async #askOnce(path: string, mostBytes: number, init: RequestInit): Promise<{ status: number; bytes: Uint8Array }> {
    try {
      const signal = AbortSignal.timeout(this.#deadlineMs)
      const answer = await fetch(new URL(path, this.#address), { ...init, signal, redirect: 'error' })
      const parts: Uint8Array[] = []
      let length = 0
      for await (const part of answer.body ?? []) {
        length += part.length
        if (length > mostBytes) throw new RangeError('more than there may be')
        parts.push(part)
      }
      return { status: answer.status, bytes: Buffer.concat(parts) }
    } catch (cause) {
      throw new CustodyError(
        'vault-unreachable',
        `The vault's server ${this.#address.origin} does not answer as one: look at the network and at assay vault serve. Nothing that was acknowledged is lost.`,
        { cause, exitCode: exitCodes.environment },
      )
    }
  }

  #refused(status: number): CustodyError {
    const why =
      status === 403 || status === 401
        ? 'the key of this workplace is none of its writers (assay vault key; assay vault serve --writer)'
        : `it answered ${status}`
    return new CustodyError('vault-refused', `The vault's server ${this.#address.origin} refused: ${why}.`, {
      exitCode: exitCodes.environment,
    })
  }
}

const rethrow = (error: unknown): never => {
  throw error
}
