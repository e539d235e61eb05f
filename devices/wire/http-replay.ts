import { RigError } from '../rig-error.ts'
import type { SendHttp } from './http.ts'
import { requestText } from './http-capture.ts'
import { decodeBytes, parseCapture, type WireEvent } from './wire-event.ts'

interface Exchange {
  readonly name: string
  /** Line of the capture file on which the request stands. */
  readonly line: number
  readonly request: string
  readonly answer: WireEvent[]
}

/**
 * A captured HTTP session, played back: to each request comes the answer that came then. Requests are held to the
 * capture in their order; where one differs, it fails and the line is named. Time is not replayed.
 */
export class HttpReplay {
  readonly #source: string
  readonly #exchanges: readonly Exchange[]
  #next = 0
  #difference: RigError | null = null

  /**
   * @param text a capture file; wires of other names in it are passed over
   * @param source what to call it in errors
   * @throws RigError `capture-format`
   */
  constructor(text: string, source: string, name: string) {
    this.#source = source
    this.#exchanges = exchangesOf(text, source, name)
  }

  /** In place of the wire. @throws RigError `replay-difference`, `replay-concealed` */
  readonly send: SendHttp = async (request, signal) => {
    signal.throwIfAborted()
    const asked = requestText(request)
    const exchange = this.#exchanges[this.#next]
    if (exchange?.request !== asked) {
      this.#difference ??= this.#differs(exchange, `asked ${asked}`)
      throw this.#difference
    }
    this.#next++
    const [head, ...pieces] = exchange.answer.filter(({ dir }) => dir === 'in')
    const isLost = exchange.answer.some(({ dir }) => dir === 'lost')
    const lost = (): RigError => new RigError('http-unreachable', `${request.url.host} broke the connection off.`)
    if (!head) throw lost()
    const source = this.#source
    async function* body(): AsyncGenerator<Uint8Array> {
      for (const piece of pieces) {
        signal.throwIfAborted()
        const bytes = decodeBytes(piece)
        if (bytes === null) {
          throw new RigError('replay-concealed', `${source} holds no bodies of ${exchange?.name}: record it with them.`)
        }
        yield bytes
      }
      if (isLost) throw lost()
    }
    return { ...headOf(head, exchange, source), body: body(), leave: () => {} }
  }

  /** What was asked otherwise than in the capture; null while it is the same. */
  get difference(): RigError | null {
    return this.#difference
  }

  /** What was asked otherwise or, the session being over, not at all; null when all was asked as then. */
  get unfinished(): RigError | null {
    const left = this.#exchanges[this.#next]
    return this.#difference ?? (left ? this.#differs(left, 'asked nothing more') : null)
  }

  #differs(exchange: Exchange | undefined, did: string): RigError {
    const was = exchange
      ? `line ${exchange.line} (${exchange.name}) has ${exchange.request}`
      : 'the session is over there'
    return new RigError('replay-difference', `${this.#source}: ${was}, and the host ${did}.`)
  }
}

function exchangesOf(text: string, source: string, name: string): Exchange[] {
  const exchanges = new Map<string, Exchange>()
  for (const event of parseCapture(text, source).filter(each => each.name.startsWith(`${name}/`))) {
    if (event.dir === 'out') {
      const request = Buffer.from(decodeBytes(event) ?? []).toString('utf8')
      exchanges.set(event.name, { name: event.name, line: event.line, request, answer: [] })
    } else exchanges.get(event.name)?.answer.push(event)
  }
  return [...exchanges.values()]
}

function headOf(
  event: WireEvent,
  { line, name }: Exchange,
  source: string,
): { status: number; headers: Record<string, string> } {
  const [status = '', ...lines] = Buffer.from(decodeBytes(event) ?? [])
    .toString('utf8')
    .split('\n')
  if (!/^\d{3}$/.test(status)) {
    throw new RigError('capture-format', `${source}: the answer to line ${line} (${name}) has no status.`)
  }
  const pairs = lines.map(each => [each.slice(0, each.indexOf(': ')), each.slice(each.indexOf(': ') + 2)])
  return { status: Number(status), headers: Object.fromEntries(pairs) }
}
