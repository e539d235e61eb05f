import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { FullResult, Reporter, Suite, TestCase, TestResult } from 'playwright/types/testReporter'
import { exitCodes } from '../harness/core/assay-error.ts'
import { replaceOutside } from '../harness/core/outside-file.node.ts'
import { printable } from '../harness/core/printable.ts'
import { markup } from './markup.ts'

/** How a scenario ended, in a bench's words. */
type ScenarioOutcome = 'passed' | 'alarm' | 'unit failed' | 'test failed' | 'rig error' | 'not run' | 'skipped'

/** One scenario on one rig. */
interface ScenarioResult {
  readonly title: string
  readonly project: string
  readonly file: string
  readonly outcome: ScenarioOutcome
  readonly because: string
  readonly seconds: number
  /** Photographs that were taken again. */
  readonly captureRetries: number
}

export interface ScenarioReporterOptions {
  /** Where to write JUnit XML; nowhere unless told. */
  readonly junit?: string
  /** Where to write the page; nowhere unless told. */
  readonly html?: string
}

/**
 * Tells units that failed from rigs that did: in JUnit (`failure` and `error`), on a page, and in the exit code (1 and 3). Only what
 * an inspection found is a unit's failure; what a test expects beside that is the test's own. The first result of a test stands.
 * An alarm outweighs both (5). A scenario that was never run, because the health of the rig came first and failed, or because
 * an alarm stopped the rig, is told as not run and never lost. One that passed after its own time limit, because it blocked the clock that would have ended it, has not passed.
 */
export default class ScenarioReporter implements Reporter {
  readonly #options: ScenarioReporterOptions
  #suite: Suite | null = null
  readonly #ended = new Map<TestCase, TestResult>()

  constructor(options: ScenarioReporterOptions = {}) {
    this.#options = options
  }

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    // A later attempt hides nothing of the first one.
    if (!this.#ended.has(test)) this.#ended.set(test, result)
  }

  async onEnd({ status }: FullResult): Promise<{ status: FullResult['status'] }> {
    const results = (this.#suite?.allTests() ?? []).map(test => scenarioResult(test, this.#ended.get(test) ?? null))
    const { junit, html } = this.#options
    if (junit !== undefined) write(junit, scenarioJunit(results))
    if (html !== undefined) write(html, scenarioPage(results))
    const count = (outcome: ScenarioOutcome) => results.filter(result => result.outcome === outcome).length
    for (const { title, outcome, because } of results.filter(({ outcome }) => told.includes(outcome))) {
      process.stdout.write(`${printable(`  ${outcome}: ${title}: ${because}`)}\n`)
    }
    if (count('not run') > 0) process.stdout.write(`  ${count('not run')} not run\n`)
    if (count('alarm') > 0) leaveWith(exitCodes.alarm)
    else if (count('rig error') > 0) leaveWith(exitCodes.rigFault)
    else if (count('unit failed') + count('test failed') > 0) leaveWith(exitCodes.failed)
    const isBad = results.some(({ outcome }) => bad.includes(outcome))
    return { status: status === 'passed' && isBad ? 'failed' : status }
  }
}

/** What nobody may have to look for in a report. */
const told: readonly ScenarioOutcome[] = ['alarm', 'rig error']
const bad: readonly ScenarioOutcome[] = ['alarm', 'unit failed', 'test failed', 'rig error']

/** Playwright ends the process with 1 for whatever failed. */
function leaveWith(code: number): void {
  process.on('exit', () => {
    process.exitCode = code
  })
}

/** @param result null when the test was never begun */
function scenarioResult(test: TestCase, result: TestResult | null): ScenarioResult {
  const [, project = '', file = '', ...titles] = test.titlePath()
  const inspections = (result?.annotations ?? []).filter(({ type }) => type === 'inspection').map(inspectionOf)
  const { outcome, because } = outcomeOf(test, result, inspections)
  return {
    title: titles.join(' › '),
    project,
    file,
    outcome,
    because,
    seconds: Math.max(0, result?.duration ?? 0) / 1000,
    captureRetries: inspections.reduce((sum, { retries }) => sum + retries, 0),
  }
}

interface Inspection {
  readonly verdict: string
  readonly retries: number
  /** The sentence of an alarm that the test had not planted. */
  readonly alarm: string | null
}

function inspectionOf({ description = '' }: { description?: string }): Inspection {
  try {
    const { verdict, retries, alarm } = JSON.parse(description) as Partial<Inspection>
    return { verdict: String(verdict), retries: Number(retries) || 0, alarm: alarm ?? null }
  } catch {
    return { verdict: 'ERROR', retries: 0, alarm: null }
  }
}

function outcomeOf(
  test: TestCase,
  result: TestResult | null,
  inspections: readonly Inspection[],
): Pick<ScenarioResult, 'outcome' | 'because'> {
  const stopped = result?.annotations.find(({ type }) => type === 'stopped')
  if (stopped) return { outcome: 'not run', because: `an alarm stopped the run: ${stopped.description ?? ''}` }
  const skip = (result?.annotations ?? test.annotations).find(({ type }) => type === 'skip' || type === 'fixme')
  if (skip) return { outcome: 'skipped', because: skip.description ?? 'skipped' }
  if (result === null || result.status === 'skipped') {
    return { outcome: 'not run', because: 'what it depends on failed, or the run ended before it' }
  }
  const alarm = inspections.find(inspection => inspection.alarm !== null)?.alarm
  if (alarm != null) return { outcome: 'alarm', because: alarm }
  if (result.status === test.expectedStatus) {
    if (test.timeout > 0 && result.duration > test.timeout) {
      const limit = `${(result.duration / 1000).toFixed(1)} s, its limit is ${test.timeout / 1000} s`
      return { outcome: 'rig error', because: `it took ${limit}: it blocked the clock that would have ended it` }
    }
    return { outcome: 'passed', because: '' }
  }
  const message = plain(result.error?.message ?? `ended as ${result.status}`)
  const [first = ''] = message.split('\n')
  return { outcome: failureOf(result, first, inspections), because: first.replace(/^Error: /, '') }
}

function failureOf(result: TestResult, first: string, inspections: readonly Inspection[]): ScenarioOutcome {
  // Whatever a matcher did not say comes from the rig or the program.
  if (result.status !== 'failed' || inspections.some(({ verdict }) => verdict === 'ERROR')) return 'rig error'
  // The matchers of records say «expected the unit …»; Playwright's own begin with the call.
  const isOfRecord = /^(Error: )?expected /.test(first)
  const isFound = inspections.some(({ verdict }) => verdict === 'FAIL' || verdict === 'INCONCLUSIVE')
  if (isOfRecord && isFound) return 'unit failed'
  return isOfRecord || /^(Error: )?expect(\.\w+)*\(/.test(first) ? 'test failed' : 'rig error'
}

const plain = stripVTControlCharacters

/** The results as JUnit XML: a suite for each rig or station. */
function scenarioJunit(results: readonly ScenarioResult[]): string {
  const projects = [...new Set(results.map(({ project }) => project))]
  const count = (of: readonly ScenarioResult[], ...outcomes: ScenarioOutcome[]) =>
    of.filter(({ outcome }) => outcomes.includes(outcome)).length
  const suites = projects.map(project => {
    const own = results.filter(result => result.project === project)
    return markup`  <testsuite name="${project || 'scenarios'}" tests="${own.length}" failures="${count(own, 'unit failed', 'test failed', 'alarm')}" errors="${count(own, 'rig error')}" skipped="${count(own, 'not run', 'skipped')}">
${own.map(caseOf)}  </testsuite>
`
  })
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="assay scenarios" tests="${results.length}" failures="${count(results, 'unit failed', 'test failed', 'alarm')}" errors="${count(results, 'rig error')}">
${suites}</testsuites>
`.text
}

function caseOf({ title, project, file, outcome, because, seconds }: ScenarioResult) {
  const open = markup`    <testcase name="${title}" classname="${[project, file].filter(part => part !== '').join('.')}" time="${seconds.toFixed(3)}"`
  if (outcome === 'unit failed') return markup`${open}><failure type="unit" message="${because}"/></testcase>\n`
  if (outcome === 'test failed') return markup`${open}><failure type="test" message="${because}"/></testcase>\n`
  if (outcome === 'alarm') return markup`${open}><failure type="alarm" message="${because}"/></testcase>\n`
  if (outcome === 'rig error') return markup`${open}><error type="rig" message="${because}"/></testcase>\n`
  if (outcome === 'passed') return markup`${open}/>\n`
  return markup`${open}><skipped type="${outcome}" message="${because}"/></testcase>\n`
}

const sections: readonly (readonly [ScenarioOutcome, string])[] = [
  ['alarm', 'Alarms: a secret lay open where it must not, and the run was stopped'],
  ['rig error', 'Rig errors: the rig or the program failed, nothing is said of a unit'],
  ['unit failed', 'Units that failed'],
  ['test failed', 'Tests that expected something else: nothing is said of a unit'],
  ['not run', 'Not run'],
  ['skipped', 'Skipped'],
  ['passed', 'Passed'],
]

/** The results as one page without scripts. */
function scenarioPage(results: readonly ScenarioResult[]): string {
  return markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Assay scenarios</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}
table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid #ddd}</style>
</head><body><h1>Scenarios</h1>
<p>${sections.map(([outcome]) => `${results.filter(result => result.outcome === outcome).length} ${outcome}`).join(', ')}.</p>
${sections.map(([outcome, heading]) => {
  const own = results.filter(result => result.outcome === outcome)
  if (own.length === 0) return null
  return markup`<h2>${heading}</h2><table><thead><tr><th scope="col">Rig or station</th><th scope="col">Scenario</th><th scope="col">Because</th><th scope="col">Photographs retaken</th></tr></thead><tbody>
${own.map(({ project, title, because, captureRetries }) => markup`<tr><td>${project}</td><th scope="row">${title}</th><td>${because}</td><td>${String(captureRetries)}</td></tr>\n`)}</tbody></table>
`
})}</body></html>
`.text
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  replaceOutside(path, content)
}
