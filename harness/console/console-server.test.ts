import { afterEach, beforeEach, expect, test } from 'vitest'
import type { BenchState } from './bench-state.ts'
import { type ConsoleServer, openConsoleServer } from './console-server.ts'
import { type QuickBench, quickBench, until } from './quick-bench.testing.ts'

let quick: QuickBench
let server: ConsoleServer
beforeEach(async () => {
  quick = await quickBench()
  server = await openConsoleServer({ bench: quick.bench })
})
afterEach(async () => {
  await server[Symbol.asyncDispose]()
  await quick[Symbol.asyncDispose]()
})

const post = async (body: unknown, key: string | null = crypto.randomUUID(), type = 'application/json') => {
  const answer = await fetch(`${server.url}actions`, {
    method: 'POST',
    headers: { 'content-type': type, ...(key !== null && { 'idempotency-key': key }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: answer.status, text: await answer.text() }
}

async function waiting(): Promise<void> {
  await post({ do: 'begin' })
  await until(quick.bench, ({ phase }) => phase === 'asked')
  await post({ do: 'answer' })
  await until(quick.bench, ({ phase }) => phase === 'waiting')
}

/** States as a browser hears them, until one holds. */
async function heard(holds: (state: BenchState) => boolean, lastEventId?: string): Promise<BenchState[]> {
  const controller = new AbortController()
  const { body } = await fetch(`${server.url}events`, {
    signal: controller.signal,
    ...(lastEventId !== undefined && { headers: { 'last-event-id': lastEventId } }),
  })
  const states: BenchState[] = []
  let rest = ''
  for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop()!
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (data !== undefined) states.push(JSON.parse(data) as BenchState)
    }
    if (states.some(holds)) break
  }
  controller.abort()
  return states
}

test('an action that is sent twice under one key is done once', async () => {
  await waiting()
  const key = crypto.randomUUID()
  const [first, second] = await Promise.all([post({ do: 'judge' }, key), post({ do: 'judge' }, key)])
  expect([first, second].map(({ status }) => status)).toEqual([200, 200])
  await until(quick.bench, ({ results, phase }) => results.length === 1 && phase === 'waiting')
  expect(quick.looks.photographs).toBe(1)
})

test('two screens hear the same, and one that comes back has missed nothing', async () => {
  const both = Promise.all([0, 1].map(() => heard(({ results }) => results.length === 1)))
  await waiting()
  await post({ do: 'judge' })
  const [one, two] = await both
  expect(one!.at(-1)).toEqual(two!.at(-1))
  const ids = one!.map(({ id }) => id)
  expect(ids).toEqual(ids.toSorted((a, b) => a - b))
  expect(new Set(ids).size).toBe(ids.length)
  const [back] = await heard(() => true, String(ids[0]))
  expect(back!.results).toHaveLength(1)
})

test('nothing is answered without the path, under another name, or to who frames it', async () => {
  const { origin } = new URL(server.url)
  expect((await fetch(origin)).status).toBe(404)
  expect((await fetch(`${origin}/${'0'.repeat(32)}/events`)).status).toBe(404)
  const page = await fetch(server.url)
  expect(page.headers.get('x-frame-options')).toBe('DENY')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const { request } = await import('node:http')
  const status = await new Promise<number | undefined>(resolve =>
    request(server.url, { headers: { host: 'evil.example' } }, answer => {
      answer.resume()
      resolve(answer.statusCode)
    }).end(),
  )
  expect(status).toBe(403)
})

test.each([
  ['no key', { do: 'begin' }, null, 'application/json'],
  ['no JSON', '{', undefined, 'application/json'],
  ['a form, as other sites can send it', 'do=begin', undefined, 'application/x-www-form-urlencoded'],
  ['text, as other sites can send it', '{"do":"begin"}', undefined, 'text/plain'],
  ['a prototype', '{"__proto__":{"do":"begin"}}', undefined, 'application/json'],
  ['too much', JSON.stringify({ do: 'scan', text: 'x'.repeat(9000) }), undefined, 'application/json'],
])('%s is refused, is not repeated, and changes nothing', async (_, body, key, type) => {
  const answer = await post(body, key === undefined ? crypto.randomUUID() : key, type)
  expect(answer).toEqual({ status: 400, text: '{"refused":"action-unknown"}' })
  expect(quick.bench.state.phase).toBe('closed')
})

test('what is in view is shown too coarse to be read, and only while a card is waited for', async () => {
  expect((await fetch(`${server.url}view.jpg`)).status).toBe(204)
  await waiting()
  const answer = await fetch(`${server.url}view.jpg`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg'])
})

test('masked pictures of a result are there, and no others', async () => {
  await waiting()
  await post({ do: 'judge' })
  const { results } = await until(quick.bench, ({ results: its }) => its.length === 1)
  const { path } = results[0]!.pictures[0]!
  expect((await fetch(server.url + path)).headers.get('content-type')).toBe('image/jpeg')
  for (const none of ['pictures/1/99', 'pictures/2/0', 'pictures/-1/0', 'pictures/x/y', 'pictures/1/..%2f..']) {
    expect((await fetch(server.url + none)).status).toBe(404)
  }
})
