import type { Verdict } from '../harness/core/vocabulary.ts'
import { unprovedNamesIn } from '../harness/record/inspection-record.ts'
import { type Case, distinct, junitXml, type Result, type Suite } from './junit-xml.ts'
import {
  countingVerdict,
  countsSentence,
  type ReportedFile,
  type ReportedInspection,
  unitOf,
} from './reported-inspection.ts'

/**
 * The records as JUnit XML, in the strict subset that junit-10.xsd allows: a suite for each product and station, a case for
 * each inspection, named by its unit and its files, and a case for each file without a record. One bad unit is one failure,
 * with its checks inside.
 *
 * FAIL becomes `failure`; ERROR becomes `error`, and so does a file that was not judged. INCONCLUSIVE becomes `error` too, with
 * the type that says so: JUnit has no word for it, `skipped` would leave a build green, and `failure` would count an unread
 * unit as a bad one. What counts elsewhere is `skipped`: the second copy of a picture, and an attempt in whose place another counts.
 * @param unfinished why the run is not at its end: an `error` of its own, so that what died is never green
 */
export function junitReport(
  inspections: readonly ReportedInspection[],
  files: readonly ReportedFile[] = [],
  unfinished: string | null = null,
): string {
  const suites = [...Map.groupBy(inspections, ({ record: { product, station } }) => `assay.${product}.${station}`)].map(
    ([name, all]) => suiteOf(name, all),
  )
  if (files.length > 0) suites.push(fileSuite(files))
  if (unfinished !== null) suites.push(runSuite(unfinished))
  return junitXml(suites)
}

const results: Readonly<Record<Verdict, Result>> = {
  PASS: 'passed',
  INCONCLUSIVE: 'error',
  FAIL: 'failure',
  ERROR: 'error',
}

function suiteOf(name: string, inspections: readonly ReportedInspection[]): Suite {
  const records = inspections.map(({ record }) => record)
  const each = (pick: (record: (typeof records)[number]) => string | null) =>
    [...new Set(records.map(pick).filter(value => value !== null))].join(', ')
  return {
    name,
    started: records.map(({ started }) => started).sort()[0]!,
    properties: [
      ['product', each(({ product }) => product)],
      ['station', each(({ station }) => station)],
      ['lot', each(({ lot }) => lot)],
      ['rig', each(({ rig: { kind, name: its } }) => `${kind} ${its}`)],
      ['software', each(({ software: { name: its, version } }) => `${its} ${version}`)],
    ],
    cases: distinct(inspections.map(caseOf)),
  }
}

function caseOf(inspection: ReportedInspection): Case {
  const { record, files = [], attempt = 1, settledBecause = null, remark = null } = inspection
  const { started, ended, because, findings, plannedChecks, photographs, readingsSha256, readings } = record
  const verdict = countingVerdict(inspection)
  const named = [unitOf(inspection) ?? 'unknown unit', ...(attempt > 1 ? [`attempt ${attempt}`] : []), ...files].join(
    ', ',
  )
  const done = new Set<string>(findings.map(({ check }) => check))
  const left = plannedChecks.filter(check => !done.has(check))
  const notProved = unprovedNamesIn(record.unproved)
  const read = readings.filter(({ secret, text }) => !secret && text !== null)
  return {
    name: named,
    ...(settledBecause === null
      ? { result: results[verdict], type: verdict, message: countsSentence(inspection) ?? because }
      : { result: 'skipped', type: record.verdict, message: `${record.verdict}: ${because} ${settledBecause}` }),
    seconds: Math.max(0, Date.parse(ended) - Date.parse(started)) / 1000,
    output: [
      ...(remark === null ? [] : [remark]),
      ...(verdict === record.verdict ? [] : [`This inspection: ${record.verdict}: ${because}`]),
      ...findings.map(finding => `${finding.check}: ${finding.verdict}: ${finding.because}`),
      ...(left.length === 0 ? [] : [`Not run: ${left.join(', ')}.`]),
      ...(notProved.length === 0 ? [] : [`Not proved: ${notProved.join(', ')}`]),
      ...[...new Set(read.map(({ mark, text }) => `Read: ${mark} ${text}`))],
      ...photographs.map(({ id, how }) => `Photograph: ${id}, light ${how.light}`),
      ...(readingsSha256 === null ? [] : [`Readings: ${readingsSha256}`]),
    ],
  }
}

function fileSuite(files: readonly ReportedFile[]): Suite {
  const cases = files.map(
    ({ file, code, because, isSettled }): Case => ({
      name: file,
      result: isSettled ? 'skipped' : 'error',
      type: code,
      message: because,
      seconds: 0,
      output: [],
    }),
  )
  return { name: 'assay.files-without-a-result', started: null, properties: [], cases: distinct(cases) }
}

function runSuite(because: string): Suite {
  const run: Case = {
    name: 'the run came to its end',
    result: 'error',
    type: 'run-unfinished',
    message: because,
    seconds: 0,
    output: [],
  }
  return { name: 'assay.run', started: null, properties: [], cases: [run] }
}
