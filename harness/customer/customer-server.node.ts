import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { headersOfOwnPage } from '../core/own-page.node.ts'
import { RateLimit } from '../core/rate-limit.ts'
import { type Serving, serve } from '../core/serving.node.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { LotFile } from '../products/unit-record.ts'
import { type CustomerPage, customerPage } from './customer-page.node.ts'
import { findCard } from './find-card.ts'
import { installablePaths, manifest, serviceWorker, serviceWorkerPolicy } from './installable.ts'

export interface CustomerServerOptions {
  /** The makers' lists that are answered from, each proved. */
  readonly lots: readonly LotFile[]
  /** The products that the page offers, the first of them chosen. Default: the maker's cards that come with Assay. */
  readonly products?: readonly ProductProfile[] | undefined
  /** Serve the page that reads photographs as well. Default: without. */
  readonly reader?: boolean | undefined
  /** Address to listen at. Default: `127.0.0.1`, this machine alone. */
  readonly host?: string | undefined
  /** Default: any that is free. */
  readonly port?: number | undefined
  /** ms; for tests. */
  readonly now?: (() => number) | undefined
}

export interface CustomerServing extends Serving {
  /** SHA-256 of the page as it is served, hexadecimal. */
  readonly sha256: string
}

/** Somebody with a few cards is quick enough; to go through all serials of a maker takes for ever. */
const questionsAtOnce = 20
const questionsAMinute = 20

const lookUpPath = '/cards/'
/** A serial has at most 80 characters, an address some 110: longer is neither. */
const longestQuestion = 120

/**
 * Serves the customer's page, and answers what a serial or an address is: public data only, and nothing about what it does not
 * have. It keeps nothing, sets nothing, and knows nobody.
 *
 * @throws AssayError `port-busy`
 */
export async function openCustomerServer(options: CustomerServerOptions): Promise<CustomerServing> {
  const { lots, products, reader, host = '127.0.0.1', port = 0, now = Date.now } = options
  const page = await customerPage({ products, lookUp: lookUpPath.slice(1), reader })
  const sha256 = createHash('sha256').update(page.html).digest('hex')
  const files = filesOf(page, sha256)
  const limit = new RateLimit({ atOnce: questionsAtOnce, perMinute: questionsAMinute }, now)
  const server = createServer((request, response) => {
    if (isLocal(host) && !isLocal(hostNamed(request))) return answer(response, 403)
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, { allow: 'GET, HEAD' })
    const { url = '' } = request
    const file = files.get(url)
    if (file !== undefined) {
      const headers = { 'content-type': file.type, 'content-security-policy': file.policy }
      return answer(response, 200, headers, file.body)
    }
    if (!url.startsWith(lookUpPath)) return answer(response, 404)
    if (!limit.allows(request.socket.remoteAddress ?? '')) return answer(response, 429, { 'retry-after': '60' })
    const wanted = questionIn(url)
    const card = wanted === null ? null : firstOf(lots, wanted)
    if (card === null) return answer(response, 404)
    answer(response, 200, { 'content-type': 'application/json', 'cache-control': 'no-store' }, JSON.stringify(card))
  })
  return { ...(await serve(server, host, port)), sha256 }
}

interface ServedFile {
  readonly type: string
  readonly policy: string
  readonly body: string
}

/** The page, and what makes it installable, by path. */
const filesOf = ({ html, policy }: CustomerPage, sha256: string): ReadonlyMap<string, ServedFile> =>
  new Map([
    ['/', { type: 'text/html; charset=utf-8', policy, body: html }],
    [
      `/${installablePaths.manifest}`,
      { type: 'application/manifest+json', policy: "default-src 'none'", body: manifest },
    ],
    [
      `/${installablePaths.serviceWorker}`,
      {
        type: 'text/javascript; charset=utf-8',
        policy: serviceWorkerPolicy,
        body: serviceWorker(sha256),
      },
    ],
  ])

const isLocal = (host: string): boolean => ['127.0.0.1', 'localhost', '::1', '[::1]'].includes(host)

/** Whom the request was meant for. A page of another name that leads here would have its visitors ask for it. */
const hostNamed = ({ headers: { host = '' } }: IncomingMessage): string => host.replace(/:\d+$/, '')

/** Null: too long, or not the writing of any text. */
function questionIn(url: string): string | null {
  try {
    const text = decodeURIComponent(url.slice(lookUpPath.length))
    return text !== '' && text.length <= longestQuestion ? text : null
  } catch {
    return null
  }
}

/** A card that two lists have is nobody's. */
function firstOf(lots: readonly LotFile[], wanted: string) {
  const found = lots.flatMap(lot => findCard(lot, wanted) ?? [])
  return found.length === 1 ? found[0]! : null
}

/** Whatever page opened this one cannot lead it elsewhere. */
const alone = { 'cross-origin-opener-policy': 'same-origin' }

function answer(response: ServerResponse, status: number, headers: Record<string, string> = {}, body = ''): void {
  response.writeHead(status, { ...headersOfOwnPage, ...alone, ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(response.req.method === 'HEAD' ? '' : body)
}
