import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { MemoryWatch, usualLimitMiB } from '../core/memory-watch.node.ts'
import { untilAborted } from '../core/until-aborted.ts'
import { processorMsOf, whenUsedUp } from '../core/used-up.node.ts'
import { workerEnvironment, workerFlags } from '../core/worker-process.node.ts'
import type { DecodeOptions, Picture } from './decode.node.ts'
import { PictureError, type PictureErrorCode } from './picture-error.ts'

/** What is asked of the process that decodes. */
export interface DecodeRequest {
  readonly bytes: Uint8Array
  readonly options: Omit<DecodeOptions, 'signal'>
  /** Are the pixels wanted, or only whether it is a whole picture? */
  readonly withPixels: boolean
}

/** What it answers. */
export type DecodeReply =
  | { readonly picture: Picture }
  | { readonly refused: { readonly code: PictureErrorCode; readonly message: string } }
  | { readonly failed: string }

/** What one picture may take. */
export interface DecodeLimits {
  /** Processor time, ms; of the clock, five times as long. */
  readonly deadlineMs: number
  /** Resident memory of the process, MiB. */
  readonly limitMiB: number
}

/** Many times what the largest picture that a camera may deliver takes. */
const usualLimits: DecodeLimits = { deadlineMs: 20_000, limitMiB: usualLimitMiB }

const entry = fileURLToPath(new URL('./decode-worker.node.ts', import.meta.url))

/**
 * Decodes pictures in processes of their own. Whoever drives lamps and motion keeps its thread whatever a device sends: a picture
 * that takes too long or too much memory is given up, and its process killed.
 */
export class DecoderBeside {
  readonly #limits: DecodeLimits
  /** With nothing to do: the next picture's. More than one where several cameras were at work at once. */
  readonly #idle: DecodingProcess[] = []

  constructor(limits: Partial<DecodeLimits> = {}) {
    this.#limits = { ...usualLimits, ...limits }
  }

  /**
   * As {@link decodePicture}.
   * @throws {PictureError} as that; `picture-too-hard` where it takes too long or too much memory
   */
  decode(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
    return this.#decode(bytes, options, true)
  }

  /** Is it a picture that {@link decode} would take? The answer is quicker without its pixels. @throws as that */
  async examine(bytes: Uint8Array, options: DecodeOptions = {}): Promise<void> {
    await this.#decode(bytes, options, false)
  }

  /** One that somebody has ended meanwhile is no picture's fault. */
  #next(): DecodingProcess {
    let own = this.#idle.pop()
    while (own?.isAlive === false) own = this.#idle.pop()
    return own ?? new DecodingProcess()
  }

  async #decode(bytes: Uint8Array, { signal, ...options }: DecodeOptions, withPixels: boolean): Promise<Picture> {
    signal?.throwIfAborted()
    const own = this.#next()
    const { name = 'the picture' } = options
    const tooHard = (why: string) =>
      new PictureError('picture-too-hard', `${name} ${why}: take it at a lower resolution, or look at the camera`)
    const { deadlineMs, limitMiB } = this.#limits
    const inTime = whenUsedUp(
      deadlineMs,
      () => processorMsOf(own.pid),
      () => own.kill(tooHard(`takes more than ${deadlineMs / 1000} s to decode`)),
    )
    const memory = new MemoryWatch(own.pid, limitMiB, () =>
      own.kill(tooHard(`takes more than ${limitMiB} MiB of memory to decode`)),
    )
    memory.begin()
    try {
      // Only the bytes that are meant: a Buffer's pool would travel with them.
      const reply = await untilAborted(own.ask({ bytes: Uint8Array.from(bytes), options, withPixels }), signal)
      this.#idle.push(own)
      if ('picture' in reply) return reply.picture
      if ('refused' in reply) throw new PictureError(reply.refused.code, reply.refused.message)
      throw new Error(reply.failed)
    } catch (error) {
      if (!this.#idle.includes(own)) own.kill(error)
      throw error
    } finally {
      inTime()
      memory.end()
    }
  }
}

/** Of this program: its cameras take turns with few processes. */
export const decoderBeside = new DecoderBeside()

/** One process with one picture at a time. */
class DecodingProcess {
  readonly #child: ChildProcess
  #settle: { resolve(reply: DecodeReply): void; reject(reason: unknown): void } | null = null
  #end: { readonly reason: unknown } | null = null

  constructor() {
    this.#child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: [...workerFlags],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: workerEnvironment(),
    })
    this.#child.on('message', reply => {
      this.#rest()
      this.#settle?.resolve(reply as DecodeReply)
    })
    this.#child.on('error', cause => this.#died(cause))
    this.#child.on('exit', () =>
      this.#died(
        new PictureError('picture-damaged', 'the picture ended the process that decodes it: copy or take it again'),
      ),
    )
    this.#rest()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get isAlive(): boolean {
    return this.#end === null
  }

  async ask(request: DecodeRequest): Promise<DecodeReply> {
    if (this.#end !== null) throw this.#end.reason
    const { promise, resolve, reject } = Promise.withResolvers<DecodeReply>()
    this.#settle = { resolve, reject }
    this.#child.ref()
    this.#child.channel?.ref()
    this.#child.send(request, cause => cause !== null && this.#died(cause))
    return await promise
  }

  /** Whatever it does; what is asked of it rejects with `reason`. */
  kill(reason: unknown): void {
    this.#died(reason)
    this.#child.kill('SIGKILL')
  }

  /** An idle process keeps ours from ending no longer; it ends with ours, as its channel closes. */
  #rest(): void {
    this.#child.unref()
    this.#child.channel?.unref()
  }

  #died(reason: unknown): void {
    this.#end ??= { reason }
    this.#rest()
    this.#settle?.reject(reason)
  }
}
