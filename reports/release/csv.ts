import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { csvTable } from '../csv-table.ts'
import { becomes } from './lot-test.ts'

/** A row for each unit. */
export function unitsCsv({ cases, decided, document }: Pick<ReleaseView, 'cases' | 'decided' | 'document'>): string {
  const stations = [...new Set(cases.map(({ station }) => station))]
  const byUnit = Map.groupBy(cases, ({ unit }) => unit)
  const parts = csvTable([
    [
      'unit',
      'fate',
      'drawn',
      'decoy',
      'verdict',
      ...stations.flatMap(station => [station, `${station} attempts`]),
      'because',
      'rehearsal',
    ],
    ...decided.units.map(({ unit, fate, isDrawn, verdict }) => {
      const its = byUnit.get(unit) ?? []
      const at = (station: string) => its.find(one => one.station === station)
      const worst = its.find(one => one.verdict === verdict)
      // What was not seen where it had to be is not good, whatever it was elsewhere.
      const unseen = verdict === 'PASS' ? its.find(one => one.verdict === null) : undefined
      return [
        unit,
        becomes(fate, document),
        isDrawn ? 'drawn' : '',
        its[0]?.decoyAt ?? '',
        unseen === undefined ? (verdict ?? 'never seen') : 'INCONCLUSIVE',
        ...stations.flatMap(station => {
          const here = at(station)
          return [
            here?.verdict ?? (station === 'opened' && here === undefined ? '' : 'never seen'),
            here?.attempts ?? '',
          ]
        }),
        verdict === 'PASS' ? (unseen?.because ?? '') : (worst?.because ?? ''),
        rehearsalCell(document),
      ]
    }),
  ])
  return [...parts].join('')
}

const rehearsalCell = ({ rehearsal }: ReleaseView['document']) => (rehearsal ? 'rehearsal' : '')

type Checked = Pick<ReleaseView, 'cases' | 'document'>

/** A row for each check of each inspection that counts. */
export const checksCsv = (view: Checked): string => [...checksCsvParts(view)].join('')

/** The same in parts: a large lot has half a million rows. */
export const checksCsvParts = (view: Checked): Iterable<string> => csvTable(checkRows(view))

function* checkRows({ cases, document }: Checked): Generator<(string | number | null)[]> {
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
    'rehearsal',
  ]
  const last = rehearsalCell(document)
  for (const { unit, station, verdict, because, record } of cases) {
    const told = [unit, station, verdict ?? 'never seen']
    if (record === null) yield [...told, '', '', because, '', '', '', '', last]
    else {
      const { started, rig, operator, entry, findings } = record
      for (const { check, verdict: its, because: why = '' } of findings)
        yield [...told, check, its, why, started, rig, operator, entry, last]
    }
  }
}
