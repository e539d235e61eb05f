/**
 * The part of serialport's stream that the drivers use. A real `SerialPort` is one, and so is the virtual rig's, which
 * is the same class over another binding.
 */
export interface SerialLine {
  readonly path: string
  /** Bit/s; absent where that means nothing. */
  readonly baudRate?: number
  readonly isOpen: boolean
  open(done: (error: Error | null) => void): void
  /** Errors also come as an `error` event, sometimes only there. */
  write(bytes: Uint8Array, done: (error: Error | null | undefined) => void): boolean
  close(done: (error: Error | null) => void): void
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Comes twice when the cable is pulled; see the double close in node-serialport. */
  on(event: 'close', listener: (error?: Error | null) => void): unknown
  removeAllListeners(): unknown
}

/** Makes the port's stream without opening it (`autoOpen: false`). Called again to reopen a port that was lost. */
export type MakeSerialLine = () => SerialLine
