import { printable, printableWithStyle } from '../core/printable.ts'
import { timeLeft } from './time-left.ts'

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
  /** The same with how far it is, and how long the rest takes once that is no guess any more. */
  of(doing: string, done: number, total: number): void
  /** Something that stays: above the live line on a terminal, a line of its own in a log. */
  say(line: string): void
}

/** @param everyMs in a log, at most one `at` line in this time, so that it stays readable */
export function showProgress(output: ProgressOutput, everyMs = 5000, now: () => number = Date.now): Progress {
  const lines = output.isTTY === true ? liveLine(output) : logLines(output, everyMs, now)
  const left = new Map<string, ReturnType<typeof timeLeft>>()
  return {
    ...lines,
    of(doing, done, total) {
      const its = left.get(doing) ?? timeLeft(now)
      left.set(doing, its)
      lines.at(`${doing}: ${done} of ${total}${its(done, total)}`)
    },
  }
}

type Lines = Omit<Progress, 'of'>

function liveLine(output: ProgressOutput): Lines {
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

function logLines(output: ProgressOutput, everyMs: number, now: () => number): Lines {
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
