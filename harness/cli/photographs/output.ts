import { hasColours, printLine, tellLine } from '../terminal.ts'

/** Where a command writes: results to stdout, remarks to stderr. */
export interface Output {
  /** One line of the result. */
  print(line: string): void
  /** One line for the person, beside the result. */
  tell(line: string): void
  /** May the result hold colours? */
  readonly colours: boolean
  /** Characters a line of the terminal that a person sits at; null where nobody does. */
  readonly columns: number | null
}

/** The process's own streams. Colours only on a terminal, and never against NO_COLOR (no-color.org). */
export function processOutput(): Output {
  return {
    print: line => void printLine(line),
    tell: tellLine,
    colours: hasColours(),
    columns: process.stdout.isTTY === true ? process.stdout.columns : null,
  }
}
