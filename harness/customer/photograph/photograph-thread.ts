import type { ProductProfile } from '../../products/profile.ts'
import { startThread, whole } from '../page/thread.ts'
import type {
  FromPhotographWorker,
  PhotographAnswer,
  PhotographRequest,
  ToPhotographWorker,
} from './photograph-messages.ts'
import { fontName, idOfPart, readerParts } from './reader-parts.ts'

/** A thread that has read nothing yet, with its engine and networks open or being opened. */
interface ReaderThread {
  readonly worker: Worker
  readonly ready: Promise<void>
  /** Ends all threads, and with them all that was read. */
  end(): void
}

let spare: ReaderThread | null = null

/**
 * To be called when a photograph could be laid in: opening networks takes a second, which choosing a file takes too. What is left of that
 * time the thread reads a drawn card, as its first reading is its slowest.
 */
export async function preparePhotograph(profile: ProductProfile): Promise<void> {
  await whole
  if (spare !== null) return
  spare = openThread()
  spare.worker.postMessage({ warmUp: profile } satisfies ToPhotographWorker)
}

/**
 * A second thread holds engine and networks once more, some 200 MB: only where there is a processor for it, and memory. Browsers that
 * do not say how much there is are trusted on computers alone.
 */
function hasRoomForSecond(): boolean {
  const { hardwareConcurrency, maxTouchPoints, deviceMemory } = navigator as Navigator & {
    readonly deviceMemory?: number
  }
  return hardwareConcurrency > 1 && (deviceMemory ?? (maxTouchPoints > 0 ? 0 : 8)) >= 4
}

function openThread(): ReaderThread {
  const carried = carriedParts()
  const worker = startThread('photograph')
  const ready = told(worker, data => ('ready' in data ? { it: undefined } : null))
  // Whoever lays a photograph in hears of it.
  ready.catch(() => {})
  worker.postMessage(carried)
  if (!hasRoomForSecond()) return { worker, ready, end: () => worker.terminate() }
  const second = startThread('photograph')
  const { port1, port2 } = new MessageChannel()
  second.onerror = () => worker.postMessage({ alone: true } satisfies ToPhotographWorker)
  second.onmessage = ({ data }: MessageEvent<FromPhotographWorker>) => {
    if ('defect' in data) worker.postMessage({ alone: true } satisfies ToPhotographWorker)
  }
  second.postMessage(carried)
  second.postMessage({ first: port1 } satisfies ToPhotographWorker, [port1])
  worker.postMessage({ second: port2 } satisfies ToPhotographWorker, [port2])
  const end = () => {
    worker.terminate()
    second.terminate()
  }
  return { worker, ready, end }
}

/** What the threads work with, as the page carries it. */
function carriedParts(): ToPhotographWorker {
  const parts = readerParts.map(part => [part, document.getElementById(idOfPart(part))?.textContent ?? ''])
  const fonts = [...document.querySelectorAll(`script[id^=${fontName('')}]`)].map(({ id, textContent }) => [
    id,
    textContent,
  ])
  return { parts: Object.fromEntries(parts), fonts: Object.fromEntries(fonts) }
}

/** What the thread says next. */
function told<It>(
  worker: Worker,
  take: (data: FromPhotographWorker) => { readonly it: It } | null,
  onProgress?: (done: number) => void,
): Promise<It> {
  return new Promise((resolve, reject) => {
    worker.onerror = () => reject(new Error('the thread did not start'))
    worker.onmessage = ({ data }: MessageEvent<FromPhotographWorker>) => {
      if ('progress' in data) return onProgress?.(data.progress)
      const taken = take(data)
      if (taken !== null) resolve(taken.it)
      else reject(new Error('defect' in data ? data.defect : 'another answer'))
    }
  })
}

/** Reads and judges one photograph. The thread ends with the answer, or at once when stopped, and with it all that was read. */
export async function seePhotograph(
  see: PhotographRequest,
  signal: AbortSignal,
  onProgress: (done: number) => void,
): Promise<PhotographAnswer> {
  await whole
  const { worker, ready, end } = spare ?? openThread()
  spare = null
  const stopped = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  )
  try {
    signal.throwIfAborted()
    await Promise.race([ready, stopped])
    const answer = told(worker, data => ('answer' in data ? { it: data.answer } : null), onProgress)
    worker.postMessage({ see } satisfies ToPhotographWorker, [see.file.buffer])
    return await Promise.race([answer, stopped])
  } finally {
    end()
  }
}
