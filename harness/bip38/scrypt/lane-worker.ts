import { Bip38Error } from '../errors.ts'
import { nodeModule } from './host.ts'
import { kernelFor, type LaneKernel, runLanes } from './run-lanes.ts'
import type { KernelShape } from './salsa-kernel.ts'

/** Something that runs one group of lanes at a time. */
export interface LaneRunner {
  /**
   * scryptROMix of `words`, as {@link runLanes} takes them. Rejects with the signal's reason when stopped.
   * @param onProgress hears 0..1 of this group
   */
  run(
    words: Uint32Array<ArrayBuffer>,
    N: number,
    signal?: AbortSignal,
    onProgress?: (done: number) => void,
  ): Promise<Uint32Array<ArrayBuffer>>
  /** Ends it; memory is given back. A run in progress rejects. */
  close(): void
}

/** The whole program of a worker, as text: see {@link runLanes} why. `self` is a browser's worker, which Node does not have. */
const program = `
'use strict'
const kernelFor = ${kernelFor.toString()}
const runLanes = ${runLanes.toString()}
const port = typeof self === 'undefined' ? require('node:worker_threads').parentPort : self
let module, shape, kernel
port.onmessage = ({ data }) => {
  if (data.module) {
    ;({ module, shape } = data)
    return
  }
  kernel = kernelFor(module, shape, data.N, kernel)
  let told = 0
  for (const done of runLanes(kernel, data.words, data.N)) {
    if (done - told < 0.05) continue
    told = done
    port.postMessage({ done })
  }
  port.postMessage({ words: data.words }, [data.words.buffer])
}
`

type FromWorker = { readonly done: number } | { readonly words: Uint32Array<ArrayBuffer> }

/** The part of a worker that Node's and a browser's have in common. */
interface Thread {
  post(message: unknown, transfer: ArrayBuffer[]): void
  terminate(): void
  /** In Node, a thread that waits for work does not keep the process alive. */
  keepAlive(alive: boolean): void
}

type Listen = (message: FromWorker) => void
type Fail = (cause: unknown) => void

/** A runner in a thread of its own, or null where none can be started (no workers, or a policy forbids them). */
export function startLaneWorker(module: WebAssembly.Module, shape: KernelShape): LaneRunner | null {
  let listen: Listen = () => {}
  let fail: Fail = () => {}
  const thread = startThread(
    message => listen(message),
    cause => fail(cause),
  )
  if (thread === null) return null
  thread.post({ module, shape }, [])
  let failure: Bip38Error | null = null
  fail = cause => {
    failure = new Bip38Error('engine-failed', 'A scrypt worker died.', { cause })
  }
  const ended = () => new Bip38Error('engine-failed', 'The scrypt worker was closed.')
  let close = (): void => {
    failure ??= ended()
    thread.terminate()
  }
  return {
    run: (words, N, signal, onProgress) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted()
        if (failure !== null) throw failure
        thread.keepAlive(true)
        const settle = (finish: () => void): void => {
          signal?.removeEventListener('abort', stop)
          thread.keepAlive(false)
          finish()
        }
        // A worker in the middle of its loop hears nothing: stopping it means ending it.
        const stop = (): void => {
          failure = ended()
          thread.terminate()
          settle(() => reject(signal?.reason))
        }
        signal?.addEventListener('abort', stop)
        fail = cause => {
          failure = new Bip38Error('engine-failed', 'A scrypt worker died.', { cause })
          settle(() => reject(failure))
        }
        close = () => {
          failure ??= ended()
          thread.terminate()
          settle(() => reject(failure))
        }
        listen = message => {
          if ('done' in message) onProgress?.(message.done)
          else settle(() => resolve(message.words))
        }
        thread.post({ words, N }, [words.buffer])
      }),
    close: () => close(),
  }
}

function startThread(listen: Listen, fail: Fail): Thread | null {
  try {
    return startNodeThread(listen, fail) ?? startWebThread(listen, fail)
  } catch {
    return null
  }
}

function startNodeThread(listen: Listen, fail: Fail): Thread | null {
  const threads = nodeModule('node:worker_threads')
  if (threads === null) return null
  const worker = new threads.Worker(program, { eval: true, name: 'assay scrypt' })
  worker.on('message', listen)
  worker.on('error', fail)
  worker.on('exit', fail)
  worker.unref()
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => void worker.terminate(),
    keepAlive: alive => (alive ? worker.ref() : worker.unref()),
  }
}

function startWebThread(listen: Listen, fail: Fail): Thread | null {
  if (typeof Worker === 'undefined' || typeof Blob === 'undefined') return null
  const url = URL.createObjectURL(new Blob([program], { type: 'text/javascript' }))
  const worker = new Worker(url)
  URL.revokeObjectURL(url)
  worker.onmessage = event => listen(event.data as FromWorker)
  worker.onerror = fail
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => worker.terminate(),
    keepAlive: () => {},
  }
}

/** Where no worker can be started: in this thread, which gets its turn every few milliseconds. */
export function startInlineRunner(module: WebAssembly.Module, shape: KernelShape): LaneRunner {
  let kernel: LaneKernel | undefined
  let busy: Promise<unknown> = Promise.resolve()
  return {
    run(words, N, signal, onProgress) {
      const turn = busy.then(async () => {
        kernel = kernelFor(module, shape, N, kernel)
        let paused = performance.now()
        for (const done of runLanes(kernel, words, N)) {
          if (performance.now() - paused < 12) continue
          onProgress?.(done)
          await nextTurn()
          signal?.throwIfAborted()
          paused = performance.now()
        }
        return words
      })
      busy = turn.catch(() => {})
      return turn
    },
    close() {
      kernel = undefined
    },
  }
}

/** Lets everything else that waits run first. A zero timeout would wait 4 ms in a browser. */
function nextTurn(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(null)
  })
}
