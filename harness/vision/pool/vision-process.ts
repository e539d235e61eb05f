import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { exitCodes } from '../../core/assay-error.ts'
import { MemoryWatch, usualLimitMiB } from '../../core/memory-watch.node.ts'
import { processorMsOf } from '../../core/used-up.node.ts'
import { workerEnvironment, workerFlags } from '../../core/worker-process.node.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { Photograph } from '../photograph.ts'
import { VisionError } from './vision-error.ts'
import {
  type AnswerReply,
  type Look,
  type LookReply,
  type LookRequest,
  type LookSettings,
  type PictureAnswer,
  type PictureQuestion,
  type PictureSaid,
  type QuestionRequest,
  type SearchReply,
  type SearchRequest,
  unpackReading,
  unpackSaid,
} from './vision-wire.ts'
import { crashed, revived } from './wire-error.ts'

/** The process that secret texts are sealed to. */
export interface TextKeeper {
  /** X25519, 32 bytes; rejects when the process cannot be started. */
  key(): Promise<Uint8Array>
}

type Reply = LookReply | SearchReply | AnswerReply
type Answer = Exclude<Reply, { outcome: 'failed' }>

const entry = fileURLToPath(new URL('./vision-worker.ts', import.meta.url))

/**
 * One worker process with one job at a time.
 *
 * A process and not a thread: onnxruntime-node 1.30 aborts the whole process («terminate called after throwing an
 * instance of 'Napi::Error'») when a thread is terminated in the middle of a run, and a picture that takes too long has
 * to be cut off in the middle. What happens here happens to this one process only.
 */
export class VisionProcess {
  readonly #child: ChildProcess
  readonly #memory: MemoryWatch
  #settle: { resolve(reply: Answer): void; reject(reason: unknown): void } | null = null
  #end: { readonly reason: unknown } | null = null

  /** @param limitMiB resident memory above which the process is killed, whatever it does */
  constructor(limitMiB: number = usualLimitMiB) {
    // Its standard output is nobody's: a command's own output may be one JSON document.
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const
    this.#child = fork(entry, [], {
      serialization: 'advanced',
      execArgv: [...workerFlags],
      stdio: [...stdio],
      env: workerEnvironment(),
    })
    this.#child.on('message', reply => this.#reply(reply as Reply))
    this.#child.on('error', cause => this.#died(crashed(cause)))
    this.#child.on('exit', () => this.#died(crashed(undefined)))
    this.#memory = new MemoryWatch(this.#child.pid, limitMiB, () => void this.stop(tooMuchMemory(limitMiB)))
    this.#rest()
  }

  /** False once the process was stopped or has died. */
  get alive(): boolean {
    return this.#end === null
  }

  /** Processor time that the process has had so far, ms; null where the system does not tell. */
  processorMs(): number | null {
    return processorMsOf(this.#child.pid)
  }

  /** @param keeper whom secret texts are sealed to, where the settings say so */
  async look(
    source: Uint8Array | Photograph,
    profile: ProductProfile,
    settings: LookSettings,
    keeper: TextKeeper | undefined,
  ): Promise<Look> {
    const asked = this.#ask({ source: plain(source), profile, settings })
    // Behind the request, so that nothing waits for the keeper to start while there is something to read.
    keeper?.key().then(
      sealFor => void this.#child.send({ sealFor }, cause => cause !== null && this.#died(crashed(cause))),
      (reason: unknown) => void this.stop(reason),
    )
    const reply = await asked
    if (reply.outcome !== 'seen') throw crashed(undefined)
    const { outcome: _, reading, ...rest } = reply
    return { ...rest, reading: unpackReading(reading) }
  }

  /** @returns null for bytes that are no picture */
  async search(bytes: Uint8Array, texts: boolean, profile: ProductProfile | null): Promise<PictureSaid | null> {
    const reply = await this.#ask({ search: Uint8Array.from(bytes), texts, profile })
    if (reply.outcome !== 'searched') throw crashed(undefined)
    return unpackSaid(reply.found)
  }

  async answer(bytes: Uint8Array, question: PictureQuestion): Promise<PictureAnswer> {
    const reply = await this.#ask({ picture: Uint8Array.from(bytes), question })
    if (reply.outcome !== 'answered') throw crashed(undefined)
    return reply.answer
  }

  #ask(request: LookRequest | SearchRequest | QuestionRequest): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      if (this.#end !== null) return reject(this.#end.reason)
      this.#settle = { resolve, reject }
      this.#child.ref()
      this.#child.channel?.ref()
      this.#memory.begin()
      this.#child.send(request, cause => {
        if (cause !== null) this.#died(crashed(cause))
      })
    })
  }

  /** Kills the process, whatever it does; the job in progress rejects with `reason`. Resolves when it is gone. */
  async stop(reason: unknown): Promise<void> {
    this.#died(reason)
    const { exitCode, signalCode } = this.#child
    if (exitCode !== null || signalCode !== null || this.#child.pid === undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#child.once('exit', () => resolve())
    this.#child.ref()
    this.#child.kill('SIGKILL')
    await promise
  }

  #reply(reply: Reply): void {
    this.#rest()
    const settle = this.#settle
    this.#settle = null
    if (reply.outcome === 'failed') settle?.reject(revived(reply.error))
    else settle?.resolve(reply)
  }

  /** An idle process keeps ours from ending no longer; it ends with ours, as its channel closes. */
  #rest(): void {
    this.#memory.end()
    this.#child.unref()
    this.#child.channel?.unref()
  }

  #died(reason: unknown): void {
    this.#end ??= { reason }
    this.#memory.end()
    this.#settle?.reject(reason)
    this.#settle = null
  }
}

/** Only what can be cloned, and only the bytes that are meant: a Buffer's pool would travel with it. */
function plain(source: Uint8Array | Photograph): Uint8Array | Photograph {
  if (source instanceof Uint8Array) return Uint8Array.from(source)
  const { width, height, channels, data } = source.pixels
  const pixels = { width, height, channels, data: Uint8Array.from(data) }
  return { id: source.id, pixels, takenAt: source.takenAt, how: { ...source.how } }
}

function tooMuchMemory(limitMiB: number): VisionError {
  return new VisionError(
    'vision-memory',
    `Reading a photograph took more than ${limitMiB} MiB of memory and was cut off: take it at a lower resolution.`,
    { exitCode: exitCodes.usage },
  )
}
