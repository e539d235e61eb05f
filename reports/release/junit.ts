import type { Verdict } from '../../harness/core/vocabulary.ts'
import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { type Case, junitXml, type Result, type Suite } from '../junit-xml.ts'
import { caseOutcome, lotTest, lotWord } from './lot-test.ts'

const results: Readonly<Record<Verdict, Result>> = {
  PASS: 'passed',
  INCONCLUSIVE: 'error',
  FAIL: 'failure',
  ERROR: 'error',
}

/**
 * The release as JUnit XML: a suite for each station, a case for each unit that has to pass it, and first of all the lot's own,
 * so that a lot whose units all passed and that is not released is never green. A unit that was never seen is an error; decoys that were
 * refused, and units that were taken out, are skipped.
 */
export function junitReport(view: Pick<ReleaseView, 'document' | 'cases' | 'reasons' | 'unsigned'>): string {
  const { document, cases, reasons } = view
  const { lot, product, recordsSha256, software, closedAt } = document
  const { name, verdict, type, message } = lotTest(view)
  const own: Case = {
    name,
    result: results[verdict],
    type,
    message,
    seconds: 0,
    output: reasons.map(({ because }) => because),
  }
  const properties = [
    ['product', product],
    ['lot', lot],
    ['decision', lotWord(view)],
    ['lot file', `sha256 ${recordsSha256}`],
    ['software', `${software.name} ${software.version}`],
  ] as const
  const stations = [...Map.groupBy(cases, ({ station }) => station)].map(
    ([station, its]): Suite => ({
      name: `assay.${product}.${station}`,
      started: its.flatMap(({ record }) => record?.started ?? []).sort()[0] ?? null,
      properties: [],
      cases: its.map(caseOf),
    }),
  )
  return junitXml([{ name: 'assay.lot', started: closedAt, properties, cases: [own] }, ...stations])
}

function caseOf(one: ReleaseView['cases'][number]): Case {
  const { unit, verdict, attempts, fate, decoyAt, record } = one
  const took = record === null ? 0 : Date.parse(record.ended) - Date.parse(record.started)
  const bad = (record?.findings ?? []).filter(finding => finding.verdict !== 'PASS')
  const { outcome, message } = caseOutcome(one)
  return {
    name: unit,
    result: outcome === null ? 'error' : outcome === 'left-out' ? 'skipped' : results[outcome],
    type: verdict ?? 'never seen',
    message,
    seconds: Math.max(0, took) / 1000,
    output: [
      ...bad.map(({ check, verdict: its, because: why = '' }) => `${check}: ${its}: ${why}`),
      ...(attempts > 1 ? [`Attempts: ${attempts}`] : []),
      ...(fate === 'shipped' ? [] : [`The unit is ${fate}${decoyAt === null ? '' : ': it is a decoy'}.`]),
    ],
  }
}
