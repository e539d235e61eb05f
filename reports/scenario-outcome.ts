import { stripVTControlCharacters } from 'node:util'
import type { TestCase, TestError, TestResult } from 'playwright/types/testReporter'

/** How a scenario ended, in a bench's words. */
export type ScenarioOutcome =
  | 'passed'
  | 'alarm'
  | 'unit failed'
  | 'test failed'
  | 'rig error'
  | 'code error'
  | 'not run'
  | 'skipped'

/** One scenario on one rig. */
export interface ScenarioResult {
  readonly title: string
  readonly project: string
  readonly file: string
  readonly outcome: ScenarioOutcome
  readonly because: string
  readonly seconds: number
  /** Since 1970, ms; null of what was never begun. */
  readonly startedMs: number | null
  /** What it found beside its outcome (annotations of the type `finding`): of something that Assay does not judge. */
  readonly found: readonly string[]
  /** Photographs that were taken again. */
  readonly captureRetries: number
}

/** @param result null when the test was never begun */
export function scenarioResult(test: TestCase, result: TestResult | null): ScenarioResult {
  const [, project = '', file = '', ...titles] = test.titlePath()
  const inspections = (result?.annotations ?? []).filter(({ type }) => type === 'inspection').map(inspectionOf)
  const { outcome, because } = outcomeOf(test, result, inspections)
  const findings = (result?.annotations ?? []).filter(({ type }) => type === 'finding')
  return {
    title: titles.join(' › '),
    project,
    file,
    outcome,
    because,
    seconds: Math.max(0, result?.duration ?? 0) / 1000,
    // Of a skipped one Playwright has a time, too.
    startedMs: result === null || outcome === 'not run' || outcome === 'skipped' ? null : result.startTime.getTime(),
    found: findings.map(({ description = '' }) => description),
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
  const errors = result.errors.length > 0 ? result.errors : [{ message: `ended as ${result.status}` }]
  const failures = errors.map(error => failureOf(error, result.status, inspections))
  return weight.flatMap(outcome => failures.find(failure => failure.outcome === outcome) ?? [])[0]!
}

/** Of several errors of one scenario the first of these decides. */
const weight: readonly ScenarioOutcome[] = ['rig error', 'code error', 'unit failed', 'test failed']

/** What a slip of the pen throws: a name that there is not, a value that cannot be, a product or setting that was misspelt. */
const codeErrors = /^(TypeError|ReferenceError|RangeError|SyntaxError|ConfigError|ProfileError)\b/
/** Playwright's own words for scenarios that cannot be loaded. */
const loadErrors =
  /^(Error: )?(No tests found|Cannot find |duplicate test title|Test has unknown parameter|Playwright Test did)/

function failureOf(
  error: TestError,
  status: TestResult['status'],
  inspections: readonly Inspection[],
): Pick<ScenarioResult, 'outcome' | 'because'> {
  const first = firstLine(error)
  const because = first.replace(/^Error: /, '')
  if (inspections.some(({ verdict }) => verdict === 'ERROR')) return { outcome: 'rig error', because }
  if (codeErrors.test(first)) return { outcome: 'code error', because }
  // Whatever a matcher did not say comes from the rig or the program.
  if (status !== 'failed') return { outcome: 'rig error', because }
  // The matchers of records say «expected the unit …»; Playwright's own begin with the call.
  const isOfRecord = /^(Error: )?expected /.test(first)
  const isFound = inspections.some(({ verdict }) => verdict === 'FAIL' || verdict === 'INCONCLUSIVE')
  if (isOfRecord && isFound) return { outcome: 'unit failed', because }
  const isMatcher = isOfRecord || /^(Error: )?expect(\.\w+)*\(/.test(first)
  return { outcome: isMatcher ? 'test failed' : 'rig error', because }
}

/** What went wrong outside of any scenario: a file that cannot be loaded, none that was found, a rig that was not made safe. */
export function outsideError(error: TestError): ScenarioResult {
  const first = firstLine(error)
  const outcome = codeErrors.test(first) || loadErrors.test(first) ? 'code error' : 'rig error'
  const file = error.location?.file.split(/[\\/]/).at(-1) ?? ''
  const nowhere = { project: '', file, seconds: 0, startedMs: null, found: [], captureRetries: 0 }
  return { ...nowhere, title: 'outside of any scenario', outcome, because: first.replace(/^Error: /, '') }
}

function firstLine({ message, value }: TestError): string {
  return stripVTControlCharacters(message ?? value ?? 'an error without a message').split('\n')[0]!
}
