/** Time inside the virtual rig, ms since it was made. It runs `hurry` times as fast as real time. */
export class VirtualTime {
  readonly #start = performance.now()
  readonly #hurry: number
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(hurry = 1) {
    this.#hurry = hurry
  }

  now(): number {
    return (performance.now() - this.#start) * this.#hurry
  }

  /** Calls `act` once `ms` of virtual time have gone by. The returned function takes it back. */
  after(ms: number, act: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, Math.max(0, ms) / this.#hurry)
    // A rig that was forgotten must not keep the process alive.
    timer.unref()
    this.#timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.#timers.delete(timer)
    }
  }

  /** Nothing that was planned happens any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }
}
