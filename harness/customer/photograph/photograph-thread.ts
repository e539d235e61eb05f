import { startThread } from '../page/thread.ts'
import type {
  FromPhotographWorker,
  PhotographAnswer,
  PhotographRequest,
  ToPhotographWorker,
} from './photograph-messages.ts'
import { fontName, idOfPart, readerParts } from './reader-parts.ts'

/** The program of the thread, which the build puts in place of this name; null in the page that reads no photographs. */
declare const PHOTOGRAPH_WORKER: string | null

/** Whether this page reads photographs. */
export const readsPhotographs = (): boolean => PHOTOGRAPH_WORKER !== null

/** A thread that has read nothing yet, with its engine and networks open or being opened. */
interface ReaderThread {
  readonly worker: Worker
  readonly ready: Promise<void>
}

let spare: ReaderThread | null = null

/** To be called when a photograph could be laid in: opening networks takes a second, which choosing a file takes too. */
export function preparePhotograph(): void {
  spare ??= openThread()
}

function openThread(): ReaderThread {
  const worker = startThread(PHOTOGRAPH_WORKER ?? '')
  const ready = told(worker, data => ('ready' in data ? { it: undefined } : null))
  // Whoever lays a photograph in hears of it.
  ready.catch(() => {})
  const parts = readerParts.map(part => [part, document.getElementById(idOfPart(part))?.textContent ?? ''])
  const fonts = [...document.querySelectorAll(`script[id^=${fontName('')}]`)].map(({ id, textContent }) => [
    id,
    textContent,
  ])
  const carried = { parts: Object.fromEntries(parts), fonts: Object.fromEntries(fonts) }
  worker.postMessage(carried satisfies ToPhotographWorker)
  return { worker, ready }
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
  const { worker, ready } = spare ?? openThread()
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
    worker.terminate()
  }
}
