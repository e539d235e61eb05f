import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StagePosition } from '../stage/stage.ts'

type Axis = keyof StagePosition
const letters = { X: 'xMm', Y: 'yMm', Z: 'zMm' } as const satisfies Record<string, Axis>

interface HostOptions {
  /** Sections of output_pin, as Klipper's configuration has them. */
  readonly pins: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Times faster than the machine would be. */
  readonly hurry: number
  readonly apiKey: string | null
}

/**
 * Moonraker and a Klipper behind it, as both were seen on the wire (Klipper 84104bb, Moonraker d5ee171, a microcontroller in a Linux
 * process): one script at a time, `ok` for what an emergency stop cut off, `homed_axes` and pin values that a shutdown leaves as they were.
 */
export class VirtualMoonraker {
  /** Where the carriage really is, and what really burns. */
  carriage: StagePosition = { xMm: 3, yMm: 4, zMm: 5 }
  isMoving = false
  state: 'startup' | 'ready' | 'error' | 'shutdown' = 'ready'
  stateMessage = 'Printer is ready'
  /** Answers no script any more, while questions are answered. */
  stuck = false
  /** Answers nothing any more. */
  silent = false
  readonly scripts: string[] = []
  emergencyStops = 0
  readonly #options: HostOptions
  readonly #server: Server
  readonly #asked = new Map<string, number>()
  #homed = ''
  #queue: Promise<unknown> = Promise.resolve()
  #halt = Promise.withResolvers<void>()
  #target: StagePosition = this.carriage

  constructor(options: Partial<HostOptions> = {}) {
    this.#options = { pins: {}, hurry: 200, apiKey: null, ...options }
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  async listen(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  /** Pins that burn, with their power. */
  get burning(): Readonly<Record<string, number>> {
    const isLive = this.state === 'ready' || this.state === 'startup'
    const powerOf = (name: string) =>
      isLive ? (this.#asked.get(name) ?? 0) : Number(this.#options.pins[name]!['shutdown_value'] ?? 0)
    return Object.fromEntries(
      Object.keys(this.#options.pins).flatMap(name => (powerOf(name) > 0 ? [[name, powerOf(name)]] : [])),
    )
  }

  shutDown(message: string): void {
    this.state = 'shutdown'
    this.stateMessage = message
    this.isMoving = false
    const halt = this.#halt
    this.#halt = Promise.withResolvers()
    halt.resolve()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.silent) return
    const { pathname, search } = new URL(request.url ?? '/', 'http://host')
    const send = (status: number, value: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const refuse = (message: string) => send(400, { error: { code: 400, message, traceback: 'Traceback …' } })
    if (this.#options.apiKey !== null && request.headers['x-api-key'] !== this.#options.apiKey)
      return send(401, { error: { code: 401, message: 'Unauthorized' } })
    if (pathname === '/printer/info')
      return send(200, {
        result: {
          state: this.state,
          state_message: this.stateMessage,
          software_version: 'v0.13.0-84104bb',
          hostname: 'rig',
        },
      })
    if (pathname === '/printer/emergency_stop' && request.method === 'POST') {
      this.emergencyStops++
      this.shutDown('Shutdown due to webhooks request\nOnce the underlying issue is corrected, use FIRMWARE_RESTART.')
      return send(200, { result: 'ok' })
    }
    if (pathname === '/printer/firmware_restart' && request.method === 'POST') {
      this.state = 'startup'
      setTimeout(() => {
        this.state = 'ready'
        this.stateMessage = 'Printer is ready'
        this.#homed = ''
        for (const [name, pin] of Object.entries(this.#options.pins)) this.#asked.set(name, Number(pin['value'] ?? 0))
      }, 2500 / this.#options.hurry)
      return send(200, { result: 'ok' })
    }
    if (pathname === '/printer/objects/query')
      return send(200, { result: { eventtime: 1, status: this.#status(search) } })
    if (pathname === '/printer/gcode/script' && request.method === 'POST') {
      let body = ''
      for await (const chunk of request) body += chunk
      const { script } = JSON.parse(body) as { script: string }
      this.scripts.push(script)
      const ran = this.#queue.then(async () => {
        if (this.stuck) await new Promise(() => {})
        for (const line of script.split('\n')) await this.#run(line)
      })
      this.#queue = ran.catch(() => {})
      try {
        await ran
        return send(200, { result: 'ok' })
      } catch (error) {
        // In a shutdown HTTP says only this.
        return refuse(this.state === 'ready' ? (error as Error).message : 'Unknown')
      }
    }
    send(404, { error: { code: 404, message: 'Not Found' } })
  }

  #status(search: string): Record<string, unknown> {
    const objects: Record<string, unknown> = {
      toolhead: {
        homed_axes: this.#homed,
        position: [this.#target.xMm, this.#target.yMm, this.#target.zMm, 0],
        axis_minimum: [0, 0, 0, 0],
        axis_maximum: [200, 200, 100, 0],
      },
      // After a stop it runs on to where the move would have ended.
      motion_report: {
        live_position:
          this.state === 'shutdown'
            ? [this.#target.xMm, this.#target.yMm, this.#target.zMm, 0]
            : [this.carriage.xMm, this.carriage.yMm, this.carriage.zMm, 0],
      },
      configfile: {
        settings: Object.fromEntries(
          Object.entries(this.#options.pins).map(([name, pin]) => [`output_pin ${name}`, pin]),
        ),
      },
      ...Object.fromEntries(
        Object.keys(this.#options.pins).map(name => [`output_pin ${name}`, { value: this.#asked.get(name) ?? 0 }]),
      ),
    }
    const names = search
      .slice(1)
      .split('&')
      .map(name => decodeURIComponent(name))
    return Object.fromEntries(names.flatMap(name => (name in objects ? [[name, objects[name]]] : [])))
  }

  async #run(line: string): Promise<void> {
    if (this.state !== 'ready') throw new Error('Unknown')
    const [word = '', ...words] = line.split(' ')
    if (word === 'G28') {
      await this.#move({ xMm: 0, yMm: 0, zMm: 0 }, 2000)
      if (this.state === 'ready') this.#homed = 'xyz'
    } else if (word === 'G0') {
      if (this.#homed !== 'xyz') throw new Error('Must home axis first: 1.000 2.000 3.000 [0.000]')
      const at = { ...this.#target }
      for (const one of words) {
        const axis = letters[one[0] as keyof typeof letters]
        if (axis !== undefined) at[axis as Axis] = Number(one.slice(1)) as never
      }
      if (at.xMm > 200 || at.yMm > 200 || at.zMm > 100 || Math.min(at.xMm, at.yMm, at.zMm) < 0)
        throw new Error(`Move out of range: ${at.xMm} ${at.yMm} ${at.zMm} [0.000]`)
      await this.#move(at, 3000)
    } else if (word === 'SET_PIN') {
      const { PIN = '', VALUE = '' } = Object.fromEntries(words.map(one => one.split('=')))
      if (!(PIN in this.#options.pins)) throw new Error(`The value '${PIN}' is not valid for PIN`)
      this.#asked.set(PIN, Number(VALUE))
    }
    // Whatever it does not know is answered with ok.
  }

  /** A stop leaves the carriage where it is, and the script that moved it says ok. */
  async #move(to: StagePosition, ms: number): Promise<void> {
    const from = this.carriage
    const halted = this.#halt.promise.then(() => true)
    this.#target = to
    this.isMoving = true
    const steps = 10
    for (let step = 1; step <= steps; step++) {
      const isHalted = await Promise.race([
        halted,
        new Promise<false>(resolve => setTimeout(() => resolve(false), ms / this.#options.hurry / steps)),
      ])
      if (isHalted) return
      const part = (axis: Axis) => from[axis] + ((to[axis] - from[axis]) * step) / steps
      this.carriage = { xMm: part('xMm'), yMm: part('yMm'), zMm: part('zMm') }
    }
    this.isMoving = false
  }
}
