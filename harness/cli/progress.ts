/** Where progress goes: stderr, as a rule. */
export interface ProgressOutput {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Tells a person how far long work is: one live line on a terminal, plain lines in a log. Never holds a secret. */
export interface Progress extends Disposable {
  /** What is being done now. */
  at(line: string): void
  /** Something that stays: above the live line on a terminal, a line of its own in a log. */
  say(line: string): void
}

/** @param everyMs in a log, at most one `at` line in this time, so that it stays readable */
export function showProgress(output: ProgressOutput, everyMs = 5000, now: () => number = Date.now): Progress {
  return output.isTTY === true ? new LiveLine(output) : new LogLines(output, everyMs, now)
}

class LiveLine implements Progress {
  readonly #output: ProgressOutput
  #shown = ''

  constructor(output: ProgressOutput) {
    this.#output = output
  }

  at(line: string): void {
    const width = (this.#output.columns ?? 80) - 1
    this.#shown = line.length > width ? `${line.slice(0, width - 1)}…` : line
    this.#output.write(`\r\x1b[K${this.#shown}`)
  }

  say(line: string): void {
    this.#output.write(`\r\x1b[K${line}\n${this.#shown}`)
  }

  [Symbol.dispose](): void {
    this.#shown = ''
    this.#output.write('\r\x1b[K')
  }
}

class LogLines implements Progress {
  readonly #output: ProgressOutput
  readonly #everyMs: number
  readonly #now: () => number
  #last = Number.NEGATIVE_INFINITY

  constructor(output: ProgressOutput, everyMs: number, now: () => number) {
    this.#output = output
    this.#everyMs = everyMs
    this.#now = now
  }

  at(line: string): void {
    const time = this.#now()
    if (time - this.#last < this.#everyMs) return
    this.#last = time
    this.say(line)
  }

  say(line: string): void {
    this.#output.write(`${line}\n`)
  }

  [Symbol.dispose](): void {}
}
