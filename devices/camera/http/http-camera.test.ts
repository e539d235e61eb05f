import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { cameras } from '../cameras.ts'
import { testPicture } from '../pictures.testing.ts'

let jpeg: Buffer
beforeAll(async () => {
  jpeg = Buffer.from(await testPicture(1))
})

const password = 'hunter2-geheim'
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A server that says these very bytes and then nothing more; `end` hangs up. */
async function raw(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  closers.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function http(listener: RequestListener): Promise<string> {
  const server = createHttpServer(listener)
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const head = (lines: readonly string[], end = '\r\n'): string => [...lines, '', ''].join(end)

describe('an http camera', () => {
  test('photographs through heads that small devices send', async () => {
    for (const [lines, end] of [
      [['HTTP/1.0 200 OK', 'Content-Type: image/jpeg'], '\r\n'],
      [['HTTP/1.1 200 OK', `Content-Length: ${jpeg.length}`, 'Connection: keep-alive'], '\r\n'],
      [['HTTP/1.1 200', 'Content-Type: application/octet-stream', 'Connection: close'], '\r\n'],
    ] as const) {
      const url = await raw(socket => socket.end(Buffer.concat([Buffer.from(head(lines, end)), jpeg])))
      const { camera } = await cameras.open({ driver: 'http', url, mayRepeat: true })
      const { bytes } = await camera.photograph()
      expect(Buffer.from(bytes).equals(jpeg)).toBe(true)
      await camera.close()
    }
  })

  test.each<[string, (socket: Socket) => void, string, RegExp]>([
    [
      'a picture cut short',
      s => void s.end(Buffer.concat([Buffer.from(head(['HTTP/1.1 200 OK', 'Content-Length: 99999'])), jpeg])),
      'camera-gone',
      /broke the connection off/,
    ],
    [
      'half a picture without length',
      s => void s.end(Buffer.concat([Buffer.from(head(['HTTP/1.0 200 OK'])), jpeg.subarray(0, 500)])),
      'camera-answer',
      /breaks off/,
    ],
    [
      'a head without end',
      s => void s.write(`HTTP/1.1 200 OK\r\n${'X-More: and more\r\n'.repeat(9000)}`),
      'camera-answer',
      /head does not end/,
    ],
    [
      'something else than HTTP',
      s => void s.end('SSH-2.0-OpenSSH_9.2\r\n'),
      'camera-answer',
      /something else than HTTP/,
    ],
    [
      'a web page',
      s => void s.end(`${head(['HTTP/1.1 200 OK', 'Content-Type: text/html', 'Connection: close'])}<html>`),
      'camera-answer',
      /a web page/,
    ],
    [
      'a stream without a picture',
      s =>
        void s.end(
          head(['HTTP/1.1 200 OK', 'Content-Type: multipart/x-mixed-replace; boundary=b', 'Connection: close']),
        ),
      'camera-gone',
      /before the first picture/,
    ],
    ['that it is busy', s => void s.end(head(['HTTP/1.1 503 Busy', 'Content-Length: 0'])), 'camera-busy', /busy/],
    [
      'that there is nothing',
      s => void s.end(head(['HTTP/1.1 404 No', 'Content-Length: 0'])),
      'camera-access',
      /nothing at this path/,
    ],
    [
      'a redirect in a circle',
      s => void s.end(head(['HTTP/1.1 302 Found', 'Location: /', 'Content-Length: 0'])),
      'camera-answer',
      /circle/,
    ],
    [
      'a redirect to a file',
      s => void s.end(head(['HTTP/1.1 302 Found', 'Location: file:///etc/passwd', 'Content-Length: 0'])),
      'camera-answer',
      /no http/,
    ],
    ['nothing, and hangs up', s => void s.destroy(), 'camera-gone', /broke the connection off/],
  ])('that answers %s says so in one sentence', async (_what, answer, code, sentence) => {
    const url = (await raw(answer)).replace('//', `//user:${password}@`)
    const error = await cameras
      .open({ driver: 'http', url: `${url}/shot?token=${password}` })
      .catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code, exitCode: 3, message: expect.stringMatching(sentence) })
    expect(String(error)).not.toContain(password)
  })

  test('a picture that trickles for ever is given up at the deadline', async () => {
    let asked = 0
    const url = await http((_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' })
      if (asked++ === 0) return response.end(jpeg)
      const drip = setInterval(() => response.write(Buffer.alloc(1)), 20)
      response.on('close', () => clearInterval(drip))
    })
    const { camera } = await cameras.open({ driver: 'http', url, deadlineMs: 400 })
    await expect(camera.photograph()).rejects.toMatchObject({ code: 'camera-deadline' })
    await camera.close()
  })

  test('one that answers and sends no whole picture is given up while it is opened, in so much time, and hung up on', async () => {
    const hungUp = Promise.withResolvers<void>()
    const url = await http((_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' })
      const drip = setInterval(() => response.write(Buffer.alloc(1)), 20)
      response.on('close', () => {
        clearInterval(drip)
        hungUp.resolve()
      })
    })
    await expect(cameras.open({ driver: 'http', url, deadlineMs: 400 })).rejects.toMatchObject({
      code: 'camera-deadline',
      message: expect.stringMatching(
        /^the camera at http:\/\/127\.0\.0\.1:\d+ answers, but sent no whole picture within 0\.4 s\./,
      ),
    })
    await hungUp.promise
  })

  test('a part whose head does not end is told of the camera by its address', async () => {
    const url = await http((_, response) => {
      response.writeHead(200, { 'content-type': 'multipart/x-mixed-replace; boundary=b' })
      response.write(`--b\r\nContent-Type: ${'x'.repeat(10_000)}`)
    })
    await expect(cameras.open({ driver: 'http', url })).rejects.toMatchObject({
      code: 'camera-answer',
      message: expect.stringMatching(/^the camera at http:\/\/127\.0\.0\.1:\d+ sends a part whose head does not end;/),
    })
  })

  test('a picture without end is given up at its largest size', async () => {
    let asked = 0
    const url = await http((_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' })
      if (asked++ === 0) return response.end(jpeg)
      const flood = (): boolean | NodeJS.Immediate =>
        !response.destroyed && response.write(Buffer.alloc(65_536)) && setImmediate(flood)
      response.on('drain', flood)
      flood()
    })
    const { camera } = await cameras.open({ driver: 'http', url, maxBytes: 1_000_000 })
    await expect(camera.photograph()).rejects.toMatchObject({
      code: 'camera-answer',
      message: expect.stringContaining('1000000 bytes'),
    })
    await camera.close()
  })

  test('gets in with user and password, in clear only where that was said', async () => {
    const heard: (string | undefined)[] = []
    const url = await http((request, response) => {
      const { authorization } = request.headers
      heard.push(authorization)
      if (authorization !== `Basic ${Buffer.from(`user:${password}`).toString('base64')}`) {
        return response.writeHead(401, { 'www-authenticate': 'Basic realm="camera"' }).end('who are you?')
      }
      return response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg)
    })
    const open = (
      config: { user?: string; passwordVariable?: string; passwordInClear?: boolean },
      address = url,
    ): ReturnType<typeof cameras.open> => cameras.open({ driver: 'http', url: address, mayRepeat: true, ...config })
    process.env['ASSAY_TEST_CAMERA'] = password
    const told = { user: 'user', passwordVariable: 'ASSAY_TEST_CAMERA' }
    await expect(open(told)).rejects.toMatchObject({
      code: 'camera-access',
      message: expect.stringContaining('passwordInClear: true'),
    })
    expect(new Set(heard)).toEqual(new Set([undefined]))

    const inClear = { passwordInClear: true }
    const { camera, identity } = await open(inClear, url.replace('//', `//user:${password}@`))
    await camera.photograph()
    await camera.close()
    expect(JSON.stringify({ identity, name: camera.name })).not.toContain(password)
    const named = await open({ ...told, ...inClear })
    await named.camera.close()
    process.env['ASSAY_TEST_CAMERA'] = 'wrong'
    await expect(open({ ...told, ...inClear })).rejects.toMatchObject({ code: 'camera-access' })
    delete process.env['ASSAY_TEST_CAMERA']
    await expect(open({ ...told, ...inClear })).rejects.toMatchObject({ code: 'camera-config' })
    await expect(open({})).rejects.toMatchObject({ code: 'camera-access' })
  })

  test('is never led to another host or port, with a password or without', async () => {
    const askedElsewhere: string[] = []
    const elsewhere = await http((request, response) => {
      askedElsewhere.push(request.url ?? '')
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg)
    })
    const places = [
      `${elsewhere}/shot.jpg`,
      `${elsewhere.replace('127.0.0.1', 'localhost')}/shot.jpg`,
      `${elsewhere.replace('http:', '')}/shot.jpg`,
      `${elsewhere.replace('http:', 'https:')}/shot.jpg`,
    ]
    for (const location of places) {
      const url = await http((_, response) => response.writeHead(302, { location }).end())
      for (const address of [url, url.replace('//', `//user:${password}@`)]) {
        await expect(cameras.open({ driver: 'http', url: address, passwordInClear: true })).rejects.toMatchObject({
          code: 'camera-answer',
          message: expect.stringContaining('leads to another place'),
        })
      }
    }
    expect(askedElsewhere).toEqual([])
    const within = await http((request, response) =>
      request.url === '/'
        ? response.writeHead(302, { location: '/shot.jpg' }).end()
        : response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg),
    )
    const { camera } = await cameras.open({ driver: 'http', url: within })
    await camera.close()
  })

  test('is set up once, and told its settings when they change', async () => {
    const asked: string[] = []
    const url = await http((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg)
    })
    const { camera } = await cameras.open({
      driver: 'http',
      url: `${url}/shot.jpg`,
      mayRepeat: true,
      skipFrames: 0,
      setUp: ['/control?var=aec&val=0'],
      controls: { exposureMs: { url: '/control?var=aec_value&val={value}', perUnit: 10 } },
      settings: { exposureMs: 12.5 },
    })
    const { how } = await camera.photograph()
    await camera.photograph()
    await camera.photograph({ exposureMs: 20 })
    await camera.close()
    // The camera does not say what it used, so neither do we.
    expect(how.exposureMs).toBeNull()
    const [setUp, look, ...rest] = asked
    expect([setUp, look]).toEqual(['/control?var=aec&val=0', '/shot.jpg'])
    expect(rest).toEqual([
      '/control?var=aec_value&val=125',
      '/shot.jpg',
      '/shot.jpg',
      '/control?var=aec_value&val=200',
      '/shot.jpg',
    ])
  })

  test('a camera that repeats its picture hangs', async () => {
    const url = await raw(socket => socket.end(Buffer.concat([Buffer.from(head(['HTTP/1.0 200 OK'])), jpeg])))
    const { camera } = await cameras.open({ driver: 'http', url, skipFrames: 0 })
    await camera.photograph()
    await expect(camera.photograph()).rejects.toMatchObject({ code: 'camera-frozen' })
    await camera.close()
  })
})
