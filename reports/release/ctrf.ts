import type { Verdict } from '../../harness/core/vocabulary.ts'
import type { ReleaseView } from '../../harness/lots/release/release-view.ts'
import { type CaseOutcome, caseOutcome, lotTest, lotWord } from './lot-test.ts'

/** CTRF has no word for what was not judged: `other` says so, and leaves no pipeline green. */
const statuses: Readonly<Record<Verdict, string>> = {
  PASS: 'passed',
  FAIL: 'failed',
  INCONCLUSIVE: 'other',
  ERROR: 'other',
}

/**
 * The release as CTRF (ctrf.io): a test for each unit at each station that it has to pass, one that was never seen being pending,
 * one on which nothing of the lot hangs skipped, and first of all the lot's own, so that a lot whose units all passed and that is not released is never green.
 */
export function ctrfReport(view: Pick<ReleaseView, 'document' | 'cases' | 'unsigned'>): string {
  const { document, cases } = view
  const { lot, product, because, rehearsal, software, closedAt } = document
  const decision = lotWord(view)
  const status = (outcome: CaseOutcome['outcome']) =>
    outcome === null ? 'pending' : outcome === 'left-out' ? 'skipped' : statuses[outcome]
  const own = lotTest(view)
  const all = [status(own.verdict), ...cases.map(one => status(caseOutcome(one).outcome))]
  const count = (name: string) => all.filter(one => one === name).length
  const times = cases.flatMap(({ record }) =>
    record === null ? [] : [Date.parse(record.started), Date.parse(record.ended)],
  )
  const testOf = (one: ReleaseView['cases'][number]) => {
    const { unit, station, verdict, attempts, record } = one
    const { outcome, message } = caseOutcome(one)
    const [start, stop] = record === null ? [0, 0] : [Date.parse(record.started), Date.parse(record.ended)]
    return {
      name: `${unit} at ${station}`,
      status: status(outcome),
      duration: Math.max(0, stop - start),
      ...(record !== null && { start, stop }),
      suite: [product, station],
      ...(outcome !== 'PASS' && { message }),
      rawStatus: verdict ?? 'never seen',
      retries: Math.max(0, attempts - 1),
    }
  }
  const lotOwn = {
    name: own.name,
    status: status(own.verdict),
    duration: 0,
    suite: [product, 'lot'],
    ...(own.verdict !== 'PASS' && { message: own.message }),
    rawStatus: decision,
  }
  const head = {
    reportFormat: 'CTRF',
    specVersion: '1.0.0',
    timestamp: closedAt,
    generatedBy: 'assay',
  }
  const summary = {
    tests: cases.length + 1,
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    pending: count('pending'),
    other: count('other'),
    start: times.reduce((least, time) => Math.min(least, time), times[0] ?? 0),
    stop: times.reduce((most, time) => Math.max(most, time), times[0] ?? 0),
    extra: { lot, product, decision, because, rehearsal },
  }
  const { name, version } = software
  // A line a test: a large lot's file stays readable for line tools.
  return `${JSON.stringify(head).slice(0, -1)},"results":{"tool":${JSON.stringify({ name, version })},"summary":${JSON.stringify(summary)},"tests":[
${[JSON.stringify(lotOwn), ...cases.map(one => JSON.stringify(testOf(one)))].join(',\n')}
]}}\n`
}
