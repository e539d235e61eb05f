import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { systemRandom } from '../core/random.ts'
import { Secret } from '../core/secret.ts'
import { peopleOf } from '../custody/journal/people.ts'
import { makePersonKey } from '../custody/person-key.ts'
import type { BenchState } from './bench-state.ts'
import { type ConsoleServer, openConsoleServer } from './console-server.ts'
import { benchByHand } from './hand-bench.testing.ts'
import { type QuickBench, quickBench, sealed, until } from './quick-bench.testing.ts'

let quick: QuickBench
let server: ConsoleServer
beforeEach(async () => {
  quick = await quickBench()
  server = await openConsoleServer(quick)
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

test('another action under a key that was used is not done, and is not told to be', async () => {
  await waiting()
  const key = crypto.randomUUID()
  expect((await post({ do: 'scan', text: 'none' }, key)).text).toBe('{"refused":"scan-unknown"}')
  expect(await post({ do: 'stop', why: 'x' }, key)).toEqual({ status: 400, text: '{"refused":"action-unknown"}' })
  expect(quick.bench.state.phase).toBe('waiting')
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

test('a screen that does not read for a while is sent no state twice, and the newest when it reads again', async () => {
  await waiting()
  await post({ do: 'judge' })
  await until(quick.bench, ({ results, phase }) => results.length === 1 && phase === 'waiting')
  const { port, pathname } = new URL(server.url)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(`GET ${pathname}events HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`)
  await once(socket, 'readable')
  for (let times = 0; times < 1500; times++) {
    await quick.bench.act({ do: 'scan', text: 'BX0000001' })
    await quick.bench.act({ do: 'undo' })
  }
  const last = quick.bench.state.id
  let text = ''
  for await (const chunk of socket.setEncoding('utf8')) {
    text += chunk
    if (text.includes(`id: ${last}\n`)) break
  }
  const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.at(-1)).toBe(last)
  expect(ids.length).toBeLessThan(2000)
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

/** What a request with these headers is answered, as other programs than browsers can send it. */
async function statusOf(path: string, headers: Readonly<Record<string, string>>, method = 'GET') {
  const { request } = await import('node:http')
  return await new Promise<number | undefined>(resolve =>
    request(server.url + path, { method, headers }, answer => {
      answer.destroy()
      resolve(answer.statusCode)
    }).end(),
  )
}

test.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'https://127.0.0.1'])(
  'a page of %s that got to know the address is answered nothing',
  async origin => {
    expect(await statusOf('state', { origin })).toBe(403)
    expect(await statusOf('actions', { origin, 'content-type': 'application/json' }, 'POST')).toBe(403)
    expect(await statusOf('state', { origin: new URL(server.url).origin })).toBe(200)
  },
)

test('screens beyond what a bench has are turned away, and the others go on', async () => {
  const screens: Response[] = []
  const streams = new AbortController()
  while (screens.at(-1)?.ok !== false && screens.length < 200) {
    screens.push(await fetch(`${server.url}events`, { signal: streams.signal }))
  }
  expect([screens.length, screens.at(-1)!.status]).toEqual([65, 503])
  expect((await post({ do: 'begin' })).text).toBe('{"refused":null}')
  streams.abort()
  await vi.waitFor(async () => expect(await statusOf('events', {})).toBe(200))
})

test('a photograph that nobody waits for is refused before its bytes are there', async () => {
  const { port, pathname } = new URL(server.url)
  const socket = connect(Number(port), '127.0.0.1')
  // The body never ends.
  socket.write(
    `POST ${pathname}photographs?name=a.jpg&card=1 HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/octet-stream\r\ncontent-length: 60000000\r\n\r\nabc`,
  )
  const [answer] = (await once(socket.setEncoding('utf8'), 'data')) as [string]
  expect(answer).toContain('{"refused":"not-now"}')
  socket.destroy()
})

test('who sends nothing keeps nobody out: a photograph that stops coming is let go of', async () => {
  const byHand = benchByHand()
  await using bench = byHand.bench
  await using its = await openConsoleServer({ ...quick, bench, patienceMs: 150 })
  await bench.act({ do: 'begin' })
  const { card } = await until(bench, ({ phase }) => phase === 'waiting')
  const { port, pathname } = new URL(its.url)
  const hang = () => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      `POST ${pathname}photographs?name=a.jpg&card=${card} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/octet-stream\r\ncontent-length: 1000000\r\n\r\nabc`,
    )
    return new Promise<string>(resolve => {
      let text = ''
      socket.setEncoding('utf8').on('data', (data: string) => {
        text += data
        if (text.includes('}')) socket.destroy()
      })
      socket.on('error', () => {}).on('close', () => resolve(text))
    })
  }
  const ends = await Promise.all(Array.from({ length: 8 }, hang))
  // Two of one sender's are waited for, and cut; the others are told at once.
  expect(ends.filter(text => text === '')).toHaveLength(2)
  expect(ends.filter(text => text.includes('"too-much"'))).toHaveLength(6)
  const answer = await fetch(`${its.url}photographs?name=b.jpg&card=${card}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: 'a picture',
  })
  expect(await answer.text()).toBe('{"refused":null}')
  expect(bench.state.pictures).toEqual(['b.jpg'])
})

test('who asks for more than hands can is told so, and can still stop', async () => {
  await waiting()
  const answers = await Promise.all(Array.from({ length: 120 }, () => post({ do: 'undo' })))
  const late = answers.filter(({ status }) => status === 429)
  expect(late.length).toBeGreaterThan(20)
  expect(JSON.parse(late[0]!.text)).toMatchObject({ refused: 'too-much' })
  expect((await post({ do: 'stop', why: 'enough' })).text).toBe('{"refused":null}')
  const readings = await Promise.all(Array.from({ length: 60 }, async () => await fetch(`${server.url}lot`)))
  expect(readings.filter(({ status }) => status === 429).length).toBeGreaterThan(10)
})

test('a camera that fails is no mistake of the page', async () => {
  await waiting()
  quick.camera = 'fails'
  expect((await fetch(`${server.url}view.jpg`)).status).toBe(503)
  quick.camera = 'well'
  expect((await fetch(`${server.url}view.jpg`)).status).toBe(200)
})

describe('nothing that is a key', () => {
  const epk = '6PnQmAyBky9ZXJyZBv9QSGRUXkKh9HfnVsZWPn4YtcwoKy5vufUfgA3Ld7'
  const passphrase = 'AAAABBBBCCCCDDDDEEEEFFFF'
  // No title of a test holds one: titles stand in reports.
  test.each([
    ['an EPK', epk],
    ['in small letters', epk.toLowerCase()],
    ['in capitals', epk.toUpperCase()],
    ['behind an identifier', `]Q3${epk}`],
    ['in an address', `bitcoin:${epk}?amount=1`],
    ['cut', epk.slice(0, 40)],
    ['cut, behind an identifier', `]Q3${epk.slice(0, 40)}`],
    ['in groups', epk.replaceAll(/(.{4})/g, '$1 ')],
    ['a passphrase', passphrase],
    ['it in small letters', passphrase.toLowerCase()],
    ['it in groups', passphrase.replaceAll(/(.{4})/g, '$1-')],
    ['it cut', passphrase.slice(0, 16)],
    ['a WIF', 'KxLWB4zErsEWYRvyFa4NBstmGM4heXAk8U81rbDkZrgE5kiVqEWK'],
  ])('is answered, shown or kept when it was scanned or typed as a reason: %s', async (_, secret) => {
    await waiting()
    const answers = [(await post({ do: 'scan', text: secret })).text]
    expect(answers).toEqual(['{"refused":"scan-secret"}'])
    await post({ do: 'stop', why: secret.slice(0, 200) })
    await until(quick.bench, ({ phase }) => phase === 'ended')
    answers.push(await (await fetch(`${server.url}state`)).text())
    answers.push(await (await fetch(`${server.url}journal?find=${encodeURIComponent(secret)}`)).text())
    answers.push(JSON.stringify(await Array.fromAsync(quick.journal.entries())))
    for (const answer of answers) expect(answer).not.toContain(secret.slice(3, 20))
  })
})

test('the end of a key, which nothing tells from chance, is shown and kept nowhere', async () => {
  await waiting()
  const piece = 'ZBv9QSGRUXkKh9HfnVsZWPn4YtcwoKy5vufUfgA3Ld7'
  expect((await post({ do: 'scan', text: piece })).text).toBe('{"refused":"scan-unknown"}')
  await post({ do: 'stop', why: piece })
  const { said } = await until(quick.bench, ({ phase }) => phase === 'ended')
  expect(said).toBe('Stopped at the console.')
})

test("a scanner's mark of the symbol is no part of the code", async () => {
  await waiting()
  expect((await post({ do: 'scan', text: ']Q1BX0000001' })).text).toBe('{"refused":null}')
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
  const { newest } = await until(quick.bench, ({ results: its }) => its.length === 1)
  const { path } = newest!.pictures[0]!
  expect((await fetch(server.url + path)).headers.get('content-type')).toBe('image/jpeg')
  for (const none of ['pictures/1/99', 'pictures/2/0', 'pictures/-1/0', 'pictures/x/y', 'pictures/1/..%2f..']) {
    expect((await fetch(server.url + none)).status).toBe(404)
  }
})

describe('a decision', () => {
  const passphrase = 'correct horse battery staple'
  let folder: string
  let key: string
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-decider-'))
    const file = join(folder, 'quinn.key')
    const publicKey = await makePersonKey(file, 'quinn', Secret.ofText(passphrase), systemRandom, 1024)
    key = readFileSync(file, 'utf8')
    const people = await peopleOf(quick.journal.entriesOn('people'))
    await quick.journal.append(people.adding({ name: 'quinn', roles: ['quality'], publicKey }, null))
    await waiting()
    quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
    await post({ do: 'judge' })
    await until(quick.bench, ({ results, phase }) => results.length === 1 && phase === 'waiting')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const failed = async () => (await view()).failed
  const view = async (find = '') =>
    (
      (await (await fetch(`${server.url}journal?find=${find}`)).json()) as {
        done: import('./journal-view.ts').JournalView
      }
    ).done
  const decide = async (decision: object, id: string = crypto.randomUUID()) =>
    (await (
      await fetch(`${server.url}decisions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': id },
        body: JSON.stringify(decision),
      })
    ).json()) as { why?: string; refused?: string; done?: unknown }

  const about = async () => {
    const [{ unit, station } = { unit: '', station: '' }] = await failed()
    return { on: 'unit', unit, station, decision: 'inspect-again', who: 'quinn', why: 'the lens was dirty' }
  }

  test('that its person signed opens a unit that failed, and stands in the journal', async () => {
    expect(await failed()).toHaveLength(1)
    expect((await view()).deciders).toEqual([{ name: 'quinn', signs: true }])
    expect(await decide({ ...(await about()), key, passphrase })).toEqual({ done: null })
    expect(await failed()).toEqual([])
    expect((await view('the lens was dirty')).entries).toMatchObject([{ kind: 'disposition', who: 'quinn' }])
  })

  test('that is sent six times at once is written down once, under one key or under six', async () => {
    const its = { ...(await about()), key, passphrase }
    const id = crypto.randomUUID()
    const same = await Promise.all([1, 2, 3].map(async () => await decide(its, id)))
    expect(same).toEqual(same.map(() => ({ done: null })))
    const others = await Promise.all([4, 5, 6].map(async () => await decide(its)))
    expect(others.map(({ why }) => why)).toEqual(others.map(() => expect.stringMatching(/Nothing was written/)))
    expect((await view('disposition')).found).toBe(1)
    expect(await decide({ ...its, decision: 'reject' }, id)).toEqual({ refused: 'action-unknown' })
  })

  test('without key, with a wrong passphrase or another key is not written, and says why', async () => {
    const its = await about()
    const other = join(folder, 'other.key')
    await makePersonKey(other, 'quinn', Secret.ofText(passphrase), systemRandom, 1024)
    expect((await decide(its)).why).toMatch(/signs with a key of their own/)
    const wrong = await decide({ ...its, key, passphrase: 'correct horse battery stable' })
    expect(wrong.why).toMatch(/passphrase|password/i)
    expect(wrong.why).not.toContain('horse')
    expect((await decide({ ...its, key: readFileSync(other, 'utf8'), passphrase })).why).toMatch(/not the key/)
    expect((await decide({ ...its, key: 'no key', passphrase })).why).toMatch(/is no key of a person/)
    expect((await decide({ ...its, who: 'eve', key, passphrase })).why).toMatch(/cannot decide/)
    expect(await failed()).toHaveLength(1)
  })

  test.each([
    {},
    { on: 'unit' },
    { on: 'unit', unit: 'BX0000002', station: 'sealed', decision: 'release', who: 'quinn', why: 'x' },
    { on: 'unit', unit: 'BX0000002', station: 'sealed', decision: 'reject', who: 'quinn', why: '  ' },
    { on: 'alarm', alarm: -1, who: 'quinn', why: 'x' },
  ])('that is none is refused (%#)', async none => {
    expect(await decide(none)).toEqual({ refused: 'action-unknown' })
    expect(await failed()).toHaveLength(1)
  })
})
