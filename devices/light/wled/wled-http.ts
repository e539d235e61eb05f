import { z } from 'zod'
import { parseJson } from '../../../harness/core/parse-json.ts'
import { anySignal, withDeadline } from '../../deadline.ts'
import type { Driver, OpenOptions } from '../../driver.ts'
import { httpUrl, publicPlace } from '../../options.ts'
import { RigError } from '../../rig-error.ts'
import { type HttpAnswer, httpSender, type SendHttp, wholeBody } from '../../wire/http.ts'
import type { OpenedLight } from '../light.ts'
import type { WledBoard } from './wled-board.ts'
import { openWledLight } from './wled-light.ts'
import { wledOptions } from './wled-preset.ts'
import { readWledAnswer, type WledAnswer } from './wled-state.ts'

/** The whole state of the largest board is a few kB. */
const longestAnswer = 256 * 1024

/** A WLED board on the network: plain HTTP, one request at a time, no connection kept (small boards have few). */
export class WledHttp implements WledBoard {
  readonly driver = 'wled-http'
  readonly answers = true
  readonly address: string
  readonly #base: URL
  readonly #http: SendHttp
  readonly #running = new AbortController()

  /** @throws RigError `rig-configuration` */
  constructor(url: string, http: SendHttp = httpSender()) {
    const base = URL.parse(url)
    if (!base || !['http:', 'https:'].includes(base.protocol)) {
      throw new RigError('rig-configuration', 'the url of a WLED light must look like http://10.0.0.7.')
    }
    this.address = `${base.protocol}//${base.host}`
    this.#base = new URL(this.address)
    this.#http = http
  }

  async exchange(request: object | null, deadlineMs: number, signal?: AbortSignal): Promise<WledAnswer> {
    const ends = performance.now() + deadlineMs
    const left = (): number => Math.max(1, ends - performance.now())
    if (request) await this.#ask('/json/state', request, left(), signal)
    // The answer to a request was not the same in every version; the state by itself is.
    const answer = readWledAnswer(await this.#ask('/json/si', null, left(), signal))
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
    const stop = anySignal(end.signal, this.#running.signal, signal)
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

  async #send(path: string, body: object | null, stop: AbortSignal): Promise<unknown> {
    const url = new URL(path, this.#base)
    const text = body === null ? null : JSON.stringify(body)
    const head =
      text === null ? {} : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(text)}` }
    let answer: HttpAnswer
    try {
      answer = await this.#http(
        { method: text === null ? 'GET' : 'POST', url, headers: head, ...(text !== null && { body: text }) },
        stop,
      )
      if (answer.status !== 200) {
        answer.leave()
        throw this.#refused(answer.status)
      }
      const body = await wholeBody(answer.body, longestAnswer)
      const value = parseJson(body?.toString('utf8') ?? '')
      if (value === undefined) throw this.#noWled()
      return value
    } catch (error) {
      throw this.#told(error)
    }
  }

  /** The wire's own sentences, under the codes of a light. */
  #told(error: unknown): unknown {
    if (!(error instanceof RigError)) return error
    if (error.code === 'http-answer') return this.#noWled(error)
    if (!error.code.startsWith('http-')) return error
    return new RigError('light-gone', `the board at ${this.address} cannot be reached: ${error.message}`, {
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

  #noWled(cause?: unknown): RigError {
    return new RigError(
      'light-not-wled',
      `something answers at ${this.address}, but it is no WLED board. Check the url.`,
      {
        cause,
      },
    )
  }
}

const schema = z.strictObject({
  driver: z.literal('wled-http'),
  /** e.g. `http://10.0.0.7`. */
  url: httpUrl,
  ...wledOptions,
})

/** A WLED board on the network. */
export const wledHttpLight: Driver<typeof schema, OpenOptions, OpenedLight> = {
  schema,
  // The board is asked at its root, whatever path is given.
  address: ({ url }) => publicPlace(url.replace(/^([a-z]+:\/\/[^/?#]*).*$/i, '$1')).replace(/\/$/, ''),
  open: async (config, { http, signal }) => await openWledLight(new WledHttp(config.url, http), config, signal),
}
