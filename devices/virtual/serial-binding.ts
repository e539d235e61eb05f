import { SerialPort } from 'serialport'
import type { MakeSerialLine } from '../wire/serial-line.ts'

/**
 * The far end of a virtual serial cable: what is plugged in there. serialport's own stream, the one that drives real
 * hardware, runs unchanged over it.
 */
interface Plugged {
  /** The port was opened. DTR rises, which resets an Arduino. */
  opened(): void
  /** The host let go of the port; what is plugged in carries on. */
  closed(): void
  receive(bytes: Uint8Array): void
}

interface Reader {
  readonly buffer: Buffer
  readonly offset: number
  readonly length: number
  resolve(result: { buffer: Buffer; bytesRead: number }): void
  reject(error: Error): void
}

/**
 * A serial cable with a name. The host's end is a binding for serialport; the device's end is a {@link Plugged}.
 * Opening it twice is refused as the operating system refuses it, and it can be pulled out and put back.
 */
export class SerialCable {
  readonly path: string
  readonly #plugged: Plugged
  #port: HostEnd | null = null
  #isPulled = false

  constructor(path: string, plugged: Plugged) {
    this.path = path
    this.#plugged = plugged
  }

  /** Makes serialport's stream over this cable, not yet open. */
  readonly makeLine: MakeSerialLine = () => {
    const options = { path: this.path, baudRate: 115_200, autoOpen: false, binding: this.#binding() }
    return new SerialPort(options)
  }

  get isOpen(): boolean {
    return this.#port !== null
  }

  /** From the device to the host. What is sent while nobody listens is lost. */
  send(bytes: Uint8Array): void {
    this.#port?.deliver(bytes)
  }

  /** Pulls the USB plug: reads and writes fail with EIO and the path is gone until {@link SerialCable.putBack}. */
  pull(): void {
    this.#isPulled = true
    const port = this.#port
    this.#port = null
    port?.fail(systemError('EIO', 'Error: Input/output error, cannot read'))
  }

  putBack(): void {
    this.#isPulled = false
  }

  #binding(): object {
    return {
      list: async () => (this.#isPulled ? [] : [{ path: this.path }]),
      open: async (openOptions: object) => {
        if (this.#isPulled) throw systemError('ENOENT', `Error: No such file or directory, cannot open ${this.path}`)
        if (this.#port) throw systemError('EAGAIN', 'Error Resource temporarily unavailable Cannot lock port')
        const port = new HostEnd(openOptions, {
          receive: bytes => this.#plugged.receive(bytes),
          release: () => {
            if (this.#port !== port) return
            this.#port = null
            this.#plugged.closed()
          },
        })
        this.#port = port
        this.#plugged.opened()
        return port
      },
    }
  }
}

/** The host's end, after `BindingPortInterface` of @serialport/bindings-interface. */
class HostEnd {
  readonly openOptions: object
  isOpen = true
  readonly #wire: { receive(bytes: Uint8Array): void; release(): void }
  #arrived: Buffer = Buffer.alloc(0)
  #reader: Reader | null = null
  #failure: Error | null = null

  constructor(openOptions: object, wire: { receive(bytes: Uint8Array): void; release(): void }) {
    this.openOptions = openOptions
    this.#wire = wire
  }

  deliver(bytes: Uint8Array): void {
    this.#arrived = Buffer.concat([this.#arrived, bytes])
    this.#serve()
  }

  fail(error: Error): void {
    this.#failure = error
    this.#serve()
  }

  read(buffer: Buffer, offset: number, length: number): Promise<{ buffer: Buffer; bytesRead: number }> {
    return new Promise((resolve, reject) => {
      if (!this.isOpen) reject(canceled())
      else {
        this.#reader = { buffer, offset, length, resolve, reject }
        this.#serve()
      }
    })
  }

  async write(bytes: Buffer): Promise<void> {
    if (!this.isOpen) throw canceled()
    if (this.#failure) throw this.#failure
    // A copy, and not in this turn of the event loop: the bytes go through an operating system.
    const copy = Uint8Array.from(bytes)
    await new Promise(resolve => setImmediate(resolve))
    if (this.#failure) throw this.#failure
    if (this.isOpen) this.#wire.receive(copy)
  }

  async close(): Promise<void> {
    if (!this.isOpen) return
    this.isOpen = false
    const reader = this.#reader
    this.#reader = null
    reader?.reject(canceled())
    this.#wire.release()
  }

  async update(): Promise<void> {}
  async set(): Promise<void> {}
  async get(): Promise<{ cts: boolean; dsr: boolean; dcd: boolean }> {
    return { cts: true, dsr: true, dcd: true }
  }
  async getBaudRate(): Promise<{ baudRate: number }> {
    return { baudRate: 115_200 }
  }
  async flush(): Promise<void> {
    this.#arrived = Buffer.alloc(0)
  }
  async drain(): Promise<void> {}

  #serve(): void {
    const reader = this.#reader
    if (!reader) return
    if (this.#arrived.length > 0) {
      this.#reader = null
      const bytesRead = this.#arrived.copy(reader.buffer, reader.offset, 0, reader.length)
      this.#arrived = this.#arrived.subarray(bytesRead)
      reader.resolve({ buffer: reader.buffer, bytesRead })
    } else if (this.#failure) {
      this.#reader = null
      reader.reject(this.#failure)
    }
  }
}

function systemError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}

function canceled(): Error {
  return Object.assign(new Error('Canceled'), { canceled: true })
}
