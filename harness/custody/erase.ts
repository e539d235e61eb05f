import { existsSync, fstatSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Random } from '../core/random.ts'
import { fileError } from './custody-error.ts'
import { closing, openSynchronous, syncFolder, writeAt } from './durable-file.ts'

const chunk = 1 << 16

/**
 * Overwrites a file in place with random bytes, synchronously, and only then takes its name away: truncating or writing
 * anew would leave the old blocks on the drive. What stays beneath a file system (flash, snapshots, journals of data) is
 * beyond any program: that is why only ciphertext is ever there.
 *
 * @returns how many bytes were overwritten; 0 when the file was gone already, so that a broken-off erase can be repeated
 */
export function eraseFile(path: string, random: Random): number {
  if (!existsSync(path)) return 0
  try {
    const size = closing(openSynchronous(path, 'old'), file => {
      const { size } = fstatSync(file)
      for (let at = 0; at < size; at += chunk) writeAt(file, random.bytes(Math.min(chunk, size - at)), at)
      return size
    })
    unlinkSync(path)
    syncFolder(dirname(path))
    return size
  } catch (cause) {
    throw fileError(path, 'erased', cause)
  }
}
