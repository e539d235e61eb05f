import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Camera } from '../camera/camera.ts'
import { RigError } from '../rig-error.ts'
import type { CardSurface } from './card-surface.ts'
import { type FaultName, faultNames } from './faults.ts'
import { openPty, type Pty } from './pty.ts'
import { virtualTruth } from './truth.ts'
import { VirtualBench } from './virtual-bench.ts'
import { defaultExposureMs, openVirtualCamera } from './virtual-camera.ts'

/** A digital twin that runs by itself, for any program to drive as it would a bench. */
export interface SimulatedBench extends AsyncDisposable {
  readonly bench: VirtualBench
  /** What a program opens as the controller's serial port; null without a pseudo-terminal. */
  readonly port: string | null
  /** `/photograph.jpg` under it is the camera, `/bench.json` what really burns and moves. */
  readonly url: string
}

interface SimulateRequest {
  readonly seed: number
  readonly hurry: number
  readonly size: { readonly width: number; readonly height: number }
  readonly surface: CardSurface | null
  /** What `POST /lay?thing=NAME` puts into the nest, by name. */
  readonly things?: Readonly<Record<string, () => CardSurface | null>>
  /** 0: any port that is free. */
  readonly httpPort: number
  readonly pty: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * Runs the twin's controller on a pseudo-terminal and its camera on HTTP, on this machine only.
 *
 * @throws RigError `pty` when no pseudo-terminal can be made here, `simulate-port` when the port is taken
 */
export async function simulateBench(request: SimulateRequest): Promise<SimulatedBench> {
  const { seed, hurry, size, surface, signal } = request
  const bench = new VirtualBench({ truth: virtualTruth, seed, hurry })
  if (surface) bench.place(surface)
  await using opened = new AsyncDisposableStack()
  opened.defer(() => bench.stop())
  const { camera } = await openVirtualCamera(bench, size)
  opened.defer(() => camera.close())
  let pty: Pty | null = null
  if (request.pty) {
    const terminal = await openPty(signal)
    pty = terminal
    opened.defer(() => terminal.close())
    terminal.onBytes(bytes => bench.receive(bytes))
    opened.defer(bench.listen(bytes => terminal.write(bytes)))
  }
  const server = createServer((asked, response) => {
    answer(bench, camera, request.things ?? {}, asked, response).catch(error => {
      const message = error instanceof RigError ? error.message : 'the twin failed.'
      if (response.headersSent) response.destroy()
      else response.writeHead(503, { 'content-type': 'text/plain' }).end(message)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause => {
      const sentence = `port ${request.httpPort} cannot be used (${cause.message}). Choose another with --port.`
      reject(new RigError('simulate-port', sentence, { cause }))
    })
    server.listen(request.httpPort, '127.0.0.1', resolve)
  })
  opened.defer(async () => {
    await new Promise(resolve => {
      server.close(resolve)
      server.closeAllConnections()
    })
  })
  const address = server.address()
  const running = opened.move()
  return {
    bench,
    port: pty?.path ?? null,
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : request.httpPort}`,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function answer(
  bench: VirtualBench,
  camera: Camera,
  things: NonNullable<SimulateRequest['things']>,
  { url = '/', method }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(url, 'http://twin')
  if (pathname === '/photograph.jpg') {
    const gone = new AbortController()
    response.on('close', () => gone.abort(new RigError('camera-gone', 'nobody waits for the photograph.')))
    const exposureMs = Number(searchParams.get('exposureMs') ?? exposure.get(camera) ?? defaultExposureMs)
    const { bytes, mime } = await camera.photograph({ exposureMs }, gone.signal)
    response.writeHead(200, { 'content-type': mime, 'content-length': bytes.length, 'cache-control': 'no-store' })
    response.end(bytes)
  } else if (pathname === '/exposure') {
    exposure.set(camera, Number(searchParams.get('ms')))
    response.writeHead(204).end()
  } else if (pathname === '/bench.json') {
    const { lamps, isDark, isMoving, carriage } = bench
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ lamps, isDark, isMoving, carriage }))
  } else if (pathname === '/lay' && method === 'POST') {
    const thing = searchParams.get('thing') ?? ''
    if (Object.hasOwn(things, thing)) bench.place(things[thing]!())
    response.writeHead(Object.hasOwn(things, thing) ? 204 : 404).end()
  } else if (pathname === '/fault' && method === 'POST') {
    const name = searchParams.get('name') ?? ''
    if (!Object.hasOwn(faultNames, name)) response.writeHead(404).end()
    else {
      if (searchParams.get('clear') === null) bench.faults.inject(name as FaultName)
      else bench.faults.clear(name as FaultName)
      response.writeHead(204).end()
    }
  } else response.writeHead(404).end()
}

/** As last asked for: an HTTP camera keeps its exposure between pictures. */
const exposure = new WeakMap<Camera, number>()
