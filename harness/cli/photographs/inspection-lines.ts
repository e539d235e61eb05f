import { printable } from '../../core/printable.ts'
import type { Verdict } from '../../core/verdict.ts'
import { unprovedNamesIn } from '../../record/inspection-record.ts'
import { foldFindings } from './folded-findings.ts'
import type { InspectionDocument } from './photograph-document.ts'

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
  if (verdict === null) return [`= ${'given before'.padEnd(13)} ${printable(photo)}`, `    ${printable(because)}`]
  const open = findings.filter(finding => finding.verdict !== 'PASS')
  const names = unprovedNamesIn(unproved)
  const said =
    names.length === 0
      ? verdictWord(verdict, coloured, 15)
      : `${verdictWord(verdict, coloured)}, not proved: ${names.join(', ')} `
  const head = `${said} ${(unit ?? 'unknown unit').padEnd(12)}  ${station}  ${printable(photo)}`
  const reason = open.length === 0 ? [`    ${printable(because)}`] : []
  return [head, ...reason, ...findingLines(findings, because, coloured)]
}

/** What is not a pass: a line a cause with the checks that it left unjudged, then what stands by itself. */
export function findingLines(
  findings: InspectionDocument['findings'],
  because: string,
  coloured: boolean,
): readonly string[] {
  const { causes, single } = foldFindings(findings, because)
  const width = Math.max(0, ...single.map(({ check }) => check.length))
  return [
    ...single.filter(({ verdict }) => verdict !== 'INCONCLUSIVE').map(one => findingLine(one, width, coloured)),
    ...causes.flatMap(cause => [
      `    ${verdictWord('INCONCLUSIVE', coloured, 15)} ${printable(cause.because)}`,
      `    ${' '.repeat(15)} Not judged because of it: ${cause.checks.join(', ')}.`,
    ]),
    ...single.filter(({ verdict }) => verdict === 'INCONCLUSIVE').map(one => findingLine(one, width, coloured)),
  ]
}

const findingLine = (
  { check, verdict, because }: InspectionDocument['findings'][number],
  width: number,
  coloured: boolean,
) => `    ${verdictWord(verdict, coloured, 15)} ${check.padEnd(width)}  ${printable(because)}`

/** «38 inspected: 20 passed, 3 failed, 15 inconclusive, 0 errors; 2 files without a result». */
export function totalLine(
  records: readonly { readonly verdict: Verdict }[],
  files: readonly { readonly isSettled: boolean }[],
  coloured: boolean,
): string {
  const count = (verdict: Verdict) => records.filter(record => record.verdict === verdict).length
  const [lost, copies] = [
    files.filter(({ isSettled }) => !isSettled).length,
    files.filter(({ isSettled }) => isSettled).length,
  ]
  const rest = [
    ...(lost === 0 ? [] : [`; ${lost} ${lost === 1 ? 'file' : 'files'} without a result`]),
    ...(copies === 0 ? [] : [`; ${copies} given twice`]),
  ].join('')
  const line = `${records.length} inspected: ${count('PASS')} passed, ${count('FAIL')} failed, ${count('INCONCLUSIVE')} inconclusive, ${count('ERROR')} errors${rest}`
  return coloured ? `\u001b[1m${line}\u001b[0m` : line
}
