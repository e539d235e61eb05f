import { SerialPort } from 'serialport'
import type { MakeSerialLine } from './serial-line.ts'

/** A serial port as a configuration names it. */
export interface SerialPortConfig {
  /** e.g. `/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0`, `/dev/ttyACM0`, `COM3`. */
  readonly port: string
  /** Bit/s; 115200 unless told. */
  readonly baudRate?: number
}

export const usualBaudRate = 115_200

/** Makes the stream of a port that a configuration names. Injected where a wire is recorded, replayed or virtual. */
export type SerialPorts = (config: SerialPortConfig) => MakeSerialLine

/** The operating system's serial ports, 8N1, locked against other programs while they are open. */
export const systemSerialPorts: SerialPorts =
  ({ port, baudRate }) =>
  () =>
    new SerialPort({ path: port, baudRate: baudRate ?? usualBaudRate, autoOpen: false })
