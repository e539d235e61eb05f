import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cameras } from '../camera/cameras.ts'
import { testPicture } from '../camera/pictures.testing.ts'
import type { ConfigOf } from '../config-of.testing.ts'
import { captureLines } from './capture.ts'
import { capturedHttp } from './http-capture.ts'
import { HttpReplay } from './http-replay.ts'
import { publicTarget } from './http-target.ts'

const password = 'hunter2-geheim'
let pictures: readonly Uint8Array[] = []
let config: ConfigOf<typeof cameras> & { driver: 'http' }

const server = createServer((request, response) => {
  if (!request.headers.authorization) {
    return response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end('who are you?')
  }
  if (request.url?.startsWith('/set')) return response.end('ok')
  response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=b', 'set-cookie': `id=${password}` })
  for (const jpeg of pictures) {
    response.write(`--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`)
    response.write(jpeg)
    response.write('\r\n')
  }
})

beforeAll(async () => {
  pictures = await Promise.all(([0, 1, 0] as const).map(testPicture))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://user:${password}@127.0.0.1:${port}/video?token=${password}&size=large`
  config = { driver: 'http', url, passwordInClear: true, setUp: [`/set?pwd=${password}`] }
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

/** A session at the real server: the photograph that it took, and the lines of its capture. */
async function record(keepBodies: boolean): Promise<{ bytes: Uint8Array; text: string }> {
  let text = ''
  const capture = captureLines(line => {
    text += line
  })
  const { camera } = await cameras.open(config, {
    http: send => capturedHttp(send, capture, { name: 'camera', keepBodies }),
  })
  const { bytes } = await camera.photograph()
  await camera.close()
  return { bytes, text }
}

test('a session is captured and played back: the same photograph without the camera', async () => {
  const { bytes, text } = await record(true)
  const replay = new HttpReplay(text, 'session.jsonl', 'camera')
  const { camera } = await cameras.open(config, { http: () => replay.send })
  expect((await camera.photograph()).bytes).toEqual(bytes)
  expect(replay.unfinished).toBeNull()
  expect(replay.difference).toBeNull()

  const error = await camera.photograph().catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    code: 'replay-difference',
    message: expect.stringContaining('the session is over there'),
  })
  await camera.close()
})

test('what is asked otherwise is named with its line', async () => {
  const { text } = await record(true)
  const replay = new HttpReplay(text, 'session.jsonl', 'camera')
  const error = await cameras
    .open({ ...config, setUp: ['/other?pwd=1'] }, { http: () => replay.send })
    .catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'replay-difference' })
  expect(String(error)).toMatch(
    /session\.jsonl: line 1 \(camera\/1\) has GET \/set\?pwd=\*, and the host asked GET \/other\?pwd=\*/,
  )
  expect(replay.unfinished).toMatchObject({ code: 'replay-difference' })
})

test('no password and no cookie is written down, and no picture unless asked for', async () => {
  const kept = (await record(true)).text
  const { text } = await record(false)
  for (const secret of [
    password,
    encodeURIComponent(password),
    Buffer.from(`user:${password}`).toString('base64'),
    'authorization',
    'cookie',
  ]) {
    expect(kept.toLowerCase()).not.toContain(secret.toLowerCase())
    expect(text.toLowerCase()).not.toContain(secret.toLowerCase())
  }
  const bodies = text.split('\n').filter(line => line.includes('"concealed"'))
  expect(bodies.length).toBeGreaterThan(0)
  expect(text.length).toBeLessThan(pictures[0]!.length)
  const replay = new HttpReplay(text, 'session.jsonl', 'camera')
  await expect(cameras.open(config, { http: () => replay.send })).rejects.toMatchObject({ code: 'replay-concealed' })
})

test('a path that logs in is written down without its values', () => {
  expect(publicTarget(new URL('http://u:p@h/user=admin&password=x&channel=1/a.sdp?q=1&flag#f'))).toBe(
    '/user=*&password=*&channel=*/a.sdp?q=*&*',
  )
})
