import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReporterDescription } from 'playwright/test'
import type { FullResult, Reporter, Suite, TestCase, TestError, TestResult } from 'playwright/types/testReporter'
import { exitCodes } from '../harness/core/assay-error.ts'
import { replaceOutside } from '../harness/core/outside-file.node.ts'
import { printable } from '../harness/core/printable.ts'
import { markup } from './markup.ts'
import { outsideError, type ScenarioOutcome, type ScenarioResult, scenarioResult } from './scenario-outcome.ts'
import { scenarioCsv, scenarioCtrf, scenarioOpenHtf } from './scenario-writers.ts'

export interface ScenarioReporterOptions {
  /** Where to write JUnit XML; nowhere unless told. */
  readonly junit?: string
  /** Where to write the page; nowhere unless told. */
  readonly html?: string
  /** Where to write CTRF JSON, a table for Excel, and records by OpenHTF's keys; nowhere unless told. */
  readonly ctrf?: string
  readonly csv?: string
  readonly openhtf?: string
}

/**
 * The reporters of a `playwright.config`, with Assay's among them whatever `--reporter=…` says: that takes the whole list's
 * place, and with it the exit codes would be gone.
 */
export function withScenarioReporter(
  others: readonly ReporterDescription[],
  options: ScenarioReporterOptions = {},
): ReporterDescription[] {
  const file = fileURLToPath(import.meta.url)
  const isReplaced = process.argv.some(word => word === '--reporter' || word.startsWith('--reporter='))
  // Playwright adds the reporter of this variable to any list, without options.
  if (isReplaced && process.env['PW_TEST_REPORTER'] === undefined) {
    process.env['PW_TEST_REPORTER'] = file
    shared[besideKey] = options
  }
  return [...others, [file, options]]
}

/** Options of the reporter beside those of the command line; the configuration may load another copy of this file. */
const besideKey = Symbol.for('assay.scenario-reporter')
const shared = globalThis as { [besideKey]?: ScenarioReporterOptions }

/**
 * Tells units that failed from rigs that did and from scenarios that are wrong themselves: in JUnit (`failure` and `error`), on
 * a page, and in the exit code (1, 3 and 2). Only what an inspection found is a unit's failure; what a test expects beside that
 * is the test's own. The first result of a test stands. An alarm outweighs all (5). A scenario that was never run, because the health of
 * the rig came first and failed, or because an alarm stopped the rig, is told as not run and never lost. One that passed after
 * its own time limit, because it blocked the clock that would have ended it, has not passed.
 */
export default class ScenarioReporter implements Reporter {
  readonly #options: ScenarioReporterOptions
  /** What a reporter of the command line prints is for a program, perhaps. */
  readonly #output: NodeJS.WriteStream
  #suite: Suite | null = null
  readonly #ended = new Map<TestCase, TestResult>()
  readonly #outside: TestError[] = []

  constructor(options: ScenarioReporterOptions = {}) {
    const replaced = shared[besideKey]
    this.#options = replaced ?? options
    this.#output = replaced === undefined ? process.stdout : process.stderr
    // It was for this process, and not for one that a scenario starts.
    if (replaced !== undefined) delete process.env['PW_TEST_REPORTER']
  }

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite
  }

  onTestEnd(test: TestCase, result: TestResult): void {
    // A later attempt hides nothing of the first one.
    if (!this.#ended.has(test)) this.#ended.set(test, result)
  }

  onError(error: TestError): void {
    this.#outside.push(error)
  }

  async onEnd({ status }: FullResult): Promise<{ status: FullResult['status'] }> {
    const results = [
      ...(this.#suite?.allTests() ?? []).map(test => scenarioResult(test, this.#ended.get(test) ?? null)),
      ...this.#outside.map(outsideError),
    ]
    for (const format of Object.keys(writers) as (keyof typeof writers)[]) {
      const path = this.#options[format]
      if (path !== undefined) write(path, writers[format](results))
    }
    const count = (outcome: ScenarioOutcome) => results.filter(result => result.outcome === outcome).length
    for (const { title, outcome, because } of results.filter(({ outcome }) => told.includes(outcome))) {
      this.#output.write(`${printable(`  ${outcome}: ${title}: ${because}`)}\n`)
    }
    for (const { title, found } of results) {
      for (const finding of found) this.#output.write(`${printable(`  finding: ${title}: ${finding}`)}\n`)
    }
    if (count('not run') > 0) this.#output.write(`  ${count('not run')} not run\n`)
    const worst = exits.find(([outcome]) => count(outcome) > 0)?.[1]
    if (status !== 'interrupted' || worst === exitCodes.alarm) {
      const code = worst ?? exitOf[status]
      if (code !== undefined) leaveWith(code)
    }
    return { status: status === 'passed' && worst !== undefined ? 'failed' : status }
  }
}

/** What nobody may have to look for in a report. */
const told: readonly ScenarioOutcome[] = ['alarm', 'rig error', 'code error']

/** The exit code of a run, the worst first. */
const exits: readonly (readonly [ScenarioOutcome, number])[] = [
  ['alarm', exitCodes.alarm],
  ['rig error', exitCodes.rigFault],
  ['code error', exitCodes.usage],
  ['unit failed', exitCodes.failed],
  ['test failed', exitCodes.failed],
]

/** Of a run that ended without a word about any scenario. */
const exitOf: Readonly<Partial<Record<FullResult['status'], number>>> = {
  failed: exitCodes.usage,
  timedout: exitCodes.rigFault,
}

/** Playwright ends the process with 1 for whatever failed. */
function leaveWith(code: number): void {
  process.on('exit', () => {
    process.exitCode = code
  })
}

/** The results as JUnit XML: a suite for each rig or station. */
function scenarioJunit(results: readonly ScenarioResult[]): string {
  const projects = [...new Set(results.map(({ project }) => project))]
  const count = (of: readonly ScenarioResult[], ...outcomes: ScenarioOutcome[]) =>
    of.filter(({ outcome }) => outcomes.includes(outcome)).length
  const suites = projects.map(project => {
    const own = results.filter(result => result.project === project)
    return markup`  <testsuite name="${project || 'scenarios'}" tests="${own.length}" failures="${count(own, 'unit failed', 'test failed', 'alarm')}" errors="${count(own, 'rig error', 'code error')}" skipped="${count(own, 'not run', 'skipped')}">
${own.map(caseOf)}  </testsuite>
`
  })
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="assay scenarios" tests="${results.length}" failures="${count(results, 'unit failed', 'test failed', 'alarm')}" errors="${count(results, 'rig error', 'code error')}">
${suites}</testsuites>
`.text
}

function caseOf({ title, project, file, outcome, because, seconds, found }: ScenarioResult) {
  const said = kinds[outcome]
  const inside = [
    said === null ? null : markup`<${said[0]} type="${said[1]}" message="${because}"/>`,
    found.length === 0 ? null : markup`<system-out>${found.join('; ')}</system-out>`,
  ]
  const head = markup`    <testcase name="${title}" classname="${[project, file].filter(part => part !== '').join('.')}" time="${seconds.toFixed(3)}"`
  return inside.every(part => part === null) ? markup`${head}/>\n` : markup`${head}>${inside}</testcase>\n`
}

/** How JUnit has each outcome: its element, and the type that it names. */
const kinds: Readonly<Record<ScenarioOutcome, readonly [element: string, type: string] | null>> = {
  'unit failed': ['failure', 'unit'],
  'test failed': ['failure', 'test'],
  alarm: ['failure', 'alarm'],
  'rig error': ['error', 'rig'],
  'code error': ['error', 'code'],
  'not run': ['skipped', 'not run'],
  skipped: ['skipped', 'skipped'],
  passed: null,
}

const sections: readonly (readonly [ScenarioOutcome, string])[] = [
  ['alarm', 'Alarms: a secret lay open where it must not, and the run was stopped'],
  ['rig error', 'Rig errors: the rig or the program failed, nothing is said of a unit'],
  ['code error', 'Scenarios that are wrong themselves: nothing is said of a unit, nor of the rig'],
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
  return markup`<h2>${heading}</h2><table><thead><tr><th scope="col">Rig or station</th><th scope="col">Scenario</th><th scope="col">Because</th><th scope="col">Found</th><th scope="col">Photographs retaken</th></tr></thead><tbody>
${own.map(({ project, title, because, found, captureRetries }) => markup`<tr><td>${project}</td><th scope="row">${title}</th><td>${because}</td><td>${found.join('; ')}</td><td>${String(captureRetries)}</td></tr>\n`)}</tbody></table>
`
})}</body></html>
`.text
}

/** What a run is written as, a row a format. */
const writers: Readonly<Record<keyof ScenarioReporterOptions, (results: readonly ScenarioResult[]) => string>> = {
  junit: scenarioJunit,
  html: scenarioPage,
  ctrf: scenarioCtrf,
  csv: scenarioCsv,
  openhtf: scenarioOpenHtf,
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true })
  replaceOutside(path, content)
}
