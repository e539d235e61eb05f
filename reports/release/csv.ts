import type { ReleaseView } from '../../harness/lots/release/release-view.ts'

/**
 * Tables as Excel opens them by a double click: UTF-8 with its mark, CRLF, every cell in quotes. What would be a formula is
 * none (OWASP, CSV injection), and what would become a number or a date, such as the serial 00042, stays the text that it is.
 */
function* csv(rows: Iterable<readonly (string | number | boolean | null)[]>): Generator<string> {
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

function safe(text: string): string {
  // Digits and what stands between them in numbers and dates: as a constant text, which is the one formula that is safe.
  if (/^[\d.,:/eE+ -]*\d[\d.,:/eE+ -]*$/.test(text)) return `="${text}"`
  return /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
}

/** A row for each unit. */
export function unitsCsv({ cases, decided }: Pick<ReleaseView, 'cases' | 'decided'>): string {
  const stations = [...new Set(cases.map(({ station }) => station))]
  const byUnit = Map.groupBy(cases, ({ unit }) => unit)
  const parts = csv([
    ['unit', 'fate', 'drawn', 'verdict', ...stations.flatMap(station => [station, `${station} attempts`]), 'because'],
    ...decided.units.map(({ unit, fate, isDrawn, verdict }) => {
      const its = byUnit.get(unit) ?? []
      const at = (station: string) => its.find(one => one.station === station)
      const worst = its.find(one => one.verdict === verdict)
      // What was not seen where it had to be is not good, whatever it was elsewhere.
      const unseen = verdict === 'PASS' ? its.find(one => one.verdict === null) : undefined
      return [
        unit,
        fate,
        isDrawn ? 'drawn' : '',
        unseen === undefined ? (verdict ?? 'never seen') : 'INCONCLUSIVE',
        ...stations.flatMap(station => {
          const here = at(station)
          return [
            here?.verdict ?? (station === 'opened' && here === undefined ? '' : 'never seen'),
            here?.attempts ?? '',
          ]
        }),
        verdict === 'PASS' ? (unseen?.because ?? '') : (worst?.because ?? ''),
      ]
    }),
  ])
  return [...parts].join('')
}

/** A row for each check of each inspection that counts. */
export const checksCsv = (view: Pick<ReleaseView, 'cases'>): string => [...checksCsvParts(view)].join('')

/** The same in parts: a large lot has half a million rows. */
export const checksCsvParts = ({ cases }: Pick<ReleaseView, 'cases'>): Iterable<string> => csv(checkRows(cases))

function* checkRows(cases: ReleaseView['cases']): Generator<(string | number | null)[]> {
  yield [
    'unit',
    'station',
    'verdict at the station',
    'check',
    'verdict',
    'because',
    'started',
    'rig',
    'operator',
    'entry',
  ]
  for (const { unit, station, verdict, because, record } of cases) {
    const told = [unit, station, verdict ?? 'never seen']
    if (record === null) yield [...told, '', '', because, '', '', '', '']
    else {
      const { started, rig, operator, entry, findings } = record
      for (const { check, verdict: its, because: why = '' } of findings)
        yield [...told, check, its, why, started, rig, operator, entry]
    }
  }
}
