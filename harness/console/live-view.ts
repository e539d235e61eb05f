import { AssayError } from '../core/assay-error.ts'

/** A picture that nobody asked for in this time is not taken any more, ms. */
const idleMs = 3000
/** A camera that has not let go after so long hangs, ms: a run that waited for it could not be stopped. */
const longestEndMs = 10_000

/** Pictures of what is in view, one for each that is asked for, until nobody asks any more. */
export class LiveView {
  readonly #stop = new AbortController()
  readonly #frames: AsyncIterator<Uint8Array>
  #next: Promise<Uint8Array | null> | null = null
  #idle: NodeJS.Timeout | undefined
  #ended: Promise<void> | null = null

  /** @param take pictures, until the signal */
  constructor(take: (signal: AbortSignal) => AsyncIterable<Uint8Array>) {
    this.#frames = take(this.#stop.signal)[Symbol.asyncIterator]()
  }

  get isOver(): boolean {
    return this.#stop.signal.aborted
  }

  /** Null once it has ended. Who asks while a picture is taken gets that one. Once it threw it is over. @throws what the camera does */
  async next(): Promise<Uint8Array | null> {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => void this.end().catch(() => {}), idleMs)
    this.#next ??= this.#take()
    return await this.#next
  }

  async #take(): Promise<Uint8Array | null> {
    try {
      const { value, done } = await this.#frames.next()
      return done === true ? null : value
    } catch (error) {
      if (this.#stop.signal.aborted) return null
      this.#stop.abort()
      throw error
    } finally {
      this.#next = null
    }
  }

  /** Whoever asks while it ends waits for the same end. @throws AssayError `camera-stuck`: it is not free for photographs */
  end(): Promise<void> {
    clearTimeout(this.#idle)
    this.#stop.abort()
    this.#ended ??= this.#end()
    return this.#ended
  }

  async #end(): Promise<void> {
    const ended = (async () => {
      await this.#next?.catch(() => {})
      await this.#frames.return?.().catch(() => {})
      return true
    })()
    const { promise: late, resolve } = Promise.withResolvers<boolean>()
    const patience = setTimeout(() => resolve(false), longestEndMs)
    const isFree = await Promise.race([ended, late])
    clearTimeout(patience)
    if (!isFree)
      throw new AssayError('camera-stuck', 'The camera does not let go of the live picture: switch it off and on.')
  }
}
