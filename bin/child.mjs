import { spawn } from 'node:child_process'

const passedOn = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])

/**
 * Runs a program with this process's own stdin, stdout and stderr, passes signals on to it, and waits for its end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, signal: NodeJS.Signals | null }>} `code` is 128 + n for a child that signal n ended
 * @throws {NodeJS.ErrnoException} when the program cannot be started
 */
export async function runChild(program, args, options = {}) {
  /** @type {import('node:child_process').ChildProcess | null} */
  let running = null
  const handlers = passedOn.map(signal => /** @type {const} */ ([signal, () => running?.kill(signal)]))
  // Before the start: a signal in between would end this process and leave the child running.
  for (const [signal, handler] of handlers) process.on(signal, handler)
  /** @type {NodeJS.Signals | null} */
  let endedBy = null
  try {
    const child = spawn(program, args, { ...options, stdio: 'inherit' })
    running = child
    return await new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => {
        endedBy = signal
        resolve({ code: code ?? 128 + (signalNumbers[signal ?? ''] ?? 15), signal })
      })
    })
  } finally {
    // Whoever waits for this process may be told of that signal by the signal. The others come late, and change nothing any more.
    for (const [signal, handler] of handlers) if (signal === endedBy) process.off(signal, handler)
  }
}

/** @type {Readonly<Record<string, number>>} */
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }
