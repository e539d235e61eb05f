import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AssayError, kindAndPlace } from '../core/assay-error.ts'
import { headersOfOwnPage } from '../core/own-page.node.ts'
import { printable } from '../core/printable.ts'
import { type Allowed, RateLimit } from '../core/rate-limit.ts'
import { Action } from './action.ts'
import type { Bench } from './bench.ts'
import type { Refusal } from './bench-state.ts'
import { chartsView } from './charts-view.ts'
import { ComingPictures } from './coming-pictures.ts'
import { DeskDecision, decide } from './desk-decision.ts'
import { DeskKeys } from './desk-key.ts'
import { DoneOnce } from './done-once.ts'
import { journalView, type UseJournal } from './journal-view.ts'
import { coarsePicture } from './live-picture.node.ts'
import { LogIn, type LogIns } from './log-in.ts'
import { lotCount } from './lot-count.ts'
import { type LotOnDesk, lotView } from './lot-view.ts'
import type { NetworkView } from './network-view.ts'
import { SentStates } from './screen-state.ts'
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
  /** A photograph of which little comes in this time is not waited for, ms. */
  readonly patienceMs?: number | undefined
}

/** Proxies and sleeping laptops cut lines that nothing comes through, ms. */
const HEARTBEAT_MS = 15_000
/** A browser that lost the server asks again after so long, ms. */
const RETRY_MS = 500
const LONGEST_FIND = 80
const LONGEST_NAME = 120
const LARGEST_PICTURE_BYTES = 64 << 20
/** Screens that listen: a bench has a few. */
const MOST_SCREENS = 64
/** What one asker may do, and how often the whole journal is read for them: more than hands and scanners ask for. */
const actsAllowed: Allowed = { atOnce: 60, perMinute: 1200 }
const readingsAllowed: Allowed = { atOnce: 30, perMinute: 180 }

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
  readonly #done = new DoneOnce<Answer>()
  readonly #decided = new DoneOnce<Said<null>>()
  readonly #acts = new RateLimit(actsAllowed, () => performance.now())
  readonly #readings = new RateLimit(readingsAllowed, () => performance.now())
  readonly #coming: ComingPictures
  /** Ends what each screen listens to. */
  readonly #listeners = new Set<() => void>()
  /** Decisions are taken one after the other: each sees what was decided before. */
  #deciding: Promise<unknown> = Promise.resolve()

  constructor(options: RoutesOptions) {
    this.#options = options
    this.#coming = new ComingPictures(options.patienceMs)
  }

  /** Ends what every screen listens to. */
  end(): void {
    for (const end of this.#listeners) end()
  }

  /** Has a server answer so. */
  serve(server: FastifyInstance): void {
    const { bench, useJournal, lot, logIns, keys = new DeskKeys(), path, html, policy, network } = this.#options
    const listeners = this.#listeners
    const states = new SentStates()
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
        reply.raw.write(`id: ${state.id}\ndata: ${states.textOf(state)}\n\n`)
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
    server.get(`${path}state`, async (_, reply) => {
      return await reply.type('application/json').send(states.textOf(bench.state))
    })

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

    const personOf = ({ headers }: Pick<FastifyRequest, 'headers'>) => logIns?.personOf(headers[tokenHeader]) ?? null
    // Others at the same address are somebody else once they have logged in.
    const askerOf = (request: FastifyRequest) => personOf(request) ?? `at ${request.ip}`
    const mayAct = async (request: FastifyRequest, reply: FastifyReply) => {
      const isStop = (request.body as { do?: unknown } | null)?.do === 'stop'
      if (!isStop && !this.#acts.allows(askerOf(request)))
        return await reply.code(429).send({ refused: 'too-much', why: tooMuch })
    }
    /** What is read from the whole journal. */
    const readsJournal = async (request: FastifyRequest, reply: FastifyReply) => {
      if (!this.#readings.allows(askerOf(request))) return await reply.code(429).send({ why: tooMuch })
    }

    server.get<{ Querystring: { find?: string } }>(
      `${path}journal`,
      { preHandler: readsJournal },
      async ({ query }, reply) => {
        const find = typeof query.find === 'string' ? query.find.slice(0, LONGEST_FIND) : ''
        return await reply.send(
          await sayingWhy(async () => await useJournal(async journal => await journalView(journal, find, needsKey()))),
        )
      },
    )

    server.get(`${path}network`, async (_, reply) => await reply.send({ done: network() }))

    // What is worked out of the journal about the lot that is judged.
    for (const [name, view] of Object.entries({ lot: lotView, 'lot-count': lotCount, charts: chartsView })) {
      server.get(`${path}${name}`, { preHandler: readsJournal }, async (_, reply) => {
        return await reply.send(
          await sayingWhy(async () => {
            const its = lot()
            return await useJournal(async journal => await view(journal, its))
          }),
        )
      })
    }

    server.post(`${path}decisions`, { preHandler: mayAct }, async ({ headers, body }, reply) => {
      const decision = DeskDecision.safeParse(body)
      const { key: _, passphrase: __, ...asked } = decision.data ?? {}
      const said = decision.success
        ? this.#decided.do(headers['idempotency-key'], JSON.stringify(asked), async () => {
            const mine = this.#deciding.then(async () => await sayingWhy(async () => await kept(decision.data)))
            this.#deciding = mine
            return await mine
          })
        : null
      if (said === null) return await reply.code(400).send({ refused: 'action-unknown' satisfies Refusal })
      return await reply.send(await said)
    })
    const kept = async (decision: DeskDecision) => {
      await useJournal(async journal => await decide(journal, decision, keys, needsKey()))
      return null
    }

    server.get(`${path}people`, async (_, reply) => {
      return await reply.send(await sayingWhy(async () => (await logIns?.colleagues()) ?? []))
    })

    server.post(`${path}log-in`, { preHandler: mayAct }, async ({ body }, reply) => {
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
          const refused = bench.mayHand(cardOf(request.query), personOf(request))
          if (refused !== null) return await reply.send({ refused } satisfies Answer)
          if (this.#coming.take(askerOf(request), request.raw, reply.raw)) return body
          return await reply.send({ refused: 'too-much' } satisfies Answer)
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

    server.post(`${path}actions`, { preHandler: mayAct }, async (request, reply) => {
      const action = Action.safeParse(request.body)
      const person = personOf(request)
      const answer = action.success
        ? this.#done.do(request.headers['idempotency-key'], JSON.stringify([person, action.data]), async () => ({
            refused: await bench.act(action.data, person),
          }))
        : null
      if (answer === null) return await reply.code(400).send({ refused: 'action-unknown' satisfies Refusal })
      return await reply.send(await answer)
    })
  }
}

type Said<T> = { readonly done: T } | { readonly why: string }

/** What a person can do something about is said to them; the rest is a defect, and is told without what it quotes. */
async function sayingWhy<T>(work: () => Promise<T>): Promise<Said<T>> {
  try {
    return { done: await work() }
  } catch (error) {
    if (error instanceof AssayError) return { why: error.message }
    return { why: `A defect in Assay: an unexpected ${kindAndPlace(error)}.` }
  }
}

const tooMuch = 'Too much is asked for at once: try it again in a moment.'

interface Answer {
  readonly refused: Refusal | null
}

/** The card that a photograph is said to be of; 0, which none is, where nothing is said. */
const cardOf = (query: unknown): number => Number((query as { card?: unknown }).card ?? 0)
