export interface Allowed {
  readonly atOnce: number
  readonly perMinute: number
}

/** So many askers are remembered; beyond, those longest silent are forgotten, who have all their questions again anyway. */
const mostAskers = 10_000

/** How often one may ask: a bucket of questions that fills again with time (token bucket). */
export class RateLimit {
  readonly #allowed: Allowed
  readonly #now: () => number
  readonly #left = new Map<string, { questions: number; at: number }>()

  /** @param now ms */
  constructor(allowed: Allowed, now: () => number) {
    this.#allowed = allowed
    this.#now = now
  }

  /** Counts a question of this asker. */
  allows(asker: string): boolean {
    const { atOnce, perMinute } = this.#allowed
    const now = this.#now()
    const before = this.#left.get(asker) ?? { questions: atOnce, at: now }
    const questions = Math.min(atOnce, before.questions + (Math.max(0, now - before.at) * perMinute) / 60_000)
    this.#left.delete(asker)
    this.#left.set(asker, { questions: questions >= 1 ? questions - 1 : questions, at: now })
    if (this.#left.size > mostAskers) this.#left.delete(this.#left.keys().next().value!)
    return questions >= 1
  }
}
