import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {import('./counts.mjs').Counts} Counts */

/**
 * The leak scan over what tests left behind: one test, each finding a failure.
 *
 * @param {string} root
 * @param {readonly string[]} places folders and files, those that are there
 * @param {{ images: boolean }} options with images, and every text in them, it takes minutes
 * @param {AbortSignal} signal
 * @returns {Promise<Counts>}
 */
export async function scanLeftBehind(root, places, { images }, signal) {
  const there = places.filter(place => existsSync(place))
  const scan = ['custody', 'scan', ...there, '--json', images ? '--texts' : '--no-images']
  const { code, stdout } = await quietly([join(root, 'bin', 'assay.js'), ...scan], root, signal)
  return countScan(code, stdout)
}

/**
 * @param {number} code of `assay custody scan --json`
 * @param {string} stdout
 * @returns {Counts}
 */
export function countScan(code, stdout) {
  const said = parsed(stdout)
  if (said === null || !(said.files > 0) || (code === 0) !== (said.findings.length === 0)) {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      notes: [`leak scan: ended with exit code ${code} and read nothing: failed`],
    }
  }
  const failed = said.findings.length
  return {
    passed: Number(failed === 0),
    failed,
    skipped: 0,
    notes: [
      ...said.findings.map((/** @type {any} */ { where, what }) => `leak scan: ${where}: ${what}`),
      `leak scan: ${said.files} files and ${said.images} images that tests left behind were read; ${failed} findings`,
    ],
  }
}

/** @param {string} text */
function parsed(text) {
  try {
    const said = JSON.parse(text)
    return Array.isArray(said.findings) ? said : null
  } catch {
    return null
  }
}

/**
 * @param {readonly string[]} args
 * @param {string} cwd
 * @param {AbortSignal} signal
 * @returns {Promise<{ code: number, stdout: string }>}
 */
function quietly(args, cwd, signal) {
  return new Promise(resolve => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'], signal })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
    child.on('error', () => resolve({ code: 1, stdout }))
    child.on('close', code => resolve({ code: code ?? 1, stdout }))
  })
}
