import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

/**
 * What a runner of tests reported, in its own JSON.
 *
 * @typedef {{ passed: number, failed: number, skipped: number, notes: readonly string[] }} Counts
 */

/** What a file of unit tests that takes long is tagged with (`// @module-tag long`); vitest.config.ts declares it. */
export const longTag = 'long'
/** Above this a file that is not tagged is named, ms: what is quick gets slow by one file after the other. */
const LONG_MS = 30_000

/**
 * Counts of a vitest run.
 *
 * @param {string} path where its JSON reporter wrote
 * @param {number} exitCode its exit code, which knows of errors outside of tests
 * @param {string | null} [leftOutTag] of tests that the run was told to leave out: they are not skipped
 * @returns {Counts}
 */
export function countVitest(path, exitCode, leftOutTag = null) {
  const report = readReport(path)
  if (report === null) return crashed('vitest', exitCode)
  const { numPassedTests: passed, numPendingTests, numTodoTests = 0 } = report
  const tests = report.testResults.flatMap((/** @type {any} */ file) => file.assertionResults)
  const leftOut =
    leftOutTag === null ? 0 : tests.filter((/** @type {any} */ { tags }) => tags?.includes(leftOutTag)).length
  // A file that does not load has no tests that could fail.
  const broken = report.testResults.filter(
    (/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length
  const skipped = numPendingTests + numTodoTests - leftOut
  const counts = settle('vitest', exitCode, passed, report.numFailedTests + broken, skipped)
  return { ...counts, notes: [...counts.notes, ...failuresOf(report), ...slowOf(report)] }
}

/**
 * @param {any} report
 * @returns {string[]}
 */
function slowOf(report) {
  return report.testResults.flatMap((/** @type {any} */ { name = '', startTime, endTime, assertionResults }) => {
    const tookMs = endTime - startTime
    if (!(tookMs > LONG_MS) || assertionResults.some((/** @type {any} */ { tags }) => tags?.includes(longTag)))
      return []
    return [
      `vitest: ${relative(process.cwd(), name)} took ${Math.round(tookMs / 1000)} s and is not tagged "${longTag}"`,
    ]
  })
}

/**
 * What failed, by name and the first line of why: the end of a long log is all that most people see.
 *
 * @param {any} report
 * @returns {string[]}
 */
function failuresOf(report) {
  return report.testResults.flatMap((/** @type {any} */ file) => {
    if (file.status !== 'failed') return []
    const name = relative(process.cwd(), file.name ?? '')
    if (file.assertionResults.length === 0) return [`vitest: ${name} does not load: ${firstLine(file.message)}`]
    return file.assertionResults
      .filter((/** @type {any} */ test) => test.status === 'failed')
      .map(
        (/** @type {any} */ test) =>
          `vitest: ${name} › ${test.fullName} failed: ${firstLine(test.failureMessages?.[0])}`,
      )
  })
}

const firstLine = (/** @type {string | undefined} */ text = '') => text.split('\n', 1)[0]?.slice(0, 300)

/**
 * Counts of a Playwright run.
 *
 * @param {string} path where its JSON reporter wrote
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countPlaywright(path, exitCode) {
  const report = readReport(path)
  if (report === null) return crashed('playwright', exitCode)
  const { expected, unexpected, flaky, skipped } = report.stats
  // Work that blocks the event loop lets no timeout fire, and Playwright calls the test passed: the deadline is kept here.
  const late = testsOf(report.suites).filter(
    ({ title, timeout, duration, status }) =>
      status === 'expected' && timeout > 0 && duration > timeout && title !== '',
  )
  const counts = settle('playwright', exitCode, expected - late.length, unexpected + flaky + late.length, skipped)
  const notes = late.map(
    ({ title, timeout, duration }) => `playwright: "${title}" took ${duration} ms of the ${timeout} ms allowed: failed`,
  )
  const failed = testsOf(report.suites).filter(({ status }) => status === 'unexpected' || status === 'flaky')
  return {
    ...counts,
    notes: [...counts.notes, ...notes, ...failed.map(({ title }) => `playwright: "${title}" failed`)],
  }
}

/**
 * A runner that found something wrong outside of its tests (an error in a set-up, an unhandled rejection, no test at
 * all) says so by its exit code only: one more failure.
 *
 * @param {string} runner
 * @param {number} exitCode
 * @param {number} passed
 * @param {number} failed
 * @param {number} skipped
 * @returns {Counts}
 */
function settle(runner, exitCode, passed, failed, skipped) {
  if (passed + failed === 0) return { passed, failed: 1, skipped, notes: [`${runner}: no test ran: failed`] }
  if (exitCode !== 0 && failed === 0) {
    return {
      passed,
      failed: 1,
      skipped,
      notes: [`${runner}: ended with exit code ${exitCode} outside of a test: failed`],
    }
  }
  return { passed, failed, skipped, notes: [] }
}

/**
 * @param {string} runner
 * @param {number} exitCode
 * @returns {Counts}
 */
function crashed(runner, exitCode) {
  return {
    passed: 0,
    failed: 1,
    skipped: 0,
    notes: [`${runner}: ended with exit code ${exitCode} and no report: failed`],
  }
}

/**
 * @param {any} suites
 * @returns {{ title: string, timeout: number, duration: number, status: string }[]}
 */
function testsOf(suites) {
  return (suites ?? []).flatMap((/** @type {any} */ suite) => [
    ...testsOf(suite.suites),
    ...(suite.specs ?? []).flatMap((/** @type {any} */ spec) =>
      spec.tests.map((/** @type {any} */ test) => ({
        title: spec.title,
        timeout: test.timeout,
        duration: Math.max(0, ...test.results.map((/** @type {any} */ result) => result.duration)),
        status: test.status,
      })),
    ),
  ])
}

/** @param {string} path */
function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return null
  }
}
