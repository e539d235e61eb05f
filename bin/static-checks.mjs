import { spawn } from 'node:child_process'
import { join } from 'node:path'

/**
 * What did not change since the last run is not looked at again: 4 s instead of 14. A fresh checkout has no memory.
 *
 * @param {string} name
 */
const remembered = name => ['--singleThreaded', '--incremental', '--tsBuildInfoFile', `.cache/${name}.tsbuildinfo`]

/** What can be checked without running anything of ours; each counts as one test. */
const staticChecks = [
  { name: 'types', program: '.bin/tsc', args: ['-p', '.', ...remembered('types')] },
  { name: 'types of bin', program: '.bin/tsc', args: ['-p', 'bin', ...remembered('types-of-bin')] },
  { name: 'lint', program: '.bin/biome', args: ['check', '--error-on-warnings', '.'] },
  { name: 'structure', program: '', args: ['bin/boundaries.mjs'] },
]

/**
 * Runs all of them side by side, prints a line each, and the complaint of every one that failed.
 *
 * @param {string} root
 * @param {AbortSignal} signal
 * @returns {Promise<{ passed: number, failed: number, broken: readonly string[] }>} `broken`: their names
 */
export async function runStaticChecks(root, signal) {
  const results = await Promise.all(staticChecks.map(check => runQuietly(root, check, signal)))
  for (const { name, code, said, seconds } of results) {
    process.stdout.write(`${code === 0 ? '✓' : '✗'} ${name} (${seconds.toFixed(1)} s)\n`)
    if (code !== 0) process.stdout.write(`${said.trimEnd()}\n`)
  }
  const broken = results.filter(({ code }) => code !== 0).map(({ name }) => name)
  return { passed: results.length - broken.length, failed: broken.length, broken }
}

/**
 * @param {string} root
 * @param {(typeof staticChecks)[number]} check
 * @param {AbortSignal} signal
 * @returns {Promise<{ name: string, code: number, said: string, seconds: number }>}
 */
function runQuietly(root, { name, program, args }, signal) {
  const startedAt = performance.now()
  const path = program === '' ? process.execPath : join(root, 'node_modules', program)
  return new Promise(resolve => {
    const child = spawn(path, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      signal,
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (said += text))
    /** @param {number} code */
    const end = code => resolve({ name, code, said, seconds: (performance.now() - startedAt) / 1000 })
    child.on('error', error => {
      said += error.message
      end(1)
    })
    child.on('close', code => end(code ?? 1))
  })
}
