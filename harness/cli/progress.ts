import { printable, printableWithStyle } from '../core/printable.ts'

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
  return output.isTTY === true ? liveLine(output) : logLines(output, everyMs, now)
}

function liveLine(output: ProgressOutput): Progress {
  const show = (text: string) => output.write(`\r\x1b[K${text}`)
  let shown = ''
  return {
    at(line) {
      const width = (output.columns ?? 80) - 1
      const plain = printable(line)
      shown = plain.length > width ? `${plain.slice(0, width - 1)}…` : plain
      show(shown)
    },
    say: line => void show(`${printableWithStyle(line)}\n${shown}`),
    [Symbol.dispose]: () => void show(''),
  }
}

function logLines(output: ProgressOutput, everyMs: number, now: () => number): Progress {
  let last = Number.NEGATIVE_INFINITY
  const say = (line: string): void => void output.write(`${printable(line)}\n`)
  return {
    at(line) {
      const time = now()
      if (time - last < everyMs) return
      last = time
      say(line)
    },
    say,
    [Symbol.dispose]() {},
  }
}
