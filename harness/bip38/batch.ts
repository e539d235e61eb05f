import { type CrossCheck, crossCheck } from './cross-check.ts'
import { PrefactorCache } from './prefactor-cache.ts'
import { threadCount } from './scrypt/wasm-engine.ts'
import type { CrossCheckOptions, UnitParts } from './unit-evidence.ts'

export interface BatchOptions extends CrossCheckOptions {
  /** How many units are in work at once. Default: two a thread, so that a worker that is done finds its next at once. */
  readonly concurrency?: number | undefined
  /** Called after each unit, with how many are done. */
  readonly onUnit?: ((done: number) => void) | undefined
}

/** One unit's result in a batch; `error` only where the unit could not be judged at all (an engine that died). */
export interface BatchResult {
  /** Position in the input. */
  readonly index: number
  readonly result: CrossCheck | null
  readonly error: unknown
}

/**
 * Cross-checks a stream of units and gives the results in the same order. Reads ahead no further than `concurrency`, so
 * that memory does not grow with the lot, and waits when nobody takes the results. Units with the same passphrase and
 * owner salt share one heavy scrypt. Stopping the loop, or the signal, stops the work.
 */
export async function* crossCheckAll(
  units: Iterable<UnitParts> | AsyncIterable<UnitParts>,
  options: BatchOptions = {},
): AsyncGenerator<BatchResult, void, undefined> {
  const { concurrency, onUnit, onProgress: _whole, ...rest } = options
  using prefactors = new PrefactorCache()
  const stop = new AbortController()
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, options.signal])
  const judge = async (unit: UnitParts): Promise<Omit<BatchResult, 'index'>> => {
    try {
      return { result: await crossCheck(unit, { ...rest, signal, prefactors }), error: null }
    } catch (error) {
      signal.throwIfAborted()
      return { result: null, error }
    }
  }
  try {
    let index = 0
    for await (const judged of inOrder(units, judge, concurrency ?? 2 * threadCount())) {
      options.signal?.throwIfAborted()
      onUnit?.(index + 1)
      yield { index, ...judged }
      index++
    }
  } finally {
    stop.abort(new DOMException('The batch was stopped.', 'AbortError'))
  }
}

/**
 * Runs `work` on up to `concurrency` items at a time and yields its results in the order of the items. A result is given
 * as soon as it is its turn, even while the next item has not come: whoever asks and waits for the answer gets it.
 */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<R>,
  concurrency: number,
): AsyncGenerator<R, void, undefined> {
  const source = iterate(items)
  const running: Promise<R>[] = []
  let coming: Promise<IteratorResult<T>> | null = null
  let ended = false
  try {
    while (true) {
      if (!ended && coming === null && running.length < concurrency) coming = source.next()
      const [head] = running
      if (head === undefined && coming === null) return
      const racers: Promise<{ item: IteratorResult<T> } | { result: R }>[] = []
      if (head !== undefined) racers.push(head.then(result => ({ result })))
      if (coming !== null) racers.push(coming.then(item => ({ item })))
      const first = await Promise.race(racers)
      if ('result' in first) {
        running.shift()
        yield first.result
        continue
      }
      coming = null
      if (first.item.done) ended = true
      else {
        const result = work(first.item.value)
        // Its failure is met when its turn comes, and is not unhandled until then.
        result.catch(() => {})
        running.push(result)
      }
    }
  } finally {
    // Not waited for: a source that is itself waiting (a terminal) would never let go.
    coming?.catch(() => {})
    source.return?.()?.catch(() => {})
  }
}

async function* iterate<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items
}
