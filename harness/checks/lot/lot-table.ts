import { fieldName, misspelt, sameAs, unitFieldNames } from './field-names.ts'
import { readCsv } from './lot-csv.ts'
import type { LotFault } from './lot-fault.ts'
import { fieldsInPieces, type GivesAway, isSecret, shownName } from './lot-secrets.ts'

interface LotTable {
  /** Cells by field, a unit each. */
  readonly units: readonly Readonly<Record<string, string>>[]
  /** The line that each unit stands in, from 1. */
  readonly lines: readonly number[]
  /** What to call each column whose name cannot be shown. */
  readonly columns: ReadonlyMap<string, string>
  /** Columns that are secret and were not read, as they may be shown. */
  readonly secrets: readonly string[]
  readonly faults: readonly LotFault[]
}

/** No table of units has more; a line with more separators is no header. */
const mostColumns = 1000

/** Spreadsheets make this of a long number, and what it was is lost. */
const scientific = /^[+-]?\d+(?:[.,]\d+E[+-]?|E[+-])\d+$/i

/**
 * The units of a table whose first row names the fields, in any order and case. An empty cell is a field that is not known.
 * Null: it is no such table.
 */
export function tableOfUnits(text: string, givesAway: GivesAway | undefined): LotTable | null {
  const { rows, fault } = readCsv(text)
  const [header, ...rest] = rows
  if (header === undefined || header.cells.length > mostColumns) return null
  const names = header.cells.map(cell => sameAs(plainCell(cell), unitFieldNames) ?? plainCell(cell))
  if (!names.includes('serial') && misspeltIn(names) === null) return null
  const faults: LotFault[] = []
  const blame = (unit: string, field: string | null, because: string) =>
    void faults.push({ code: 'lot-faulty', unit, field, because })
  if (!names.includes('serial')) blame('the header', null, 'no column is called serial')
  for (const [i, name] of names.entries()) {
    if (name !== '' && names.indexOf(name) < i) blame('the header', fieldName(name), 'two columns have this name')
  }
  if (fault !== null) blame(`line ${fault.line}`, null, fault.because)
  const others = names.filter(name => name !== '' && !unitFieldNames.includes(name) && !isSecret(name, null, givesAway))
  const inPieces = fieldsInPieces(
    others.map(name => [name, name]),
    givesAway,
  )
  const secrets = names.filter(name => isSecret(name, null, givesAway) || inPieces.has(name))
  const units = rest.map(({ line, cells }) => {
    const fields: [string, string][] = []
    for (const [i, cell] of cells.entries()) {
      const name = names[i]
      const value = plainCell(cell)
      if (name === undefined || name === '') {
        if (value !== '') blame(`line ${line}`, null, `cell ${i + 1} stands under no name of a field`)
        continue
      }
      if (value === '' || secrets.includes(name)) continue
      if (scientific.test(value)) {
        blame(
          `line ${line}`,
          fieldName(name),
          'is a number in scientific notation (1.23E+10), as a spreadsheet makes of a long one: give the column the format Text, and fill it in again',
        )
      } else fields.push([name, value])
    }
    return Object.fromEntries(fields)
  })
  const lines = rest.map(({ line }) => line)
  const columns = new Map(names.map((name, i) => [name, `column ${i + 1}`]))
  const shown = names.flatMap((name, i) => {
    if (!secrets.includes(name)) return []
    return [(inPieces.has(name) ? null : shownName(name, givesAway)) ?? `column ${i + 1}`]
  })
  return { units, lines, columns, secrets: shown, faults: [...faults, ...shortened(units, lines)] }
}

/** A header without `serial`, but with a word that is meant to be a field. */
const misspeltIn = (names: readonly string[]) =>
  names.find(name => unitFieldNames.includes(name) || misspelt(name) !== null) ?? null

/** Without what keeps a spreadsheet from making a number of a text: a leading apostrophe, or `="0012"`. */
const plainCell = (cell: string): string => (/^="([^"]*)"$/.exec(cell)?.[1] ?? cell.replace(/^'/, '')).trim()

/** Serials of digits alone that are shorter than the others: a spreadsheet took their leading zeros for nothing. */
function shortened(units: LotTable['units'], lines: LotTable['lines']): LotFault[] {
  const digits = units.map(({ serial }) => (serial !== undefined && /^\d+$/.test(serial) ? serial.length : null))
  const longest = digits.reduce<number>((most, length) => Math.max(most, length ?? 0), 0)
  return lines.flatMap((line, i) => {
    const length = digits[i]
    if (length == null || length === longest) return []
    const because = `has ${length} digits where others have ${longest}: a spreadsheet has dropped its leading zeros; give the column the format Text, and fill it in again`
    return [{ code: 'lot-faulty', unit: `line ${line}`, field: 'serial', because }]
  })
}
