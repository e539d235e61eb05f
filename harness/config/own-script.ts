import { pathToFileURL } from 'node:url'
import { AssayError } from '../core/assay-error.ts'

/** Settings are there at once; whoever waits for a network in them waits so long at most. */
const deadlineMs = 10_000

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * What a person's own script exports by default, as plain data. It runs here, so it may do what the person may; but it ends no command
 * without a word, holds none up for ever, and hands in nothing that runs later.
 *
 * @returns undefined where nothing is exported by default
 * @throws AssayError with a clause for a message, or whatever the script throws
 */
export async function exportOfOwnScript(path: string): Promise<unknown> {
  const { exit } = process
  // A script that loops hears no signal: until it has ended, one ends the process as it ends any program.
  const listeners = endings.map(name => process.listeners(name))
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(clause(`it was not there after ${deadlineMs / 1000} s.`)), deadlineMs)
  try {
    for (const name of endings) process.removeAllListeners(name)
    // With 0 it would be a command that did nothing, and passed.
    process.exit = () => {
      throw clause('it ends the program (process.exit); let it export the settings instead.')
    }
    const { default: exported }: { default?: unknown } = await Promise.race([
      import(pathToFileURL(path).href),
      late.promise,
    ])
    return plainData(exported)
  } finally {
    clearTimeout(timer)
    process.exit = exit
    for (const [i, name] of endings.entries()) for (const listener of listeners[i]!) process.on(name, listener)
  }
}

/** A getter is asked once, here, where what it throws is the script's. */
function plainData(exported: unknown): unknown {
  try {
    return structuredClone(exported)
  } catch (cause) {
    if (!(cause instanceof DOMException)) throw cause
    throw clause('it exports what is no plain data, such as a function.', cause)
  }
}

const clause = (message: string, cause?: unknown) => new AssayError('config-script', message, { cause })
