import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { readOutside } from '../../core/outside-file.node.ts'
import { headersOfOwnPage, isThisMachine } from '../../core/own-page.node.ts'
import { parseJson } from '../../core/parse-json.ts'
import { type Allowed, RateLimit } from '../../core/rate-limit.ts'
import { type Serving, serve } from '../../core/serving.node.ts'
import { CustodyError } from '../custody-error.ts'
import { makeFolder, writeDurably } from '../durable-file.ts'
import { ChainEntry, entryFaults, ownFault } from '../hash-chain.ts'
import { holdFolder } from '../hold-folder.ts'
import { isSignedBy } from '../signing-key.ts'
import {
  appendEntry,
  chainBytes,
  digestOf,
  readEntries,
  type SealedEntry,
  sealedEntryOf,
  sealedFile,
} from './vault-chain.ts'
import {
  isShort,
  mostEntryLetters,
  mostSealedBytes,
  sealedPartsOf,
  vaultPaths,
  writeHeaders,
  writeMessage,
} from './vault-wire.ts'

export interface VaultServerOptions {
  readonly folder: string
  /** Public keys of the rigs that may add, base64url. */
  readonly writers: readonly string[]
  /** Default: `127.0.0.1`, this machine alone. */
  readonly host?: string | undefined
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** Requests of one address. */
  readonly allowed?: Allowed | undefined
  /** One line for each file that was added, and each request to write that was refused: ids and reasons, nothing else. */
  readonly onSaid?: ((line: string) => void) | undefined
  /** ms; for tests. */
  readonly now?: (() => number) | undefined
}

/** To verify a vault of some thousand files takes minutes, not hours. */
const usuallyAllowed: Allowed = { atOnce: 600, perMinute: 600 }
/** A challenge is answered at once. */
const challengeLastsMs = 60_000
const mostChallenges = 1000
/** Files that are being sent, each in memory. */
const mostAtOnce = 4
/** A file of {@link mostSealedBytes} over a slow line. */
const requestMs = 300_000
const headersMs = 10_000
/** A connection on which nothing moves. */
const idleMs = 60_000
const mostConnections = 64

/** Why a request to write is refused. */
class Refusal extends Error {
  readonly status: number

  constructor(status: number, why: string) {
    super(why)
    this.status = status
  }
}

/**
 * A vault for others over HTTP. It holds what a vault's folder holds, none of which it can read; whoever reaches it may read that, only
 * who signs with a writer's key may add, and nobody changes or takes away.
 * @throws AssayError `port-busy`; CustodyError `chain-broken`
 */
export async function openVaultServer(options: VaultServerOptions): Promise<Serving> {
  const { folder, writers, host = '127.0.0.1', port = 0, onSaid = () => {}, now = Date.now } = options
  makeFolder(folder, 0o700)
  using opening = new DisposableStack()
  // While it is served nobody else writes there.
  const since = new Date(now()).toISOString()
  opening.use(holdFolder(folder, { operator: 'assay', doing: 'serves a vault', pid: process.pid, since }))
  const ids = new Set(readEntries(folder).map(({ body }) => String(body['id'])))
  const limit = new RateLimit(options.allowed ?? usuallyAllowed, now)
  const challenges = new Challenges(now)
  let sending = 0

  async function write(request: IncomingMessage): Promise<string> {
    const entry = entryIn(request)
    const sealedEntry = sealedEntryIn(entry)
    const challenge = headerOf(request, writeHeaders.challenge)
    if (sending >= mostAtOnce) throw new Refusal(503, 'others are sending')
    if (!writers.includes(entry.signer)) throw new Refusal(403, 'this key may not write here')
    // Taken before it is looked at: a guess uses it up.
    if (!challenges.take(challenge)) throw new Refusal(401, 'the challenge is unknown, too old or used')
    if (!isSignedBy(entry.signer, writeMessage(challenge, entry), headerOf(request, writeHeaders.proof))) {
      throw new Refusal(403, 'the challenge is not signed with the key of the entry')
    }
    if (Number(request.headers['content-length']) !== sealedEntry.sizeBytes) throw new Refusal(400, 'another length')
    if (sealedEntry.sizeBytes > mostSealedBytes) throw new Refusal(413, 'the file is too large')
    sending++
    try {
      const sealed = await bodyOf(request, sealedEntry.sizeBytes)
      if (digestOf(sealed) !== sealedEntry.sha256) throw new Refusal(400, 'the file is not the one of the entry')
      if (sealedPartsOf(sealed, sealedEntry) === null) throw new Refusal(400, 'the file is no sealed one')
      append(entry, sealedEntry, sealed)
      return sealedEntry.id
    } finally {
      sending--
    }
  }

  function append(entry: ChainEntry, { id }: SealedEntry, sealed: Uint8Array): void {
    if (ids.has(id)) throw new Refusal(409, 'the file is there already')
    appendEntry(folder, last => {
      const [fault] = entryFaults(entry, last ?? undefined, writers, ownFault(entry))
      if (fault !== undefined) throw new Refusal(409, fault.sentence)
      writeDurably(sealedFile(folder, id), sealed, 0o600)
      return entry
    })
    ids.add(id)
  }

  const server = createServer({ requestTimeout: requestMs, headersTimeout: headersMs }, (request, response) => {
    const say = (status: number, body: string | Uint8Array = '') => answer(response, status, body)
    if (isThisMachine(host) && !isThisMachine(request.headers.host)) return say(403)
    if (!limit.allows(request.socket.remoteAddress ?? '')) return say(429)
    const { method, url = '' } = request
    if (method === 'POST' && url === `/${vaultPaths.challenge}`) return say(200, challenges.make())
    if (method === 'POST' && url === `/${vaultPaths.sealed}`) {
      write(request).then(
        id => {
          onSaid(`sealed ${id}`)
          say(201)
        },
        (error: unknown) => {
          const refused = error instanceof Refusal ? error : null
          onSaid(
            `refused: ${refused?.message ?? (error instanceof CustodyError ? error.code : 'it could not be written')}`,
          )
          say(refused?.status ?? 500)
        },
      )
      return
    }
    if (method !== 'GET') return say(405)
    try {
      const found = readingOf(folder, ids, url.slice(1))
      return found === null ? say(404) : say(found.length === 0 ? 204 : 200, found)
    } catch {
      return say(500)
    }
  })
  server.maxConnections = mostConnections
  server.timeout = idleMs
  const serving = await serve(server, host, port)
  const holding = opening.move()
  return {
    url: serving.url,
    [Symbol.asyncDispose]: async () => {
      await serving[Symbol.asyncDispose]()
      holding.dispose()
    },
  }
}

/** What may be read; null: there is no such thing. */
function readingOf(folder: string, ids: ReadonlySet<string>, path: string): Uint8Array | null {
  if (path === vaultPaths.chain) return chainBytes(folder)
  if (path === vaultPaths.head) {
    const chain = chainBytes(folder)
    return chain.subarray(chain.subarray(0, -1).lastIndexOf(0x0a) + 1)
  }
  const [, id] = /^sealed\/([0-9a-f]{16})$/.exec(path) ?? []
  // What no entry names is nobody's.
  if (id === undefined || !ids.has(id)) return null
  try {
    return readOutside(sealedFile(folder, id), 'evidence')
  } catch {
    return null
  }
}

const headerOf = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name]
  if (typeof value !== 'string' || value.length > mostEntryLetters) throw new Refusal(400, `${name} is missing`)
  return value
}

function entryIn(request: IncomingMessage): ChainEntry {
  const text = Buffer.from(headerOf(request, writeHeaders.entry), 'base64url').toString()
  const read = ChainEntry.safeParse(parseJson(text))
  if (!read.success) throw new Refusal(400, 'the entry is none')
  return read.data
}

function sealedEntryIn(entry: ChainEntry): SealedEntry {
  try {
    const sealed = sealedEntryOf(entry)
    if (isShort(sealed)) return sealed
  } catch {
    // Said below.
  }
  throw new Refusal(400, 'the entry is none of a vault')
}

async function bodyOf(request: IncomingMessage, sizeBytes: number): Promise<Uint8Array> {
  const body = Buffer.alloc(sizeBytes)
  let read = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (read + chunk.length > sizeBytes) throw new Refusal(400, 'another length')
    body.set(chunk, read)
    read += chunk.length
  }
  if (read < sizeBytes) throw new Refusal(400, 'another length')
  return body
}

function answer(response: ServerResponse, status: number, body: string | Uint8Array): void {
  response.writeHead(status, {
    ...headersOfOwnPage,
    'cache-control': 'no-store',
    'content-type': 'application/octet-stream',
    ...(status === 429 || status === 503 ? { 'retry-after': '5' } : {}),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
  })
  response.end(body)
}

/** Texts that were given out, each good once and for a minute. */
class Challenges {
  readonly #now: () => number
  readonly #madeAt = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  make(): string {
    if (this.#madeAt.size >= mostChallenges) this.#madeAt.delete(this.#madeAt.keys().next().value!)
    const challenge = randomBytes(32).toString('base64url')
    this.#madeAt.set(challenge, this.#now())
    return challenge
  }

  take(challenge: string): boolean {
    const madeAt = this.#madeAt.get(challenge)
    this.#madeAt.delete(challenge)
    return madeAt !== undefined && this.#now() - madeAt <= challengeLastsMs
  }
}
