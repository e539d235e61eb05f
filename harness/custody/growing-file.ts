import { closeSync, existsSync, fstatSync, ftruncateSync, readSync } from 'node:fs'
import { fileError } from './custody-error.ts'
import { openSynchronous, writeAt } from './durable-file.ts'

/**
 * A file that only grows: what {@link GrowingFile.append} returned from is on the drive, and survives kill -9 and a power
 * cut. What a cut left behind it is for the opener to {@link GrowingFile.cutAt}.
 */
export class GrowingFile implements Disposable {
  readonly #path: string
  readonly #file: number
  #size: number

  /** Opens the file, or begins one. @throws CustodyError what {@link fileError} says */
  constructor(path: string, mode?: number) {
    this.#path = path
    try {
      this.#file = openSynchronous(path, existsSync(path) ? 'old' : 'new', mode)
    } catch (cause) {
      throw fileError(path, 'opened', cause)
    }
    this.#size = fstatSync(this.#file).size
  }

  /** In bytes. */
  get size(): number {
    return this.#size
  }

  read(from = 0, to = this.#size): Buffer {
    const bytes = Buffer.alloc(to - from)
    for (let done = 0, read = -1; done < bytes.length && read !== 0; done += read) {
      read = readSync(this.#file, bytes, done, bytes.length - done, from + done)
    }
    return bytes
  }

  /** On an error nothing of it stays. @throws CustodyError what {@link fileError} says */
  append(bytes: Uint8Array): void {
    try {
      writeAt(this.#file, bytes, this.#size)
    } catch (cause) {
      try {
        ftruncateSync(this.#file, this.#size)
      } catch {
        // The next opening cuts it off.
      }
      throw fileError(this.#path, 'written', cause)
    }
    this.#size += bytes.length
  }

  /** Takes away what stands from `end` on. */
  cutAt(end: number): void {
    if (end < this.#size) ftruncateSync(this.#file, end)
    this.#size = end
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}
