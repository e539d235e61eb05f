import { SerialCable } from '../../virtual/serial-binding.ts'
import type { StagePosition } from '../stage.ts'

export interface MarlinOptions {
  readonly hasEmergencyParser: boolean
  /** Opening the port resets the board (AVR). */
  readonly resetsOnOpen: boolean
  /** Answers `ok P15 B3`. */
  readonly advancedOk: boolean
  /** Changes what goes over the wire, each way. */
  disturb(line: string, to: 'board' | 'host'): string
}

const travel: StagePosition = { xMm: 200, yMm: 200, zMm: 100 }
/** mm/s, and ms: what takes seconds on a board is short here. */
const speedMmPerS = 4000
const homingMs = 60
const quickStopMs = 20
const busyMs = 15

/**
 * A board that says what Marlin 2.1.2.1 with stock options was seen to say on its wire: places beyond the axis are cut with
 * `ok`, M114 tells targets, M410 and M112 wait their turn without an emergency parser, empty lines and repeated numbers get no `ok`.
 */
export class VirtualMarlin {
  readonly cable: SerialCable
  readonly options: MarlinOptions
  isSilent = false
  failsHoming = false
  #isDeaf = false
  #isHomed = false
  #lastNumber = 0
  #input = ''
  readonly #queue: string[] = []
  #isWorking = false
  /** End of the planner's queue. */
  #target: StagePosition = { xMm: 20, yMm: 20, zMm: 5 }
  #from: StagePosition = this.#target
  #beganAt = 0
  #endsAt = 0
  readonly heard: string[] = []

  constructor(options: Partial<MarlinOptions> = {}) {
    const usual = { hasEmergencyParser: false, resetsOnOpen: false, advancedOk: false, disturb: (line: string) => line }
    this.options = { ...usual, ...options }
    this.cable = new SerialCable('virtual:marlin', {
      opened: () => {
        if (this.options.resetsOnOpen) this.reset()
      },
      closed: () => {},
      receive: bytes => this.#receive(Buffer.from(bytes).toString('latin1')),
    })
  }

  get carriage(): StagePosition {
    const now = performance.now()
    if (now >= this.#endsAt) return this.#target
    const share = (now - this.#beganAt) / (this.#endsAt - this.#beganAt)
    const at = (mm: keyof StagePosition) => this.#from[mm] + share * (this.#target[mm] - this.#from[mm])
    return { xMm: at('xMm'), yMm: at('yMm'), zMm: at('zMm') }
  }

  get isMoving(): boolean {
    return performance.now() < this.#endsAt
  }

  /** Its reset button, or DTR. */
  reset(): void {
    this.#halt()
    this.#isDeaf = false
    this.#lastNumber = 0
    this.#input = ''
    setTimeout(() => {
      for (const line of [
        'start',
        ' External Reset',
        'Marlin 2.1.2.1',
        'echo: Last Updated: 2023-05-16',
        'echo:SD init fail',
      ])
        this.#say(line)
    }, 30)
  }

  #halt(): void {
    const at = this.carriage
    this.#target = at
    this.#endsAt = 0
    this.#isHomed = false
    this.#queue.length = 0
  }

  #kill(): void {
    this.#halt()
    this.#say('Error:Printer halted. kill() called!')
    this.#isDeaf = true
  }

  #say(line: string): void {
    if (this.#isDeaf || this.isSilent) return
    this.cable.send(Buffer.from(`${this.options.disturb(line, 'host')}\n`, 'latin1'))
  }

  #ok(): void {
    this.#say(this.options.advancedOk ? 'ok P15 B3' : 'ok')
  }

  #receive(text: string): void {
    if (this.#isDeaf) return
    const lines = (this.#input + text).split('\n')
    this.#input = lines.pop()!
    for (const raw of lines) {
      const line = raw.trim()
      if (line === '') continue
      const arrived = this.options.disturb(line, 'board')
      this.heard.push(arrived)
      if (this.options.hasEmergencyParser && /^(?:N\d+ )?M410\b/.test(arrived)) this.#quickStop()
      if (this.options.hasEmergencyParser && /^(?:N\d+ )?M112\b/.test(arrived)) this.#kill()
      this.#queue.push(arrived)
    }
    void this.#work()
  }

  async #work(): Promise<void> {
    if (this.#isWorking) return
    this.#isWorking = true
    for (;;) {
      const line = this.#queue.shift()
      if (line === undefined) break
      const command = this.#checked(line)
      if (command !== null) await this.#carryOut(command)
    }
    this.#isWorking = false
  }

  /** Number and sum, as gcode/queue.cpp has them; null where the line is not carried out. */
  #checked(line: string): string | null {
    const match = /^N(-?\d+) ?(.*)$/.exec(line)
    if (match === null)
      return (
        line
          .replace(/\*\d*$/, '')
          .replace(/;.*$/, '')
          .trim() || null
      )
    const [, digits, rest] = match as unknown as [string, string, string]
    const number = Number(digits)
    const star = line.lastIndexOf('*')
    const isM110 = /M110\b/.test(rest)
    if (number !== this.#lastNumber + 1 && !isM110) {
      // One that was had already, or is the last: dropped without a word.
      if (number === this.#lastNumber || number === this.#lastNumber - 1) return null
      this.#resend('Line Number is not Last Line Number+1')
      return null
    }
    if (star < 0) {
      this.#resend('No Checksum with line number')
      return null
    }
    let sum = 0
    for (const byte of Buffer.from(line.slice(0, star), 'latin1')) sum ^= byte
    if (Number(line.slice(star + 1)) !== sum) {
      this.#resend('checksum mismatch')
      return null
    }
    this.#lastNumber = number
    return rest.slice(0, rest.lastIndexOf('*')).trim()
  }

  #resend(why: string): void {
    this.#say(`Error:${why}, Last Line: ${this.#lastNumber}`)
    this.#say(`Resend: ${this.#lastNumber + 1}`)
    this.#ok()
  }

  async #carryOut(command: string): Promise<void> {
    const [code] = command.split(' ')
    const at = this.#target
    switch (code) {
      case 'G0':
        this.#move(command)
        break
      case 'G28':
        await this.#busy(() => performance.now() >= this.#endsAt)
        if (this.failsHoming) {
          this.#say('echo:Homing Failed')
          return this.#kill()
        }
        this.#go({ xMm: 0, yMm: 0, zMm: 0 }, homingMs)
        await this.#busy(() => !this.isMoving)
        this.#isHomed = this.#target.xMm === 0
        this.#say('X:0.00 Y:0.00 Z:0.00 E:0.00 Count X:0 Y:0 Z:0')
        break
      case 'M400':
        await this.#busy(() => !this.isMoving)
        break
      case 'M410':
        this.#quickStop()
        await new Promise(resolve => setTimeout(resolve, quickStopMs))
        break
      case 'M112':
        this.#say('echo:M112 Shutdown')
        return this.#kill()
      case 'M114':
        this.#say(
          `X:${at.xMm.toFixed(2)} Y:${at.yMm.toFixed(2)} Z:${at.zMm.toFixed(2)} E:0.00 Count X:${Math.round(at.xMm * 80)} Y:0 Z:0`,
        )
        break
      case 'M115':
        this.#say(
          'FIRMWARE_NAME:Marlin 2.1.2.1 (May 16 2023 00:00:00) SOURCE_CODE_URL:github.com/MarlinFirmware/Marlin PROTOCOL_VERSION:1.0 MACHINE_TYPE:3D Printer',
        )
        this.#say('Cap:SERIAL_XON_XOFF:0')
        this.#say(`Cap:EMERGENCY_PARSER:${this.options.hasEmergencyParser ? 1 : 0}`)
        break
      case 'M203':
        this.#say(`  M203 X${speedMmPerS}.00 Y${speedMmPerS}.00 Z${speedMmPerS}.00 E25.00`)
        break
      case 'M211':
        this.#say('echo:Soft endstops: On')
        this.#say(`  Min:  X0.00 Y0.00 Z0.00   Max:  X${travel.xMm}.00 Y${travel.yMm}.00 Z${travel.zMm}.00`)
        break
      case 'M110':
        this.#lastNumber = Number(/N(\d+)/.exec(command)?.[1] ?? 0)
        break
      case 'G90':
        break
      default:
        this.#say(`echo:Unknown command: "${command}"`)
    }
    this.#ok()
  }

  #move(command: string): void {
    const place = { ...this.#target }
    for (const [axis, mm] of [
      ['X', 'xMm'],
      ['Y', 'yMm'],
      ['Z', 'zMm'],
    ] as const) {
      const asked = new RegExp(`${axis}(-?[\\d.]+)`).exec(command)?.[1]
      if (asked !== undefined)
        place[mm] = this.#isHomed ? Math.min(travel[mm], Math.max(0, Number(asked))) : Number(asked)
    }
    const { xMm, yMm, zMm } = this.carriage
    const feed = Math.min(speedMmPerS, Number(/F([\d.]+)/.exec(command)?.[1] ?? 3000) / 60)
    // Speeding up and slowing down, which no limit tells.
    this.#go(place, 30 + (1000 * Math.hypot(place.xMm - xMm, place.yMm - yMm, place.zMm - zMm)) / feed)
  }

  #go(place: StagePosition, ms: number): void {
    this.#from = this.carriage
    this.#target = place
    this.#beganAt = performance.now()
    this.#endsAt = this.#beganAt + ms
  }

  #quickStop(): void {
    if (!this.isMoving) return
    this.#target = this.carriage
    this.#endsAt = 0
    this.#isHomed = false
  }

  async #busy(isOver: () => boolean): Promise<void> {
    let saidAt = performance.now()
    while (!isOver()) {
      await new Promise(resolve => setTimeout(resolve, 2))
      if (performance.now() - saidAt < busyMs) continue
      saidAt = performance.now()
      this.#say('echo:busy: processing')
    }
  }
}
