import type { Verdict } from '../harness/core/vocabulary.ts'
import { type InspectionRecord, unprovedNamesIn } from '../harness/record/inspection-record.ts'
import { type Markup, markup } from './markup.ts'

/**
 * The records as JUnit XML, in the strict subset that junit-10.xsd allows: a suite for each inspection, a case for each
 * check, and a last case `verdict` that repeats the inspection's own, so that no suite is green unless its unit passed.
 *
 * FAIL becomes `failure`; ERROR becomes `error`. INCONCLUSIVE becomes `error` too, with the type that says so: JUnit has
 * no word for it, `skipped` would leave a build green, and `failure` would count an unread unit as a bad one. A planned
 * check that was not run is `skipped`; its suite is never green either, by the case `verdict`.
 */
export function junitReport(records: readonly InspectionRecord[]): string {
  const suites = records.map(suiteOf)
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
  /** What a reader must see of a case that passed, too. */
  readonly output?: string
}

interface Suite {
  readonly record: InspectionRecord
  readonly name: string
  readonly cases: readonly Case[]
}

const results: Readonly<Record<Verdict, Result>> = {
  PASS: 'passed',
  INCONCLUSIVE: 'error',
  FAIL: 'failure',
  ERROR: 'error',
}

function suiteOf(record: InspectionRecord): Suite {
  const { findings, plannedChecks, station, unit, verdict, because } = record
  const judged = findings.map(finding => caseOf(finding.check, finding.verdict, finding.because))
  const done = new Set<string>(findings.map(({ check }) => check))
  const left = plannedChecks
    .filter(name => !done.has(name))
    .map(
      (name): Case => ({
        name,
        result: 'skipped',
        type: 'not-run',
        message: 'Not run: the inspection ended before it.',
      }),
    )
  const name = `${unit ?? 'unknown unit'} at ${station}`
  const notProved = unprovedNamesIn(record.unproved)
  const own = { ...caseOf('verdict', verdict, because), ...(notProved.length > 0 && { output: because }) }
  return { record, name, cases: [...judged, ...left, own] }
}

const caseOf = (name: string, verdict: Verdict, message: string): Case => ({
  name,
  result: results[verdict],
  type: verdict,
  message,
})

const count = ({ cases }: Suite, result: Result) => cases.filter(one => one.result === result).length

function renderSuite(suite: Suite): Markup {
  const { record, name, cases } = suite
  const { product, station, unit } = record
  const seconds = Math.max(0, Date.parse(record.ended) - Date.parse(record.started)) / 1000
  const className = `assay.${product}.${station}.${unit ?? 'unknown'}`
  const properties: readonly (readonly [string, string])[] = [
    ['verdict', record.verdict],
    ['product', product],
    ['lot', record.lot ?? ''],
    ['station', station],
    ['unit', unit ?? ''],
    ['not-proved', unprovedNamesIn(record.unproved).join(', ')],
    ['rig', `${record.rig.kind} ${record.rig.name}`],
    ['software', `${record.software.name} ${record.software.version}`],
    ['readings-sha256', record.readingsSha256 ?? ''],
    ...record.photographs.map(({ id }): readonly [string, string] => ['photograph', id]),
  ]
  return markup`  <testsuite name="${name}" tests="${cases.length}" failures="${count(suite, 'failure')}" errors="${count(suite, 'error')}" skipped="${count(suite, 'skipped')}" time="${seconds.toFixed(3)}" timestamp="${record.started}">
    <properties>
${properties.map(([key, value]) => markup`      <property name="${key}" value="${value}"/>\n`)}    </properties>
${cases.map(one => renderCase(one, className))}  </testsuite>
`
}

function renderCase({ name, result, type, message, output }: Case, className: string): Markup {
  const open = markup`    <testcase name="${name}" classname="${className}"`
  if (result === 'failure') return markup`${open}><failure type="${type}" message="${message}"/></testcase>\n`
  if (result === 'error') return markup`${open}><error type="${type}" message="${message}"/></testcase>\n`
  if (result === 'skipped') return markup`${open}><skipped type="${type}" message="${message}"/></testcase>\n`
  if (output !== undefined) return markup`${open}><system-out>${output}</system-out></testcase>\n`
  return markup`${open}/>\n`
}
