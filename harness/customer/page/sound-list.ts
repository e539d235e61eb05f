import { askList } from './card-thread.ts'
import { bytesOf } from './file-bytes.ts'

/** A maker's list of cards from the disk, or what is wrong with it: said when it is chosen, before anything is judged by it. */
export async function soundList(file: Blob): Promise<Uint8Array<ArrayBuffer> | 'unusable' | 'secret'> {
  try {
    const list = await bytesOf(file)
    const found = await askList(list, '')
    return found === 'unusable' || found === 'secret' ? found : list
  } catch {
    return 'unusable'
  }
}
