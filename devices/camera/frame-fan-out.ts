import { RigError } from '../rig-error.ts'
import { Latest } from './latest.ts'
import type { RefusedFrames } from './refused-frames.ts'

/** A whole picture out of a stream, and when it began to arrive, on the clock of `performance.now()`. */
export interface StreamPicture {
  readonly bytes: Uint8Array
  readonly beganAt: number
}

interface Freshness {
  /** Frames thrown away before the one that counts; the same one sent again is none. */
  readonly skipFrames: number
  /** Whether two equal frames may be two exposures, as of a source that is no sensor. */
  readonly mayRepeat: boolean
  /** A frame that began to arrive sooner than this after the call is older than the call, ms. */
  readonly latencyMs: number
}

/**
 * One stream for everybody who watches: many cameras serve only one client. It is open while somebody watches, so no
 * frame of it grows old in a buffer meanwhile.
 */
export class SharedFrames {
  readonly #open: (signal: AbortSignal) => AsyncIterable<StreamPicture>
  readonly #watchers = new Set<Latest<StreamPicture>>()
  #stream: { readonly stop: AbortController; readonly over: Promise<void> } | null = null

  constructor(open: (signal: AbortSignal) => AsyncIterable<StreamPicture>) {
    this.#open = open
  }

  /** The newest frame each time, until the signal aborts or the stream fails: then it rejects. */
  async *watch(signal: AbortSignal): AsyncGenerator<StreamPicture, never, undefined> {
    signal.throwIfAborted()
    // A stream that is still being let go of would be refused to a second client.
    if (this.#stream?.stop.signal.aborted) await this.#stream.over
    const latest = new Latest<StreamPicture>()
    const aborted = (): void => latest.end(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    if (signal.aborted) aborted()
    this.#watchers.add(latest)
    this.#stream ??= this.#start()
    try {
      for (;;) {
        const frame = await latest.take()
        signal.throwIfAborted()
        yield frame
      }
    } finally {
      signal.removeEventListener('abort', aborted)
      this.#watchers.delete(latest)
      if (this.#watchers.size === 0) await this.#letGo()
    }
  }

  /** The first frame that is surely younger than this call. */
  async next(
    { skipFrames, mayRepeat, latencyMs }: Freshness,
    signal: AbortSignal,
    refused: RefusedFrames,
  ): Promise<Uint8Array> {
    const youngAt = performance.now() + latencyMs
    let before: Uint8Array | null = null
    let young = 0
    for await (const { bytes, beganAt } of this.watch(signal)) {
      if (beganAt < youngAt) {
        refused.add('began to arrive too soon after the call to be younger than it')
        continue
      }
      const isNew = mayRepeat || before === null || Buffer.compare(before, bytes) !== 0
      if (isNew) young++
      if (young > skipFrames) return bytes
      refused.add(isNew ? 'may have waited in the camera (skipFrames)' : 'equalled the one before')
      before = bytes
    }
    // `watch` never ends but by rejecting.
    throw signal.reason
  }

  #start(): { stop: AbortController; over: Promise<void> } {
    const stop = new AbortController()
    const stream = { stop, over: Promise.resolve() }
    stream.over = this.#run(stop.signal).then(error => {
      if (this.#stream === stream) this.#stream = null
      // Everybody who watches now; who comes later gets a stream of its own.
      for (const watcher of this.#watchers) watcher.end(error)
      this.#watchers.clear()
    })
    return stream
  }

  async #run(signal: AbortSignal): Promise<unknown> {
    try {
      for await (const frame of this.#open(signal)) {
        for (const watcher of this.#watchers) watcher.put(frame)
      }
      return new RigError('camera-gone', 'the camera ended its stream. Check its cable and its power.')
    } catch (error) {
      return error
    }
  }

  async #letGo(): Promise<void> {
    const stream = this.#stream
    if (!stream) return
    stream.stop.abort(new Error('nobody watches'))
    await stream.over
  }
}
