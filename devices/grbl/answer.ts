import { RigError } from '../rig-error.ts'
import { describeError } from './messages.ts'

/** More lines than any answer of GRBL or grblHAL has; noise must not fill the memory. */
const mostLines = 1000

/** The answer to one line: what comes before its `ok`, or the error in its stead. */
export class LineAnswer {
  readonly line: string
  readonly #settled = Promise.withResolvers<string[]>()
  readonly #path: string
  /** Answers before this line are strays of an earlier life. */
  readonly #after: RegExp | null
  readonly #collected: string[] = []
  #begun: boolean

  /** @param after the line that the answer begins with, where strays must be told apart */
  constructor(path: string, line: string, after: RegExp | null) {
    this.line = line
    this.#path = path
    this.#after = after
    this.#begun = after === null
    // Whoever waits hears it; nobody may be waiting any more.
    this.lines.catch(() => {})
  }

  get lines(): Promise<string[]> {
    return this.#settled.promise
  }

  fail(error: Error): void {
    this.#settled.reject(error)
  }

  /** Takes the next line. True when the answer is complete. */
  take(line: string): boolean {
    if (!this.#begun && !this.#after?.test(line)) return false
    this.#begun = true
    if (/^ok\s*$/i.test(line)) {
      this.#settled.resolve(this.#collected)
      return true
    }
    // Some builds spell the error out; what they say is theirs, not a sentence of ours to be repeated.
    const error = /^error: ?(?:(\d{1,3})\s*$|[A-Z])/i.exec(line)
    if (error) {
      const why = error[1] === undefined ? 'an error without a number' : describeError(Number(error[1]))
      this.fail(new RigError('grbl-error', `the controller on ${this.#path} refused ${this.line} (${why}).`))
      return true
    }
    if (this.#collected.length < mostLines) this.#collected.push(line)
    return false
  }
}
