import { printable } from '../harness/core/printable.ts'

/**
 * Tables as Excel opens them by a double click: UTF-8 with its mark, CRLF, every cell in quotes. What would be a formula is
 * none (OWASP, CSV injection), and what would become a number or a date, such as the serial 00042, stays the text that it is.
 */
export function* csvTable(rows: Iterable<readonly (string | number | boolean | null)[]>): Generator<string> {
  yield '\ufeff'
  let lines: string[] = []
  for (const row of rows) {
    lines.push(`${row.map(cell).join(',')}\r\n`)
    if (lines.length < linesInChunk) continue
    yield lines.join('')
    lines = []
  }
  yield lines.join('')
}

const linesInChunk = 5000

function cell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return `"${value ?? ''}"`
  return `"${safe(value).replaceAll('"', '""')}"`
}

function safe(given: string): string {
  // Nothing that turns the direction of writing, or that nobody sees.
  const text = printable(given)
  // Digits and what stands between them in numbers and dates: as a constant text, which is the one formula that is safe.
  if (/^[\d.,:/eE+ -]*\d[\d.,:/eE+ -]*$/.test(text)) return `="${text}"`
  return /^[=+\-@]/.test(text) ? `'${text}` : text
}
