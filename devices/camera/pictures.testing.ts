import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import sharp from 'sharp'

/** Size of the pictures, px. */
export const testSize = { width: 96, height: 64 }

/** A noisy JPEG, dark (0) or bright (1), unlike every other one. */
export async function testPicture(shown: 0 | 1): Promise<Uint8Array> {
  const { width, height } = testSize
  const noise = { type: 'gaussian', mean: shown === 1 ? 200 : 50, sigma: 12 } as const
  return await sharp({ create: { width, height, channels: 3, background: '#000', noise } })
    .jpeg()
    .toBuffer()
}

/** Which of the two a photograph shows. */
export async function seenIn(bytes: Uint8Array): Promise<0 | 1> {
  const { channels } = await sharp(bytes).stats()
  return channels[0]!.mean > 110 ? 1 : 0
}

/** A camera with a web server, as there are: it holds a few frames from before whoever connects. */
export class TestCameraServer {
  readonly #server: Server
  readonly #open = new Set<ServerResponse>()
  readonly #held: Uint8Array[] = []
  #timer: NodeJS.Timeout | null = null
  readonly #make: () => Promise<void>
  #isClosed = false
  #shown: 0 | 1 = 0
  #isStalled = false
  /** Requests, without their heads. */
  readonly asked: string[] = []

  constructor(frameMs = 15, heldFrames = 2) {
    this.#server = createServer((request, response) => {
      this.asked.push(request.url ?? '')
      if (request.url?.startsWith('/video')) {
        response.writeHead(200, {
          'content-type': 'multipart/x-mixed-replace; boundary=frame',
          server: 'test camera/1',
        })
        this.#open.add(response)
        response.on('close', () => this.#open.delete(response))
      } else if (!this.#isStalled) {
        response.writeHead(200, { 'content-type': 'image/jpeg' }).end(this.#held[0])
      }
    })
    const make = async (): Promise<void> => {
      let shown: 0 | 1
      let picture: Uint8Array
      // A frame of before that was still in the making would be one more than it holds.
      do {
        shown = this.#shown
        picture = await testPicture(shown)
      } while (shown !== this.#shown)
      this.#held.push(picture)
      if (this.#held.length > heldFrames) this.#held.shift()
      if (!this.#isStalled) for (const response of this.#open) send(response, this.#held[0]!)
      if (!this.#isClosed) this.#timer = setTimeout(() => void make(), frameMs)
    }
    this.#make = make
  }

  async listen(): Promise<string> {
    await this.#make()
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  show(what: 0 | 1): void {
    this.#shown = what
  }

  /** Delivers nothing any more, but keeps its connections. */
  stall(): void {
    this.#isStalled = true
  }

  /** Frames so far sent half, then the plug is pulled. */
  unplug(): void {
    for (const response of this.#open) response.write(partOf(this.#held[0]!).subarray(0, 400))
    this.close()
  }

  close(): void {
    this.#isClosed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#server.close()
    this.#server.closeAllConnections()
  }
}

function send(response: ServerResponse, jpeg: Uint8Array): void {
  if (response.writableLength === 0) response.write(partOf(jpeg))
}

function partOf(jpeg: Uint8Array): Buffer {
  const head = `--frame\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), jpeg, Buffer.from('\r\n')])
}
