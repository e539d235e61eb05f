import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { LineCutter } from '../wire/line-cutter.ts'
import { SerialCable } from './serial-binding.ts'

interface Segment {
  id: number
  start: number
  stop: number
  on: boolean
  bri: number
  col: number[][]
  fx: number
  pal: number
  frz: boolean
}

type Fields = Record<string, unknown>

const atBoot = (count: number): Segment[] =>
  Array.from({ length: count }, (_, id) => ({
    id,
    start: 10 * id,
    stop: 10 * id + 10,
    on: true,
    bri: 255,
    col: [
      [255, 160, 0],
      [0, 0, 0],
      [0, 0, 0],
    ],
    fx: 0,
    pal: 0,
    frz: false,
  }))

/** A WLED board as its documented JSON API shows it, on a serial cable and on a real HTTP port. It boots alight. */
export class VirtualWled {
  on = true
  bri = 128
  segments: Segment[]
  live = false
  nightLight = false
  currentLimitMa = 0
  bootsAlight = false
  /** Takes no change from now on, but answers: a stuck firmware. */
  stuck = false
  /** Answers nothing from now on. */
  silent = false
  /** Drops this many requests, as a board that is busy with its LEDs. */
  busyFor = 0
  requests = 0
  readonly #sockets = new Set<{ destroy(): void }>()
  #server: Server | null = null

  constructor(segments = 4) {
    this.segments = atBoot(segments)
  }

  /** Which segments burn, and how brightly, 0 … 1. */
  get burning(): Record<number, number> {
    if (!this.on) return {}
    return Object.fromEntries(
      this.segments.filter(({ on }) => on).map(({ id, bri }) => [id, (this.bri / 255) * (bri / 255)]),
    )
  }

  /** Loses its power and gets it again. */
  restart(): void {
    this.on = true
    this.bri = 128
    this.segments = atBoot(this.segments.length)
  }

  serial(path = 'virtual:wled'): SerialCable {
    const cutter = new LineCutter(64 * 1024)
    const cable: SerialCable = new SerialCable(path, {
      opened: () => cable.send(Buffer.from('\r\nAda\r\n')),
      closed: () => {},
      receive: bytes => {
        for (const line of cutter.push(bytes)) {
          const answer = this.#take(line)
          if (answer !== null) cable.send(Buffer.from(`${JSON.stringify(answer)}\r\n`))
        }
      },
    })
    return cable
  }

  /** Serves the API on a port of this machine and resolves with its address. */
  async listen(): Promise<string> {
    const server = createServer((asked, answer) => {
      const parts: Buffer[] = []
      asked.on('data', (part: Buffer) => parts.push(part))
      asked.on('end', () => {
        if (this.silent) return
        this.requests++
        const send = (status: number, body: unknown): void => {
          answer.writeHead(status, { 'content-type': 'application/json' })
          answer.end(JSON.stringify(body))
        }
        if (this.busyFor > 0) {
          this.busyFor--
          return send(503, { error: 3 })
        }
        const url = asked.url ?? ''
        if (asked.method === 'POST' && ['/json', '/json/state', '/json/si'].includes(url)) {
          const body = parse(Buffer.concat(parts).toString())
          if (!body) return send(400, { error: 9 })
          this.#apply(body)
          return send(200, { success: true })
        }
        const found = asked.method === 'GET' ? this.#page(url) : undefined
        send(found ? 200 : 404, found ?? { error: 4 })
      })
    })
    this.#server = server
    server.on('connection', socket => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise<void>(resolve => (this.#server ? this.#server.close(() => resolve()) : resolve()))
  }

  #page(url: string): unknown {
    const pages: Record<string, () => unknown> = {
      '/json': () => ({ ...this.#stateAndInfo(), effects: ['Solid'], palettes: ['Default'] }),
      '/json/si': () => this.#stateAndInfo(),
      '/json/state': () => this.#stateAndInfo().state,
      '/json/info': () => this.#stateAndInfo().info,
      '/json/cfg': () => ({ rev: [1, 0], def: { ps: 0, on: this.bootsAlight, bri: 128 } }),
    }
    return pages[url]?.()
  }

  #take(line: string): unknown {
    const body = parse(line)
    if (!body || this.silent) return null
    this.requests++
    if (this.busyFor > 0) {
      this.busyFor--
      return null
    }
    this.#apply(body)
    return body['v'] === true ? this.#stateAndInfo() : null
  }

  #apply(body: Fields): void {
    if (this.stuck) return
    if (typeof body['on'] === 'boolean') this.on = body['on']
    if (typeof body['bri'] === 'number') {
      if (body['bri'] > 0) this.bri = body['bri']
      else this.on = false
    }
    const nl = body['nl'] as Fields | undefined
    if (typeof nl?.['on'] === 'boolean') this.nightLight = nl['on']
    const seg = body['seg']
    for (const change of Array.isArray(seg) ? (seg as Fields[]) : []) this.#applySegment(change)
  }

  #applySegment(change: Fields): void {
    const segment = this.segments.find(({ id }) => id === change['id'])
    if (!segment) return
    if (typeof change['on'] === 'boolean') segment.on = change['on']
    if (typeof change['bri'] === 'number') {
      if (change['bri'] > 0) segment.bri = change['bri']
      else segment.on = false
    }
    if (typeof change['fx'] === 'number') segment.fx = change['fx']
    if (typeof change['frz'] === 'boolean') segment.frz = change['frz']
    const colours = change['col']
    if (Array.isArray(colours)) segment.col.splice(0, colours.length, ...(colours as number[][]))
  }

  #stateAndInfo(): { state: Fields; info: Fields } {
    const state = {
      on: this.on,
      bri: this.bri,
      transition: 7,
      ps: -1,
      pl: -1,
      nl: { on: this.nightLight, dur: 60, mode: 1, tbri: 0, rem: -1 },
      udpn: { send: false, recv: true, sgrp: 1, rgrp: 1 },
      lor: 0,
      mainseg: 0,
      seg: this.segments.map(segment => ({ ...segment, len: 10, grp: 1, spc: 0, of: 0, sel: segment.id === 0 })),
    }
    const leds = { count: 40, pwr: 0, fps: 42, maxpwr: this.currentLimitMa, maxseg: 16, seglc: [1] }
    const info = { ver: '0.15.0', vid: 2412100, leds, name: 'WLED', live: this.live, brand: 'WLED', product: 'FOSS' }
    return { state, info }
  }
}

function parse(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text.slice(Math.max(0, text.indexOf('{'))))
    return typeof value === 'object' && value !== null ? (value as Fields) : null
  } catch {
    return null
  }
}
