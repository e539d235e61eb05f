import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import type { Serving } from '../core/serving.node.ts'
import { openCustomerServer } from './customer-server.node.ts'

const confirmationCode = 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS'
const address = '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR'
const lotOf = (...units: object[]) => readLotFile(JSON.stringify({ product: 'real', units })).lot
const lots = [lotOf({ serial: 'AB123456', address, confirmationCode }, { serial: 'TWICE' }), lotOf({ serial: 'TWICE' })]

let now = 0
let server: Serving
beforeAll(async () => {
  server = await openCustomerServer({ lots, now: () => now })
})
afterAll(() => server[Symbol.asyncDispose]())

/** Each test has all its questions. */
const ask = (path: string, init?: RequestInit) => {
  now += 600_000
  return fetch(new URL(path, server.url), init)
}

test('the page, with its policy, and nothing that knows its visitor', async () => {
  const answer = await ask('/')
  expect(answer.status).toBe(200)
  const policy = answer.headers.get('content-security-policy')!
  expect(policy).toMatch(
    /^default-src 'none'; script-src (?:'sha256-[^']+' ){3}'wasm-unsafe-eval'; style-src 'sha256-[^']+'; worker-src blob: 'self'; img-src data:; media-src blob: mediastream:; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'$/,
  )
  expect(await answer.text()).toContain(`content="${policy}"`)
  expect(answer.headers.get('set-cookie')).toBeNull()
  expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin')
  expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin')
  expect(answer.headers.get('x-frame-options')).toBe('DENY')
})

test.each(['AB123456', 'ab', address])('a question for %s', async wanted => {
  const answer = await ask(`/cards/${encodeURIComponent(wanted)}`)
  if (wanted === 'ab') expect(answer.status).toBe(404)
  else {
    expect(await answer.json()).toEqual({ serial: 'AB123456', address, confirmationCode, product: 'real' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  }
})

test('what makes the page installable may fetch the page alone, and the manifest nothing', async () => {
  const worker = await ask('/service-worker.js')
  expect(worker.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(worker.headers.get('content-security-policy')).toBe("default-src 'none'; connect-src 'self'")
  const manifest = await ask('/manifest.webmanifest')
  expect(manifest.headers.get('content-security-policy')).toBe("default-src 'none'")
  const { start_url: start, scope, icons } = (await manifest.json()) as Record<string, unknown>
  expect([start, scope]).toEqual(['./', './'])
  expect(JSON.stringify(icons)).toMatch(/^\[\{"src":"data:image/)
})

describe('what gets no answer', () => {
  test.each([
    ['another serial', '/cards/AB123457'],
    ['a serial that two lists have', '/cards/TWICE'],
    ['nothing', '/cards/'],
    ['too long', `/cards/${'A'.repeat(121)}`],
    ['no writing of a text', '/cards/%ff%'],
    ['another path', '/lot.json'],
    ['a path that climbs', '/../../etc/passwd'],
    ['a list of all', '/cards'],
  ])('%s', async (_, path) => {
    const answer = await ask(path)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe('')
  })

  test('other methods', async () => {
    expect((await ask('/', { method: 'POST', body: 'x' })).status).toBe(405)
  })

  test('a page of another name that leads here', async () => {
    const { port } = new URL(server.url)
    const status = await new Promise(resolve =>
      request({ port, host: '127.0.0.1', headers: { host: 'evil.example' } }, answer =>
        resolve(answer.statusCode),
      ).end(),
    )
    expect(status).toBe(403)
  })
})

test('whoever asks for all serials is told to wait', async () => {
  now += 600_000
  const answers = await Promise.all(Array.from({ length: 25 }, (_, i) => fetch(new URL(`/cards/AB${i}`, server.url))))
  expect(answers.filter(({ status }) => status === 404)).toHaveLength(20)
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused).toHaveLength(5)
  expect(refused[0]!.headers.get('retry-after')).toBe('60')
})

test('a port that is taken', async () => {
  const port = Number(new URL(server.url).port)
  await expect(openCustomerServer({ lots, port })).rejects.toMatchObject({ code: 'port-busy' })
})
