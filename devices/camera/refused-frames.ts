/** Why a camera's pictures did not count while one was waited for. Kept by reason, so that a deadline can quote them. */
export class RefusedFrames {
  readonly #counts = new Map<string, number>()

  /** @param why completes «so many of them …», without an address or a password in it, e.g. `equalled the one before` */
  add(why: string): void {
    this.#counts.set(why, (this.#counts.get(why) ?? 0) + 1)
  }

  /** A sentence that begins with a space; empty where nothing was refused. */
  get told(): string {
    const reasons = [...this.#counts].toSorted(([, a], [, b]) => b - a)
    if (reasons.length === 0) return ''
    const all = reasons.reduce((sum, [, count]) => sum + count, 0)
    const parts = reasons.slice(0, 4).map(([why, count]) => `${count} ${why}`)
    return ` ${all === 1 ? 'One picture came that does not' : `${all} pictures came that do not`} count: ${parts.join('; ')}.`
  }
}
