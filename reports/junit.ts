import type { Verdict } from '../harness/core/vocabulary.ts'
import { unprovedNamesIn } from '../harness/record/inspection-record.ts'
import { type Markup, markup } from './markup.ts'
import { countingVerdict, type ReportedFile, type ReportedInspection } from './reported-inspection.ts'

/**
 * The records as JUnit XML, in the strict subset that junit-10.xsd allows: a suite for each product and station, a case for
 * each inspection, named by its unit and its files, and a case for each file without a record. One bad unit is one failure,
 * with its checks inside.
 *
 * FAIL becomes `failure`; ERROR becomes `error`, and so does a file that was not judged. INCONCLUSIVE becomes `error` too, with
 * the type that says so: JUnit has no word for it, `skipped` would leave a build green, and `failure` would count an unread
 * unit as a bad one. The second copy of a picture is `skipped`: it counts where the first one does.
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
  const sum = (count: (suite: Suite) => number) => suites.reduce((total, suite) => total + count(suite), 0)
  const document = markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="assay" tests="${sum(({ cases }) => cases.length)}" failures="${sum(suite => count(suite, 'failure'))}" errors="${sum(suite => count(suite, 'error'))}">
${suites.map(renderSuite)}</testsuites>
`
  return document.text
}

type Result = 'passed' | 'failure' | 'error' | 'skipped'

interface Case {
  readonly name: string
  readonly result: Result
  readonly type: string
  readonly message: string
  readonly seconds: number
  /** What each check says, and what a reader must see of a case that passed, too. */
  readonly output: readonly string[]
}

interface Suite {
  readonly name: string
  readonly started: string | null
  readonly properties: readonly (readonly [string, string])[]
  readonly cases: readonly Case[]
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
  const { record, files = [], attempt = 1, failsBecause = null } = inspection
  const { unit, started, ended, because, findings, plannedChecks, photographs, readingsSha256, readings } = record
  const verdict = countingVerdict(inspection)
  const named = [unit ?? 'unknown unit', ...(attempt > 1 ? [`attempt ${attempt}`] : []), ...files].join(', ')
  const done = new Set<string>(findings.map(({ check }) => check))
  const left = plannedChecks.filter(check => !done.has(check))
  const notProved = unprovedNamesIn(record.unproved)
  const read = readings.filter(({ secret, text }) => !secret && text !== null)
  return {
    name: named,
    result: results[verdict],
    type: verdict,
    message: failsBecause === null || record.verdict === 'FAIL' ? because : `It counts as failed: ${failsBecause}`,
    seconds: Math.max(0, Date.parse(ended) - Date.parse(started)) / 1000,
    output: [
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

/** A server tells cases apart by their names: what is named alike is numbered. */
function distinct(cases: readonly Case[]): readonly Case[] {
  const taken = new Map<string, number>()
  return cases.map(one => {
    const times = (taken.get(one.name) ?? 0) + 1
    taken.set(one.name, times)
    return times === 1 ? one : { ...one, name: `${one.name} (${times})` }
  })
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

const count = ({ cases }: Suite, result: Result) => cases.filter(one => one.result === result).length

function renderSuite(suite: Suite): Markup {
  const { name, started, properties, cases } = suite
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0)
  return markup`  <testsuite name="${name}" tests="${cases.length}" failures="${count(suite, 'failure')}" errors="${count(suite, 'error')}" skipped="${count(suite, 'skipped')}" time="${seconds.toFixed(3)}"${started === null ? null : markup` timestamp="${started}"`}>
    <properties>
${properties.map(([key, value]) => markup`      <property name="${key}" value="${value}"/>\n`)}    </properties>
${cases.map(one => renderCase(one, name))}  </testsuite>
`
}

function renderCase({ name, result, type, message, seconds, output }: Case, className: string): Markup {
  const outcome = {
    passed: null,
    failure: markup`<failure type="${type}" message="${message}"/>`,
    error: markup`<error type="${type}" message="${message}"/>`,
    skipped: markup`<skipped type="${type}" message="${message}"/>`,
  }[result]
  const more = output.length === 0 ? null : markup`<system-out>${output.map(line => markup`${line}\n`)}</system-out>`
  return markup`    <testcase name="${name}" classname="${className}" time="${seconds.toFixed(3)}">${outcome}${more}</testcase>\n`
}
