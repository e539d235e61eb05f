import type { Verdict } from '../../harness/core/vocabulary.ts'
import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { becomes, lotWord } from './lot-test.ts'

/** OpenHTF's words; it has none for a unit that could not be judged: ERROR, whose details say which. */
const outcomes: Readonly<Record<Verdict, string>> = {
  PASS: 'PASS',
  FAIL: 'FAIL',
  INCONCLUSIVE: 'ERROR',
  ERROR: 'ERROR',
}

/** The release by the keys of OpenHTF's TestRecord, one for each unit at each station; a check is a phase. */
export const openHtfReport = (view: Shown): string => [...openHtfParts(view)].join('')

/** The same in parts: a large lot's is the longest of its files. */
export function* openHtfParts(view: Shown): Generator<string> {
  const { document, cases, measuredAt } = view
  const { lot, product, software, rehearsal } = document
  const decision = lotWord(view)
  const recordOf = (one: ReleaseView['cases'][number]) => {
    const { unit, station, verdict, because, record, attempts, fate, decoyAt } = one
    const measured = record === null ? [] : measuredAt(record.entry, station)
    const [start, end] = record === null ? [null, null] : [Date.parse(record.started), Date.parse(record.ended)]
    return {
      dut_id: unit,
      station_id: station,
      start_time_millis: start,
      end_time_millis: end,
      outcome: verdict === null ? 'ABORTED' : outcomes[verdict],
      outcome_details: verdict === 'PASS' ? [] : [{ code: verdict ?? 'NEVER_SEEN', description: because }],
      metadata: {
        test_name: `${product} ${station}`,
        test_version: `assay ${record?.software ?? software.version}`,
        lot,
        lot_decision: decision,
        rehearsal,
        fate: becomes(fate, document),
        decoy: decoyAt !== null,
        decoy_at: decoyAt,
        attempts,
        rig: record?.rig ?? null,
        operator: record?.operator ?? null,
        journal_entry: record?.entry ?? null,
      },
      phases: (record?.findings ?? []).map(finding => ({
        name: finding.check,
        outcome: outcomes[finding.verdict],
        measurements: measurementsOf(measured.filter(({ check }) => check === finding.check)),
        ...(finding.because !== undefined && {
          diagnoses: [{ result: finding.verdict, description: finding.because }],
        }),
      })),
      log_records: [],
    }
  }
  yield '[\n'
  for (let i = 0; i < cases.length; i += casesInPart) {
    const part = cases.slice(i, i + casesInPart).map(one => JSON.stringify(recordOf(one)))
    yield `${i === 0 ? '' : ',\n'}${part.join(',\n')}`
  }
  yield '\n]\n'
}

type Shown = Pick<ReleaseView, 'document' | 'cases' | 'measuredAt' | 'unsigned'>

/** By name and place; each photograph has a value of its own. */
function measurementsOf(all: ReturnType<ReleaseView['measuredAt']>): Readonly<Record<string, object>> {
  const its = new Map<string, object>()
  for (const { name, of, unit, min, max, value } of all) {
    const title = `${name} of ${of}`
    let key = title
    for (let i = 2; its.has(key); i++) key = `${title}, ${i}`
    const validators = [...(min === null ? [] : [`x >= ${min}`]), ...(max === null ? [] : [`x <= ${max}`])]
    its.set(key, { measured_value: value, units: unit, validators })
  }
  return Object.fromEntries(its)
}

const casesInPart = 1000
