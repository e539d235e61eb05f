import { createRequire } from 'node:module'
import { z } from 'zod'
import { text } from '../options.ts'
import type { MakeSerialLine } from './serial-line.ts'

/** What every configuration of a device on a serial port says. */
export const serialPortOptions = {
  /** e.g. `/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0`, `/dev/ttyACM0`, `COM3`. */
  port: text,
  /** Bit/s. Default: 115200. */
  baudRate: z.int().min(300).max(12_000_000).exactOptional(),
}

/** A serial port as a configuration names it. */
export type SerialPortConfig = Readonly<z.infer<z.ZodObject<typeof serialPortOptions>>>

export const usualBaudRate = 115_200

/** Makes the stream of a port that a configuration names. Injected where a wire is recorded, replayed or virtual. */
export type SerialPorts = (config: SerialPortConfig) => MakeSerialLine

/** The operating system's serial ports, 8N1, locked against other programs while they are open. */
export const systemSerialPorts: SerialPorts =
  ({ port, baudRate }) =>
  () => {
    // Only whoever opens a port loads the native binding: a configuration is read without it.
    const { SerialPort } = createRequire(import.meta.url)('serialport') as typeof import('serialport')
    return new SerialPort({ path: port, baudRate: baudRate ?? usualBaudRate, autoOpen: false })
  }
