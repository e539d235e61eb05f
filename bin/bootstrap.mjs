import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { forgetInstalled, packagesState, writeStamp } from './packages.mjs'
import { withoutOwnPackages } from './pinned-node.mjs'
import { SetupError } from './setup-error.mjs'
import { slimPackages } from './slim.mjs'

/**
 * Installs the packages of package-lock.json unless they are there. Runs on the host's own Node, which may be older
 * than the one that Assay needs, and before any package exists: plain JavaScript, no dependencies.
 *
 * @param {string} root the checkout
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} tell writes one line for the person (stderr: stdout belongs to the command)
 * @throws {SetupError}
 */
export async function bootstrap(root, env, tell) {
  if (packagesState(root) === 'current') return
  const unlock = await lockInstall(root, tell)
  try {
    // Another set-up may have done it while this one waited.
    const state = packagesState(root)
    if (state === 'current') return
    const why = state === 'absent' ? 'first start' : 'the installed packages are not those of package-lock.json'
    tell(`assay: ${why}: installing the packages, which takes about a minute and 1 GB, of which half stays`)
    forgetInstalled(root)
    await npmCi(root, env, tell)
    slimPackages(root)
    writeStamp(root)
    tell('assay: packages installed')
  } finally {
    unlock()
  }
}

/** npm's defaults retry an unreachable registry for more than a minute. */
const npmArguments = [
  'ci',
  '--fetch-retries=1',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=3000',
  '--prefer-offline',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
  // A person's `omit=dev` or `omit=optional` would leave out the test tools or the pinned Node.
  '--include=dev',
  '--include=optional',
]

const PROGRESS_EVERY_MS = 10_000

/** How long npm may take to end when the person interrupts it. */
const PATIENCE_MS = 1000

/**
 * @param {string} root
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} tell
 */
async function npmCi(root, env, tell) {
  const { program, args } = findNpm(env)
  // The pinned Node satisfies `engines`; the host's, which runs npm, need not.
  const npmEnv = { ...withoutOwnPackages(env, root), npm_config_engine_strict: 'false' }
  const startedAt = Date.now()
  const progress = setInterval(
    () => tell(`assay: still installing (${Math.round((Date.now() - startedAt) / 1000)} s)`),
    PROGRESS_EVERY_MS,
  )
  /** @type {import('node:child_process').ChildProcess | null} */
  let npm = null
  let interrupted = false
  const interrupt = () => {
    interrupted = true
    clearInterval(progress)
    // npm first undoes what it did, for a minute; that is in vain, as the next start begins from nothing.
    npm?.kill('SIGTERM')
    setTimeout(() => npm?.kill('SIGKILL'), PATIENCE_MS).unref()
  }
  // Before npm is started: a signal in between would end this process and leave npm running.
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt).on('SIGHUP', interrupt)
  try {
    const child = spawn(program, [...args, ...npmArguments], {
      cwd: root,
      env: npmEnv,
      stdio: ['ignore', 'ignore', 'pipe'],
      shell: process.platform === 'win32' && args.length === 0,
    })
    npm = child
    let complaint = ''
    child.stderr.setEncoding('utf8').on('data', text => {
      complaint = (complaint + text).slice(-20_000)
    })
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', resolve)
    })
    if (interrupted) throw new SetupError('set-up interrupted; the next start begins it again.', 130)
    if (code !== 0) throw new SetupError(explainNpm(complaint, code))
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError('npm cannot be started; install Node with npm from https://nodejs.org, then try again.')
  } finally {
    clearInterval(progress)
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt).off('SIGHUP', interrupt)
  }
}

/**
 * The npm that started us, run by the Node that runs it; or, when node started us directly, the npm in PATH.
 *
 * @param {NodeJS.ProcessEnv} env
 */
function findNpm(env) {
  const cli = env.npm_execpath
  if (cli !== undefined && /^npm-cli\.c?js$/.test(basename(cli))) {
    return { program: env.npm_node_execpath ?? process.execPath, args: [cli] }
  }
  return { program: 'npm', args: [] }
}

/** What npm says, by the pattern in its complaint, and what a person can do. */
const npmFaults = [
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|SOCKET_TIMEOUT|ERR_PROXY|\bE50[234]\b/,
    sentence:
      'the package registry cannot be reached; check the network (and "npm config get registry", "npm config get proxy"), then try again.',
  },
  {
    pattern: /SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)|CERT_/,
    sentence:
      'the package registry\'s certificate is not trusted here; set NODE_EXTRA_CA_CERTS or "npm config set cafile" to your certificates, then try again.',
  },
  { pattern: /\bE40[13]\b/, sentence: 'the package registry asks for a login; run "npm login", then try again.' },
  { pattern: /\bE404\b|ETARGET/, sentence: 'the package registry lacks a package that package-lock.json names.' },
  { pattern: /ENOSPC/, sentence: 'the disk is full; about 1 GB is needed.' },
  { pattern: /EACCES|EPERM|EROFS/, sentence: 'npm may not write here; check who owns this folder and the npm cache.' },
  {
    pattern: /EUSAGE/,
    sentence: 'package.json and package-lock.json disagree; run "npm install" and commit both.',
  },
  {
    pattern: /EINTEGRITY/,
    sentence: 'a package is not the one that package-lock.json names; do not use it, and run "npm cache verify".',
  },
]

/**
 * @param {string} complaint
 * @param {number | null} code
 */
function explainNpm(complaint, code) {
  const fault = npmFaults.find(({ pattern }) => pattern.test(complaint))
  const lines = complaint.split('\n').filter(line => line.trim() !== '' && !/A complete log|^npm error\s*$/.test(line))
  // npm says a known fault in its first lines and goes on at length; of an unknown one the end tells most.
  const said = fault === undefined ? lines.slice(-8) : lines.slice(0, 2)
  const sentence = fault?.sentence ?? 'what npm said is below.'
  return [`npm ci failed (exit code ${code}): ${sentence}`, ...said].join('\n')
}

/**
 * Two starts at once must not install into one folder: the later one waits.
 *
 * @param {string} root
 * @param {(line: string) => void} tell
 * @returns {Promise<() => void>} unlocks
 */
async function lockInstall(root, tell) {
  const path = join(root, '.cache', 'installing')
  mkdirSync(join(root, '.cache'), { recursive: true })
  let told = false
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') {
        throw new SetupError(`cannot write to ${join(root, '.cache')}; check who owns this folder.`)
      }
    }
    const owner = readOwner(path)
    if (owner === null || !isAlive(owner)) {
      rmSync(path, { force: true })
      continue
    }
    if (!told) tell(`assay: another start (process ${owner}) is installing the packages; waiting for it`)
    told = true
    await sleep(300)
  }
}

/** @param {string} path */
function readOwner(path) {
  try {
    return Number.parseInt(readFileSync(path, 'utf8'), 10) || null
  } catch {
    return null
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
