// npm test: what is quick, and with --all everything; none is left out because another fails. The last line is `N passed, N failed`.
import { chmodSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBrowser, installBrowser } from './browser.mjs'
import { runChild } from './child.mjs'
import { compiledFolder } from './compiled.mjs'
import { countPlaywright, countVitest, longTag } from './counts.mjs'
import { scanLeftBehind } from './left-behind.mjs'
import { SetupError } from './setup-error.mjs'
import { runStaticChecks } from './static-checks.mjs'

/** @typedef {import('./counts.mjs').Counts} Counts */

const root = join(fileURLToPath(import.meta.url), '..', '..')
const reports = join(root, '.cache', 'reports')
const compiled = compiledFolder(root)

/** A developer waits minutes for what is quick; CI runs what is long as well. */
const all = process.argv[2] === '--all'
/** Scenarios of the stations. */
const quickScenarios = [
  '--project=health',
  ...['printed', 'etched', 'sealed', 'opened'].map(name => `--project=${name}`),
]

/** @param {string} line */
const say = line => void process.stdout.write(`${line}\n`)

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Counts>}
 */
async function staticChecks(signal) {
  const { broken, ...counts } = await runStaticChecks(root, signal)
  return { ...counts, skipped: 0, notes: broken.map(name => `check: ${name} failed`) }
}

/**
 * Most tests open no page, so a missing browser fails only those that do: files named `*.page.spec.ts` or `*.page.test.ts`.
 *
 * @returns {Promise<Counts>}
 */
async function browser() {
  const needed =
    globSync('{harness,devices,fixtures,reports,scenarios}/**/*.page.{spec,test}.ts', { cwd: root }).length > 0
  try {
    const found =
      findBrowser(process.env, root) ??
      (needed ? installBrowser(process.env, root, line => process.stderr.write(`${line}\n`)) : null)
    if (found !== null) say(`browser: ${found.executablePath ?? 'chromium'} (${found.source})`)
    return { passed: 0, failed: 0, skipped: 0, notes: [] }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return { passed: 0, failed: 1, skipped: 0, notes: [`browser: ${error.message}`] }
  }
}

/** @returns {Promise<Counts>} */
async function unitTests() {
  const report = join(reports, 'vitest.json')
  const quick = all ? [] : [`--tags-filter=!${longTag}`]
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...quick]
  return countVitest(report, await runPackage('vitest/vitest.mjs', args), all ? null : longTag)
}

/** @returns {Promise<Counts>} */
async function scenarios() {
  const report = join(reports, 'playwright.json')
  const quick = all ? [] : ['--grep-invert=@long', ...quickScenarios]
  const args = ['test', ...quick]
  return countPlaywright(report, await runPackage('playwright/cli.js', args, { ASSAY_PLAYWRIGHT_JSON: report }))
}

/**
 * Secrets that the suite left lying about.
 *
 * @param {AbortSignal} signal
 */
async function leftBehind(signal) {
  const places = ['test-results', 'playwright-report', 'runs'].map(name => join(root, name))
  const images = process.env['ASSAY_SCAN_IMAGES'] === '1'
  return await scanLeftBehind(root, [...places, reports, temporary], { images }, signal)
}

/**
 * @param {string} script of a package, from node_modules
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
async function runPackage(script, args, env = {}) {
  const ended = await runChild(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    // Tests start our programs some hundred times: without the types taken off anew each time.
    env: {
      ...(compiled === null ? {} : { NODE_COMPILE_CACHE: compiled }),
      ...process.env,
      ...{ TMPDIR: temporary, TEMP: temporary, TMP: temporary },
      ...env,
    },
  })
  return ended.code
}

const controller = new AbortController()
let interrupted = false
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    interrupted = true
    controller.abort()
  })
}

if (process.argv.length > (all ? 3 : 2)) {
  say(
    'npm test runs what is quick, npm test -- --all everything; for one file: npx vitest run FILE, or npx playwright test FILE.',
  )
  process.exit(2)
}
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })
// Open to all, as any folder for temporary files: some tests work as another user.
const temporary = mkdtempSync(join(tmpdir(), 'assay-t'))
chmodSync(temporary, 0o1777)
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))

let passed = 0
let failed = 0
let skipped = 0
/** @type {string[]} */
const notes = []
for (const stage of [staticChecks, browser, unitTests, scenarios, leftBehind]) {
  const counts = await stage(controller.signal)
  if (interrupted) {
    say('interrupted')
    process.exit(130)
  }
  passed += counts.passed
  failed += counts.failed
  skipped += counts.skipped
  notes.push(...counts.notes)
}

for (const note of notes) say(note)
if (skipped > 0) say(`${skipped} skipped`)
if (!all) say('left to CI, what is long: npm test -- --all')
say(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
