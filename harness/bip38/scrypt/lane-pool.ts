import { type LaneRunner, startInlineRunner, startLaneWorker } from './lane-worker.ts'
import { Places } from './places.ts'
import type { KernelShape } from './salsa-kernel.ts'

/** How long a worker may wait before its memory (16 MiB a lane) is given back: starting one costs as much as a unit. */
const idleMs = 30_000

/**
 * Up to `size` workers that share one queue of lane groups. Workers start when there is work and end when there has been
 * none for a while; one that is stopped or dies is replaced by the next job. With size 0 no worker is even tried: the
 * groups run on this thread, one after the other.
 */
export class LanePool {
  readonly #start: () => LaneRunner
  readonly #places: Places
  readonly #idle: LaneRunner[] = []
  #busy = 0
  #idleTimer: ReturnType<typeof setTimeout> | undefined

  constructor(module: WebAssembly.Module, shape: KernelShape, size: number) {
    this.#start = () => (size > 0 && startLaneWorker(module, shape)) || startInlineRunner(module, shape)
    this.#places = new Places(Math.max(1, size))
  }

  /** As {@link LaneRunner.run}. A job that is stopped while it waits is never begun; one at work is stopped by its runner. */
  async run(
    words: Uint32Array<ArrayBuffer>,
    N: number,
    signal?: AbortSignal,
    onProgress?: (done: number) => void,
  ): Promise<Uint32Array<ArrayBuffer>> {
    const place = await this.#places.take(signal)
    this.#busy++
    clearTimeout(this.#idleTimer)
    let runner: LaneRunner | undefined
    try {
      signal?.throwIfAborted()
      runner = this.#idle.pop() ?? this.#start()
      const mixed = await runner.run(words, N, signal, onProgress)
      this.#idle.push(runner)
      return mixed
    } catch (error) {
      runner?.close()
      throw error
    } finally {
      this.#busy--
      this.#places.give(place)
      if (this.#busy === 0) this.#sleep()
    }
  }

  /** Ends the workers that wait for work; those at work end when they are done. */
  close(): void {
    clearTimeout(this.#idleTimer)
    for (const runner of this.#idle.splice(0)) runner.close()
  }

  #sleep(): void {
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.close(), idleMs)
    // In Node a timer has `unref`, so that a process that is done need not wait for it.
    const timer = this.#idleTimer as unknown as { unref?: () => void }
    timer.unref?.()
  }
}
