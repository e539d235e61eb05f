import { z } from 'zod'
import { pause } from '../../deadline.ts'
import type { Driver, OpenOptions } from '../../driver.ts'
import { Mutex } from '../../mutex.ts'
import { RigError } from '../../rig-error.ts'
import { BytePort } from '../../wire/byte-port.ts'
import type { MakeSerialLine } from '../../wire/serial-line.ts'
import { serialPortOptions, systemSerialPorts } from '../../wire/serial-port.ts'
import type { OpenedLight } from '../light.ts'
import type { RelayBoard } from './relay-board.ts'
import { openRelayLight, relayOptions } from './relay-light.ts'

/** Asks a board for all of its contacts; many do not know it. */
const question = Uint8Array.of(0xff)
/** From the question to the last byte of an answer at 9600 Bd, ms. */
const answerMs = 400
/** Between two commands: the boards' controllers drop what comes while they switch, ms. */
const betweenMs = 20
const writeMs = 2000

/** Closes or opens one contact: A0, its number, 1 or 0, and the sum of the three. */
export function lcusCommand(channel: number, isOn: boolean): Uint8Array {
  return Uint8Array.of(0xa0, channel, isOn ? 1 : 0, (0xa0 + channel + (isOn ? 1 : 0)) & 0xff)
}

/**
 * What a board answers to {@link question}: lines `CH1: ON`, or one byte of 0 or 1 a contact; each must be there.
 *
 * @returns the contacts that are closed; null for whatever else, and for half an answer
 */
export function readLcusAnswer(bytes: Uint8Array, every: readonly number[]): ReadonlySet<number> | null {
  const text = Buffer.from(bytes).toString('latin1')
  const told = new Map<number, boolean>()
  for (const [, channel, state] of text.matchAll(/CH\s*(\d{1,2})\s*[:=]?\s*(ON|OFF)\b/gi)) {
    told.set(Number(channel), state!.toUpperCase() === 'ON')
  }
  if (told.size === 0 && bytes.length >= Math.max(...every) && bytes.every(byte => byte <= 1)) {
    bytes.forEach((byte, n) => void told.set(n + 1, byte === 1))
  }
  if (!every.every(channel => told.has(channel))) return null
  return new Set(every.filter(channel => told.get(channel)))
}

/** A USB relay board of the LCUS kind (CH340, 9600 Bd). */
class LcusBoard implements RelayBoard {
  readonly driver = 'relay-lcus'
  readonly firmware = 'unknown'
  readonly #makeLine: MakeSerialLine
  readonly #mutex = new Mutex()
  #port: BytePort
  #heard: number[] = []
  #lost: RigError | null = null
  #isClosed = false
  #answers = false

  private constructor(makeLine: MakeSerialLine) {
    this.#makeLine = makeLine
    this.#port = this.#newPort()
  }

  /** Finds out whether it answers. @throws RigError `port-open` */
  static async open(makeLine: MakeSerialLine, every: readonly number[], signal?: AbortSignal): Promise<LcusBoard> {
    const board = new LcusBoard(makeLine)
    await board.#port.open(3000, signal)
    try {
      board.#answers = (await board.read(every, signal)) !== null
    } catch (error) {
      await board.close().catch(() => {})
      throw error
    }
    return board
  }

  get address(): string {
    return this.#port.path
  }

  get answers(): boolean {
    return this.#answers
  }

  async write(every: readonly number[], on: ReadonlySet<number>, signal?: AbortSignal): Promise<void> {
    await this.#mutex.run(async () => {
      await this.#there(signal)
      const commands = [
        ...every.filter(channel => !on.has(channel)).map(channel => lcusCommand(channel, false)),
        ...every.filter(channel => on.has(channel)).map(channel => lcusCommand(channel, true)),
      ]
      // What is not read back is said twice: a command that was dropped must not leave a lamp lit.
      for (let times = this.#answers ? 1 : 2; times > 0; times--) {
        for (const command of commands) {
          signal?.throwIfAborted()
          await this.#port.write(command, writeMs)
          await pause(betweenMs, signal)
        }
      }
      if (this.#lost) throw this.#lost
    }, signal)
  }

  async read(every: readonly number[], signal?: AbortSignal): Promise<ReadonlySet<number> | null> {
    return await this.#mutex.run(async () => {
      await this.#there(signal)
      this.#heard = []
      await this.#port.write(question, writeMs)
      const ends = performance.now() + answerMs
      for (;;) {
        await pause(betweenMs, signal)
        if (this.#lost) throw this.#lost
        const found = readLcusAnswer(Uint8Array.from(this.#heard), every)
        if (found !== null || performance.now() > ends) return found
      }
    }, signal)
  }

  assertThere(): void {
    if (this.#lost) throw this.#lost
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#lost = new RigError('port-closed', 'the light was closed; open the rig again.')
    await this.#port.close()
  }

  #newPort(): BytePort {
    return new BytePort(this.#makeLine, {
      heard: bytes => {
        // A board says a few lines; what says more is none.
        if (this.#heard.length < 4096) this.#heard.push(...bytes)
      },
      lost: cause => {
        this.#lost ??= new RigError(
          'port-lost',
          `the connection to the relays on ${this.address} was lost (${cause?.message ?? 'closed'}). Check the USB cable; its lamps may burn on.`,
          { cause },
        )
      },
    })
  }

  /** The plug was pulled and may be back. */
  async #there(signal?: AbortSignal): Promise<void> {
    if (this.#lost === null) return
    if (this.#isClosed) throw this.#lost
    const lost = this.#lost
    await this.#port.close()
    this.#port = this.#newPort()
    try {
      await this.#port.open(3000, signal)
      this.#lost = null
    } catch {
      signal?.throwIfAborted()
      this.#lost = lost
      throw lost
    }
  }
}

const schema = z.strictObject({
  driver: z.literal('relay-lcus'),
  ...serialPortOptions,
  ...relayOptions(z.int().min(1).max(16)),
})

/** Lamps on a USB relay board of the LCUS kind: 9600 Bd unless told. */
export const lcusRelayLight: Driver<typeof schema, OpenOptions, OpenedLight> = {
  schema,
  address: ({ port }) => port,
  async open(config, { ports = systemSerialPorts, signal }) {
    const { port, baudRate = 9600, presets } = config
    const every = Object.values(presets).flat()
    const board = await LcusBoard.open(ports({ port, baudRate }), every, signal)
    return await openRelayLight(board, config, signal)
  },
}
