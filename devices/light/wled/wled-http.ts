import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { withDeadline } from '../../deadline.ts'
import { RigError } from '../../rig-error.ts'
import type { WledBoard } from './wled-board.ts'
import { readAnswer, type WledAnswer } from './wled-state.ts'

/** The whole state of the largest board is a few kB. */
const longestAnswer = 256 * 1024

/** A WLED board on the network: plain HTTP, one request at a time, no connection kept (small boards have few). */
export class WledHttp implements WledBoard {
  readonly driver = 'wled-http'
  readonly answers = true
  readonly address: string
  readonly #base: URL
  readonly #running = new AbortController()

  /** @throws RigError `rig-configuration` */
  constructor(url: string) {
    const base = URL.parse(url)
    if (!base || !['http:', 'https:'].includes(base.protocol)) {
      throw new RigError('rig-configuration', 'the url of a WLED light must look like http://10.0.0.7.')
    }
    this.#base = base
    this.address = `${base.protocol}//${base.host}`
  }

  async exchange(request: object | null, deadlineMs: number, signal?: AbortSignal): Promise<WledAnswer> {
    const ends = performance.now() + deadlineMs
    const left = (): number => Math.max(1, ends - performance.now())
    if (request) await this.#ask('/json/state', request, left(), signal)
    // The answer to a request was not the same in every version; the state by itself is.
    const answer = readAnswer(await this.#ask('/json/si', null, left(), signal))
    if (answer?.state && answer.info) return answer
    throw this.#noWled()
  }

  async warnings(signal?: AbortSignal): Promise<string[]> {
    try {
      const settings = (await this.#ask('/json/cfg', null, 3000, signal)) as { def?: { on?: unknown } } | null
      if (settings?.def?.on !== true) return []
      return ['the board lights its lamps when it gets power. Switch "Turn LEDs on after power up/reset" off in WLED.']
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof RigError)
        return ['the board does not tell its settings; whether it starts dark is unchecked.']
      throw error
    }
  }

  async close(): Promise<void> {
    this.#running.abort(new RigError('port-closed', 'the light was closed; open the rig again.'))
  }

  async #ask(path: string, body: object | null, deadlineMs: number, signal?: AbortSignal): Promise<unknown> {
    this.#running.signal.throwIfAborted()
    const end = new AbortController()
    const stop = AbortSignal.any([end.signal, this.#running.signal, ...(signal ? [signal] : [])])
    const late = (): RigError =>
      new RigError(
        'light-deadline',
        `the board at ${this.address} did not answer within ${Math.round(deadlineMs / 100) / 10} s. Check its power and its network.`,
      )
    try {
      return await withDeadline(this.#send(path, body, stop), deadlineMs, late, signal)
    } catch (error) {
      signal?.throwIfAborted()
      this.#running.signal.throwIfAborted()
      throw error
    } finally {
      end.abort()
    }
  }

  #send(path: string, body: object | null, stop: AbortSignal): Promise<unknown> {
    const url = new URL(path, this.#base)
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const text = body === null ? null : JSON.stringify(body)
    const headers =
      text === null ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    return new Promise((resolve, reject) => {
      const asked = send(
        url,
        { method: text === null ? 'GET' : 'POST', agent: false, headers, signal: stop },
        answer => {
          const parts: Buffer[] = []
          let length = 0
          answer.on('error', error => reject(this.#gone(error)))
          answer.on('aborted', () => reject(this.#gone(new Error('the answer was cut short'))))
          answer.on('data', (part: Buffer) => {
            length += part.length
            if (length > longestAnswer) {
              reject(this.#noWled())
              asked.destroy()
            } else parts.push(part)
          })
          answer.on('end', () => {
            if (answer.statusCode !== 200) return reject(this.#refused(answer.statusCode ?? 0))
            try {
              resolve(JSON.parse(Buffer.concat(parts).toString('utf8')))
            } catch {
              reject(this.#noWled())
            }
          })
        },
      )
      asked.on('error', error => reject(stop.aborted ? stop.reason : this.#gone(error)))
      asked.end(text ?? undefined)
    })
  }

  #gone(error: Error): RigError {
    const code = (error as NodeJS.ErrnoException).code ?? error.message
    const advice = causes[code] ?? 'Check its power and its network'
    return new RigError('light-gone', `the board at ${this.address} cannot be reached (${code}). ${advice}.`, {
      cause: error,
    })
  }

  #refused(status: number): RigError {
    if (status === 503 || status === 429) {
      return new RigError(
        'light-busy',
        `the board at ${this.address} is busy (HTTP ${status}). Close other pages of it.`,
      )
    }
    if (status === 401 || status === 403) {
      return new RigError(
        'light-gone',
        `the board at ${this.address} asks for a password (HTTP ${status}). Take it off.`,
      )
    }
    return this.#noWled()
  }

  #noWled(): RigError {
    return new RigError(
      'light-not-wled',
      `something answers at ${this.address}, but it is no WLED board. Check the url.`,
    )
  }
}

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Something else has this address, or WLED still starts: check the url',
  ENOTFOUND: 'No device has this name: check the url',
  EAI_AGAIN: 'Names cannot be looked up: check the network, or write the address in digits',
  EHOSTUNREACH: 'Check that it is in the same network',
}
