import type { ReleaseView } from '../../harness/lots/release/release-view.ts'

/**
 * Tables as Excel opens them by a double click: UTF-8 with its mark, CRLF, every cell in quotes. What would be a formula is
 * none (OWASP, CSV injection), and what would become a number or a date, such as the serial 00042, stays the text that it is.
 */
function csv(rows: readonly (readonly (string | number | boolean | null)[])[]): string {
  return `\ufeff${rows.map(row => `${row.map(cell).join(',')}\r\n`).join('')}`
}

function cell(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return `"${value ?? ''}"`
  return `"${safe(value).replaceAll('"', '""')}"`
}

function safe(text: string): string {
  // Digits and what stands between them in numbers and dates: as a constant text, which is the one formula that is safe.
  if (/^[\d.,:/eE+ -]*\d[\d.,:/eE+ -]*$/.test(text)) return `="${text}"`
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
}

/** A row for each unit. */
export function unitsCsv({ cases, decided }: Pick<ReleaseView, 'cases' | 'decided'>): string {
  const stations = [...new Set(cases.map(({ station }) => station))]
  const byUnit = Map.groupBy(cases, ({ unit }) => unit)
  return csv([
    ['unit', 'fate', 'drawn', 'verdict', ...stations.flatMap(station => [station, `${station} attempts`]), 'because'],
    ...decided.units.map(({ unit, fate, isDrawn, verdict }) => {
      const its = byUnit.get(unit) ?? []
      const at = (station: string) => its.find(one => one.station === station)
      const worst = its.find(one => one.verdict === verdict)
      return [
        unit,
        fate,
        isDrawn ? 'drawn' : '',
        verdict ?? 'never seen',
        ...stations.flatMap(station => {
          const here = at(station)
          return here === undefined ? ['', ''] : [here.verdict ?? 'never seen', here.attempts]
        }),
        verdict === 'PASS' ? '' : (worst?.because ?? ''),
      ]
    }),
  ])
}

/** A row for each check of each inspection that counts. */
export function checksCsv({ cases }: Pick<ReleaseView, 'cases'>): string {
  return csv([
    ['unit', 'station', 'verdict at the station', 'check', 'verdict', 'because', 'started', 'rig', 'operator', 'entry'],
    ...cases.flatMap(({ unit, station, verdict, because, record }) => {
      const told = [unit, station, verdict ?? 'never seen']
      if (record === null) return [[...told, '', '', because, '', '', '', '']]
      const { started, rig, operator, entry, findings } = record
      return findings.map(finding => [
        ...told,
        finding.check,
        finding.verdict,
        finding.because ?? '',
        started,
        rig,
        operator,
        entry,
      ])
    }),
  ])
}
