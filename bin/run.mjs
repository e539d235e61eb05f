// Entry of npm start, test, check, bench and assay. npm's pre-scripts are no place for a set-up: a person's
// `ignore-scripts=true` skips them. So every script is this file, and its first act is the set-up.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { bootstrap } from './bootstrap.mjs'
import { runChild } from './child.mjs'
import { chooseNode, hostNode, pinnedNodePath, withNodeFirst } from './pinned-node.mjs'
import { SetupError } from './setup-error.mjs'

const root = join(fileURLToPath(import.meta.url), '..', '..')

/**
 * What each npm script runs under the pinned Node. `here` scripts take paths from a person and work in the folder that
 * the person stands in; the others work in the checkout.
 *
 * @type {Readonly<Record<string, { program: string, first?: string, here: boolean }>>}
 */
const scripts = {
  start: { program: 'bin/assay.js', first: 'demo', here: true },
  assay: { program: 'bin/assay.js', here: true },
  bench: { program: 'harness/bench/bench.ts', here: true },
  soak: { program: 'harness/bench/soak.ts', here: false },
  check: { program: 'bin/check.mjs', here: false },
  test: { program: 'bin/test.mjs', here: false },
}

/** @param {string} line */
const tell = line => void process.stderr.write(`${line}\n`)

async function run() {
  const [name = '', ...args] = process.argv.slice(2)
  const script = scripts[name]
  if (script === undefined) {
    throw new SetupError(`there is no script "${name}"; there are ${Object.keys(scripts).join(', ')}.`, 2)
  }
  await bootstrap(root, process.env, tell)
  const rest = [join(root, script.program), ...(script.first === undefined ? [] : [script.first]), ...args]
  const cwd = script.here ? personsFolder() : root
  const ended = await runWithNode(chooseNode(root), rest, cwd)
  // The way it ended is ours too: whoever waits for this process must see a signal as a signal.
  if (ended.signal !== null) {
    process.kill(process.pid, ended.signal)
    await sleep(1000)
  }
  // At once: while Node winds itself up, nothing keeps a signal that comes late from ending this process.
  process.exit(ended.code)
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @param {string} cwd
 */
async function runWithNode(node, args, cwd) {
  try {
    return await runChild(node, args, { cwd, env: withNodeFirst(process.env, root, node) })
  } catch (error) {
    // The pinned Node is built for glibc; elsewhere (Alpine) the system says that it does not exist.
    if (node !== pinnedNodePath(root)) throw error
    const host = hostNode('the pinned Node does not run on this system')
    return await runChild(host, args, { cwd, env: withNodeFirst(process.env, root, host) })
  }
}

/** npm moves to the checkout before it runs a script; INIT_CWD is where the person called it. */
function personsFolder() {
  const ours = process.env.npm_package_json === join(root, 'package.json')
  return (ours ? process.env.INIT_CWD : undefined) ?? process.cwd()
}

try {
  await run()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  tell(`assay: ${error.message}`)
  process.exitCode = error.exitCode
}
