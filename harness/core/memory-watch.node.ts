import { readFile } from 'node:fs/promises'

/** Several times what reading a picture of 100 megapixels took (731 MiB). */
export const usualLimitMiB = 4096

const everyMs = 100

/**
 * Looks now and then at how much memory another process holds, and tells once it is too much. A limit that the system itself keeps
 * would count address space, of which WebAssembly reserves far more than it uses. Only Linux tells.
 */
export class MemoryWatch {
  readonly #path: string | null
  readonly #limitBytes: number
  readonly #onTooMuch: () => void
  #timer: NodeJS.Timeout | null = null

  constructor(pid: number | undefined, limitMiB: number, onTooMuch: () => void) {
    this.#path = pid === undefined || process.platform !== 'linux' ? null : `/proc/${pid}/status`
    this.#limitBytes = limitMiB * 1024 * 1024
    this.#onTooMuch = onTooMuch
  }

  begin(): void {
    if (this.#path === null) return
    this.#timer ??= setInterval(() => void this.#look(this.#path!), everyMs).unref()
  }

  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async #look(path: string): Promise<void> {
    const status = await readFile(path, 'utf8').catch(() => '')
    const residentBytes = 1024 * Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0)
    if (residentBytes <= this.#limitBytes || this.#timer === null) return
    this.end()
    this.#onTooMuch()
  }
}
