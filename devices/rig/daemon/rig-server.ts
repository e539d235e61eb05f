import { randomUUID } from 'node:crypto'
import { lstatSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { useFolder } from '../../../harness/core/outside-file.node.ts'
import { RigError } from '../../rig-error.ts'
import { wholeBody } from '../../wire/http.ts'
import type { Calibration } from '../calibration/calibration.ts'
import type { Rig } from '../connected-rig.ts'
import { leaseFolderError } from '../lease-file.ts'
import { type Call, formatReply, type Hello, type Reply, readCall, replyHeader, sessionHeader } from './wire.ts'

interface RigServer extends AsyncDisposable {
  /** Called with what a person should know. */
  readonly path: string
}

interface ServeOptions {
  readonly path: string
  readonly tell: (sentence: string) => void
  /** Under which the rig was opened. */
  readonly calibration?: Calibration | null
}

const longestRequest = 64 * 1024
const signOfLifeMs = 2000

/**
 * Lends an open rig to one program of this machine after the other. A program that goes away, however it ends, leaves
 * the rig dark and at rest; the rig itself stays open and homed.
 *
 * @throws RigError `daemon-running` when another daemon listens there
 */
export async function startRigServer(rig: Rig, { path, tell, calibration = null }: ServeOptions): Promise<RigServer> {
  const sessions = new RigSessions(rig, tell, calibration)
  const server = createServer((request, response) => {
    sessions.answer(request, response).catch(() => response.destroy())
  })
  // Photographs may take long and a session lasts as long as its program.
  server.requestTimeout = 0
  server.timeout = 0
  await listenAt(server, path)
  return {
    path,
    async [Symbol.asyncDispose]() {
      await sessions.close()
      await new Promise(resolve => {
        server.close(resolve)
        server.closeAllConnections()
      })
      if (process.platform !== 'win32') rmSync(path, { force: true })
    },
  }
}

class RigSessions {
  readonly #rig: Rig
  readonly #tell: (sentence: string) => void
  readonly #calibration: Calibration | null
  #session: { readonly id: string; readonly gone: AbortController } | null = null
  /** Calls of a session that ended are waited for before the next one begins. */
  #settling: Promise<unknown> = Promise.resolve()
  readonly #running = new Set<Promise<unknown>>()

  constructor(rig: Rig, tell: (sentence: string) => void, calibration: Calibration | null) {
    this.#rig = rig
    this.#calibration = calibration
    this.#tell = tell
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST' && request.url === '/session') return await this.#attach(response)
    if (request.method === 'POST' && request.url === '/call') return await this.#call(request, response)
    response.writeHead(404).end()
  }

  async close(): Promise<void> {
    this.#session?.gone.abort(new RigError('daemon-gone', 'the daemon that holds the rig was ended.'))
    await this.#settling
  }

  async #attach(response: ServerResponse): Promise<void> {
    if (this.#session) {
      const error = {
        code: 'rig-taken',
        message: `rig ${this.#rig.identity.name} is in use by another program that attached to its daemon. Wait for it, or end it.`,
      }
      response.writeHead(409, { 'content-type': 'application/json' }).end(JSON.stringify(error))
      return
    }
    const gone = new AbortController()
    const session = { id: randomUUID(), gone }
    this.#session = session
    await this.#settling
    const rig = this.#rig
    const hello: Hello = {
      session: session.id,
      identity: rig.identity,
      devices: rig.devices,
      poses: rig.poses,
      presets: rig.presets,
      names: { camera: rig.camera.name, light: rig.light.name, stage: rig.stage.name },
      capabilities: rig.camera.capabilities,
      calibration: this.#calibration,
      state: this.#state(),
    }
    const ended = (): void => {
      clearInterval(beat)
      gone.abort(new RigError('session-gone', 'the program that used the rig went away.'))
      this.#settling = this.#putAway()
      if (this.#session === session) this.#session = null
    }
    // A line now and then shows either side that the other is gone.
    const beat = setInterval(() => response.write('\n'), signOfLifeMs)
    // A program that went while it waited for the one before must not hold the rig for ever.
    if (response.closed) return ended()
    response.on('close', ended)
    gone.signal.addEventListener('abort', () => response.end())
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write(`${JSON.stringify(hello)}\n`)
  }

  /** What a program leaves behind when it goes: nothing lit, nothing moving. */
  async #putAway(): Promise<void> {
    await Promise.allSettled([...this.#running])
    try {
      if (this.#rig.presets.includes('dark')) await this.#rig.light.off()
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : 'the lamps could not be put out.')
    }
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = this.#session
    if (!session || request.headers[sessionHeader] !== session.id) {
      response.writeHead(403).end()
      return
    }
    const body = await wholeBody(request, longestRequest)
    if (body === null) throw new RigError('daemon-request', 'a request to the daemon was too long.')
    const asked = readCall(body.toString('utf8'))
    if (asked === null) {
      response.writeHead(400).end()
      return
    }
    const left = new AbortController()
    response.on('close', () => left.abort(new RigError('session-gone', 'the call was given up.')))
    const work = this.#carryOut(asked, AbortSignal.any([left.signal, session.gone.signal]))
    this.#running.add(work)
    try {
      const { body, result } = await work
      this.#reply(response, { state: this.#state(), result }, body)
    } catch (error) {
      const told = error instanceof RigError ? error : new RigError('daemon-failed', 'the daemon of the rig failed.')
      this.#reply(response, { state: this.#state(), error: { code: told.code, message: told.message } })
    } finally {
      this.#running.delete(work)
    }
  }

  async #carryOut(asked: Call, signal: AbortSignal): Promise<{ result: unknown; body?: Uint8Array }> {
    const { camera, light, stage } = this.#rig
    switch (asked.call) {
      case 'photograph': {
        const { bytes, ...head } = await camera.photograph(asked.settings ?? {}, signal)
        return { result: head, body: bytes }
      }
      case 'set':
        return { result: await light.set(asked.preset, signal) }
      case 'goTo':
        return { result: await stage.goTo(asked.pose, signal) }
      case 'position':
        return { result: await stage.position(signal) }
      case 'home':
        return { result: await stage.home(signal) }
      case 'stop':
        return { result: await stage.stop() }
    }
  }

  #state() {
    return { pose: this.#rig.stage.pose, preset: this.#rig.light.preset }
  }

  #reply(response: ServerResponse, answer: Reply, body?: Uint8Array): void {
    response.writeHead(200, { [replyHeader]: formatReply(answer) })
    response.end(body)
  }
}

async function listenAt(server: Server, path: string): Promise<void> {
  if (process.platform !== 'win32') {
    try {
      useFolder(dirname(path))
    } catch (cause) {
      throw leaseFolderError(dirname(path), cause)
    }
  }
  for (let attempt = 0; ; attempt++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        forThisUserOnly(() =>
          server.listen(path, () => {
            server.off('error', reject)
            resolve()
          }),
        )
      })
      return
    } catch (cause) {
      const isUsed = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
      if (isUsed && attempt === 0 && !(await isAlive(path))) {
        // Left by a daemon that was killed; the lease says that none lives.
        const left = lstatSync(path, { throwIfNoEntry: false })
        if (left === undefined || left.uid === process.geteuid?.()) {
          rmSync(path, { force: true })
          continue
        }
      }
      const sentence = isUsed
        ? 'a daemon of this rig is running already. End it first.'
        : `the daemon cannot listen at ${path} (${(cause as Error).message}). Name another folder in ASSAY_LEASES.`
      throw new RigError(isUsed ? 'daemon-running' : 'daemon-path', sentence, { cause })
    }
  }
}

/** The socket is made as `listen` is called, and made for its owner alone: a mode given afterwards would come too late. */
function forThisUserOnly(listen: () => void): void {
  const before = process.umask(0o177)
  try {
    listen()
  } finally {
    process.umask(before)
  }
}

function isAlive(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
