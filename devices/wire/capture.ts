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

type Note = (dir: WireEvent['dir'], bytes?: Uint8Array) => void

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
    if (wire === null) return makeLine
    const note: Note = (dir, bytes) => capture.note(wire.name, dir, bytes, { conceal: wire.conceal ?? false })
    return () => {
      const line = makeLine()
      return capturedLine(line, line.baudRate ?? config.baudRate ?? usualBaudRate, note)
    }
  }
}

function capturedLine(line: SerialLine, baudRate: number, note: Note): SerialLine {
  const before: Readonly<Record<string, (value: unknown) => void>> = {
    data: bytes => note('in', bytes as Uint8Array),
    close: error => error && note('lost'),
  }
  return {
    path: line.path,
    baudRate,
    get isOpen() {
      return line.isOpen
    },
    open: done =>
      line.open(error => {
        if (!error) note('open')
        done(error)
      }),
    write: (bytes, done) => {
      note('out', bytes)
      return line.write(bytes, done)
    },
    close: done => {
      note('close')
      line.close(done)
    },
    on: (event: 'data' | 'error' | 'close', listener: (value: never) => void) =>
      line.on(event as 'close', value => {
        before[event]?.(value)
        listener(value as never)
      }),
    removeAllListeners: () => line.removeAllListeners(),
  }
}
