import { existsSync } from 'node:fs'
import { delimiter, dirname, join, sep } from 'node:path'
import { SetupError } from './setup-error.mjs'

/** Types are stripped by Node itself from here on. */
const OLDEST_NODE = 24

/**
 * The Node that runs Assay: the pinned one that came with the packages, or the host's own when it is new enough.
 *
 * @param {string} root the checkout
 * @returns {string} path of the binary
 * @throws {SetupError} when this platform has no pinned Node and the host's is too old
 */
export function chooseNode(root) {
  const pinned = pinnedNodePath(root)
  return existsSync(pinned) ? pinned : hostNode(`there is no pinned Node for ${process.platform} ${process.arch}`)
}

/**
 * @param {string} reason why the pinned Node is not used
 * @returns {string} path of the host's Node
 * @throws {SetupError} when it is too old
 */
export function hostNode(reason) {
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return process.execPath
  throw new SetupError(
    `needs Node ${OLDEST_NODE} or newer: this is ${process.versions.node}, and ${reason}. Install it from https://nodejs.org or with a version manager (nvm install ${OLDEST_NODE}), then try again.`,
  )
}

/** @param {string} root */
export function pinnedNodePath(root) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  return join(root, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
}

/**
 * The environment in which `node` means the chosen Node, also to the children of children.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root
 * @param {string} node path of the chosen Node
 * @returns {NodeJS.ProcessEnv}
 */
export function withNodeFirst(env, root, node) {
  return withPath(env, [dirname(node), join(root, 'node_modules', '.bin'), ...pathOf(env)])
}

/**
 * The environment in which `node` and `npm` mean the host's: what `npm run` put in front is taken out again.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root
 * @returns {NodeJS.ProcessEnv}
 */
export function withoutOwnPackages(env, root) {
  return withPath(
    env,
    pathOf(env).filter(entry => !entry.startsWith(join(root, 'node_modules') + sep)),
  )
}

/** @param {NodeJS.ProcessEnv} env */
function pathOf(env) {
  return (env[pathName(env)] ?? '').split(delimiter)
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} entries
 */
function withPath(env, entries) {
  return { ...env, [pathName(env)]: entries.join(delimiter) }
}

/** Windows writes it `Path`. @param {NodeJS.ProcessEnv} env */
function pathName(env) {
  return Object.keys(env).find(name => name.toUpperCase() === 'PATH') ?? 'PATH'
}
