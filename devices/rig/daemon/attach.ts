import { lstatSync } from 'node:fs'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Camera, EncodedPhotograph } from '../../camera/camera.ts'
import { anySignal, withDeadline } from '../../deadline.ts'
import type { Light } from '../../light/light.ts'
import { RigError } from '../../rig-error.ts'
import type { Stage, StagePosition } from '../../stage/stage.ts'
import { correctionFor } from '../calibration/correction.ts'
import type { Rig } from '../connected-rig.ts'
import { leaseFolder } from '../lease.ts'
import {
  type Call,
  type Hello,
  type PhotographHead,
  type RigState,
  readHello,
  readRefusal,
  readReply,
  replyHeader,
  sessionHeader,
  socketPath,
} from './wire.ts'

const attachMs = 5000
/** The daemon hears a moment late that a program has gone: its rig is asked for again so often. */
const againMs = 100

interface AttachOptions {
  /** How long to wait for a rig that another program is attached to, ms. Default: 0. */
  readonly waitMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * The rig that a daemon (`assay rig serve`) holds open, as if it had been opened here; null when no daemon of this user
 * serves one of that name. Disposing lets go of it: the daemon puts its lamps out and keeps it open for the next.
 *
 * @throws RigError `rig-taken` when another program is attached, `daemon-foreign`
 */
export async function attachRig(
  name: string,
  folder: string = leaseFolder(),
  { waitMs = 0, signal }: AttachOptions = {},
): Promise<Rig | null> {
  const path = socketPath(folder, name)
  const ends = performance.now() + waitMs
  for (;;) {
    if (!isOurs(path)) return null
    try {
      const session = await openSession(path)
      return session && new AttachedRig(path, session)
    } catch (error) {
      const isTaken = error instanceof RigError && error.code === 'rig-taken'
      if (!isTaken || performance.now() >= ends) throw error
      await pause(againMs, undefined, { signal })
    }
  }
}

/** Another user could have put a rig of his own there. */
function isOurs(path: string): boolean {
  if (process.platform === 'win32') return true
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return false
  if (found.isSocket() && found.uid === process.geteuid?.()) return true
  throw new RigError(
    'daemon-foreign',
    `${path} belongs to somebody else. Remove it, or name another folder in ASSAY_LEASES.`,
  )
}

interface Session {
  readonly hello: Hello
  readonly request: ClientRequest
  readonly response: IncomingMessage
}

async function openSession(path: string): Promise<Session | null> {
  const strange = (cause?: unknown): RigError =>
    new RigError(
      'daemon-strange',
      `what listens at ${path} is no daemon of this version. End it and start assay rig serve again.`,
      { cause },
    )
  let late = (): void => {}
  const opening = new Promise<Session | null>((resolve, reject) => {
    const asked = request({ socketPath: path, path: '/session', method: 'POST' }, response => {
      const lines = createInterface({ input: response })
      // The end of a session is no line; whoever holds the session hears of it from the response itself.
      lines.on('error', () => {})
      response.on('error', () => {})
      lines.once('line', line => {
        const hello = response.statusCode === 200 ? readHello(line) : null
        if (hello) return resolve({ hello, request: asked, response })
        const refused = response.statusCode === 409 ? readRefusal(line) : null
        reject(refused ? new RigError(refused.code, refused.message) : strange())
        asked.destroy()
      })
      response.once('close', () => reject(strange()))
    })
    asked.once('error', error => {
      const { code } = error as NodeJS.ErrnoException
      // Left by a daemon that was killed.
      if (code === 'ECONNREFUSED' || code === 'ENOENT') resolve(null)
      else reject(strange(error))
    })
    late = () => asked.destroy()
    asked.end()
  })
  return await withDeadline(opening, attachMs, () => {
    late()
    return new RigError(
      'daemon-hung',
      `the daemon of the rig did not answer within ${attachMs / 1000} s. End it and start it again.`,
    )
  })
}

class AttachedRig implements Rig {
  readonly identity: Rig['identity']
  readonly devices: Rig['devices']
  readonly poses: Rig['poses']
  readonly presets: Rig['presets']
  readonly camera: Camera
  readonly light: Light
  readonly stage: Stage
  readonly scanner = null
  readonly #path: string
  readonly #session: Session
  readonly #gone = new AbortController()
  #state: RigState

  constructor(path: string, session: Session) {
    this.#path = path
    this.#session = session
    const { hello } = session
    this.identity = hello.identity
    this.devices = hello.devices
    this.poses = hello.poses
    this.presets = hello.presets
    this.#state = hello.state
    this.camera = this.#cameraOf(hello)
    this.light = this.#lightOf(hello)
    this.stage = this.#stageOf(hello)
    const lost = (): void =>
      this.#gone.abort(
        new RigError('daemon-gone', 'the daemon that holds the rig is gone. Start assay rig serve again.'),
      )
    session.request.on('error', lost)
    session.response.on('close', lost).on('error', lost).resume()
  }

  correctionFor(photograph: Parameters<Rig['correctionFor']>[0]): ReturnType<Rig['correctionFor']> {
    return correctionFor(this.#session.hello.calibration ?? null, photograph)
  }

  async dispose(): Promise<void> {
    this.#session.request.destroy()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #cameraOf({ names, capabilities }: Hello): Camera {
    const photograph: Camera['photograph'] = async (settings = {}, signal) => {
      const { result, body } = await this.#ask({ call: 'photograph', settings }, signal)
      return { ...(result as PhotographHead), bytes: body } satisfies EncodedPhotograph
    }
    return {
      name: names.camera,
      capabilities,
      photograph,
      async *preview(signal) {
        for (;;) {
          const { bytes, mime, takenAt } = await photograph({}, signal)
          yield { bytes, mime, arrivedAt: takenAt }
        }
      },
      close: () => this.dispose(),
    }
  }

  #lightOf({ names }: Hello): Light {
    const set: Light['set'] = async (preset, signal) => void (await this.#ask({ call: 'set', preset }, signal))
    const state = () => this.#state
    return {
      name: names.light,
      get preset() {
        return state().preset
      },
      set,
      off: () => set('dark'),
    }
  }

  #stageOf({ names }: Hello): Stage {
    const state = () => this.#state
    const ask = async (call: Call, signal?: AbortSignal) => (await this.#ask(call, signal)).result
    return {
      name: names.stage,
      get pose() {
        return state().pose
      },
      home: async signal => void (await ask({ call: 'home' }, signal)),
      goTo: async (pose, signal) => void (await ask({ call: 'goTo', pose }, signal)),
      position: async signal => (await ask({ call: 'position' }, signal)) as StagePosition,
      stop: async () => void (await ask({ call: 'stop' })),
    }
  }

  /** One call; the deadline is the daemon's, whose rig keeps one for every device. */
  #ask(call: Call, signal?: AbortSignal): Promise<{ result: unknown; body: Uint8Array }> {
    const ends = anySignal(signal, this.#gone.signal)
    return new Promise((resolve, reject) => {
      if (ends.aborted) return reject(ends.reason)
      const headers = { [sessionHeader]: this.#session.hello.session, 'content-type': 'application/json' }
      const asked = request({ socketPath: this.#path, path: '/call', method: 'POST', headers }, response => {
        const parts: Buffer[] = []
        response.on('data', part => parts.push(part))
        response.on('error', failed)
        response.on('end', () => {
          ends.removeEventListener('abort', aborted)
          const answer = response.statusCode === 200 ? readReply(response.headers[replyHeader]) : null
          if (answer === null) {
            return reject(
              new RigError('daemon-gone', 'the daemon of the rig no longer knows this program. Open the rig again.'),
            )
          }
          this.#state = answer.state
          if (answer.error) reject(new RigError(answer.error.code, answer.error.message))
          else resolve({ result: answer.result, body: new Uint8Array(Buffer.concat(parts)) })
        })
      })
      const aborted = (): void => {
        reject(ends.reason)
        asked.destroy()
      }
      const failed = (cause: Error): void => {
        ends.removeEventListener('abort', aborted)
        reject(
          ends.aborted ? ends.reason : new RigError('daemon-gone', 'the daemon of the rig does not answer.', { cause }),
        )
      }
      ends.addEventListener('abort', aborted, { once: true })
      asked.on('error', failed)
      asked.end(JSON.stringify(call))
    })
  }
}
