import { z } from 'zod'
import { parseJson } from '../../harness/core/parse-json.ts'
import { anySignal, pause, withDeadline } from '../deadline.ts'
import { httpUrl, publicPlace } from '../options.ts'
import { RigError } from '../rig-error.ts'
import { type HttpRequest, httpSender, type SendHttp, wholeBody } from '../wire/http.ts'

/** How a configuration names Klipper's host. */
export const moonrakerOptions = {
  /** e.g. `http://10.0.0.7:7125`. */
  url: httpUrl,
  /** The environment variable that holds Moonraker's API key, where it does not trust this computer's address. */
  apiKeyVariable: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, 'the name of an environment variable')
    .exactOptional(),
}
export interface MoonrakerConfig {
  readonly url: string
  readonly apiKeyVariable?: string
}

const Info = z.object({
  state: z.enum(['startup', 'ready', 'error', 'shutdown']),
  state_message: z.string().catch(''),
  software_version: z.string().catch('unknown'),
})
/** What Klipper says of itself. Anything but `ready` moves nothing and lights nothing. */
export type KlipperInfo = z.infer<typeof Info>

const Refusal = z.object({ error: z.object({ message: z.string() }) })

/** The longest answer is the configuration that Klipper was started with. */
const longestAnswer = 4 * 1024 * 1024
const answerMs = 5000
/** From a restart of the firmware to `ready`: 1.5 to 5 s were seen. */
const restartMs = 30_000
const askAgainMs = 100
/** A script is answered when it has run: each has a deadline of its own, and silence until then is no fault. */
const patientMs = 700_000

/**
 * Klipper by Moonraker's HTTP interface. A script's answer comes when the script has run, and a second one waits for the first; only
 * questions and the emergency stop never wait. A script that an emergency stop cuts off answers `ok` all the same, so whoever hears one
 * asks for the state afterwards ({@link assertReady}).
 */
export class Moonraker {
  readonly address: string
  readonly #base: URL
  readonly #key: string | undefined
  readonly #http: SendHttp
  readonly #running = new AbortController()

  /** @throws RigError `rig-configuration` where the named variable is not there */
  constructor({ url, apiKeyVariable }: MoonrakerConfig, http: SendHttp = httpSender(), environment = process.env) {
    this.address = moonrakerAddress(url)
    this.#base = new URL(this.address)
    this.#http = http
    this.#key = apiKeyVariable === undefined ? undefined : environment[apiKeyVariable]
    if (apiKeyVariable !== undefined && this.#key === undefined)
      throw new RigError('rig-configuration', 'the environment has no variable of the name that apiKeyVariable gives.')
  }

  /** @throws RigError `klipper-gone`, `klipper-not-moonraker`, `klipper-access`, `answer-deadline` */
  async info(signal?: AbortSignal): Promise<KlipperInfo> {
    const { status, value } = await this.#ask('GET', '/printer/info', answerMs, signal)
    // Its host process is starting or gone, which Moonraker says so.
    if (status === 503)
      return { state: 'startup', state_message: 'Klipper is not connected.', software_version: 'unknown' }
    const info = Info.safeParse((value as { result?: unknown } | undefined)?.result)
    if (info.success) return info.data
    throw this.#notMoonraker()
  }

  /** Runs lines of G-code, and resolves when they ran. @throws RigError `klipper-refused` with Klipper's own words, and as {@link info} */
  async script(lines: readonly string[], deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const { status, value } = await this.#ask('POST', '/printer/gcode/script', deadlineMs, signal, {
      script: lines.join('\n'),
    })
    if (status === 200) return
    const said = Refusal.safeParse(value)
    const message = said.success ? oneLine(said.data.error.message) : `HTTP ${status}`
    throw new RigError('klipper-refused', `Klipper at ${this.address} refuses: ${message}`)
  }

  /** Status objects by name, as Klipper has them now; what it has not is missing. */
  async objects(names: readonly string[], signal?: AbortSignal): Promise<Readonly<Record<string, unknown>>> {
    const path = `/printer/objects/query?${names.map(name => encodeURIComponent(name)).join('&')}`
    const { status, value } = await this.#ask('GET', path, answerMs, signal)
    const found = z.object({ result: z.object({ status: z.record(z.string(), z.unknown()) }) }).safeParse(value)
    if (status === 200 && found.success) return found.data.result.status
    throw status === 200 ? this.#notMoonraker() : await this.#unfit(signal)
  }

  /** All motion ends at once and every output goes to its `shutdown_value`; resolves when Klipper says so. Never waits for a script. */
  async emergencyStop(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const ends = performance.now() + deadlineMs
    await this.#ask('POST', '/printer/emergency_stop', deadlineMs, signal)
    while ((await this.info(signal)).state === 'ready') {
      if (performance.now() > ends)
        throw new RigError('stage-deadline', `Klipper at ${this.address} does not stop. Switch it off at its supply.`)
      await pause(askAgainMs, signal)
    }
  }

  /** Brings Klipper back from a shutdown; nothing is homed afterwards. @throws RigError `stage-alarm` with its reason when it does not come */
  async untilReady(signal?: AbortSignal): Promise<void> {
    const ends = performance.now() + restartMs
    let isRestarted = false
    for (;;) {
      const { state, state_message } = await this.info(signal)
      if (state === 'ready') return
      if (state !== 'startup' && !isRestarted) {
        isRestarted = true
        await this.#ask('POST', '/printer/firmware_restart', restartMs, signal)
      }
      if (performance.now() > ends) throw unready(this.address, state, state_message)
      await pause(askAgainMs, signal)
    }
  }

  /** @throws RigError `stage-alarm` with Klipper's reason when it is not ready */
  async assertReady(signal?: AbortSignal): Promise<void> {
    const { state, state_message } = await this.info(signal)
    if (state !== 'ready') throw unready(this.address, state, state_message)
  }

  close(): void {
    this.#running.abort(new RigError('port-closed', 'the connection to Klipper was closed; open the rig again.'))
  }

  async #ask(
    method: HttpRequest['method'],
    path: string,
    deadlineMs: number,
    signal?: AbortSignal,
    given: object = {},
  ): Promise<{ status: number; value: unknown }> {
    const end = new AbortController()
    const late = () =>
      new RigError(
        'answer-deadline',
        `Klipper at ${this.address} did not answer within ${deadlineMs / 1000} s. Check that nothing else drives it, and the network.`,
      )
    try {
      this.#running.signal.throwIfAborted()
      const stop = anySignal(end.signal, this.#running.signal, signal)
      return await withDeadline(this.#send(method, path, given, stop), deadlineMs, late, signal)
    } catch (error) {
      signal?.throwIfAborted()
      this.#running.signal.throwIfAborted()
      throw error
    } finally {
      end.abort()
    }
  }

  async #send(method: HttpRequest['method'], path: string, given: object, stop: AbortSignal) {
    const body = method === 'POST' ? JSON.stringify(given) : undefined
    const headers = {
      ...(this.#key === undefined ? {} : { 'x-api-key': this.#key }),
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': `${Buffer.byteLength(body)}` }),
    }
    try {
      const answer = await this.#http(
        { method, url: new URL(path, this.#base), headers, silenceMs: patientMs, ...(body !== undefined && { body }) },
        stop,
      )
      const { status } = answer
      if (status === 401 || status === 403) {
        answer.leave()
        throw new RigError(
          'klipper-access',
          `Moonraker at ${this.address} lets nobody in from this computer. Name it under trusted_clients, or give apiKeyVariable.`,
        )
      }
      const said = await wholeBody(answer.body, longestAnswer)
      return { status, value: said === null ? undefined : parseJson(said.toString('utf8')) }
    } catch (error) {
      throw this.#told(error)
    }
  }

  /** The wire's own sentences, under Klipper's codes. A script takes as long as it takes: silence is no fault of the wire. */
  #told(error: unknown): unknown {
    if (!(error instanceof RigError) || !error.code.startsWith('http-')) return error
    if (error.code === 'http-answer') return this.#notMoonraker(error)
    return new RigError('klipper-gone', `Moonraker at ${this.address} cannot be reached: ${error.message}`, {
      cause: error,
    })
  }

  #notMoonraker(cause?: unknown): RigError {
    const sentence = `something answers at ${this.address}, but it is no Moonraker. Check the url and its port (7125).`
    return new RigError('klipper-not-moonraker', sentence, { cause })
  }

  async #unfit(signal?: AbortSignal): Promise<RigError> {
    const { state, state_message } = await this.info(signal)
    return unready(this.address, state, state_message)
  }
}

/** Scheme, host and port: Moonraker is asked at its root. */
export function moonrakerAddress(url: string): string {
  return publicPlace(url.replace(/^([a-z]+:\/\/[^/?#]*).*$/i, '$1')).replace(/\/$/, '')
}

function unready(address: string, state: string, message: string): RigError {
  const why = oneLine(message)
  return new RigError(
    'stage-alarm',
    `Klipper at ${address} is not ready (${state}${why === '' ? '' : `: ${why}`}). Mend that, then run assay rig home.`,
  )
}

/** Its messages are pages of advice: the first sentence says what happened. */
function oneLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 160)
    .trim()
}
