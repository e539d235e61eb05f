import { availableParallelism } from 'node:os'
import { exitCodes } from '../../core/assay-error.ts'
import { whenUsedUp } from '../../core/used-up.node.ts'
import type { PictureCorrection } from '../../imaging/correct-picture.ts'
import type { LearnedLight } from '../../products/appearance.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { Photograph } from '../photograph.ts'
import type { PhotographReading } from '../reading.ts'
import { VisionError } from './vision-error.ts'
import { type TextKeeper, VisionProcess } from './vision-process.ts'
import type { Look, LookSettings, PictureAnswer, PictureQuestion, PictureSaid } from './vision-wire.ts'

export type { TextKeeper } from './vision-process.ts'
export type { Look } from './vision-wire.ts'

/** A picture file's bytes, or a photograph that is decoded already. */
export type PictureSource = Uint8Array | Photograph

export interface VisionReadOptions {
  /** Interrupts at once, whatever is going on; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
  /**
   * Time from the start of the work (not of the waiting) after which it is cut off. What other programs took from the
   * reading process is no time that it had: where the system tells (Linux), so much processor time has to be used up as
   * well, or five times as long to pass. Default: 60 000.
   */
  readonly deadlineMs?: number | undefined
  /** What to call the picture in error sentences. Default: «the picture». */
  readonly name?: string | undefined
  /** Taken out of the picture before anything is looked for: what the rig that took it knows of its own faults. */
  readonly correction?: PictureCorrection | null | undefined
  /** What good units look like under the photograph's own light; without it only the detectors look for anything else. */
  readonly appearance?: LearnedLight | null | undefined
}

export interface LookOptions extends VisionReadOptions {
  /** Also cut the evidence crops (secret marks blacked out). Default: true. */
  readonly crops?: boolean | undefined
  /** Also collect every intermediate picture. Default: false. */
  readonly explain?: boolean | undefined
  /** Show secret marks in crops and explanation. Default: false; only for a person who asked for it. */
  readonly revealSecrets?: boolean | undefined
  /** Also take what can be learned of the unit's surfaces. Default false. */
  readonly learn?: boolean | undefined
}

/** Eyes: reads photographs in worker processes. */
export interface Vision extends AsyncDisposable {
  /**
   * Reads every mark of `profile` in one photograph, blind.
   * @throws PictureError when the bytes are no picture that can be used
   * @throws VisionError `vision-deadline`, `vision-memory`, `vision-crashed`, `vision-closed`
   */
  read(source: PictureSource, profile: ProductProfile, options?: VisionReadOptions): Promise<PhotographReading>
  /** {@link Vision.read} with evidence crops and, if asked for, an explanation. Same errors. */
  look(source: PictureSource, profile: ProductProfile, options?: LookOptions): Promise<Look>
}

export interface SearchOptions extends Pick<VisionReadOptions, 'signal' | 'deadlineMs' | 'name'> {
  /** Also every line of text. Default: symbols only. */
  readonly texts?: boolean | undefined
  /** Also read it as a photograph of a card of this product. */
  readonly profile?: ProductProfile | null | undefined
}

/** Looks at pictures of anything, for what they give away. */
export interface PictureSearch {
  /**
   * What a picture says anywhere in it, however damaged it is. The payloads are the caller's to dispose.
   * @returns null for bytes that are no picture
   * @throws VisionError as {@link Vision.read}
   */
  search(bytes: Uint8Array, options?: SearchOptions): Promise<PictureSaid | null>
}

/** Reads symbols or one line in a picture of anything, for a person who asks what is in it. */
export interface PictureAsking {
  /**
   * @throws PictureError when the bytes are no picture that can be used
   * @throws VisionError as {@link Vision.read}; FontError for a font that cannot be used
   */
  answer(
    bytes: Uint8Array,
    question: PictureQuestion,
    options?: Pick<VisionReadOptions, 'signal' | 'deadlineMs'>,
  ): Promise<PictureAnswer>
}

export interface VisionOptions {
  /** Worker processes, each with its own networks (about 300 MB). Default: cores − 1, at least 1, at most 4. */
  readonly workers?: number | undefined
  /** Resident memory of one process above which its photograph is given up, MiB. Default: 4096. */
  readonly memoryMiB?: number | undefined
  /**
   * Who judges what is read. Secret texts leave the processes that read them sealed to it, and nothing else can open them: this process
   * never has them. Default: nobody; whoever asks gets them.
   */
  readonly keeper?: TextKeeper | null | undefined
}

const DEFAULT_DEADLINE_MS = 60_000

interface Job {
  readonly name: string
  readonly deadlineMs: number
  readonly signal: AbortSignal | undefined
  /** Has a process do it, and says what came of it. */
  work(worker: VisionProcess): Promise<void>
  reject(reason: unknown): void
}

/**
 * Opens the eyes. Processes start with the first photograph and stay warm. One that is interrupted, overdue or
 * crashed is replaced; the other photographs never notice.
 */
export function openVision(options: VisionOptions = {}): Vision & PictureSearch & PictureAsking {
  return new PooledVision(
    Math.max(1, options.workers ?? Math.min(4, Math.max(1, availableParallelism() - 1))),
    options.memoryMiB,
    options.keeper ?? undefined,
  )
}

class PooledVision implements Vision, PictureSearch, PictureAsking {
  readonly #idle: VisionProcess[] = []
  readonly #busy = new Set<VisionProcess>()
  readonly #queue: Job[] = []
  readonly #limit: number
  readonly #memoryMiB: number | undefined
  readonly #keeper: TextKeeper | undefined
  #closed = false

  constructor(limit: number, memoryMiB: number | undefined, keeper: TextKeeper | undefined) {
    this.#limit = limit
    this.#memoryMiB = memoryMiB
    this.#keeper = keeper
  }

  async read(source: PictureSource, profile: ProductProfile, options: VisionReadOptions = {}) {
    const { reading } = await this.look(source, profile, { ...options, crops: false, explain: false })
    return reading
  }

  look(source: PictureSource, profile: ProductProfile, options: LookOptions = {}): Promise<Look> {
    const { signal, deadlineMs = DEFAULT_DEADLINE_MS, name = 'the picture' } = options
    const keeper = this.#keeper
    const settings: LookSettings = {
      name,
      crops: options.crops ?? true,
      explain: options.explain ?? false,
      revealSecrets: options.revealSecrets ?? false,
      correction: options.correction ?? null,
      appearance: options.appearance ?? null,
      learn: options.learn ?? false,
      sealed: keeper !== undefined,
    }
    return this.#queued(
      { name, deadlineMs, signal },
      async worker => await worker.look(source, profile, settings, keeper),
    )
  }

  search(bytes: Uint8Array, options: SearchOptions = {}): Promise<PictureSaid | null> {
    const { signal, deadlineMs = DEFAULT_DEADLINE_MS, name = 'the picture', texts = false, profile = null } = options
    return this.#queued({ name, deadlineMs, signal }, async worker => await worker.search(bytes, texts, profile))
  }

  answer(
    bytes: Uint8Array,
    question: PictureQuestion,
    { signal, deadlineMs = DEFAULT_DEADLINE_MS }: Pick<VisionReadOptions, 'signal' | 'deadlineMs'> = {},
  ): Promise<PictureAnswer> {
    return this.#queued(
      { name: question.name, deadlineMs, signal },
      async worker => await worker.answer(bytes, question),
    )
  }

  #queued<Found>(
    about: Pick<Job, 'name' | 'deadlineMs' | 'signal'>,
    ask: (worker: VisionProcess) => Promise<Found>,
  ): Promise<Found> {
    const { signal } = about
    return new Promise<Found>((resolve, reject) => {
      if (this.#closed) return reject(closed())
      if (signal?.aborted) return reject(signal.reason)
      const job: Job = { ...about, work: async worker => resolve(await ask(worker)), reject }
      const dropped = () => {
        const at = this.#queue.indexOf(job)
        if (at < 0) return
        this.#queue.splice(at, 1)
        reject(signal!.reason)
      }
      signal?.addEventListener('abort', dropped, { once: true })
      this.#queue.push(job)
      this.#next()
    })
  }

  async [Symbol.asyncDispose]() {
    this.#closed = true
    for (const job of this.#queue.splice(0)) job.reject(closed())
    await Promise.all([...this.#idle, ...this.#busy].map(worker => worker.stop(closed())))
    this.#idle.length = 0
  }

  #next(): void {
    if (this.#queue.length === 0 || this.#busy.size >= this.#limit) return
    const worker = this.#idle.pop() ?? new VisionProcess(this.#memoryMiB)
    const job = this.#queue.shift()!
    this.#busy.add(worker)
    void this.#run(worker, job)
    this.#next()
  }

  async #run(worker: VisionProcess, job: Job): Promise<void> {
    const { signal, deadlineMs } = job
    const overdue = () =>
      void worker.stop(
        new VisionError(
          'vision-deadline',
          `Reading ${job.name} took longer than ${deadlineMs} ms and was cut off: take the photograph again, or allow more time.`,
          { exitCode: exitCodes.inconclusive },
        ),
      )
    const inTime = whenUsedUp(deadlineMs, () => worker.processorMs(), overdue)
    const aborted = () => void worker.stop(signal!.reason)
    signal?.addEventListener('abort', aborted, { once: true })
    try {
      signal?.throwIfAborted()
      await job.work(worker)
    } catch (reason) {
      job.reject(reason)
    } finally {
      inTime()
      signal?.removeEventListener('abort', aborted)
      this.#busy.delete(worker)
      if (worker.alive && !this.#closed) this.#idle.push(worker)
      this.#next()
    }
  }
}

function closed(): VisionError {
  return new VisionError('vision-closed', 'Reading was stopped because the run is closing.', {
    exitCode: exitCodes.interrupted,
  })
}
