import type { Verdict } from '../../core/verdict.ts'
import { unprovedNamesIn } from '../../record/inspection-record.ts'
import type { InspectionDocument } from './photograph-document.ts'
import { printable } from './photograph-lines.ts'

/** Shape and word tell the verdict, colour only repeats it. */
const verdictSigns: Readonly<Record<Verdict, string>> = { PASS: '✓', INCONCLUSIVE: '?', FAIL: '✗', ERROR: '!' }

/** ANSI: green, yellow, red, magenta. */
export const verdictColours: Readonly<Record<Verdict, number>> = { PASS: 32, INCONCLUSIVE: 33, FAIL: 31, ERROR: 35 }

/** «✗ FAIL», coloured where the terminal allows it. */
export function verdictWord(verdict: Verdict, coloured: boolean, width = 0): string {
  const word = `${verdictSigns[verdict]} ${verdict}`.padEnd(width)
  return coloured ? `\u001b[1;${verdictColours[verdict]}m${word}\u001b[0m` : word
}

/** One inspected photograph for people: the verdict, then every finding that is not a pass. */
export function inspectionLines(document: InspectionDocument, coloured: boolean): readonly string[] {
  const { photo, unit, station, verdict, because, findings, unproved } = document
  const open = findings.filter(finding => finding.verdict !== 'PASS')
  const names = unprovedNamesIn(unproved)
  const said =
    names.length === 0
      ? verdictWord(verdict, coloured, 15)
      : `${verdictWord(verdict, coloured)}, not proved: ${names.join(', ')} `
  const head = `${said} ${(unit ?? 'unknown unit').padEnd(12)}  ${station}  ${printable(photo)}`
  const reason = open.length === 0 ? [`    ${printable(because)}`] : []
  const width = Math.max(0, ...open.map(({ check }) => check.length))
  const rows = open.map(
    finding =>
      `    ${verdictWord(finding.verdict, coloured, 15)} ${finding.check.padEnd(width)}  ${printable(finding.because)}`,
  )
  return [head, ...reason, ...rows]
}

/** «38 inspected: 20 passed, 3 failed, 15 inconclusive, 0 errors; 2 files without a result». */
export function totalLine(
  records: readonly { readonly verdict: Verdict }[],
  files: readonly { readonly isCopy: boolean }[],
  coloured: boolean,
): string {
  const count = (verdict: Verdict) => records.filter(record => record.verdict === verdict).length
  const [lost, copies] = [files.filter(({ isCopy }) => !isCopy).length, files.filter(({ isCopy }) => isCopy).length]
  const rest = [
    ...(lost === 0 ? [] : [`; ${lost} ${lost === 1 ? 'file' : 'files'} without a result`]),
    ...(copies === 0 ? [] : [`; ${copies} given twice`]),
  ].join('')
  const line = `${records.length} inspected: ${count('PASS')} passed, ${count('FAIL')} failed, ${count('INCONCLUSIVE')} inconclusive, ${count('ERROR')} errors${rest}`
  return coloured ? `\u001b[1m${line}\u001b[0m` : line
}
