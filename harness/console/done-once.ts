/** So many are remembered: who asks again does so within seconds. */
const MOST_KEYS = 256

/** What was done, by the key that it was asked for under: who asks twice gets the same answer, and it is done once. */
export class DoneOnce<T> {
  readonly #done = new Map<string, { readonly asked: string; readonly answer: Promise<T> }>()

  /**
   * @param asked what is asked for, without anything secret
   * @returns null where that is no key, or another request's: nothing is done then, and it is not told to be
   */
  do(key: unknown, asked: string, work: () => Promise<T>): Promise<T> | null {
    if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key)) return null
    const before = this.#done.get(key)
    if (before !== undefined) return before.asked === asked ? before.answer : null
    const answer = work()
    this.#done.set(key, { asked, answer })
    if (this.#done.size > MOST_KEYS) this.#done.delete(this.#done.keys().next().value!)
    return answer
  }
}
