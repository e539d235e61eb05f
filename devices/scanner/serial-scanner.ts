import { z } from 'zod'
import { Secret } from '../../harness/core/secret.ts'
import { whenLate, withDeadline } from '../deadline.ts'
import type { Driver, OpenOptions } from '../driver.ts'
import { Mutex } from '../mutex.ts'
import { ms, text } from '../options.ts'
import { RigError } from '../rig-error.ts'
import { BytePort } from '../wire/byte-port.ts'
import type { MakeSerialLine } from '../wire/serial-line.ts'
import { serialPortOptions, systemSerialPorts } from '../wire/serial-port.ts'
import { isKeyLike } from './key-like.ts'
import { type CodeFrame, ScanFramer } from './scan-framer.ts'
import type { OpenedScanner, Scan, Scanner } from './scanner.ts'

const schema = z.strictObject({
  driver: z.literal('serial'),
  ...serialPortOptions,
  /** Put in front of every code by the scanner, also STX (`\u0002`); a scan without it is refused. Default: nothing. */
  prefix: z.string().exactOptional(),
  /** The scanner puts an AIM identifier (`]Q1`, `]C0`) between prefix and payload. Default: false. */
  aim: z.boolean().exactOptional(),
  /** Ends every code; `any`: CR, LF or both; `none`: silence ends it, see `idleMs`. Default: `any`. */
  suffix: text.exactOptional(),
  /** Silence that ends a code, ms, where the suffix is `none`. Default: 100. */
  idleMs: ms.exactOptional(),
  /** Sent to start and to end reading, where the scanner is told to by the host; e.g. `\u0016T\r` and `\u0016U\r`. */
  trigger: z.strictObject({ on: text, off: text.exactOptional() }).exactOptional(),
  /** Which payloads are secrets: those that look like a private key (`keys`), or every one (`all`). Default: `keys`. */
  secret: z.enum(['keys', 'all']).exactOptional(),
})
export type SerialScannerConfig = Readonly<z.infer<typeof schema>>

const openMs = 3000
const writeMs = 2000
const usualIdleMs = 100
/** Single bytes with which a scanner answers a trigger: ACK, NAK. */
const acknowledgements: readonly number[] = [0x06, 0x15]

interface Waiting {
  readonly since: number
  resolve(scan: Scan): void
  reject(error: Error): void
}

/** A barcode scanner on a serial port. */
class SerialScanner implements Scanner {
  readonly name = 'serial'
  readonly #config: SerialScannerConfig
  readonly #port: BytePort
  readonly #framer: ScanFramer
  readonly #mutex = new Mutex()
  #waiting: Waiting | null = null
  #stopIdle = (): void => {}
  #over: RigError | null = null

  private constructor(makeLine: MakeSerialLine, config: SerialScannerConfig) {
    this.#config = config
    this.#framer = new ScanFramer(config.suffix ?? 'any')
    this.#port = new BytePort(makeLine, {
      heard: bytes => this.#hear(bytes),
      lost: cause =>
        this.#end(
          new RigError(
            'port-lost',
            `the scanner on ${this.#port.path} was lost (${cause?.message ?? 'closed'}). Check its cable.`,
            { cause },
          ),
        ),
    })
  }

  /** @throws RigError `port-open`, `rig-configuration` */
  static async open(
    makeLine: MakeSerialLine,
    config: SerialScannerConfig,
    signal?: AbortSignal,
  ): Promise<SerialScanner> {
    if (config.suffix === '') {
      throw new RigError('rig-configuration', 'the suffix of a scanner is empty: write none if silence ends a code.')
    }
    const scanner = new SerialScanner(makeLine, config)
    await scanner.#port.open(openMs, signal)
    return scanner
  }

  scan(deadlineMs: number, signal?: AbortSignal): Promise<Scan> {
    return this.#mutex.run(async () => {
      if (this.#over) throw this.#over
      signal?.throwIfAborted()
      const scanned = new Promise<Scan>((resolve, reject) => {
        this.#waiting = { since: performance.now(), resolve, reject }
      })
      scanned.catch(() => {})
      const { trigger } = this.#config
      try {
        if (trigger) await this.#send(trigger.on)
        return await withDeadline(scanned, deadlineMs, () => this.#late(deadlineMs), signal)
      } finally {
        this.#waiting = null
        if (trigger?.off && !this.#over) await this.#send(trigger.off).catch(() => {})
      }
    }, signal)
  }

  async close(): Promise<void> {
    this.#end(new RigError('port-closed', 'the scanner was closed; open it again.'))
    this.#stopIdle()
    this.#framer.clear()
    await this.#port.close()
  }

  async #send(text: string): Promise<void> {
    await this.#port.write(Uint8Array.from(Buffer.from(text, 'latin1')), writeMs)
  }

  #hear(bytes: Uint8Array): void {
    const now = performance.now()
    for (const frame of this.#framer.push(bytes, now)) this.#take(frame)
    bytes.fill(0)
    if (this.#config.suffix !== 'none') return
    this.#stopIdle()
    // Only time in which this program ran is silence: what waits to be read is none.
    this.#stopIdle = whenLate(this.#config.idleMs ?? usualIdleMs, () => {
      const frame = this.#framer.silence()
      if (frame) this.#take(frame)
    })
  }

  /** A code that began before anyone asked is an old one, or the rest of one. */
  #take(frame: CodeFrame): void {
    const waiting = this.#waiting
    if (waiting && frame.beganAt >= waiting.since) {
      try {
        const scan = this.#read(frame)
        if (scan) waiting.resolve(scan)
      } catch (error) {
        waiting.reject(error instanceof Error ? error : new Error('the scan could not be read'))
      }
    }
    frame.bytes.fill(0)
  }

  /** Null for the answer to a trigger. */
  #read(frame: CodeFrame): Scan | null {
    const { path } = this.#port
    if (frame.overlong) {
      throw new RigError(
        'scan-noise',
        `the scanner on ${path} sent more than a code can hold without an end. Check its suffix and its baud rate.`,
      )
    }
    let bytes = frame.bytes
    while (this.#config.trigger && bytes[0] !== undefined && acknowledgements.includes(bytes[0]))
      bytes = bytes.subarray(1)
    if (bytes.length === 0) return null
    const { prefix = '', aim = false } = this.#config
    // As bytes: STX is no text.
    const before = Buffer.from(prefix)
    if (!before.every((byte, i) => bytes[i] === byte)) throw this.#without('its prefix', 'prefix', bytes)
    const text = decode(bytes.subarray(before.length))
    if (text === null) {
      throw new RigError(
        'scan-noise',
        `the scanner on ${path} sent ${bytes.length} bytes that are no text. Check its baud rate and its prefix, then scan again.`,
      )
    }
    const identifier = aim ? /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0] : ''
    if (identifier === undefined) throw this.#without('an AIM identifier', 'aim', bytes)
    const payload = text.slice(identifier.length)
    const isSecret = this.#config.secret === 'all' || isKeyLike(payload)
    return { payload: isSecret ? Secret.ofText(payload) : payload, prefix: prefix + identifier }
  }

  #without(what: string, option: string, { length }: Uint8Array): RigError {
    return new RigError(
      'scan-noise',
      `the scanner on ${this.#port.path} sent a code without ${what} (${length} bytes). Scan again, or correct ${option} in the configuration.`,
    )
  }

  #end(error: RigError): void {
    this.#over ??= error
    this.#waiting?.reject(error)
  }

  #late(deadlineMs: number): RigError {
    const { path } = this.#port
    const seconds = deadlineMs / 1000
    const { pending } = this.#framer
    if (pending > 0) {
      this.#framer.giveUp()
      return new RigError(
        'scan-deadline',
        `the scanner on ${path} sent ${pending} bytes and no end within ${seconds} s. Set its suffix to CR, or the suffix in the configuration to none.`,
      )
    }
    return new RigError(
      'scan-deadline',
      `no code came from the scanner on ${path} within ${seconds} s. Check that it reads the code, its cable and its baud rate.`,
    )
  }
}

/** Payloads are text, with GS, RS and EOT as in GS1 and ISO 15434; null for anything else. */
function decode(bytes: Uint8Array): string | null {
  if (bytes.some(byte => (byte < 0x20 && ![0x04, 0x09, 0x0a, 0x0d, 0x1d, 0x1e].includes(byte)) || byte === 0x7f))
    return null
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** A barcode scanner on a serial port, RS-232 or USB-CDC. */
export const serialScanner: Driver<typeof schema, OpenOptions, OpenedScanner> = {
  schema,
  address: ({ port }) => port,
  async open(config, { ports = systemSerialPorts, signal }) {
    const scanner = await SerialScanner.open(ports(config), config, signal)
    return {
      scanner,
      identity: { driver: 'serial', address: config.port, firmware: 'unknown', warnings: [] },
      makeSafe: async () => {},
      close: () => scanner.close(),
    }
  },
}
