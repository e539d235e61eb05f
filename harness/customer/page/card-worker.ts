import { defaultEngine } from '../../bip38/index.ts'
import { findInList } from '../find-card.ts'
import { openCard } from '../open-card.ts'
import { readCodesIn } from '../read-code-in.ts'
import { type FromWorker, rasterOf, type ToWorker } from './worker-messages.ts'

/*
 * Everything that takes long or holds a key: a page ends this thread after each answer, and with it all that was in its memory.
 */

const tell = (message: FromWorker): void => globalThis.postMessage(message)

globalThis.onmessage = async ({ data }: MessageEvent<ToWorker>) => {
  try {
    if ('warmUp' in data) await warmUp()
    else if ('picture' in data) tell({ texts: await readCodesIn(rasterOf(data.picture), data.still) })
    else if ('list' in data) tell({ found: findInList(data.list, data.wanted) })
    else tell({ answer: await openCard(data.card, { onProgress: progress => tell({ progress }) }) })
  } catch (error) {
    tell({ defect: error instanceof Error ? error.name : 'unknown' })
  }
}

/** Starts the engine's own threads, and has the browser make fast code of its kernel: the same shape, a 32nd of the work, twice. */
async function warmUp(): Promise<void> {
  for (let i = 0; i < 2; i++) {
    await defaultEngine().derive(Uint8Array.of(i), Uint8Array.of(0), { N: 1024, r: 8, p: 8, dkLen: 32 })
  }
}
