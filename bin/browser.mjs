import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { SetupError } from './setup-error.mjs'

/**
 * The Chromium that tests with a page drive.
 *
 * @typedef {object} Browser
 * @property {string | null} executablePath for Playwright's `launchOptions`; null: Playwright knows where its own lies
 * @property {string} source who chose it, for people
 */

/**
 * What this machine lets us do; tests put their own in its place.
 *
 * @typedef {object} Machine
 * @property {boolean} isRoot
 * @property {boolean} isDebian
 * @property {(env: NodeJS.ProcessEnv) => boolean} downloadPlaywrights whether it came
 */

/** @type {Machine} */
const thisMachine = {
  isRoot: process.getuid?.() === 0,
  isDebian: existsSync('/etc/debian_version'),
  downloadPlaywrights: env => run(process.execPath, [playwrightCommand(), 'install', '--only-shell', 'chromium'], env),
}

/**
 * Finds a Chromium that starts, and writes the choice to `.cache/browser.json`, where playwright.config.ts and tests
 * with a page look for it.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root the checkout
 * @returns {Browser | null} null when there is none yet
 * @throws {SetupError} when ASSAY_CHROMIUM names something else
 */
export function findBrowser(env, root) {
  const browser = named(env) ?? playwrightsOwn(env) ?? installed(env)
  mkdirSync(join(root, '.cache'), { recursive: true })
  writeFileSync(join(root, '.cache', 'browser.json'), `${JSON.stringify(browser)}\n`)
  return browser
}

/**
 * Installs a Chromium: Playwright's own, or Debian's when that cannot be downloaded and we may.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root the checkout
 * @param {(line: string) => void} tell
 * @param {Machine} [machine]
 * @returns {Browser}
 * @throws {SetupError} naming everything that a person can do
 */
export function installBrowser(env, root, tell, machine = thisMachine) {
  tell("assay: no Chromium found; downloading Playwright's own (about 100 MB)")
  const own = machine.downloadPlaywrights(env) ? findBrowser(env, root) : null
  if (own !== null) return own
  if (machine.isRoot && machine.isDebian && inPath('apt-get', env) !== null) {
    tell('assay: that failed; installing the chromium package of this system with apt-get')
    const quiet = { ...env, DEBIAN_FRONTEND: 'noninteractive' }
    const apt = ['install', '--yes', '--quiet', '--no-install-recommends', 'chromium']
    const installed =
      run('apt-get', apt, quiet) || (run('apt-get', ['update', '--quiet'], quiet) && run('apt-get', apt, quiet))
    const systems = installed ? findBrowser(env, root) : null
    if (systems !== null) return systems
  }
  throw new SetupError(
    'no Chromium for the tests that open a page. Either set ASSAY_CHROMIUM to a Chromium, Chrome or Edge binary, or run "npx playwright install --only-shell chromium", or install the system\'s own (Debian: apt-get install chromium).',
  )
}

/** @param {NodeJS.ProcessEnv} env */
function named(env) {
  const path = env.ASSAY_CHROMIUM
  if (path === undefined || path === '') return null
  if (starts(path)) return { executablePath: path, source: 'ASSAY_CHROMIUM' }
  throw new SetupError(
    `ASSAY_CHROMIUM is ${path}, which does not start as a browser; set it to a Chromium, Chrome or Edge binary, or unset it.`,
    2,
  )
}

/** An install that was broken off has no marker. @param {NodeJS.ProcessEnv} env */
function playwrightsOwn(env) {
  const core = dirname(createRequire(playwrightCommand()).resolve('playwright-core/package.json'))
  const { browsers } = JSON.parse(readFileSync(join(core, 'browsers.json'), 'utf8'))
  const shell = browsers.find((/** @type {{ name: string }} */ browser) => browser.name === 'chromium-headless-shell')
  const marker = join(browsersFolder(env, core), `chromium_headless_shell-${shell.revision}`, 'INSTALLATION_COMPLETE')
  return existsSync(marker) ? { executablePath: null, source: "Playwright's own" } : null
}

function playwrightCommand() {
  return join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js')
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} core the folder of playwright-core
 */
function browsersFolder(env, core) {
  const chosen = env.PLAYWRIGHT_BROWSERS_PATH
  if (chosen === '0') return join(core, '.local-browsers')
  if (chosen !== undefined && chosen !== '') return chosen
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ms-playwright')
  if (process.platform === 'win32')
    return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'ms-playwright')
  return join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'ms-playwright')
}

/**
 * One list for the tests and for the camera driver, which is published without this file.
 *
 * @type {{ commandNames: readonly string[], usualPlaces: readonly string[] }}
 */
const { commandNames, usualPlaces } = JSON.parse(
  readFileSync(new URL('../devices/camera/chromium/browsers.json', import.meta.url), 'utf8'),
)

/** @param {NodeJS.ProcessEnv} env */
function installed(env) {
  const candidates = [...commandNames.map(name => inPath(name, env)), ...usualPlaces].filter(path => path !== null)
  // Ubuntu's chromium-browser may be a script that only says how to get the snap: it has to start.
  const path = candidates.find(candidate => starts(candidate))
  return path === undefined ? null : { executablePath: path, source: "the system's own" }
}

/**
 * Windows browsers open a window at `--version`; there, being executable has to do.
 *
 * @param {string} path
 */
function starts(path) {
  if (!isExecutable(path)) return false
  if (process.platform === 'win32') return true
  const { status, stdout } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    timeout: 20_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 && /chrom|edge/i.test(stdout)
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 */
function inPath(name, env) {
  const endings = process.platform === 'win32' ? ['.exe'] : ['']
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter(folder => folder !== '')
  return folders.flatMap(folder => endings.map(ending => join(folder, name + ending))).find(isExecutable) ?? null
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
function run(program, args, env) {
  // What installers print goes to stderr: it is progress, not the result.
  return spawnSync(program, args, { env, stdio: ['ignore', 2, 2] }).status === 0
}
