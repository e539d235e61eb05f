import { printable } from '../../core/printable.ts'
import { changed } from '../../lots/release/release-record.ts'
import { readSignatures, type Signature } from '../../lots/release/signatures.ts'
import { derivedFaults } from './release-files.ts'
import { type OpenedRelease, openRelease } from './release-folder.ts'

/** A release in which nothing is otherwise than its manifest and its signatures say, with those that stand under it so far. */
export interface SoundRelease extends OpenedRelease {
  readonly signatures: readonly Signature[]
}

/** @param undone what did not happen, as a sentence. @throws ReleaseError `release-changed`; what {@link openRelease} says */
export async function soundRelease(folder: string, undone: string): Promise<SoundRelease> {
  const opened = await openRelease(folder)
  const { release, files, digests } = opened
  const { signatures, faults } = readSignatures(release, files, digests)
  const wrong = [...opened.faults, ...faults, ...derivedFaults(release, digests)]
  if (wrong.length > 0) throw changed('release-changed', `${printable(folder)}: ${wrong.join('; ')}. ${undone}`)
  return { ...opened, signatures }
}
