import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cameras } from '../camera/cameras.ts'
import { testPicture } from '../camera/pictures.testing.ts'
import { WledHttp } from '../light/wled/wled-http.ts'
import { RigError } from '../rig-error.ts'
import { httpSender } from './http.ts'

/** Answers every request with `said` in pieces, and hangs up. */
let said: readonly Buffer[] = []
let server: Server
let url: string
beforeAll(async () => {
  server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => {
      for (const part of said) socket.write(part)
      socket.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())

const asBytes = (text: string): Buffer => Buffer.from(text, 'latin1')
const line = fc.constantFrom(
  'HTTP/1.1 200 OK',
  'HTTP/1.0 200',
  'HTTP/1.1 401 No',
  'HTTP/1.1 302 Found',
  'HTTP/1.1 100 Continue',
  'HTTP/1.1 503 Busy',
  'HTTP/9.9 777',
  'ICY 200 OK',
  '',
)
const header = fc.oneof(
  fc.constantFrom(
    'content-length: 5',
    'content-length: -5',
    'content-length: 4, 9',
    'transfer-encoding: chunked',
    'location: http://127.0.0.1:9/',
    'location: ::',
    'content-type: multipart/x-mixed-replace; boundary="',
    'content-type: application/json',
    'connection: upgrade',
    'upgrade: x',
    'www-authenticate: Digest realm="\x01", nonce="n"',
    'www-authenticate: Basic',
    'x',
    ': y',
    ' folded',
  ),
  fc.stringMatching(/^[a-z]{1,8}: [ -~]{0,40}$/),
)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
  fc.json().map(asBytes),
  fc
    .constantFrom('5\r\nhello\r\n0\r\n\r\n', 'fffffffff\r\n', '-1\r\n', '{"state":{},"info":{}}', '--\r\n\r\n\xff\xd8')
    .map(asBytes),
)
const answer = fc
  .tuple(
    line,
    fc.array(header, { maxLength: 5 }),
    fc.constantFrom('\r\n', '\n'),
    body,
    fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 3 }),
  )
  .map(([first, headers, end, content, cuts]) => {
    const whole = Buffer.concat([asBytes([first, ...headers, '', ''].join(end)), content])
    const places = [0, ...cuts.map(cut => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length]
    return places.slice(1).map((to, i) => whole.subarray(places[i], to))
  })

const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

/** In one sentence or two that a person can read, and never a slice of what was sent. */
function expectTold(error: unknown): void {
  if (error === null) return
  expect(error).toBeInstanceOf(RigError)
  const { message } = error as RigError
  expect(message).toMatch(/^[^\p{Cc}]{20,400}\.$/u)
  expect(message).not.toMatch(/undefined|\[object/)
}

describe('whatever a device answers over HTTP', () => {
  test('is an answer or a sentence', { timeout: 60_000 }, async () => {
    const send = httpSender()
    const ask = async (): Promise<void> => {
      const { body: parts } = await send(
        { method: 'GET', url: new URL(url), headers: {}, silenceMs: 2000 },
        new AbortController().signal,
      )
      for await (const _ of parts);
    }
    await fc.assert(
      fc.asyncProperty(answer, async pieces => {
        said = pieces
        expectTold(await outcome(ask()))
      }),
      { numRuns: 300 },
    )
  })

  test('a light is told apart from a WLED board', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(answer, async pieces => {
        said = pieces
        const board = new WledHttp(url)
        const failed = await outcome(board.exchange({ on: true }, 2000))
        expect(failed).not.toBeNull()
        expectTold(failed)
        await board.close()
      }),
      { numRuns: 150 },
    )
  })

  test('a camera is told apart from what is none', { timeout: 60_000 }, async () => {
    process.env['ASSAY_TEST_PASSWORD'] = 'hidden-word'
    await fc.assert(
      fc.asyncProperty(answer, async pieces => {
        said = pieces
        const camera = {
          driver: 'http',
          url,
          user: 'ü',
          passwordVariable: 'ASSAY_TEST_PASSWORD',
          deadlineMs: 2000,
        } as const
        const conditions = () => ({ light: 'dome', pose: 'inspect', calibration: null }) as const
        const failed = await outcome(cameras.open(camera, { conditions }))
        expect(failed).not.toBeNull()
        expectTold(failed)
        expect(String(failed)).not.toContain('hidden-word')
      }),
      { numRuns: 150 },
    )
    delete process.env['ASSAY_TEST_PASSWORD']
  })

  test('a camera that calls every password stale is not asked for ever', async () => {
    process.env['ASSAY_TEST_PASSWORD'] = 'hidden-word'
    said = [asBytes('HTTP/1.1 401 No\r\nWWW-Authenticate: Digest realm="r", nonce="n", stale=true\r\n\r\n')]
    const camera = { driver: 'http', url, user: 'u', passwordVariable: 'ASSAY_TEST_PASSWORD' } as const
    const conditions = () => ({ light: 'dome', pose: 'inspect', calibration: null }) as const
    await expect(cameras.open(camera, { conditions })).rejects.toMatchObject({ code: 'camera-access' })
    delete process.env['ASSAY_TEST_PASSWORD']
  })

  test('a picture is taken in chunks, without any length, and after lines of LF only', async () => {
    const picture = Buffer.from(await testPicture(0))
    const heads = [
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${picture.length.toString(16)};name=value\r\n`,
      'HTTP/1.0 200 OK\r\nContent-Type: image/jpeg\r\n\r\n',
      'HTTP/1.1 200 OK\nContent-Type: image/jpeg\n\n',
    ]
    for (const [i, head] of heads.entries()) {
      said = [asBytes(head), picture, asBytes(i === 0 ? '\r\n0\r\n\r\n' : '')]
      const conditions = () => ({ light: 'dome', pose: 'inspect', calibration: null }) as const
      const { camera } = await cameras.open({ driver: 'http', url, mayRepeat: true }, { conditions })
      expect(Buffer.from((await camera.photograph()).bytes).equals(picture)).toBe(true)
      await camera.close()
    }
  })
})
