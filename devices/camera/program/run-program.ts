import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { RigError } from '../../rig-error.ts'

export interface ProgramRun {
  readonly program: string
  readonly args: readonly string[]
  /** Where it stands; default: where we do. */
  readonly folder?: string
}

/** How a program ended. */
export interface ProgramEnd {
  /** null: a signal ended it. */
  readonly code: number | null
  /** The end of what it said on standard error. May hold addresses and passwords: for matching, never for showing. */
  readonly complaint: string
}

const complaintBytes = 16 * 1024
/** From the polite request to end until it is made to, ms. */
const politeMs = 1000

/**
 * Runs a program and hands out what it writes to standard output as it comes. However the loop is left, the program
 * has ended before it returns.
 *
 * @throws RigError `camera-program` when it cannot be started; the signal's reason when aborted
 */
export async function* streamOf(
  { program, args, folder }: ProgramRun,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, ProgramEnd, undefined> {
  signal.throwIfAborted()
  // Its messages are matched, so they must not be translated.
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
    ...(folder !== undefined && { cwd: folder }),
  })
  let complaint = ''
  child.stderr.setEncoding('latin1').on('data', (text: string) => {
    complaint = (complaint + text).slice(-complaintBytes)
  })
  const ended = endOf(child)
  const aborted = (): void => void child.stdout.destroy(new Error('aborted'))
  signal.addEventListener('abort', aborted, { once: true })
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array
    const { code } = await ended
    signal.throwIfAborted()
    return { code, complaint }
  } catch (error) {
    signal.throwIfAborted()
    const { failure } = child.pid === undefined ? await ended : { failure: null }
    throw failure ? notStarted(program, failure) : error
  } finally {
    signal.removeEventListener('abort', aborted)
    await end(child, ended)
  }
}

/** Runs a program to its end. @throws like {@link streamOf}; RigError `camera-program` beyond `maxBytes` of output */
export async function runProgram(
  run: ProgramRun,
  signal: AbortSignal,
  maxBytes = 256 * 1024 * 1024,
): Promise<ProgramEnd & { readonly output: Uint8Array }> {
  const stream = streamOf(run, signal)
  const chunks: Uint8Array[] = []
  let length = 0
  for (let step = await stream.next(); ; step = await stream.next()) {
    if (step.done) return { ...step.value, output: Buffer.concat(chunks) }
    length += step.value.length
    chunks.push(step.value)
    if (length <= maxBytes) continue
    await stream.return({ code: null, complaint: '' })
    throw new RigError(
      'camera-program',
      `${run.program} wrote more than ${maxBytes} bytes, so it is no single picture.`,
    )
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>

function endOf(child: Child): Promise<{ code: number | null; failure: Error | null }> {
  return new Promise(resolve => {
    child.once('error', failure => {
      child.stdout.destroy(failure)
      resolve({ code: null, failure })
    })
    child.once('close', code => resolve({ code, failure: null }))
  })
}

async function end(child: Child, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  child.stdout.destroy()
  child.kill('SIGTERM')
  const harder = setTimeout(() => child.kill('SIGKILL'), politeMs)
  await ended
  clearTimeout(harder)
}

function notStarted(program: string, cause: Error): RigError {
  const { code } = cause as NodeJS.ErrnoException
  const why = code === 'ENOENT' ? 'is not installed here' : code === 'EACCES' ? 'may not be run' : 'does not start'
  return new RigError('camera-program', `the program ${program} ${why}. Install it, or correct program.`, { cause })
}
