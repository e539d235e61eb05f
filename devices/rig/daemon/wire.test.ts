import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openRig, type Rig } from '../../rig.ts'
import { RigError } from '../../rig-error.ts'
import { attachRig } from './attach.ts'
import { startRigServer } from './rig-server.ts'
import { formatReply, readCall, readHello, readReply, sessionHeader, socketPath } from './wire.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-wire-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const virtual = { kind: 'virtual', seed: 3, size: { width: 300, height: 200 }, hurry: 300 } as const

describe('what comes over the wire', () => {
  const damaged = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ call: fc.constantFrom('photograph', 'set', 'goTo', ['home'], { toString: 1 }) })
      .map(call => JSON.stringify(call)),
    fc
      .record({ session: fc.string(), state: fc.jsonValue(), identity: fc.jsonValue() })
      .map(part => JSON.stringify(part)),
    fc.string().map(text => `%${text}`),
  )
  test('is read whole or not at all, whatever it is', () => {
    fc.assert(
      fc.property(damaged, text => {
        const call = readCall(text)
        if (call?.call === 'goTo') expect(typeof call.pose).toBe('string')
        if (call?.call === 'set') expect(typeof call.preset).toBe('string')
        expect(readHello(text)).toBeNull()
        const answer = readReply(text)
        if (answer) expect(typeof answer.state.pose).toBe('string')
      }),
      { numRuns: 1000 },
    )
  })

  test('says the same on the other side, whatever letters it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), message => {
        const answer = { state: { pose: 'inspect', preset: 'dome' }, error: { code: 'x', message } } as const
        expect(readReply(formatReply(answer))).toEqual(answer)
      }),
    )
  })
})

describe('a daemon', () => {
  let rig: Rig
  beforeEach(async () => {
    rig = await openRig(virtual)
  })
  afterEach(() => rig.dispose())

  /** What it says to bytes that no program of ours sends; empty when it hangs up. */
  async function sent(path: string, bytes: Uint8Array | string): Promise<string> {
    const socket = connect(path)
    let said = ''
    socket.on('data', part => {
      said += part
    })
    socket.on('error', () => {})
    socket.end(bytes)
    await Promise.race([once(socket, 'close'), new Promise(resolve => setTimeout(resolve, 3000).unref())])
    socket.destroy()
    return said
  }

  test('outlives whatever is sent to it, and lends its rig afterwards', { timeout: 60_000 }, async () => {
    const path = socketPath(folder, 'virtual')
    await using _server = await startRigServer(rig, { path, tell: () => {} })
    const first = (await attachRig('virtual', folder))!
    const line = fc.constantFrom('POST /call HTTP/1.1', 'GET / HTTP/1.1', 'POST /session HTTP/1.1', 'NOTHING', '')
    const header = fc.constantFrom(
      'host: x',
      `${sessionHeader}: none`,
      'content-length: 99999999',
      'x',
      'transfer-encoding: chunked',
      'connection: close',
    )
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map(raw => Buffer.from(raw).toString('latin1')),
      fc
        .tuple(line, fc.array(header, { maxLength: 4 }), fc.json())
        .map(([asked, head, body]) => [asked, ...head, '', body].join('\r\n')),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async raw => {
        expect(await sent(path, raw)).not.toContain(' 200 ')
      }),
      { numRuns: 40 },
    )
    await first.stage.goTo('inspect')
    expect(first.stage.pose).toBe('inspect')
    await first.dispose()
  })

  test('answers calls that make no sense with a refusal, and those of nobody not at all', async () => {
    const path = socketPath(folder, 'virtual')
    await using _server = await startRigServer(rig, { path, tell: () => {} })
    /** The status of the answer; 0 when it hangs up. */
    const ask = (session: string, body: string): Promise<number> =>
      new Promise(resolve => {
        const headers = { [sessionHeader]: session }
        const asked = request({ socketPath: path, path: '/call', method: 'POST', headers }, response => {
          response.resume()
          resolve(response.statusCode ?? 0)
        })
        asked.on('error', () => resolve(0))
        asked.end(body)
      })
    const session = await new Promise<string>(resolve => {
      const asked = request({ socketPath: path, path: '/session', method: 'POST' }, response => {
        response.once('data', part => resolve((JSON.parse(String(part)) as { session: string }).session))
      })
      asked.end()
    })
    for (const body of [
      '',
      '7',
      'null',
      '{"call":["home"]}',
      '{"call":"goTo"}',
      '{"call":"set","preset":[]}',
      '{"call":"photograph","settings":"all"}',
    ]) {
      expect(await ask(session, body), body).toBe(400)
    }
    expect(await ask('another', '{"call":"home"}')).toBe(403)
    expect(await ask(session, 'x'.repeat(200_000))).toBe(0)
    expect(await ask(session, '{"call":"goTo","pose":"__proto__"}')).toBe(200)
    expect(rig.stage.pose).not.toBe('__proto__')
  })

  test('is free again when a program went while it waited for the one before', { timeout: 30_000 }, async () => {
    const path = socketPath(folder, 'virtual')
    const darkening = Promise.withResolvers<void>()
    let darkened = 0
    const off = () => (darkened++ === 0 ? darkening.promise : Promise.resolve())
    const slow: Rig = Object.create(rig, { light: { value: { ...rig.light, name: 'slow', preset: 'dome', off } } })
    await using _server = await startRigServer(slow, { path, tell: () => {} })
    await (await attachRig('virtual', folder))!.dispose()
    await expect.poll(() => darkened).toBe(1)
    // Asks while the lamps are still being put out, and goes.
    const impatient = request({ socketPath: path, path: '/session', method: 'POST' })
    impatient.on('error', () => {})
    impatient.end()
    await once(impatient, 'socket')
    await new Promise(resolve => setTimeout(resolve, 200))
    impatient.destroy()
    await new Promise(resolve => setTimeout(resolve, 200))
    darkening.resolve()
    const isFree = async () => (await attachRig('virtual', folder).catch(() => null)) !== null
    await expect.poll(isFree, { timeout: 5000 }).toBe(true)
  })
})

test.each([
  ['nothing', ''],
  ['another protocol', '220 mail.example ESMTP\r\n'],
  ['an empty page', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ['no JSON', 'HTTP/1.1 200 OK\r\n\r\nhello\n'],
  ['null', 'HTTP/1.1 200 OK\r\n\r\nnull\n'],
  ['a hello of another version', 'HTTP/1.1 200 OK\r\n\r\n{"session":"1","identity":{"name":"b"}}\n'],
  ['a refusal without a reason', 'HTTP/1.1 409 Conflict\r\n\r\nnull\n'],
  ['a page that is not there', 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'],
])('something else at the place of a daemon that says %s is told so at once', async (_, said) => {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(said))
  })
  server.listen(socketPath(folder, 'virtual'))
  await once(server, 'listening')
  try {
    const failed = await attachRig('virtual', folder).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(RigError)
    expect(failed).toMatchObject({
      code: 'daemon-strange',
      message: expect.stringContaining('no daemon of this version'),
    })
  } finally {
    server.close()
  }
})
