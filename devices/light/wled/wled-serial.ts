import { z } from 'zod'
import { parseJson } from '../../../harness/core/parse-json.ts'
import { withDeadline } from '../../deadline.ts'
import type { Driver, OpenOptions } from '../../driver.ts'
import { bannerShape } from '../../grbl/firmware.ts'
import { Mutex } from '../../mutex.ts'
import { RigError } from '../../rig-error.ts'
import { BytePort } from '../../wire/byte-port.ts'
import { LineCutter } from '../../wire/line-cutter.ts'
import type { MakeSerialLine } from '../../wire/serial-line.ts'
import { serialPortOptions, systemSerialPorts } from '../../wire/serial-port.ts'
import type { OpenedLight } from '../light.ts'
import type { WledBoard } from './wled-board.ts'
import { openWledLight } from './wled-light.ts'
import { wledOptions } from './wled-preset.ts'
import { readWledAnswer, type WledAnswer } from './wled-state.ts'

/** The whole state of the largest board is a few kB, in one line. */
const longestLine = 64 * 1024
/** A board that boots, or is busy with its LEDs, drops what it is sent. */
const askAgainMs = 500
const blind: WledAnswer = { state: null, info: null }

/** A WLED board on a serial port: the JSON API, one object a line. */
export class WledSerial implements WledBoard {
  readonly driver = 'wled-serial'
  readonly answers: boolean
  readonly #makeLine: MakeSerialLine
  readonly #mutex = new Mutex()
  #port: BytePort
  #cutter = new LineCutter(longestLine)
  #over: RigError | null = null
  #isClosed = false
  #waiting: { resolve(answer: WledAnswer): void; reject(error: Error): void } | null = null
  #heardGrbl = false

  private constructor(makeLine: MakeSerialLine, answers: boolean) {
    this.#makeLine = makeLine
    this.answers = answers
    this.#port = this.#newPort()
  }

  /** @throws RigError `port-open` */
  static async open(makeLine: MakeSerialLine, answers: boolean, signal?: AbortSignal): Promise<WledSerial> {
    const board = new WledSerial(makeLine, answers)
    await board.#port.open(3000, signal)
    return board
  }

  get address(): string {
    return this.#port.path
  }

  exchange(request: object | null, deadlineMs: number, signal?: AbortSignal): Promise<WledAnswer> {
    return this.#mutex.run(() => this.#exchangeNow(request, deadlineMs, signal), signal)
  }

  /** The serial API does not tell the board's settings. */
  async warnings(): Promise<string[]> {
    return []
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#end(new RigError('port-closed', 'the light was closed; open the rig again.'))
    await this.#port.close()
  }

  #newPort(): BytePort {
    this.#cutter = new LineCutter(longestLine)
    return new BytePort(this.#makeLine, {
      heard: bytes => {
        for (const line of this.#cutter.push(bytes)) this.#hear(line)
      },
      lost: cause =>
        this.#end(
          new RigError(
            'port-lost',
            `the connection on ${this.address} was lost (${cause?.message ?? 'closed'}). Check the USB cable and the board's power.`,
            { cause },
          ),
        ),
    })
  }

  async #exchangeNow(request: object | null, deadlineMs: number, signal?: AbortSignal): Promise<WledAnswer> {
    const ends = performance.now() + deadlineMs
    if (this.#over && !this.#isClosed) await this.#reopen(signal)
    this.#cutter.forgetHeard()
    for (;;) {
      if (this.#over) throw this.#over
      signal?.throwIfAborted()
      const heard = new Promise<WledAnswer>((resolve, reject) => {
        this.#waiting = { resolve, reject }
      })
      heard.catch(() => {})
      await this.#port.write(new TextEncoder().encode(`${JSON.stringify(request ?? { v: true })}\n`), 3000)
      if (!this.answers) return blind
      const left = ends - performance.now()
      if (left <= 0) throw this.#silent(deadlineMs)
      try {
        return await withDeadline(heard, Math.min(left, askAgainMs), () => new Late(), signal)
      } catch (error) {
        if (!(error instanceof Late)) throw error
      } finally {
        this.#waiting = null
      }
    }
  }

  /** The plug was pulled and may be back. */
  async #reopen(signal?: AbortSignal): Promise<void> {
    const lost = this.#over
    await this.#port.close()
    this.#over = null
    this.#port = this.#newPort()
    try {
      await this.#port.open(3000, signal)
    } catch (error) {
      this.#over = lost
      throw error
    }
  }

  #hear(line: string): void {
    if (bannerShape.test(line)) this.#heardGrbl = true
    const begin = line.indexOf('{')
    if (begin < 0) return
    const answer = readWledAnswer(parseJson(line.slice(begin)))
    if (answer?.state) this.#waiting?.resolve(answer)
  }

  #end(error: RigError): void {
    this.#over ??= error
    this.#waiting?.reject(error)
  }

  #silent(deadlineMs: number): RigError {
    const { all, unprintable } = this.#cutter.heard
    const waited = `within ${Math.round(deadlineMs / 100) / 10} s`
    if (this.#heardGrbl) {
      return new RigError(
        'light-not-wled',
        `a GRBL controller answers on ${this.address}, not WLED. Configure it as a light with driver "grbl".`,
      )
    }
    if (all === 0) {
      return new RigError(
        'light-gone',
        `nothing answers on ${this.address} ${waited}. Check the board's power and cable; a board whose TX pin drives LEDs cannot answer: set answers to false.`,
      )
    }
    if (unprintable > 0.2 * all) {
      return new RigError(
        'wrong-baud',
        `${this.address} gives noise (${unprintable} of ${all} bytes are no text): the baud rate is probably wrong. WLED speaks at 115200.`,
      )
    }
    return new RigError(
      'light-not-wled',
      `something answers on ${this.address}, but told no WLED state ${waited}. Check that the port is the board's.`,
    )
  }
}

class Late extends Error {}

const schema = z.strictObject({
  driver: z.literal('wled-serial'),
  ...serialPortOptions,
  ...wledOptions,
  /** False where the board's TX pin drives LEDs, so that it can never answer. Default: true. */
  answers: z.boolean().exactOptional(),
})

/** A WLED board on a serial port (USB). */
export const wledSerialLight: Driver<typeof schema, OpenOptions, OpenedLight> = {
  schema,
  address: ({ port }) => port,
  async open(config, { ports = systemSerialPorts, signal }) {
    const board = await WledSerial.open(ports(config), config.answers ?? true, signal)
    return await openWledLight(board, config, signal)
  },
}
