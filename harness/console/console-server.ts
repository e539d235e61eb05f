import { randomBytes } from 'node:crypto'
import Fastify, { type FastifyInstance } from 'fastify'
import { AssayError } from '../core/assay-error.ts'
import { drawnCode } from '../core/drawn-code.ts'
import { isThisMachine } from '../core/own-page.node.ts'
import { consolePage } from './console-page.ts'
import { always, ConsoleRoutes, type Served } from './console-routes.ts'
import type { NetworkView } from './network-view.ts'

export interface ConsoleServerOptions extends Served {
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** Of a server that takes another's place. Default: a new one that nobody can guess. */
  readonly path?: string | undefined
  /** An address of this machine at which others on its network reach the console, by TLS. Default: nobody but this machine does. */
  readonly network?: NetworkDoor | undefined
}

export interface NetworkDoor {
  /** IPv4. */
  readonly address: string
  readonly port: number
  /** PEM. */
  readonly key: string
  readonly cert: string
  readonly fingerprint: string
}

export interface ConsoleServer extends AsyncDisposable {
  /** With the path that only who was told it knows. */
  readonly url: string
  /** How others on the network reach it; null where they do not. */
  readonly network: NetworkView | null
}

const LARGEST_ACTION_BYTES = 4096
/** Whoever sends a request slower than this is cut off, ms. */
const LONGEST_REQUEST_MS = 120_000

/** Where a server listens, and under which names of it requests are answered. */
interface Door {
  readonly address: string
  readonly port: number
  isOurs(host: string | undefined): boolean
  /** Null: in clear, which nobody but this machine hears. */
  readonly tls: { readonly key: string; readonly cert: string } | null
}

/**
 * Serves the console at 127.0.0.1 and, where it is asked for, at an address of the network by TLS. Other users of this machine, others on the
 * network and pages of any site reach the port as well: the path is what they do not know, and nothing is answered under another host's name.
 *
 * @throws AssayError `port-busy`
 */
export async function openConsoleServer({
  port = 0,
  path = `/${randomBytes(16).toString('hex')}/`,
  network,
  ...served
}: ConsoleServerOptions): Promise<ConsoleServer> {
  let seen: NetworkView | null = null
  const routes = new ConsoleRoutes({ ...served, ...(await consolePage()), path, network: () => seen })
  await using opened = new AsyncDisposableStack()
  const open = async (door: Door) => {
    const { origin, close } = await openDoor(door, routes)
    opened.defer(close)
    return `${origin}${path}`
  }
  const url = await open({ address: '127.0.0.1', port, isOurs: isThisMachine, tls: null })
  if (network !== undefined) {
    const { address, fingerprint } = network
    const isOurs = (host = '') => host.replace(/:\d+$/, '') === address
    const url = await open({ ...network, isOurs, tls: network })
    seen = { url, fingerprint, code: drawnCode(url) }
  }
  const doors = opened.move()
  return {
    url,
    network: seen,
    async [Symbol.asyncDispose]() {
      routes.end()
      await doors.disposeAsync()
    },
  }
}

async function openDoor({ address, port, isOurs, tls }: Door, routes: ConsoleRoutes) {
  const settings = { bodyLimit: LARGEST_ACTION_BYTES, forceCloseConnections: true, requestTimeout: LONGEST_REQUEST_MS }
  // The same server but for how it listens, which Fastify's types take for another kind.
  const server = (tls === null ? Fastify(settings) : Fastify({ ...settings, https: tls })) as unknown as FastifyInstance
  const scheme = tls === null ? 'http' : 'https'
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(always)
    const { host, origin } = request.headers
    if (!isOurs(host) || (origin !== undefined && origin !== `${scheme}://${host}`)) {
      return await reply.code(403).send()
    }
  })
  routes.serve(server)
  try {
    await server.listen({ port, host: address })
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    throw new AssayError('port-busy', `Nothing can be served at ${address}, port ${port} (${why}); choose another.`, {
      cause,
    })
  }
  const its = server.server.address()
  return {
    origin: `${scheme}://${address}:${typeof its === 'object' ? its?.port : port}`,
    close: async () => await server.close(),
  }
}
