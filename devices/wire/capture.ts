import type { SerialLine } from './serial-line.ts'
import { type SerialPortConfig, type SerialPorts, usualBaudRate } from './serial-port.ts'
import { encodeBytes, formatEvent, type WireEvent } from './wire-event.ts'

/** Takes what goes over wires, one event at a time; several wires share one, told apart by name. */
export interface WireCapture {
  /** @param conceal the bytes must not be written down: only how many they were */
  note(name: string, dir: WireEvent['dir'], bytes?: Uint8Array, options?: { readonly conceal?: boolean }): void
}

/**
 * A capture that gives each event as one line of a capture file, its end included.
 *
 * @param write takes the lines, e.g. a file's `appendFileSync`: what is under way when a program is killed is what one wants to see
 * @param now any clock, ms
 */
export function captureLines(write: (line: string) => void, now: () => number = () => performance.now()): WireCapture {
  const began = now()
  return {
    note: (name, dir, bytes = new Uint8Array(), { conceal = false } = {}) => {
      const told: Pick<WireEvent, 'as' | 'bytes'> = conceal
        ? { as: 'concealed', bytes: String(bytes.length) }
        : encodeBytes(bytes)
      write(`${formatEvent({ t: now() - began, dir, name, ...told })}\n`)
    },
  }
}

/**
 * Serial ports whose bytes are captured on their way.
 *
 * @param name of the wire of a port, or null where it is not captured; a scanner's is concealed, for it may scan a key
 */
export function capturedPorts(
  ports: SerialPorts,
  capture: WireCapture,
  name: (config: SerialPortConfig) => { readonly name: string; readonly conceal?: boolean } | null,
): SerialPorts {
  return config => {
    const wire = name(config)
    const makeLine = ports(config)
    return wire === null ? makeLine : () => new CapturedLine(makeLine(), config, capture, wire)
  }
}

class CapturedLine implements SerialLine {
  readonly #line: SerialLine
  readonly #note: (dir: WireEvent['dir'], bytes?: Uint8Array) => void
  readonly baudRate: number

  constructor(
    line: SerialLine,
    config: SerialPortConfig,
    capture: WireCapture,
    { name, conceal = false }: { readonly name: string; readonly conceal?: boolean },
  ) {
    this.#line = line
    this.baudRate = line.baudRate ?? config.baudRate ?? usualBaudRate
    this.#note = (dir, bytes) => capture.note(name, dir, bytes, { conceal })
  }

  get path(): string {
    return this.#line.path
  }

  get isOpen(): boolean {
    return this.#line.isOpen
  }

  open(done: (error: Error | null) => void): void {
    this.#line.open(error => {
      if (!error) this.#note('open')
      done(error)
    })
  }

  write(bytes: Uint8Array, done: (error: Error | null | undefined) => void): boolean {
    this.#note('out', bytes)
    return this.#line.write(bytes, done)
  }

  close(done: (error: Error | null) => void): void {
    this.#note('close')
    this.#line.close(done)
  }

  on(event: 'data' | 'error' | 'close', listener: (value: never) => void): unknown {
    if (event === 'data') {
      this.#line.on('data', bytes => {
        this.#note('in', bytes)
        listener(bytes as never)
      })
    } else if (event === 'error') this.#line.on('error', listener as (error: Error) => void)
    else {
      this.#line.on('close', error => {
        if (error) this.#note('lost')
        listener(error as never)
      })
    }
    return this
  }

  removeAllListeners(): unknown {
    return this.#line.removeAllListeners()
  }
}
