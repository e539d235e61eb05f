import { startThread } from '../page/thread.ts'
import type {
  FromPhotographWorker,
  PhotographAnswer,
  PhotographRequest,
  ToPhotographWorker,
} from './photograph-messages.ts'
import { idOfPart, type ReaderPartsLoaded, readerParts } from './reader-parts.ts'

/** The program of the thread, which the build puts in place of this name; null in the page that reads no photographs. */
declare const PHOTOGRAPH_WORKER: string | null

/** Whether this page reads photographs. */
export const readsPhotographs = (): boolean => PHOTOGRAPH_WORKER !== null

/** Reads and judges one photograph. The thread ends with the answer, and with it all that was read. */
export async function seePhotograph(see: PhotographRequest, signal: AbortSignal): Promise<PhotographAnswer> {
  const worker = startThread(PHOTOGRAPH_WORKER ?? '')
  const post = (message: ToPhotographWorker, transfer: Transferable[]) => worker.postMessage(message, transfer)
  try {
    const parts = await loadParts()
    return await new Promise((resolve, reject) => {
      signal.throwIfAborted()
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      worker.onerror = () => reject(new Error('the thread did not start'))
      worker.onmessage = ({ data }: MessageEvent<FromPhotographWorker>) => {
        if ('ready' in data) post({ see }, [see.file.buffer, see.pixels.data.buffer])
        else if ('answer' in data) resolve(data.answer)
        else reject(new Error(data.defect))
      }
      post(
        { parts },
        Object.values(parts).map(part => part.buffer),
      )
    })
  } finally {
    worker.terminate()
  }
}

/** What the page carries, unpacked; each photograph's thread gets its own. */
async function loadParts(): Promise<ReaderPartsLoaded> {
  const loaded = await Promise.all(readerParts.map(async part => [part, await unpacked(idOfPart(part))] as const))
  return Object.fromEntries(loaded) as unknown as ReaderPartsLoaded
}

async function unpacked(id: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(document.getElementById(id)?.textContent ?? ''), one => one.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}
