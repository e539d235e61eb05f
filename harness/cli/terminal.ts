import { printable, printableWithStyle } from '../core/printable.ts'

/*
 * The outermost output: every line of every command goes through here. What stands in a line may come from anywhere, a file's name
 * too, so that only our own colours and our own ends of lines reach a terminal.
 */

/** May lines on this stream hold colours? Only on a terminal, and never against NO_COLOR (no-color.org). */
export function hasColours(stream: NodeJS.WriteStream = process.stdout): boolean {
  return stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === ''
}

/** One line as it may reach a stream. */
const lineFor = (stream: NodeJS.WriteStream, line: string) =>
  `${stream.isTTY === true ? printableWithStyle(line) : printable(line)}\n`

/** One line of a result, to stdout. @returns false while its reader is slower */
export const printLine = (line: string): boolean => process.stdout.write(lineFor(process.stdout, line))

/** One line for the person beside the result, to stderr. */
export const tellLine = (line: string): void => void process.stderr.write(lineFor(process.stderr, line))

/** A question on stderr, whose answer stands behind it. */
export const ask = (question: string): void => void process.stderr.write(printable(question))

/** One JSON document, line by line. */
export function printDocument(document: unknown, print: (line: string) => unknown = printLine): void {
  for (const line of JSON.stringify(document, null, 2).split('\n')) print(line)
}

/** What may be several lines of our own, and quotes what a person typed: none of that may begin a line. */
export function quoting(text: string, typed: readonly string[]): string {
  return typed.reduce(
    (whole, word) => (printable(word) === word ? whole : whole.replaceAll(word, printable(word))),
    text,
  )
}
