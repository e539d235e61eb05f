import type { FastifyInstance } from 'fastify'
import { AssayError, kindAndPlace } from '../core/assay-error.ts'
import { headersOfOwnPage } from '../core/own-page.node.ts'
import { printable } from '../core/printable.ts'
import { Action } from './action.ts'
import type { Bench } from './bench.ts'
import type { Refusal } from './bench-state.ts'
import { chartsView } from './charts-view.ts'
import { DeskDecision, decide } from './desk-decision.ts'
import { DeskKeys } from './desk-key.ts'
import { journalView, type UseJournal } from './journal-view.ts'
import { coarsePicture } from './live-picture.node.ts'
import { LogIn, type LogIns } from './log-in.ts'
import { type LotOnDesk, lotView } from './lot-view.ts'
import type { NetworkView } from './network-view.ts'
import { tokenHeader } from './token-header.ts'

/** What the console serves, through whichever door. */
export interface Served {
  readonly bench: Bench
  readonly useJournal: UseJournal
  /** The lot that is judged. @throws AssayError where there is none yet, or its file cannot be read */
  readonly lot: () => LotOnDesk
  /** Who works here, where only who has logged in does. Default: whoever has the address. */
  readonly logIns?: LogIns | undefined
  /** By what people sign here, log-ins and decisions alike. Default: the bench keeps no key files. */
  readonly keys?: DeskKeys | undefined
}

/** Proxies and sleeping laptops cut lines that nothing comes through, ms. */
const HEARTBEAT_MS = 15_000
/** A browser that lost the server asks again after so long, ms. */
const RETRY_MS = 500
/** Actions by their key: who asks twice for one is answered once more, and it is done once. */
const MOST_KEYS = 256
const LONGEST_FIND = 80
const LONGEST_NAME = 120
const LARGEST_PICTURE_BYTES = 64 << 20
/** Photographs that come at one time, and screens that listen: a bench has a few. */
const MOST_COMING = 4
const MOST_SCREENS = 64

export const always = { 'cache-control': 'no-store', ...headersOfOwnPage }

interface RoutesOptions extends Served {
  readonly path: string
  readonly html: string
  /** Content security policy of the page. */
  readonly policy: string
  /** Where the console is reached from the network; null where it is not. */
  readonly network: () => NetworkView | null
}

/**
 * What the console answers: the page, the state of the bench as it changes (server-sent events), what is in view, masked pictures of results,
 * and actions. Doors that share it share what was done and who listens.
 */
export class ConsoleRoutes {
  readonly #options: RoutesOptions
  readonly #done = new Map<string, { readonly asked: string; readonly answer: Promise<Answer> }>()
  /** Ends what each screen listens to. */
  readonly #listeners = new Set<() => void>()
  #coming = 0

  constructor(options: RoutesOptions) {
    this.#options = options
  }

  /** Ends what every screen listens to. */
  end(): void {
    for (const end of this.#listeners) end()
  }

  /** Has a server answer so. */
  serve(server: FastifyInstance): void {
    const { bench, useJournal, lot, logIns, keys = new DeskKeys(), path, html, policy, network } = this.#options
    const [done, listeners] = [this.#done, this.#listeners]
    // Beyond this machine, and where people log in, a name alone is nobody's word.
    const needsKey = () => logIns !== undefined || network() !== null
    // What a request was wrong in is not repeated to it.
    server.setErrorHandler(async (error, { url }, reply) => {
      const isLarge = (error as { statusCode?: number }).statusCode === 413 && url.startsWith(`${path}photographs`)
      return await reply.code(400).send({ refused: isLarge ? 'picture-large' : 'action-unknown' } satisfies Answer)
    })
    server.setNotFoundHandler(async (_, reply) => await reply.code(404).send())

    server.get(
      path,
      async (_, reply) => await reply.header('content-security-policy', policy).type('text/html').send(html),
    )

    server.get(`${path}events`, async (_, reply) => {
      if (listeners.size >= MOST_SCREENS) return await reply.code(503).send()
      reply.hijack()
      reply.raw.writeHead(200, { ...always, 'content-type': 'text/event-stream' })
      reply.raw.write(`retry: ${RETRY_MS}\n\n`)
      // All that a screen shows is in each event, so whoever comes back has missed nothing: what it has seen last need not be known.
      let sent = 0
      const send = () => {
        const { state } = bench
        // One that does not take what it is sent gets the newest when it does.
        if (state.id === sent || reply.raw.writableNeedDrain) return
        sent = state.id
        reply.raw.write(`id: ${state.id}\ndata: ${JSON.stringify(state)}\n\n`)
      }
      send()
      reply.raw.on('drain', send)
      const unsubscribe = bench.subscribe(send)
      const heart = setInterval(() => reply.raw.write(': \n\n'), HEARTBEAT_MS)
      const end = () => {
        unsubscribe()
        clearInterval(heart)
        listeners.delete(end)
        reply.raw.removeAllListeners('drain').end()
      }
      listeners.add(end)
      reply.raw.on('close', end)
    })

    // For a page that nobody sees: a browser has six lines to a server, and one for each such page would take them from actions.
    server.get(`${path}state`, async (_, reply) => await reply.send(bench.state))

    server.get(`${path}view.jpg`, async (_, reply) => {
      try {
        const frame = await bench.frame()
        if (frame === null) return await reply.code(204).send()
        return await reply.type('image/jpeg').send(Buffer.from(await coarsePicture(frame)))
      } catch {
        // What is wrong with the camera is said when the next card is photographed.
        return await reply.code(503).send()
      }
    })

    server.get<{ Params: { number: string } }>(`${path}results/:number`, async ({ params }, reply) => {
      const result = bench.result(Number(params.number))
      return result === null ? await reply.code(404).send() : await reply.send(result)
    })

    server.get<{ Params: { number: string; index: string } }>(
      `${path}pictures/:number/:index`,
      async ({ params }, reply) => {
        const picture = bench.picture(Number(params.number), Number(params.index))
        if (picture === null) return await reply.code(404).send()
        return await reply.type(picture.mediaType).send(Buffer.from(picture.bytes))
      },
    )

    server.get<{ Querystring: { find?: string } }>(`${path}journal`, async ({ query }, reply) => {
      const find = typeof query.find === 'string' ? query.find.slice(0, LONGEST_FIND) : ''
      return await reply.send(
        await sayingWhy(async () => await useJournal(async journal => await journalView(journal, find, needsKey()))),
      )
    })

    server.get(`${path}network`, async (_, reply) => await reply.send({ done: network() }))

    server.get(`${path}lot`, async (_, reply) => {
      return await reply.send(
        await sayingWhy(async () => {
          const its = lot()
          return await useJournal(async journal => await lotView(journal, its))
        }),
      )
    })

    server.get(`${path}charts`, async (_, reply) => {
      return await reply.send(
        await sayingWhy(async () => {
          const its = lot()
          return await useJournal(async journal => await chartsView(journal, its))
        }),
      )
    })

    server.post(`${path}decisions`, async ({ body }, reply) => {
      const decision = DeskDecision.safeParse(body)
      if (!decision.success) return await reply.code(400).send({ refused: 'action-unknown' satisfies Refusal })
      return await reply.send(
        await sayingWhy(
          async () => await useJournal(async journal => await decide(journal, decision.data, keys, needsKey())),
        ),
      )
    })

    const personOf = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) =>
      logIns?.personOf(headers[tokenHeader]) ?? null

    server.get(`${path}people`, async (_, reply) => {
      return await reply.send(await sayingWhy(async () => (await logIns?.colleagues()) ?? []))
    })

    server.post(`${path}log-in`, async ({ body }, reply) => {
      const asked = LogIn.safeParse(body)
      if (!asked.success || logIns === undefined) {
        return await reply.code(400).send({ refused: 'action-unknown' satisfies Refusal })
      }
      return await reply.send(await sayingWhy(async () => await logIns.logIn(asked.data)))
    })

    server.post(`${path}log-out`, async ({ headers }, reply) => {
      logIns?.logOut(headers[tokenHeader])
      return await reply.send({ done: null })
    })

    server.addContentTypeParser('application/octet-stream', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
    server.post(
      `${path}photographs`,
      {
        bodyLimit: LARGEST_PICTURE_BYTES,
        // Before its body is read: what nobody waits for takes no memory.
        preParsing: async (request, reply, body) => {
          const refused =
            this.#coming >= MOST_COMING ? 'too-much' : bench.mayHand(cardOf(request.query), personOf(request))
          if (refused === null) {
            this.#coming++
            reply.raw.once('close', () => this.#coming--)
            return body
          }
          return await reply.send({ refused } satisfies Answer)
        },
      },
      async (request, reply) => {
        const { query, body } = request
        const { name } = query as { name?: unknown }
        if (!(body instanceof Uint8Array) || typeof name !== 'string') {
          return await reply.code(400).send({ refused: 'action-unknown' satisfies Refusal })
        }
        const picture = { name: printable(name).slice(-LONGEST_NAME), bytes: body }
        return await reply.send({ refused: bench.hand(picture, cardOf(query), personOf(request)) } satisfies Answer)
      },
    )

    server.post(`${path}actions`, async (request, reply) => {
      const key = request.headers['idempotency-key']
      const action = Action.safeParse(request.body)
      if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key) || !action.success) {
        return await reply.code(400).send({ refused: 'action-unknown' satisfies Refusal })
      }
      const person = personOf(request)
      const asked = JSON.stringify([person, action.data])
      let its = done.get(key)
      // A key is one action's: what else comes under it is not done, and is not told to be.
      if (its !== undefined && its.asked !== asked) {
        return await reply.code(400).send({ refused: 'action-unknown' satisfies Refusal })
      }
      if (its === undefined) {
        its = { asked, answer: bench.act(action.data, person).then(refused => ({ refused })) }
        done.set(key, its)
        if (done.size > MOST_KEYS) done.delete(done.keys().next().value!)
      }
      return await reply.send(await its.answer)
    })
  }
}

/** What a person can do something about is said to them; the rest is a defect, and is told without what it quotes. */
async function sayingWhy<T>(work: () => Promise<T>): Promise<{ readonly done: T } | { readonly why: string }> {
  try {
    return { done: await work() }
  } catch (error) {
    if (error instanceof AssayError) return { why: error.message }
    return { why: `A defect in Assay: an unexpected ${kindAndPlace(error)}.` }
  }
}

interface Answer {
  readonly refused: Refusal | null
}

/** The card that a photograph is said to be of; 0, which none is, where nothing is said. */
const cardOf = (query: unknown): number => Number((query as { card?: unknown }).card ?? 0)
