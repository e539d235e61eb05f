import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} Locked */

/**
 * Whether node_modules holds what package-lock.json asks for.
 *
 * The stamp lies inside node_modules, so that it goes with it. Without one (a developer ran npm directly) npm's own
 * list of what it installed is compared with the lock; npm writes that list last, so a broken-off install has none.
 *
 * @param {string} root the checkout
 * @returns {'current' | 'absent' | 'outdated'}
 */
export function packagesState(root) {
  const stamp = lockStamp(root)
  if (readText(stampPath(root)) === stamp) return 'current'
  if (!existsSync(join(root, 'node_modules'))) return 'absent'
  if (!installedAsLocked(root)) return 'outdated'
  writeStamp(root)
  return 'current'
}

/** Call it after a complete install. @param {string} root */
export function writeStamp(root) {
  mkdirSync(dirname(stampPath(root)), { recursive: true })
  writeFileSync(stampPath(root), lockStamp(root))
}

/** Call it before an install, so that a broken-off one is not taken for a complete one. @param {string} root */
export function forgetInstalled(root) {
  rmSync(stampPath(root), { force: true })
  rmSync(installedListPath(root), { force: true })
}

/** @param {string} root */
function stampPath(root) {
  return join(root, 'node_modules', '.cache', 'assay-lock')
}

/** @param {string} root */
function installedListPath(root) {
  return join(root, 'node_modules', '.package-lock.json')
}

/** node_modules copied from another platform must not pass for ours. @param {string} root */
function lockStamp(root) {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform}-${process.arch}\n`
}

/** @param {string} root */
function installedAsLocked(root) {
  const locked = readLock(join(root, 'package-lock.json'))
  const installed = readLock(installedListPath(root))
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed[path]
    if (found === undefined) return wanted.optional === true && !isForHere(wanted)
    return found.version === wanted.version && found.integrity === wanted.integrity && existsSync(join(root, path))
  })
}

/**
 * Whether an optional package names this platform, and so should be there. One without a platform belongs to others that
 * have one; one bound to a C library may be for the other library.
 *
 * @param {Locked} wanted
 */
function isForHere({ os, cpu, libc }) {
  return (
    os !== undefined && cpu !== undefined && libc === undefined && fits(os, process.platform) && fits(cpu, process.arch)
  )
}

/**
 * @param {string | string[]} allowed
 * @param {string} here
 */
function fits(allowed, here) {
  const names = [allowed].flat()
  return !names.includes(`!${here}`) && (names.includes(here) || names.every(name => name.startsWith('!')))
}

/**
 * @param {string} path
 * @returns {Readonly<Record<string, Locked>>}
 */
function readLock(path) {
  try {
    return JSON.parse(readText(path) ?? '{}').packages ?? {}
  } catch {
    return {}
  }
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
