import { whenLate, withDeadline } from '../deadline.ts'
import { RigError } from '../rig-error.ts'
import { BytePort } from '../wire/byte-port.ts'
import { LineCutter } from '../wire/line-cutter.ts'
import type { MakeSerialLine } from '../wire/serial-line.ts'
import { LineAnswer } from './answer.ts'
import { DeviceIdentification } from './identify-device.ts'
import { parseStatus } from './status.ts'

/** GRBL keeps 80 characters a line, its end included. */
const longestCommand = 79

/** What an exchange tells whoever holds it. */
interface LineExchangeListener {
  /** Every line, before anyone waiting for it has it. */
  heard(line: string): void
  /** Once, when the port is gone by itself. Everyone waiting is rejected with the error given back. */
  lost(cause: Error | undefined): RigError
  /** The last state known, for sentences, e.g. `last state: Idle`. */
  lastState(): string
}

/**
 * One opening of a port, from open to close, as lines and answers: one command under way at a time, each matched with its
 * `ok` or error. What the lines mean for the controller is its holder's affair.
 */
export class LineExchange {
  readonly #port: BytePort
  readonly #cutter = new LineCutter()
  readonly #listener: LineExchangeListener
  #pending: LineAnswer | null = null
  #over: RigError | null = null
  readonly #waiting = new Set<{ heard(line: string): void; end(error: RigError): void }>()
  #device = new DeviceIdentification()

  constructor(makeLine: MakeSerialLine, listener: LineExchangeListener) {
    this.#listener = listener
    this.#port = new BytePort(makeLine, {
      heard: bytes => {
        for (const line of this.#cutter.push(bytes)) if (!this.#over) this.#hear(line)
      },
      lost: cause => this.end(listener.lost(cause)),
    })
  }

  get path(): string {
    return this.#port.path
  }

  get baudRate(): number | null {
    return this.#port.baudRate
  }

  /** The line that waits for its answer, or null. */
  get pendingLine(): string | null {
    return this.#pending?.line ?? null
  }

  /** What speaks there, should it be no GRBL. Judged over everything heard since {@link identifyAnew}. */
  get device(): DeviceIdentification {
    this.#device.bytes = this.#cutter.heard
    return this.#device
  }

  identifyAnew(): void {
    this.#device = new DeviceIdentification()
    this.#cutter.forgetHeard()
  }

  /** @throws RigError `port-open` */
  async open(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    await this.#port.open(deadlineMs, signal)
  }

  /** Hands bytes to the port. @throws RigError `port-stuck`, `port-lost` */
  async write(bytes: Uint8Array, deadlineMs: number): Promise<void> {
    if (this.#over) throw this.#over
    try {
      await this.#port.write(bytes, deadlineMs)
    } catch (error) {
      throw this.#over ?? error
    }
  }

  /** Rejects whoever waits for an answer with `error`. */
  failPending(error: Error): void {
    const pending = this.#pending
    this.#pending = null
    pending?.fail(error)
  }

  /**
   * Sends one line and resolves with what came before its `ok`.
   *
   * `after` is the line that the answer begins with, where strays of a former life must be told apart. `outOfStep` is
   * called when the line is left unanswered: its late answer would be taken for the next line's.
   *
   * @throws RigError `bad-command`, `grbl-error`, `answer-deadline`, and what {@link failPending} was given
   */
  async exchange(
    line: string,
    options: { after?: RegExp; deadlineMs: number; signal?: AbortSignal | undefined; outOfStep?(): void },
  ): Promise<string[]> {
    if (this.#over) throw this.#over
    if (line.length > longestCommand || /[^\x20-\x7d]|[?!]/.test(line)) {
      throw new RigError('bad-command', `a line for the controller must be at most ${longestCommand} plain characters.`)
    }
    const answer = new LineAnswer(this.path, line, options.after ?? null)
    this.#pending = answer
    const late = (): RigError =>
      new RigError(
        'answer-deadline',
        `the controller on ${this.path} did not answer ${line} within ${options.deadlineMs / 1000} s (${this.#listener.lastState()}). Check its power and cable, then run assay rig home.`,
      )
    try {
      await this.write(new TextEncoder().encode(`${line}\n`), options.deadlineMs)
      return await withDeadline(answer.lines, options.deadlineMs, late, options.signal)
    } catch (error) {
      if (this.#pending === answer) {
        this.#pending = null
        options.outOfStep?.()
      }
      throw error
    }
  }

  /** Resolves with the next line that fits, or null after `ms`. Rejects when the exchange ends. */
  nextLine(fits: (line: string) => boolean, ms: number, signal?: AbortSignal): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const done = (act: () => void): void => {
        inTime()
        this.#waiting.delete(waiter)
        signal?.removeEventListener('abort', aborted)
        act()
      }
      const waiter = {
        heard: (line: string): void => {
          if (fits(line)) done(() => resolve(line))
        },
        end: (error: RigError): void => done(() => reject(error)),
      }
      const aborted = (): void => done(() => reject(signal?.reason))
      const inTime = whenLate(ms, () => done(() => resolve(null)))
      this.#waiting.add(waiter)
      signal?.addEventListener('abort', aborted, { once: true })
      if (signal?.aborted) aborted()
      else if (this.#over) waiter.end(this.#over)
    })
  }

  /** Rejects everyone who waits, and every call from now on, with `error`. The port stays as it is. */
  end(error: RigError): void {
    this.#over ??= error
    this.failPending(error)
    for (const waiter of [...this.#waiting]) waiter.end(error)
  }

  /** Lets go of the port. @throws RigError `port-close` when it holds on */
  async close(error: RigError): Promise<void> {
    this.end(error)
    await this.#port.close()
  }

  #hear(line: string): void {
    this.#device.hear(line)
    this.#listener.heard(line)
    for (const waiter of [...this.#waiting]) waiter.heard(line)
    const pending = this.#pending
    if (!pending || parseStatus(line) || /^ALARM: ?-?\d/.test(line)) return
    if (pending.take(line)) this.#pending = null
  }
}
