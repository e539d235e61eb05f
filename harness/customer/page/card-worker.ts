import { wasmEngine } from '../../bip38/index.ts'
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
    else if ('list' in data) tell({ found: await findInList(data.list, data.wanted, data.forms) })
    else tell({ answer: await openCard(data.card, { onProgress: progress => tell({ progress }) }) })
  } catch (error) {
    tell({ defect: error instanceof Error ? error.name : 'unknown' })
  }
}

/**
 * One whole opening, of a code in BIP38's own text by a passphrase that is not its own: threads started, memory touched, fast code
 * made of all that an opening runs. Where there is no fast kernel it would only stand in the way.
 */
async function warmUp(): Promise<void> {
  if (wasmEngine() === null) return
  const epk = '6PfQu77ygVyJLZjfvMLyhLMQbYnu5uguoJJ4kMCLqWwPEdfpwANVS76gTX'
  await openCard({ ask: 'open', epk, passphrases: ['warm up'] })
}
