import type { CardForm } from '../card-form.ts'
import type { CardAnswer, CardRequest } from '../open-card.ts'
import { startThread, whole } from './thread.ts'
import type { CanvasPixels, Found, FromWorker, ToWorker } from './worker-messages.ts'

/** One question to a worker; it is ended by whoever started it. */
function ask<Kind extends 'answer' | 'texts' | 'found'>(
  worker: Worker,
  message: ToWorker,
  kind: Kind,
  { signal, onProgress }: { signal?: AbortSignal | undefined; onProgress?: (done: number) => void } = {},
): Promise<Extract<FromWorker, Record<Kind, unknown>>[Kind]> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
    worker.onerror = () => reject(new Error('the worker did not start'))
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('progress' in data) onProgress?.(data.progress)
      else if (kind in data) resolve((data as unknown as Record<Kind, never>)[kind])
      else reject(new Error('defect' in data ? data.defect : 'another answer'))
    }
    worker.postMessage(message, 'picture' in message ? [message.picture.data.buffer] : [])
  })
}

/** A worker that nobody has told anything yet, and when it was last made ready, ms. */
let spare: { readonly worker: Worker; readonly at: number } | null = null

/** The engine's own threads end when they have had nothing to do for 30 s. */
const staysReadyMs = 25_000

/** To be called when a card could soon be asked for: starting threads takes longer than the sum itself. */
export async function prepareCard(): Promise<void> {
  await whole
  const at = performance.now()
  if (spare !== null && at - spare.at < staysReadyMs) return
  spare = { worker: spare?.worker ?? startThread('card'), at }
  spare.worker.postMessage({ warmUp: true } satisfies ToWorker)
}

function takeWorker(): Worker {
  const worker = spare?.worker ?? startThread('card')
  spare = null
  return worker
}

/** Asks the core, in a thread that ends with the answer, or at once when stopped: what it held is gone. */
export async function askCard(
  card: CardRequest,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<CardAnswer> {
  await whole
  const worker = takeWorker()
  try {
    return await ask(worker, { card }, 'answer', { signal, onProgress })
  } finally {
    worker.terminate()
  }
}

/**
 * Looks a card up in a maker's list, in a thread of its own: a list may be long.
 * @param wanted null: only whether the list is of use
 * @param forms all products that the page knows
 */
export async function askList(
  list: Uint8Array<ArrayBuffer>,
  wanted: string | null,
  forms: readonly CardForm[],
): Promise<Found> {
  await whole
  const worker = startThread('card')
  try {
    return await ask(worker, { list, wanted, forms }, 'found')
  } finally {
    worker.terminate()
  }
}

/** Reads codes in one picture after the other, until it is closed. */
export class CodeReader {
  readonly #worker = startThread('card')

  /** @throws the signal's reason when it was closed before */
  static async open(closed: AbortSignal): Promise<CodeReader> {
    await whole
    closed.throwIfAborted()
    const reader = new CodeReader()
    closed.addEventListener('abort', () => reader.close(), { once: true })
    return reader
  }

  /** Never settles where the reader is closed meanwhile. */
  read(picture: CanvasPixels, still: boolean): Promise<readonly string[]> {
    return ask(this.#worker, { picture, still }, 'texts')
  }

  close(): void {
    this.#worker.terminate()
  }
}
