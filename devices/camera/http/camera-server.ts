import { RigError } from '../../rig-error.ts'
import type { HttpAnswer, SendHttp } from '../../wire/http.ts'
import { publicAddress } from '../../wire/http-target.ts'
import { Authorization, type Credentials } from './authorization.ts'

interface CameraServerOptions {
  readonly send: SendHttp
  readonly url: URL
  readonly credentials: Credentials | null
  /** Whether the password may cross the network in clear. */
  readonly passwordInClear: boolean
}

const maxRedirects = 5
const mostAttempts = 4

/** What a status means to whoever set the camera up. */
const refusals: readonly (readonly [status: RegExp, code: string, sentence: string])[] = [
  [/^40[13]$/, 'camera-access', 'lets nobody in with this user and password. Check user and passwordVariable'],
  [/^404$/, 'camera-access', 'has nothing at this path. Check the path of its url'],
  [/^(409|423|429|503)$/, 'camera-busy', 'is busy. End whatever else watches it'],
  [/^5/, 'camera-gone', 'reports a fault of its own. Switch it off and on'],
]

const otherwise = [/./, 'camera-answer', 'does not deliver. Check its url'] as const

/** The web server in a camera: asks it for one thing at a time, with its redirects and its password. */
export class CameraServer {
  readonly #send: SendHttp
  readonly #url: URL
  readonly #credentials: Credentials | null
  readonly #passwordInClear: boolean
  /** Per place: the password is for one host, and a challenge for one server. */
  readonly #authorizations = new Map<string, Authorization>()

  constructor({ send, url, credentials, passwordInClear }: CameraServerOptions) {
    this.#send = send
    this.#url = url
    this.#credentials = credentials
    this.#passwordInClear = passwordInClear
  }

  /** Where it is, without anything secret. */
  get address(): string {
    return publicAddress(this.#url)
  }

  /**
   * @param target relative to the camera's own URL
   * @returns an answer whose status is 2xx
   * @throws RigError `camera-access`, `camera-busy`, `camera-gone`, `camera-answer`; those of the wire
   */
  async get(target: string | URL, signal: AbortSignal): Promise<HttpAnswer> {
    let url = resolve(target, this.#url, this.address)
    for (let redirects = 0, letIn = 0; redirects <= maxRedirects; ) {
      const answer = await this.#ask(url, signal)
      const { status, headers } = answer
      if (status >= 200 && status < 300) return answer
      const location = headers['location']
      if (status === 401) {
        const authorization = this.#authorizations.get(url.origin)
        const again = authorization?.accept(headers['www-authenticate'] ?? '') ?? false
        answer.leave()
        if (authorization?.wantsClear) throw this.#clear()
        // A server that calls every answer stale would be asked for ever.
        if (again && letIn++ < mostAttempts) continue
        throw this.#refused(status)
      }
      answer.leave()
      if (status < 300 || status > 399 || location === undefined) throw this.#refused(status)
      const next = resolve(location, url, this.address)
      // Who answers there is not who was set up, whatever the password.
      if (next.origin !== url.origin) {
        throw new RigError(
          'camera-answer',
          `${this.address} leads to another place, ${publicAddress(next)}. If that is the camera, give its address.`,
        )
      }
      url = next
      redirects++
    }
    throw new RigError('camera-answer', `${this.address} redirects in a circle. Give the address that it ends at.`)
  }

  async #ask(url: URL, signal: AbortSignal): Promise<HttpAnswer> {
    const authorization = this.#authorizationFor(url)
    const header = authorization?.header('GET', url.pathname + url.search)
    return await this.#send(
      { method: 'GET', url, headers: header === null || header === undefined ? {} : { authorization: header } },
      signal,
    )
  }

  /** The password goes to the camera itself and nowhere else, and not in the clear where it was set up encrypted. */
  #authorizationFor(url: URL): Authorization | null {
    if (!this.#credentials || url.hostname !== this.#url.hostname) return null
    if (this.#url.protocol === 'https:' && url.protocol !== 'https:') return null
    const known = this.#authorizations.get(url.origin)
    if (known) return known
    const made = new Authorization(this.#credentials, {
      mayBeClear: this.#passwordInClear || url.protocol === 'https:',
    })
    this.#authorizations.set(url.origin, made)
    return made
  }

  #clear(): RigError {
    return new RigError(
      'camera-access',
      `${this.address} wants the password in clear, for whoever listens to read. Use https, let the camera ask by Digest, or allow it with passwordInClear: true.`,
    )
  }

  #refused(status: number): RigError {
    const [, code, sentence] = refusals.find(([pattern]) => pattern.test(String(status))) ?? otherwise
    return new RigError(code, `${this.address} answers with status ${status}: it ${sentence}.`)
  }
}

function resolve(target: string | URL, base: URL, address: string): URL {
  const url = URL.parse(String(target), base)
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) {
    url.username = ''
    url.password = ''
    url.hash = ''
    return url
  }
  throw new RigError('camera-answer', `${address} leads to something that is no http or https address.`)
}
