import type { CardForm } from '../card-form.ts'
import type { ListFault } from '../find-card.ts'
import { askList } from './card-thread.ts'
import { bytesOf } from './file-bytes.ts'

/** Of a list that nothing could be made of. */
export const unusableList: ListFault = { fault: 'unusable', unit: null, field: null }

/** A maker's list of cards from the disk, or what is wrong with it: said when it is chosen, before anything is judged by it. */
export async function soundList(file: Blob, forms: readonly CardForm[]): Promise<Uint8Array<ArrayBuffer> | ListFault> {
  try {
    const list = await bytesOf(file)
    const found = await askList(list, null, forms)
    return typeof found === 'object' && 'fault' in found ? found : list
  } catch {
    return unusableList
  }
}
