import { EventEmitter } from 'node:events'
import { RigError } from '../rig-error.ts'
import type { MakeSerialLine, SerialLine } from './serial-line.ts'
import type { SerialPortConfig, SerialPorts } from './serial-port.ts'
import { decodeBytes, parseCapture, type WireEvent } from './wire-event.ts'

interface Step {
  readonly dir: WireEvent['dir']
  readonly bytes: Uint8Array
  /** Line of the capture file. */
  readonly line: number
}

/**
 * A captured session, played back: what the device said is said again once the host has sent what it sent then. The host
 * is held to it byte for byte; where it differs, its port fails, and {@link difference} names the line. Time is not
 * replayed: an answer comes at once.
 */
export class Replay {
  readonly #source: string
  readonly #wires: ReadonlyMap<string, Wire>

  /**
   * @param text a capture file
   * @param source what to call it in errors
   * @param isSerial of the name of a wire: HTTP exchanges may stand in the same file, and are passed over
   * @throws RigError `capture-format`
   */
  constructor(text: string, source: string, isSerial: (name: string) => boolean = () => true) {
    this.#source = source
    const wires = new Map<string, Wire>()
    for (const event of parseCapture(text, source).filter(({ name }) => isSerial(name))) {
      const wire = wires.get(event.name) ?? new Wire(source)
      wires.set(event.name, wire)
      wire.add({ dir: event.dir, bytes: decodeBytes(event) ?? concealed(event), line: event.line })
    }
    this.#wires = wires
  }

  /** Serial ports that play the wires back. @param name of the wire of a port, as when it was captured */
  ports(name: (config: SerialPortConfig) => string): SerialPorts {
    return config => {
      const wire = this.#wires.get(name(config))
      if (!wire) throw new RigError('replay', `${this.#source} holds no wire "${name(config)}".`)
      return wire.makeLine(config)
    }
  }

  /** What the host did otherwise, with the line of the capture; null while it does the same. */
  get difference(): RigError | null {
    return firstOf(this.#wires, wire => wire.difference)
  }

  /** What the host did otherwise or, the session being over, left undone; null when all was done as then. */
  get unfinished(): RigError | null {
    return this.difference ?? firstOf(this.#wires, wire => wire.unfinished)
  }
}

function firstOf(wires: ReadonlyMap<string, Wire>, of: (wire: Wire) => RigError | null): RigError | null {
  return [...wires.values()].map(of).find(found => found !== null) ?? null
}

/** As many bytes as were concealed: a stand-in that is no secret. */
function concealed(event: WireEvent): Uint8Array {
  const length = Number(event.bytes)
  return new Uint8Array(Number.isInteger(length) && length >= 0 && length < 1e6 ? length : 0).fill(0x2a)
}

class Wire {
  readonly #source: string
  readonly #steps: Step[] = []
  #at = 0
  /** Bytes of the step under way that the host has sent. */
  #sent = 0
  #open: ReplayedLine | null = null
  #difference: RigError | null = null

  constructor(source: string) {
    this.#source = source
  }

  add(step: Step): void {
    this.#steps.push(step)
  }

  get difference(): RigError | null {
    return this.#difference
  }

  get unfinished(): RigError | null {
    const next = this.#steps.slice(this.#at).find(step => step.dir === 'out' || step.dir === 'open')
    return next ? this.#differs(next, 'nothing more') : null
  }

  makeLine({ port }: SerialPortConfig): MakeSerialLine {
    return () =>
      new ReplayedLine(port, {
        opened: line => {
          this.#skip('open')
          this.#open = line
          this.#play()
        },
        closed: () => {
          this.#open = null
          while (this.#steps[this.#at] && !['open', 'out'].includes(this.#steps[this.#at]!.dir)) this.#at++
        },
        sent: bytes => this.#match(bytes),
      })
  }

  #skip(dir: Step['dir']): void {
    while (this.#steps[this.#at] && ['close', 'lost', 'in'].includes(this.#steps[this.#at]!.dir)) this.#at++
    if (this.#steps[this.#at]?.dir === dir) this.#at++
  }

  /** @returns the difference, when there is one */
  #match(bytes: Uint8Array): RigError | null {
    for (const byte of bytes) {
      const step = this.#steps[this.#at]
      if (step?.dir !== 'out' || step.bytes[this.#sent] !== byte) {
        this.#difference ??= this.#differs(step, describe(bytes))
        return this.#difference
      }
      this.#sent++
      if (this.#sent === step.bytes.length) {
        this.#sent = 0
        this.#at++
        this.#play()
      }
    }
    return null
  }

  /** Says what the device said next, up to what the host has to send. */
  #play(): void {
    for (let step = this.#steps[this.#at]; step?.dir === 'in' || step?.dir === 'lost'; step = this.#steps[this.#at]) {
      this.#at++
      if (step.dir === 'lost') this.#open?.lose()
      else this.#open?.say(step.bytes)
    }
  }

  #differs(step: Step | undefined, sent: string): RigError {
    const where = step ? `${this.#source}, line ${step.line}` : `${this.#source}, after its last line`
    const then = !step
      ? 'nothing more was sent'
      : step.dir === 'out'
        ? `${describe(step.bytes)} was sent`
        : `the port was not used (${step.dir})`
    return new RigError(
      'replay-difference',
      `${where}: then ${then}, now ${sent}. Record the session again if this is meant.`,
    )
  }
}

function describe(bytes: Uint8Array): string {
  const text = JSON.stringify(Buffer.from(bytes.subarray(0, 60)).toString('latin1'))
  return bytes.length > 60 ? `${text}…` : text
}

interface Host {
  opened(line: ReplayedLine): void
  closed(): void
  sent(bytes: Uint8Array): RigError | null
}

class ReplayedLine extends EventEmitter implements SerialLine {
  readonly path: string
  isOpen = false
  readonly #host: Host

  constructor(path: string, host: Host) {
    super()
    this.path = path
    this.#host = host
  }

  open(done: (error: Error | null) => void): void {
    setImmediate(() => {
      this.isOpen = true
      done(null)
      this.#host.opened(this)
    })
  }

  write(bytes: Uint8Array, done: (error: Error | null | undefined) => void): boolean {
    const copy = Uint8Array.from(bytes)
    setImmediate(() => {
      const difference = this.isOpen ? this.#host.sent(copy) : new Error('Port is not open')
      done(difference)
      if (difference) this.emit('error', difference)
    })
    return true
  }

  close(done: (error: Error | null) => void): void {
    setImmediate(() => {
      if (this.isOpen) this.#host.closed()
      this.isOpen = false
      done(null)
      this.emit('close')
    })
  }

  say(bytes: Uint8Array): void {
    setImmediate(() => this.emit('data', Uint8Array.from(bytes)))
  }

  /** The plug was pulled: serialport tells it twice. */
  lose(): void {
    setImmediate(() => {
      this.isOpen = false
      this.emit('close')
      this.emit('close', Object.assign(new Error('Input/output error'), { disconnected: true }))
    })
  }
}
