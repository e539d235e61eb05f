import { BytePort } from './byte-port.ts'
import { LineCutter } from './line-cutter.ts'
import type { MakeSerialLine } from './serial-line.ts'

/** What a port tells whoever opened it. Nothing any more once {@link Port.close} was called. */
interface PortListener {
  heard(line: string): void
  /** Once: the port is gone, whatever it was that said so first. */
  lost(cause: Error | undefined): void
}

/** One opening of a serial port, from open to close: lines in, bytes out, each call with its deadline. */
export class Port {
  readonly #port: BytePort
  readonly #cutter: LineCutter
  #given = false

  constructor(makeLine: MakeSerialLine, listener: PortListener, options: { longestLine?: number } = {}) {
    this.#cutter = new LineCutter(options.longestLine)
    this.#port = new BytePort(makeLine, {
      heard: bytes => {
        for (const line of this.#cutter.push(bytes)) if (!this.#given) listener.heard(line)
      },
      lost: cause => {
        this.#given = true
        listener.lost(cause)
      },
    })
  }

  get path(): string {
    return this.#port.path
  }

  /** Bit/s that it is opened at, or null where that means nothing. */
  get baudRate(): number | null {
    return this.#port.baudRate
  }

  /** Bytes heard since it was opened or {@link forgetHeard} was called, and how many of them no text has. */
  get heard(): { readonly all: number; readonly unprintable: number } {
    return this.#cutter.heard
  }

  forgetHeard(): void {
    this.#cutter.forgetHeard()
  }

  /** @throws RigError `port-open` */
  async open(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    await this.#port.open(deadlineMs, signal)
  }

  /** Hands bytes to the port. @throws RigError `port-stuck`, or what the port itself says */
  async write(bytes: Uint8Array, deadlineMs: number): Promise<void> {
    await this.#port.write(bytes, deadlineMs)
  }

  /** Lets go of the port, open or not. @throws RigError `port-close` when it holds on */
  async close(): Promise<void> {
    this.#given = true
    await this.#port.close()
  }
}
