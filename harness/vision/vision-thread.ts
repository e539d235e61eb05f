import { Worker } from 'node:worker_threads'
import { AssayError, type ExitCode, exitCodes } from '../errors/assay-error.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { Photograph } from './photograph.ts'
import { PictureError, type PictureErrorCode } from './picture/picture-error.ts'
import type { Look } from './vision.ts'
import { VisionError } from './vision-error.ts'
import { type LookReply, type LookRequest, unpackReading, type WireError, type Wish } from './vision-wire.ts'

// From a checkout the sources run as they are; the published package holds compiled files beside each other.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const entry = new URL(`./vision-worker.${extension}`, import.meta.url)

/** One worker thread with one job at a time. */
export class VisionWorker {
  readonly #thread = new Worker(entry, { name: 'assay-vision' })
  #settle: { resolve(look: Look): void; reject(reason: unknown): void } | null = null
  #end: unknown = null

  constructor() {
    // An idle thread keeps no process alive.
    this.#thread.unref()
    this.#thread.on('message', (reply: LookReply) => this.#reply(reply))
    this.#thread.on('error', cause => this.#died(crashed(cause)))
    this.#thread.on('exit', () => this.#died(crashed(undefined)))
  }

  /** False once the thread was stopped or has died. */
  get alive(): boolean {
    return this.#end === null
  }

  look(source: Uint8Array | Photograph, profile: ProductProfile, wish: Wish): Promise<Look> {
    return new Promise<Look>((resolve, reject) => {
      if (this.#end !== null) return reject(this.#end)
      this.#settle = { resolve, reject }
      this.#thread.ref()
      const request: LookRequest = { source: plain(source), profile, wish }
      this.#thread.postMessage(request)
    })
  }

  /** Kills the thread, whatever it does; the job in progress rejects with `reason`. */
  async stop(reason: unknown): Promise<void> {
    this.#died(reason)
    await this.#thread.terminate()
  }

  #reply(reply: LookReply): void {
    this.#thread.unref()
    const settle = this.#settle
    this.#settle = null
    if (reply.outcome === 'failed') settle?.reject(revived(reply.error))
    else {
      const { crops, explanation } = reply
      settle?.resolve({ reading: unpackReading(reply.reading), crops, explanation })
    }
  }

  #died(reason: unknown): void {
    this.#end ??= reason
    this.#settle?.reject(reason)
    this.#settle = null
  }
}

/** Only what can be cloned: a Buffer's pool would travel with it. */
function plain(source: Uint8Array | Photograph): Uint8Array | Photograph {
  if (source instanceof Uint8Array) return Uint8Array.from(source)
  const { width, height, channels, data } = source.pixels
  const pixels = { width, height, channels, data: Uint8Array.from(data) }
  return { id: source.id, pixels, takenAt: source.takenAt, how: { ...source.how } }
}

function crashed(cause: unknown): VisionError {
  return new VisionError(
    'vision-crashed',
    'Reading a photograph ended unexpectedly: try it again, and report the picture if it happens twice.',
    { cause, exitCode: exitCodes.environment },
  )
}

function revived({ name, code, message, exitCode }: WireError): Error {
  if (name === 'PictureError') return new PictureError(code as PictureErrorCode, message)
  if (code === null) return crashed(new Error(message))
  const options = exitCode === null ? {} : { exitCode: exitCode as ExitCode }
  return name === 'VisionError' ? new VisionError(code, message, options) : new AssayError(code, message, options)
}
