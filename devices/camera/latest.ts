/** A place for one value: whoever takes gets the newest, and what nobody took in time is overwritten. */
export class Latest<T> {
  #value: { readonly it: T } | null = null
  #end: { readonly error: unknown } | null = null
  #wake: (() => void) | null = null

  put(value: T): void {
    if (this.#end) return
    this.#value = { it: value }
    this.#wake?.()
  }

  /** From now on `take` delivers what is there still, then rejects with `error`. The first end counts. */
  end(error: unknown): void {
    this.#end ??= { error }
    this.#wake?.()
  }

  /** For one taker at a time. */
  async take(): Promise<T> {
    for (;;) {
      if (this.#value) {
        const { it } = this.#value
        this.#value = null
        return it
      }
      if (this.#end) throw this.#end.error
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
      this.#wake = null
    }
  }
}
