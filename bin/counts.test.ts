import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { countPlaywright, countVitest } from './counts.mjs'

const folder = mkdtempSync(join(tmpdir(), 'assay-counts-'))
afterAll(() => rmSync(folder, { recursive: true }))

function reportOf(content: unknown): string {
  const path = join(folder, 'report.json')
  writeFileSync(path, JSON.stringify(content))
  return path
}

describe('vitest', () => {
  const whole = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, testResults: [] }

  test('passed, failed and skipped are taken over', () => {
    expect(countVitest(reportOf(whole), 0)).toMatchObject({ passed: 5, failed: 0, skipped: 2 })
    expect(countVitest(reportOf({ ...whole, numFailedTests: 2 }), 1)).toMatchObject({ passed: 5, failed: 2 })
  })

  test('a file that does not load counts as a failure', () => {
    const testResults = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
    ]
    expect(countVitest(reportOf({ ...whole, numFailedTests: 1, testResults }), 1)).toMatchObject({ failed: 2 })
  })

  test('what failed is named at the end, with the first line of why', () => {
    const name = join(process.cwd(), 'harness', 'some.test.ts')
    const failed = { status: 'failed', fullName: 'a card is found', failureMessages: ['Error: no card\n    at x.ts:1'] }
    const testResults = [
      { name, status: 'failed', assertionResults: [failed, { status: 'passed', fullName: 'another' }] },
      { name, status: 'failed', message: 'SyntaxError: here\nthere', assertionResults: [] },
    ]
    expect(countVitest(reportOf({ ...whole, numFailedTests: 1, testResults }), 1).notes).toEqual([
      `vitest: ${join('harness', 'some.test.ts')} › a card is found failed: Error: no card`,
      `vitest: ${join('harness', 'some.test.ts')} does not load: SyntaxError: here`,
    ])
  })

  test('what a run was told to leave out is not skipped, and what was skipped by itself is', () => {
    const assertionResults = [
      { status: 'skipped', tags: ['long'] },
      { status: 'skipped', tags: [] },
    ]
    const report = reportOf({ ...whole, numPendingTests: 2, testResults: [{ status: 'passed', assertionResults }] })
    expect(countVitest(report, 0, 'long')).toMatchObject({ passed: 5, skipped: 2 })
    expect(countVitest(report, 0)).toMatchObject({ passed: 5, skipped: 3 })
  })

  test('a file that takes long and is not tagged so is named, and fails nothing', () => {
    const took = (seconds: number, tags: string[]) => ({
      name: join(process.cwd(), 'some.test.ts'),
      status: 'passed',
      startTime: 1000,
      endTime: 1000 + 1000 * seconds,
      assertionResults: [{ status: 'passed', tags }],
    })
    const testResults = [took(31, []), took(29, []), took(300, ['long'])]
    const counts = countVitest(reportOf({ ...whole, testResults }), 0)
    expect(counts).toMatchObject({ failed: 0, notes: ['vitest: some.test.ts took 31 s and is not tagged "long"'] })
  })

  test('an error outside of every test counts as a failure', () => {
    expect(countVitest(reportOf(whole), 1)).toMatchObject({ passed: 5, failed: 1 })
  })

  test('no test at all counts as a failure', () => {
    expect(countVitest(reportOf({ ...whole, numPassedTests: 0 }), 0)).toMatchObject({ passed: 0, failed: 1 })
  })

  test('a run that ended without a report counts as a failure', () => {
    expect(countVitest(join(folder, 'none.json'), 0)).toMatchObject({ passed: 0, failed: 1 })
  })
})

describe('playwright', () => {
  const specOf = (duration: number) => ({
    title: 'a sealed unit passes',
    tests: [{ timeout: 1000, status: 'expected', results: [{ duration }] }],
  })
  const report = (stats: object, duration = 10) => ({
    stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 0, ...stats },
    suites: [{ suites: [{ specs: [specOf(duration)] }] }],
  })

  test('a test that passed only at the second try has failed', () => {
    const counts = countPlaywright(reportOf(report({ flaky: 1, unexpected: 1, skipped: 4 })), 1)
    expect(counts).toMatchObject({ passed: 3, failed: 2, skipped: 4 })
  })

  test('what failed is named at the end', () => {
    const suites = [
      { specs: [{ title: 'a bad unit fails', tests: [{ timeout: 0, status: 'unexpected', results: [] }] }] },
    ]
    const failed = { ...report({ unexpected: 1 }), suites }
    expect(countPlaywright(reportOf(failed), 1).notes).toEqual(['playwright: "a bad unit fails" failed'])
  })

  test('a test that blocked its own timeout has failed, although Playwright lets it pass', () => {
    const counts = countPlaywright(reportOf(report({}, 9000)), 0)
    expect(counts).toMatchObject({ passed: 2, failed: 1 })
    expect(counts.notes.join()).toContain('"a sealed unit passes" took 9000 ms of the 1000 ms allowed')
  })

  test('an error outside of every test, no test and no report are failures', () => {
    expect(countPlaywright(reportOf(report({})), 1)).toMatchObject({ failed: 1 })
    expect(countPlaywright(reportOf(report({ expected: 0 })), 0)).toMatchObject({ failed: 1 })
    expect(countPlaywright(join(folder, 'none.json'), 1)).toMatchObject({ failed: 1 })
  })
})
