import { createRequire } from 'node:module'
import type modbus from 'modbus-serial'
import { z } from 'zod'
import { untilAborted } from '../../../harness/core/until-aborted.ts'
import { withDeadline } from '../../deadline.ts'
import type { Driver, OpenOptions } from '../../driver.ts'
import { Mutex } from '../../mutex.ts'
import { text } from '../../options.ts'
import { RigError } from '../../rig-error.ts'
import type { OpenedLight } from '../light.ts'
import type { RelayBoard } from './relay-board.ts'
import { openRelayLight, relayOptions } from './relay-light.ts'

const openMs = 3000
const closeMs = 1000
/** One request and its answer; boards take 1 to 7 ms, a busy line some more. */
const answerMs = 800

type ModbusRTU = modbus.default

/** How to reach a board, anew each time. */
interface Reach {
  readonly driver: string
  readonly address: string
  connect(client: ModbusRTU): Promise<void>
}

/** Coils of a Modbus device: set by FC05 one by one, read back by FC01. */
class ModbusBoard implements RelayBoard {
  readonly driver: string
  readonly address: string
  readonly firmware = 'unknown'
  readonly answers = true
  readonly #reach: Reach
  readonly #unit: number
  readonly #mutex = new Mutex()
  #client: ModbusRTU | null = null
  #lost: RigError | null = null
  #isClosed = false
  /** Ends the request under way: the library lets it wait for its time when the other side has closed. */
  #giveUp = new AbortController()

  private constructor(reach: Reach, unit: number) {
    this.driver = reach.driver
    this.address = reach.address
    this.#reach = reach
    this.#unit = unit
  }

  /** @throws RigError `light-gone` */
  static async open(reach: Reach, unit: number, signal?: AbortSignal): Promise<ModbusBoard> {
    const board = new ModbusBoard(reach, unit)
    await board.#connect(signal)
    return board
  }

  async write(every: readonly number[], on: ReadonlySet<number>, signal?: AbortSignal): Promise<void> {
    await this.#mutex.run(async () => {
      await this.#there(signal)
      for (const isOn of [false, true]) {
        for (const coil of every.filter(each => on.has(each) === isOn)) {
          await this.#ask(client => client.writeCoil(coil, isOn), signal)
        }
      }
    }, signal)
  }

  async read(every: readonly number[], signal?: AbortSignal): Promise<ReadonlySet<number> | null> {
    return await this.#mutex.run(async () => {
      await this.#there(signal)
      const closed = new Set<number>()
      for (const coil of every) {
        // One by one: a range may cross coils that the device does not have.
        const { data } = await this.#ask(client => client.readCoils(coil, 1), signal)
        if (data[0] === true) closed.add(coil)
      }
      return closed
    }, signal)
  }

  assertThere(): void {
    if (this.#lost) throw this.#lost
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#lost = new RigError('port-closed', 'the light was closed; open the rig again.')
    this.#giveUp.abort(this.#lost)
    await this.#letGo()
  }

  async #connect(signal?: AbortSignal): Promise<void> {
    // Only whoever has such a board loads it.
    const Client = (createRequire(import.meta.url)('modbus-serial') as typeof modbus).default
    const client = new Client()
    client.on('error', () => {})
    client.on('close', () => {
      if (this.#client === client) this.#lose('it closed the connection')
    })
    client.setTimeout(answerMs)
    client.setID(this.#unit)
    const late = (): RigError => this.#gone(`it did not open within ${openMs / 1000} s`)
    try {
      await withDeadline(this.#reach.connect(client), openMs, late, signal)
    } catch (error) {
      client.close(() => {})
      signal?.throwIfAborted()
      throw error instanceof RigError ? error : this.#gone(reasonOf(error), error)
    }
    this.#client = client
    this.#lost = null
    this.#giveUp = new AbortController()
  }

  async #there(signal?: AbortSignal): Promise<void> {
    if (this.#lost === null) return
    if (this.#isClosed) throw this.#lost
    await this.#letGo()
    await this.#connect(signal)
  }

  async #ask<T>(request: (client: ModbusRTU) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted()
    const client = this.#client
    if (client === null) throw this.#lost ?? this.#gone('it is not connected')
    const work = request(client)
    work.catch(() => {})
    try {
      return await untilAborted(work, signal ? AbortSignal.any([signal, this.#giveUp.signal]) : this.#giveUp.signal)
    } catch (error) {
      if (this.#lost) throw this.#lost
      // Its answer may still come, and would be taken for the next one's.
      if (signal?.aborted) this.#lose('a request was given up')
      signal?.throwIfAborted()
      throw this.#told(error)
    }
  }

  #told(error: unknown): RigError {
    const { modbusCode } = error as { modbusCode?: number }
    if (modbusCode !== undefined) {
      return new RigError(
        'light-refused',
        `the relays at ${this.address} refuse it (Modbus exception ${modbusCode}): ${exceptions[modbusCode] ?? 'see their manual'}. Check the coil numbers of presets, from 0, and unit.`,
        { cause: error },
      )
    }
    this.#lose(reasonOf(error))
    return this.#lost ?? this.#gone(reasonOf(error), error)
  }

  #lose(why: string): void {
    this.#lost ??= this.#gone(why)
    this.#giveUp.abort(this.#lost)
  }

  async #letGo(): Promise<void> {
    const client = this.#client
    this.#client = null
    if (client === null) return
    // `destroy` leaves a serial port open and locked; `close` waits for a network that is gone.
    const closed = new Promise<void>(resolve => client.close(() => resolve()))
    await withDeadline(closed, closeMs, () => new Error('late')).catch(() => client.destroy(() => {}))
  }

  #gone(why: string, cause?: unknown): RigError {
    return new RigError(
      'light-gone',
      `the relays at ${this.address} (unit ${this.#unit}) do not answer: ${why}. Check their supply, cable, address, unit and baud rate; lamps may burn on.`,
      { cause },
    )
  }
}

/** Modbus Application Protocol 1.1b3, section 7. */
const exceptions: Readonly<Record<number, string>> = {
  1: 'they do not know the function',
  2: 'they have no such coil',
  3: 'they do not take the value',
  4: 'they failed',
  6: 'they are busy',
  11: 'the gateway’s target does not answer',
}

/** The library's own words hold nothing but numbers and names of errors. */
function reasonOf(error: unknown): string {
  const { errno, name, message } = error as { errno?: unknown; name?: unknown; message?: unknown }
  if (name === 'TransactionTimedOutError' || errno === 'ETIMEDOUT') return `no answer within ${answerMs} ms`
  return typeof message === 'string' ? message.replaceAll(/\s+/g, ' ').slice(0, 120) : 'it failed'
}

// Unit 0 is everybody, and nobody answers then.
const unit = z.int().min(1).max(247).exactOptional()
const coil = z.int().min(0).max(65_535)

const tcpSchema = z.strictObject({
  driver: z.literal('relay-modbus-tcp'),
  /** Name or address of the board or of its gateway. */
  host: text.max(253).regex(/^[\w.:-]+$/, 'a name or an address, without a scheme'),
  /** Default: 502. */
  tcpPort: z.int().min(1).max(65_535).exactOptional(),
  /** The board's own number behind the address. Default: 1. */
  unit,
  ...relayOptions(coil),
})

/** Lamps on a relay board or a switched supply that speaks Modbus over TCP. */
export const modbusTcpLight: Driver<typeof tcpSchema, OpenOptions, OpenedLight> = {
  schema: tcpSchema,
  wireless: true,
  address: ({ host, tcpPort = 502 }) => `modbus ${host}:${tcpPort}`,
  async open(config, { signal }) {
    const { host, tcpPort = 502 } = config
    const reach: Reach = {
      driver: 'relay-modbus-tcp',
      address: `${host}:${tcpPort}`,
      connect: client => client.connectTCP(host, { port: tcpPort }),
    }
    return await openRelayLight(await ModbusBoard.open(reach, config.unit ?? 1, signal), config, signal)
  },
}

const rtuSchema = z.strictObject({
  driver: z.literal('relay-modbus-rtu'),
  /** The serial port, e.g. of an RS-485 adapter. */
  port: text,
  /** Bit/s. Default: 9600. */
  baudRate: z.int().min(300).max(1_000_000).exactOptional(),
  /** Default: none. */
  parity: z.enum(['none', 'even', 'odd']).exactOptional(),
  /** The board's own number on the line. Default: 1. */
  unit,
  ...relayOptions(coil),
})

/** Lamps on a relay board that speaks Modbus RTU on a serial line. */
export const modbusRtuLight: Driver<typeof rtuSchema, OpenOptions, OpenedLight> = {
  schema: rtuSchema,
  wireless: true,
  address: ({ port }) => port,
  async open(config, { signal }) {
    const { port, baudRate = 9600, parity = 'none' } = config
    const reach: Reach = {
      driver: 'relay-modbus-rtu',
      address: port,
      connect: client => client.connectRTUBuffered(port, { baudRate, parity }),
    }
    return await openRelayLight(await ModbusBoard.open(reach, config.unit ?? 1, signal), config, signal)
  },
}
