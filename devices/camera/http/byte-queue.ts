/** Bytes in the order of their arrival, in one piece of memory that grows as needed. */
export class ByteQueue {
  #memory: Buffer<ArrayBuffer> = Buffer.alloc(4096)
  #start = 0
  #end = 0

  get length(): number {
    return this.#end - this.#start
  }

  /** What waits, without a copy: valid until the next call. */
  view(): Buffer {
    return this.#memory.subarray(this.#start, this.#end)
  }

  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#memory.length) this.#makeRoom(bytes.length)
    this.#memory.set(bytes, this.#end)
    this.#end += bytes.length
  }

  drop(count: number): void {
    this.#start = Math.min(this.#end, this.#start + count)
    if (this.#start === this.#end) {
      this.#start = 0
      this.#end = 0
    }
  }

  /** The first `count` bytes, as a copy of the caller's own. */
  take(count: number): Uint8Array {
    const bytes = Uint8Array.from(this.view().subarray(0, count))
    this.drop(count)
    return bytes
  }

  #makeRoom(more: number): void {
    const { length } = this
    const needed = length + more
    const target = needed > this.#memory.length ? Buffer.alloc(Math.max(needed, 2 * this.#memory.length)) : this.#memory
    this.#memory.copy(target, 0, this.#start, this.#end)
    this.#memory = target
    this.#start = 0
    this.#end = length
  }
}
