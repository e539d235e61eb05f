import { createReadStream, fstatSync, readFileSync, type Stats } from 'node:fs'
import { AssayError } from '../../core/assay-error.ts'
import { decodeText } from '../../core/decode-text.ts'
import { ask as askOnTerminal } from '../terminal.ts'
import { splitLines } from './ndjson.ts'

/** A secret that could not be had. */
class SecretInputError extends AssayError {
  override readonly name = 'SecretInputError'
}

/**
 * Where secrets come from: each from a file descriptor of its own if one is given, else from a prompt without echo if a
 * person sits at the terminal, else one line each from standard input. Never from the command line or the environment,
 * which other programs can read.
 */
export class SecretInput {
  #lines: AsyncGenerator<Uint8Array | 'too-long'> | null = null

  /** @param what names it in prompts and errors: `passphrase` */
  async read(what: string, descriptor: number | undefined, signal: AbortSignal): Promise<Uint8Array> {
    if (descriptor !== undefined) requireHandedOver(descriptor)
    // Node reads 0 as standard input: read as a file, it would not wait for a line that is not there yet.
    if (descriptor !== undefined && descriptor !== 0) {
      const lines = splitLines(createReadStream('', { fd: descriptor, autoClose: true }), { keepEmpty: true })
      return firstOf(lines, `${what} (file descriptor ${descriptor})`)
    }
    if (process.stdin.isTTY) return promptSecret(`${what}: `, process.stdin, signal)
    this.#lines ??= splitLines(process.stdin, { keepEmpty: true })
    return firstOf(this.#lines, `${what} (standard input)`)
  }
}

/** A number that nobody handed over may be one of Node's own, and closing that would end the process. */
export function requireHandedOver(descriptor: number): void {
  const stats = statsOf(descriptor)
  if (stats?.isFile() || stats?.isSocket() || stats?.isCharacterDevice()) return
  if (stats?.isFIFO() && !isPipeOfNode(stats)) return
  throw new SecretInputError(
    'no-descriptor',
    `Nothing was handed over as file descriptor ${descriptor}. npm and npx hand on none but 0: give the line on standard input, or run bin/assay.js with node itself.`,
  )
}

function statsOf(descriptor: number): Stats | null {
  try {
    return fstatSync(descriptor)
  } catch {
    return null
  }
}

/**
 * Of a pipe that was handed over somebody else has the end that is written to; of those by which Node wakes itself, this process has:
 * who read one would wait for ever. Told where the system tells it (Linux).
 */
function isPipeOfNode({ ino, dev }: Stats): boolean {
  for (let other = 0; other < MOST_DESCRIPTORS; other++) {
    const its = statsOf(other)
    if (its?.isFIFO() && its.ino === ino && its.dev === dev && isWritable(other)) return true
  }
  return false
}

/** Node opens its own at the start, one after the other. */
const MOST_DESCRIPTORS = 64

function isWritable(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1] ?? '0'
    return (Number.parseInt(flags, 8) & 3) !== 0
  } catch {
    return false
  }
}

async function firstOf(lines: AsyncGenerator<Uint8Array | 'too-long'>, what: string): Promise<Uint8Array> {
  const { value, done } = await lines.next()
  if (done || value === 'too-long') throw new SecretInputError('no-secret', `There is no line to read as ${what}.`)
  const bytes = withoutMark(value)
  return bytes.at(-1) === 13 ? bytes.subarray(0, -1) : bytes
}

/** The line as UTF-8 where editors wrote a byte order mark before it, or UTF-16. Passphrases begin with neither. */
function withoutMark(line: Uint8Array): Uint8Array {
  if (line[0] === 0xef && line[1] === 0xbb && line[2] === 0xbf) return line.subarray(3)
  const is16 = (line[0] === 0xff && line[1] === 0xfe) || (line[0] === 0xfe && line[1] === 0xff)
  // Lines are split at the byte 10, which is half of a line break here.
  const text = is16 ? decodeText(line.subarray(0, line.length & ~1)) : null
  return text === null ? line : new TextEncoder().encode(text)
}

/** What the prompt needs of a terminal. */
export type Terminal = Pick<NodeJS.ReadStream, 'setRawMode' | 'resume' | 'pause' | 'on' | 'off'>

/** Asks on the terminal, by `ask` on stderr so that stdout stays clean, and shows nothing of what is typed. */
export async function promptSecret(
  question: string,
  terminal: Terminal,
  signal: AbortSignal,
  ask: (text: string) => void = askOnTerminal,
): Promise<Uint8Array> {
  ask(question)
  terminal.setRawMode(true)
  terminal.resume()
  const typed: number[] = []
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      const stop = (): void => reject(signal.reason)
      signal.addEventListener('abort', stop, { once: true })
      terminal.on('data', function onKeys(keys: Buffer) {
        for (const key of keys) {
          if (key === 3) process.kill(process.pid, 'SIGINT')
          else if (key === 13 || key === 10) {
            terminal.off('data', onKeys)
            signal.removeEventListener('abort', stop)
            resolve(Uint8Array.from(typed))
            return
          } else if (key === 127 || key === 8) dropCharacter(typed)
          else typed.push(key)
        }
      })
    })
  } finally {
    typed.fill(0)
    terminal.setRawMode(false)
    terminal.pause()
    ask('\n')
  }
}

/** Takes the last character away: all bytes of it, where UTF-8 has several. */
function dropCharacter(typed: number[]): void {
  while (((typed.pop() ?? 0) & 0xc0) === 0x80);
}
