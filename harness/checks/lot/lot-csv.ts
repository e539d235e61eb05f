/** One row of a table of texts. */
export interface CsvRow {
  /** Line of the file that it begins in, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** What cannot be read as a table: the line, and a clause. */
export interface CsvFault {
  readonly line: number
  readonly because: string
}

const separators = [';', ',', '\t'] as const

/**
 * Rows of comma-separated values (RFC 4180) as spreadsheets export them: `;`, `,` or tabulators between cells, quotes where a
 * cell holds one of them, Excel's `sep=;` line. Empty rows are left out.
 */
export function readCsv(text: string): { readonly rows: readonly CsvRow[]; readonly fault: CsvFault | null } {
  const told = /^sep=([;,\t])\r?\n/i.exec(text)
  const separator = told?.[1] ?? usualIn(text)
  const rows: CsvRow[] = []
  let at = told?.[0].length ?? 0
  let line = told === null ? 1 : 2
  while (at < text.length) {
    const cells: string[] = []
    const begin = line
    for (;;) {
      if (text[at] === '"') {
        let cell = ''
        for (;;) {
          const end = text.indexOf('"', at + 1)
          if (end === -1) return { rows, fault: { line: begin, because: 'a quotation mark is never closed' } }
          const part = text.slice(at + 1, end)
          line += part.split('\n').length - 1
          cell += part
          at = end + 1
          if (text[at] !== '"') break
          cell += '"'
        }
        if (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') {
          return { rows, fault: { line, because: 'something follows a closed quotation mark' } }
        }
        cells.push(cell)
      } else {
        const end = endOfCell(text, at, separator)
        cells.push(text.slice(at, end).trim())
        at = end
      }
      if (text[at] !== separator) break
      at++
    }
    if (text[at] === '\r') at++
    if (text[at] === '\n') at++
    line++
    if (cells.some(cell => cell !== '')) rows.push({ line: begin, cells })
  }
  return { rows, fault: null }
}

function endOfCell(text: string, from: number, separator: string): number {
  let at = from
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++
  return at
}

/** The separator that the header uses most. */
function usualIn(text: string): string {
  const header = /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? ''
  const count = (separator: string) => header.split(separator).length
  return separators.reduce((best, next) => (count(next) > count(best) ? next : best), ',' as string)
}
