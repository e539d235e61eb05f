import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AssayError } from './assay-error.ts'

/** A server that answers until it is disposed. */
export interface Serving extends AsyncDisposable {
  readonly url: string
}

/** @param port 0: any that is free @throws AssayError `port-busy` */
export async function serve(server: Server, host: string, port: number): Promise<Serving> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', (cause: NodeJS.ErrnoException) =>
    reject(
      new AssayError(
        'port-busy',
        `Nothing can be served at port ${port} of ${host} (${cause.code ?? 'unknown'}); choose another with --port or --host.`,
        { cause },
      ),
    ),
  )
  server.listen(port, host, resolve)
  await promise
  const address = server.address() as AddressInfo
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${address.port}/`,
    [Symbol.asyncDispose]: () =>
      new Promise(closed => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
