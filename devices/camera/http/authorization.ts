import { createHash, randomBytes } from 'node:crypto'

export interface Credentials {
  readonly user: string
  readonly password: string
}

interface Challenge {
  readonly scheme: string
  readonly parameters: ReadonlyMap<string, string>
}

const hashes: Readonly<Record<string, string>> = { 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256', MD5: 'md5' }

/**
 * Answers a server that asks for user and password: Digest (RFC 7616, and RFC 2069 where it offers no `qop`) with the
 * strongest hash offered, else Basic (RFC 7617) where that may be.
 */
export class Authorization {
  readonly #credentials: Credentials
  readonly #nonce: () => string
  readonly #mayBeClear: boolean
  #wantsClear = false
  #challenge: Challenge | null = null
  #count = 0

  /**
   * @param mayBeClear whether Basic is answered, which tells the password to whoever listens or sits in between
   * @param clientNonce hexadecimal and new at each call
   */
  constructor(
    credentials: Credentials,
    { mayBeClear, clientNonce }: { readonly mayBeClear: boolean; readonly clientNonce?: () => string },
  ) {
    this.#credentials = credentials
    this.#mayBeClear = mayBeClear
    this.#nonce = clientNonce ?? (() => randomBytes(12).toString('hex'))
  }

  /** Was Basic asked for, and nothing that could be answered? */
  get wantsClear(): boolean {
    return this.#wantsClear
  }

  /**
   * Takes what a 401 answer says in `WWW-Authenticate`.
   *
   * @returns whether asking again may help: false when our answer to just this challenge was refused, or none is known
   */
  accept(header: string): boolean {
    const challenges = parseChallenges(header)
    const offered = challenges.filter(({ scheme, parameters }) =>
      scheme === 'digest'
        ? hashOf(parameters) !== null && offersAuth(parameters)
        : scheme === 'basic' && this.#mayBeClear,
    )
    this.#wantsClear = offered.length === 0 && challenges.some(({ scheme }) => scheme === 'basic')
    const rank = ({ scheme, parameters }: Challenge): number =>
      scheme === 'basic' ? 9 : Object.values(hashes).indexOf(hashOf(parameters) ?? '')
    const best = offered.toSorted((a, b) => rank(a) - rank(b))[0]
    if (!best) return false
    const isStale = best.parameters.get('stale')?.toLowerCase() === 'true'
    const wasTried = this.#challenge?.scheme === best.scheme && this.#count > 0
    this.#challenge = best
    this.#count = 0
    return isStale || !wasTried
  }

  /** The `Authorization` header for a request, or null before the server asked for one. */
  header(method: string, target: string): string | null {
    if (!this.#challenge) return null
    this.#count++
    return this.#challenge.scheme === 'basic'
      ? `Basic ${Buffer.from(`${this.#credentials.user}:${this.#credentials.password}`).toString('base64')}`
      : this.#digest(method, target, this.#challenge.parameters)
  }

  #digest(method: string, target: string, parameters: ReadonlyMap<string, string>): string {
    const { user, password } = this.#credentials
    const algorithm = parameters.get('algorithm') ?? 'MD5'
    const hash = (text: string): string =>
      createHash(hashOf(parameters) ?? 'md5')
        .update(text)
        .digest('hex')
    const realm = parameters.get('realm') ?? ''
    const nonce = parameters.get('nonce') ?? ''
    const own = this.#nonce()
    const count = this.#count.toString(16).padStart(8, '0')
    const plain = hash(`${user}:${realm}:${password}`)
    const a1 = /-sess$/i.test(algorithm) ? hash(`${plain}:${nonce}:${own}`) : plain
    const a2 = hash(`${method}:${target}`)
    const hasQop = parameters.has('qop')
    const response = hash(hasQop ? `${a1}:${nonce}:${count}:${own}:auth:${a2}` : `${a1}:${nonce}:${a2}`)
    const opaque = parameters.get('opaque')
    return [
      `Digest username=${quoted(user)}`,
      `realm=${quoted(realm)}`,
      `nonce=${quoted(nonce)}`,
      `uri=${quoted(target)}`,
      `response="${response}"`,
      ...(parameters.has('algorithm') ? [`algorithm=${algorithm}`] : []),
      ...(opaque === undefined ? [] : [`opaque=${quoted(opaque)}`]),
      ...(hasQop ? ['qop=auth', `nc=${count}`] : []),
      ...(hasQop || /-sess$/i.test(algorithm) ? [`cnonce="${own}"`] : []),
    ].join(', ')
  }
}

function hashOf(parameters: ReadonlyMap<string, string>): string | null {
  const algorithm = (parameters.get('algorithm') ?? 'MD5').toUpperCase().replace(/-SESS$/, '')
  return Object.hasOwn(hashes, algorithm) ? hashes[algorithm]! : null
}

/** `auth-int` alone would need the body hashed, which no camera asks of a GET. */
function offersAuth(parameters: ReadonlyMap<string, string>): boolean {
  const qop = parameters.get('qop')
  return qop === undefined || qop.split(',').some(each => each.trim().toLowerCase() === 'auth')
}

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`

/** RFC 9110, section 11.6.1: challenges and their parameters are both divided by commas; a new scheme has no `=`. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: { scheme: string; parameters: Map<string, string> }[] = []
  const token = /[\s,]*([^\s,="]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^\s,"]*)))?/gy
  for (let match = token.exec(header); match && match[0] !== ''; match = token.exec(header)) {
    const [, name = '', inQuotes, bare] = match
    if (inQuotes === undefined && bare === undefined)
      challenges.push({ scheme: name.toLowerCase(), parameters: new Map() })
    else challenges.at(-1)?.parameters.set(name.toLowerCase(), inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? '')
  }
  return challenges
}
