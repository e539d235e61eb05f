import { csvTable } from './csv-table.ts'
import type { ScenarioOutcome, ScenarioResult } from './scenario-outcome.ts'

/* A run of scenarios in the formats of a release. What was never begun stands in all of them: a run that lost tests is not whole. */

/** CTRF has no word for what says nothing of a unit: `other` leaves no pipeline green. */
const ctrfStatus: Readonly<Record<ScenarioOutcome, string>> = {
  passed: 'passed',
  alarm: 'failed',
  'unit failed': 'failed',
  'test failed': 'failed',
  'rig error': 'other',
  'code error': 'other',
  'not run': 'pending',
  skipped: 'skipped',
}

export function scenarioCtrf(results: readonly ScenarioResult[]): string {
  const count = (status: string) => results.filter(({ outcome }) => ctrfStatus[outcome] === status).length
  const begun = results.flatMap(({ startedMs, seconds }) =>
    startedMs === null ? [] : [{ from: startedMs, to: startedMs + Math.round(1000 * seconds) }],
  )
  const summary = {
    tests: results.length,
    ...Object.fromEntries(['passed', 'failed', 'skipped', 'pending', 'other'].map(status => [status, count(status)])),
    start: Math.min(...begun.map(({ from }) => from), begun[0]?.from ?? 0),
    stop: Math.max(...begun.map(({ to }) => to), begun[0]?.to ?? 0),
  }
  const tests = results.map(({ title, project, file, outcome, because, seconds, startedMs }) => ({
    name: title,
    status: ctrfStatus[outcome],
    duration: Math.round(1000 * seconds),
    ...(startedMs !== null && { start: startedMs, stop: startedMs + Math.round(1000 * seconds) }),
    suite:
      [project, file].filter(part => part !== '').length === 0
        ? ['scenarios']
        : [project, file].filter(part => part !== ''),
    ...(because !== '' && { message: because }),
    rawStatus: outcome,
  }))
  const document = {
    reportFormat: 'CTRF',
    specVersion: '1.0.0',
    generatedBy: 'assay',
    results: { tool: { name: 'assay' }, summary, tests },
  }
  return `${JSON.stringify(document, null, 2)}\n`
}

/** A row for each scenario. */
export const scenarioCsv = (results: readonly ScenarioResult[]): string =>
  [
    ...csvTable([
      ['rig or station', 'file', 'scenario', 'outcome', 'because', 'seconds', 'photographs retaken'],
      ...results.map(({ project, file, title, outcome, because, seconds, captureRetries }) => [
        ...[project, file, title, outcome, because],
        ...[Number(seconds.toFixed(3)), captureRetries],
      ]),
    ]),
  ].join('')

/** OpenHTF's words; what was not run was aborted before it began. */
const htfOutcome: Readonly<Record<ScenarioOutcome, string>> = {
  passed: 'PASS',
  alarm: 'FAIL',
  'unit failed': 'FAIL',
  'test failed': 'FAIL',
  'rig error': 'ERROR',
  'code error': 'ERROR',
  'not run': 'ABORTED',
  skipped: 'ABORTED',
}

/** By the keys of OpenHTF's TestRecord, one for each scenario. A scenario is of no one unit. */
export function scenarioOpenHtf(results: readonly ScenarioResult[]): string {
  const records = results.map(({ title, project, file, outcome, because, seconds, startedMs, captureRetries }) => ({
    dut_id: null,
    station_id: project,
    start_time_millis: startedMs,
    end_time_millis: startedMs === null ? null : startedMs + Math.round(1000 * seconds),
    outcome: htfOutcome[outcome],
    outcome_details: because === '' ? [] : [{ code: outcome, description: because }],
    metadata: { test_name: title, file, photographs_retaken: captureRetries },
    phases: [],
    log_records: [],
  }))
  return `${JSON.stringify(records, null, 2)}\n`
}
