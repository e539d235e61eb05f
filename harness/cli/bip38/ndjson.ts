import { inOrder } from '../../bip38/batch.ts'
import { Bip38Error } from '../../bip38/index.ts'
import { AssayError, type ExitCode, exitCodes } from '../../core/assay-error.ts'
import { exitCodeOf } from './core-error.ts'

/** A request as another program writes it: one JSON object on one line. */
export type Request = Readonly<Record<string, unknown>>

/** What a handler gives back for one request. `exitCode` when the answer is not simply good. */
export interface Answer {
  readonly body: Readonly<Record<string, unknown>>
  readonly exitCode?: ExitCode
}

/** A request that cannot be understood. The sentence never quotes what was sent: it may be a secret. */
export class RequestError extends AssayError {
  override readonly name = 'RequestError'
}

/** Longer than any request can be; a line of gigabytes is refused before it is kept. */
const longestLine = 1 << 20

/**
 * Answers each line of `input` with one line, in the order of the lines, errors included: `{id, …}` or
 * `{id, error: {code, message}}`. Several requests are in work at once; each answer is written as soon as it is its turn.
 * @returns the worst exit code of all answers: 69 cannot run here, 2 a request was refused, 1 a unit failed, 4, 0
 */
export async function answerLines(
  input: AsyncIterable<Uint8Array>,
  handle: (request: Request) => Promise<Answer>,
  print: (line: string) => Promise<void>,
  { signal, concurrency }: { signal: AbortSignal; concurrency: number },
): Promise<ExitCode> {
  const codes = new Set<ExitCode>()
  const answer = async (line: Line): Promise<{ text: string; exitCode: ExitCode }> => {
    let id: unknown = null
    try {
      const request = parseRequest(line)
      id = readId(request)
      const { body, exitCode = exitCodes.passed } = await handle(request)
      return { text: JSON.stringify({ id, ...body }), exitCode }
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof Bip38Error || error instanceof AssayError)) throw error
      const { code, message } = error
      return { text: JSON.stringify({ id, error: { code, message } }), exitCode: exitCodeOf(error) }
    }
  }
  for await (const { text, exitCode } of inOrder(splitLines(input), answer, concurrency)) {
    signal.throwIfAborted()
    codes.add(exitCode)
    await print(text)
  }
  const worstFirst = [exitCodes.environment, exitCodes.usage, exitCodes.failed, exitCodes.inconclusive]
  return worstFirst.find(code => codes.has(code)) ?? exitCodes.passed
}

function parseRequest(line: Line): Request {
  if (line === 'too-long') throw new RequestError('bad-request', `A line is longer than ${longestLine} bytes.`)
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))
  } catch {
    // The parser's message quotes its input.
    throw new RequestError('bad-request', 'A line is not JSON in UTF-8.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RequestError('bad-request', 'A line is JSON, but not an object.')
  }
  return value as Request
}

/** What answers carry back: any JSON value that can be written again. */
function readId(request: Request): unknown {
  const id = request['id'] ?? null
  try {
    JSON.stringify(id)
  } catch {
    // Parsing takes any depth, writing does not: the stack ends.
    throw new RequestError('bad-request', 'The id is nested too deep to be given back.')
  }
  return id
}

type Line = Uint8Array | 'too-long'

/** White space of JSON (RFC 8259 §2), the end of a line left out. */
const isWhiteSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d

/**
 * Lines of a byte stream, without their ends; lines of nothing but white space are left out, unless `keepEmpty`.
 * Split at the byte 0x0a alone: JSON text may hold
 * U+2028, which Node's `readline` takes for an end of line.
 */
export async function* splitLines(
  input: AsyncIterable<Uint8Array>,
  { keepEmpty = false }: { keepEmpty?: boolean } = {},
): AsyncGenerator<Line> {
  let parts: Uint8Array[] = []
  let length = 0
  const take = (): Line | null => {
    const line = length > longestLine ? 'too-long' : Buffer.concat(parts)
    parts = []
    length = 0
    return !keepEmpty && line !== 'too-long' && line.every(isWhiteSpace) ? null : line
  }
  for await (const chunk of input) {
    let from = 0
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      add(chunk.subarray(from, end))
      from = end + 1
      const line = take()
      if (line !== null) yield line
    }
    add(chunk.subarray(from))
  }
  const last = length > 0 ? take() : null
  if (last !== null) yield last

  function add(part: Uint8Array): void {
    length += part.length
    if (length <= longestLine) parts.push(part)
    else parts = []
  }
}
