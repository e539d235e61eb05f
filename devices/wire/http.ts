import { X509Certificate } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { type PeerCertificate, checkServerIdentity as stockCheck } from 'node:tls'
import { RigError } from '../rig-error.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** Without user and password. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Longest silence until the answer and within it, ms. Default: 10000. */
  readonly silenceMs?: number
}

/** The beginning of an answer; its body is still coming. */
export interface HttpAnswer {
  readonly status: number
  /** Lower-case names; a name sent more than once has its values joined with `, `. */
  readonly headers: Readonly<Record<string, string>>
  /** Once. Leaving the loop ends the connection. */
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the connection; for whoever does not want the body. */
  leave(): void
}

/** One request, one connection. Recording and replay take the place of {@link httpSender}'s. */
export type SendHttp = (request: HttpRequest, signal: AbortSignal) => Promise<HttpAnswer>

interface HttpSenderOptions {
  /** A certificate (PEM) that is trusted as it is, whatever name it is made out to. */
  readonly certificate?: string
}

const usualSilenceMs = 10_000
/** What an answer's head may take; cameras send a few hundred bytes. */
const maxHeadBytes = 32 * 1024

/**
 * HTTP as devices need it: tolerant of the heads that small devices send, no connection kept, no redirect followed,
 * nothing of a request in an error.
 *
 * @throws RigError `http-unreachable`, `http-silent`, `http-answer`
 */
export function httpSender(options: HttpSenderOptions = {}): SendHttp {
  const { certificate } = options
  const trust = certificate === undefined ? {} : { ca: certificate, checkServerIdentity: sameCertificate(certificate) }
  return async ({ method, url, headers, body, silenceMs = usualSilenceMs }, signal) => {
    signal.throwIfAborted()
    const begin = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = sayable(url, () =>
      begin(url, {
        method,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'cache-control': 'no-cache', ...headers },
        agent: false,
        insecureHTTPParser: true,
        maxHeaderSize: maxHeadBytes,
        signal,
        ...trust,
      }),
    )
    const silent = (): void => void request.destroy(silence(url, silenceMs))
    request.setTimeout(silenceMs, silent)
    return await new Promise<HttpAnswer>((resolve, reject) => {
      request.on('error', error => reject(signal.aborted ? signal.reason : explain(error, url)))
      request.on('response', response => {
        const chunks = response[Symbol.asyncIterator]()
        async function* read(): AsyncGenerator<Uint8Array> {
          try {
            for (;;) {
              const { done, value } = await chunks.next()
              if (done) return
              yield value
            }
          } catch (error) {
            throw signal.aborted ? signal.reason : explain(error, url)
          } finally {
            request.destroy()
          }
        }
        // An answer that nobody comes to read must not end the process with an error of its own.
        response.on('error', () => {})
        resolve({
          status: response.statusCode ?? 0,
          headers: joined(response.headers),
          body: read(),
          leave: () => request.destroy(),
        })
      })
      request.end(body)
    })
  }
}

/** A whole body in one piece; null when it is longer than it may be. */
export async function wholeBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** A name or a realm may hold letters that no head can carry; Node refuses them with an error that quotes the head. */
function sayable<T>(url: URL, begin: () => T): T {
  try {
    return begin()
  } catch {
    throw new RigError(
      'http-answer',
      `${url.host} cannot be asked: the user name, or what it sent to be let in by, holds letters that HTTP has none for. Choose another user name.`,
    )
  }
}

function joined(headers: IncomingHttpHeaders): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value])
  return Object.fromEntries(pairs.filter(([, value]) => value !== undefined))
}

/** A camera's own certificate is made out to any name; being the very same one proves more than a name does. */
function sameCertificate(pem: string): (host: string, seen: PeerCertificate) => Error | undefined {
  const known = new X509Certificate(pem).raw
  return (host, seen) => (seen.raw && known.equals(seen.raw) ? undefined : stockCheck(host, seen))
}

function silence(url: URL, ms: number): RigError {
  return new RigError('http-silent', `${url.host} said nothing for ${ms / 1000} s. Check its power and the network.`)
}

const failures: readonly (readonly [code: RegExp, errorCode: string, sentence: string])[] = [
  [/^ECONNREFUSED$/, 'http-unreachable', 'refuses the connection. Check that its program runs, and the port'],
  [/^(ENOTFOUND|EAI_AGAIN)$/, 'http-unreachable', 'is no name that the network knows. Check the address'],
  [
    /^(EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|ETIMEDOUT)$/,
    'http-unreachable',
    'cannot be reached. Check its power and the network',
  ],
  [/^HPE_HEADER_OVERFLOW$/, 'http-answer', 'sends an answer whose head does not end. Check the address'],
  [/^(HPE_|ERR_SSL|EPROTO)/, 'http-answer', 'answers something else than HTTP. Check the address, http or https'],
  [
    /(CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_)/,
    'http-answer',
    'has a certificate that nobody vouches for. Name it as certificateFile',
  ],
  [
    /^(ECONNRESET|EPIPE|ECONNABORTED)$/,
    'http-unreachable',
    'broke the connection off. Check its power and the network',
  ],
]

function explain(error: unknown, url: URL): unknown {
  if (error instanceof RigError || !(error instanceof Error)) return error
  const code = String((error as NodeJS.ErrnoException).code ?? error.name)
  const known = failures.find(([pattern]) => pattern.test(code))
  return known
    ? new RigError(known[1], `${url.host} ${known[2]}.`, { cause: error })
    : new RigError('http-unreachable', `${url.host} failed (${code}). Check its power and the network.`, {
        cause: error,
      })
}
