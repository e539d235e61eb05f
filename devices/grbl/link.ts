import { untilSafe } from '../make-safe.ts'
import { Mutex } from '../mutex.ts'
import { RigError } from '../rig-error.ts'
import type { MakeSerialLine } from '../wire/serial-line.ts'
import { ControllerState, isResetToContinue } from './controller-state.ts'
import { type LinkDeadlines, linkDeadlines } from './deadlines.ts'
import type { Firmware, Settings } from './firmware.ts'
import { resetAndGreet } from './greeting.ts'
import { LineExchange } from './line-exchange.ts'
import { closedError, lockedError, lostError, restartedError, silentError } from './link-errors.ts'
import { readSettings } from './read-settings.ts'
import { assertDarkAndAtRest } from './safe-state.ts'
import { type GrblStatus, parseStatus } from './status.ts'

/** Bytes that the firmware acts on at once, between any two others. Every reset goes through {@link GrblLink.reset}. */
const realtime = { status: 0x3f, hold: 0x21, resume: 0x7e, jogCancel: 0x85 } as const
type Realtime = keyof typeof realtime

/**
 * What is held of one GRBL 1.1 controller, shared by the stage and the lamps that hang on it: who it is, whether an alarm
 * locks it, which of its lives this is.
 *
 * One line is under way at a time and each is answered before the next is sent: an `ok` says that a line was taken,
 * not that it was done. Opening resets the controller, whatever it was doing, so that a rig left behind by a program
 * that was killed is safe from then on.
 */
export class GrblLink {
  readonly #makeLine: MakeSerialLine
  readonly #deadlines: LinkDeadlines
  readonly #mutex = new Mutex()
  #wire: LineExchange | null = null
  readonly #state = new ControllerState()
  #lost: RigError | null = null
  #closed = false
  /** Set when the rig is being made safe: from then on nobody else may make it do anything. */
  #retired = false
  #safe: Promise<void> | null = null
  #outOfStep = false
  #resetting: Promise<void> | null = null
  private constructor(makeLine: MakeSerialLine, deadlines: LinkDeadlines) {
    this.#makeLine = makeLine
    this.#deadlines = deadlines
  }

  /**
   * Opens the port, resets the controller and asks who it is and how it is set.
   *
   * @throws RigError `port-open`, `no-banner`, `not-grbl`, `wrong-baud`
   */
  static async open(makeLine: MakeSerialLine, signal?: AbortSignal, deadlines = linkDeadlines): Promise<GrblLink> {
    const link = new GrblLink(makeLine, deadlines)
    try {
      await link.#connect(signal)
      return link
    } catch (error) {
      await link.close().catch(() => {})
      throw error
    }
  }

  get firmware(): Firmware {
    return this.#state.firmware
  }

  /** As read when the port was opened; empty when the controller did not tell them. */
  get settings(): Settings {
    return this.#state.settings
  }

  /** Number of the alarm that locks the controller, or null. 0: locked, number not known (as after power-up). */
  get alarm(): number | null {
    return this.#state.alarm
  }

  /** Grows by one with every reset, commanded or not. */
  get life(): number {
    return this.#state.life
  }

  get isLost(): boolean {
    return this.#lost !== null
  }

  /** The last state that was heard, for sentences. */
  get lastState(): string {
    return this.#state.described
  }

  /** What a person does about the alarm, or the open door, without a full stop; null when there is neither. */
  get advice(): string | null {
    return this.alarm === null ? this.#state.hindrance : this.#state.locked.advice
  }

  /**
   * Sends one line and resolves with what came before its `ok`. Callers take turns.
   *
   * @throws RigError `grbl-error`, `stage-alarm`, `answer-deadline`, `port-lost`, `controller-restarted`
   */
  command(line: string, options: { signal?: AbortSignal | undefined; deadlineMs?: number } = {}): Promise<string[]> {
    return this.#mutex.run(async () => {
      if (this.#retired) throw closedError()
      if (this.#outOfStep) await this.#resetNow(options.signal)
      if (this.alarm !== null && !line.startsWith('$')) throw this.#alarmError(line)
      try {
        return await this.#exchange(line, options.deadlineMs ?? this.#deadlines.answerMs, options.signal)
      } catch (error) {
        if (error instanceof RigError && error.code === 'grbl-error') await this.#clearError(line, options.signal)
        throw error
      }
    }, options.signal)
  }

  /** Asks for one status report. Needs no turn: it is answered between lines, but not while homing. */
  async status(signal?: AbortSignal): Promise<GrblStatus> {
    signal?.throwIfAborted()
    const ends = performance.now() + this.#deadlines.statusMs
    for (;;) {
      const wire = this.#usable()
      const left = ends - performance.now()
      if (left <= 0) {
        throw silentError(this.#path, this.#deadlines.statusMs, this.lastState)
      }
      // A damaged report is no report: ask again well before the deadline.
      const heard = wire.nextLine(line => parseStatus(line) !== null, Math.min(left, 500), signal)
      heard.catch(() => {})
      await this.realtime('status')
      const line = await heard
      if (line !== null) return this.#state.inMillimetres(parseStatus(line)!)
    }
  }

  /** Sends one real-time byte. Resolves when it was handed to the port. */
  async realtime(name: Realtime): Promise<void> {
    await this.#usable().write(Uint8Array.of(realtime[name]), this.#deadlines.answerMs)
  }

  /**
   * Resets the controller: motion ends, every output goes off, commands under way are rejected. In a critical alarm
   * it waits for the firmware to be ready first, since a reset sent too early is swallowed.
   *
   * @throws RigError `no-banner`, `port-lost`
   */
  async reset(signal?: AbortSignal): Promise<void> {
    if (this.#retired) throw closedError()
    // Two that ask at once want the same; a second reset would cut off the first one's greeting.
    this.#resetting ??= this.#resetOnce(signal).finally(() => {
      this.#resetting = null
    })
    await this.#resetting
  }

  /**
   * Opens a port that was lost again, as when the plug was pulled and put back; does nothing while it is there.
   *
   * @throws RigError as {@link GrblLink.open}
   */
  async reconnect(signal?: AbortSignal): Promise<void> {
    await this.#mutex.run(async () => {
      if (this.#retired || this.#closed) throw closedError()
      if (this.#lost) await this.#connectAgain(signal)
    }, signal)
  }

  /** Unlocks without homing (`$X`): for lamps and stopping only, the position stays unknown. */
  async unlock(signal?: AbortSignal): Promise<void> {
    await this.command('$X', { signal })
    this.#state.unlocked()
  }

  /** Homes (`$H`): silent until it is done. @throws RigError as {@link GrblLink.command} */
  async home(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    await this.command('$H', { signal, deadlineMs })
    this.#state.unlocked()
  }

  /**
   * The last thing that a link does before it is closed: motion ended, every output off, and the controller's own
   * word for it. A port that was lost is opened again for this, as often as `deadlineMs` allows. From the first call on
   * every other command is refused. Asked twice, it answers both with one attempt; after a failure it tries again.
   *
   * @throws RigError `rig-unsafe`
   */
  makeSafe(deadlineMs: number): Promise<void> {
    this.#safe ??= this.#makeSafeNow(deadlineMs).catch((error: unknown) => {
      this.#safe = null
      throw error
    })
    return this.#safe
  }

  /** Closes the port. Sends nothing: who opened the rig has made it safe before. Closing twice is fine. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#wire?.close(closedError())
  }

  /** @throws RigError `port-closed`, `port-lost` */
  assertUsable(): void {
    if (this.#retired) throw closedError()
    this.#usable()
  }

  get #path(): string {
    return this.#wire?.path ?? 'the serial port'
  }

  #usable(): LineExchange {
    if (this.#closed || !this.#wire) throw closedError()
    if (this.#lost) throw this.#lost
    return this.#wire
  }

  #alarmError(line: string): RigError {
    return lockedError(this.#path, line, this.#state.locked)
  }

  async #makeSafeNow(deadlineMs: number): Promise<void> {
    this.#retired = true
    this.#wire?.failPending(closedError())
    await untilSafe(
      deadlineMs,
      giveUp =>
        this.#mutex.run(async () => {
          if (this.#closed) throw closedError()
          if (this.#lost) await this.#connectAgain(giveUp)
          else await this.#resetNow(giveUp)
          await assertDarkAndAtRest({
            ask: line => this.#exchange(line, this.#deadlines.answerMs, giveUp),
            status: () => this.status(giveUp),
            isLocked: () => this.alarm !== null,
          })
        }, giveUp),
      (seconds, why) =>
        `the controller could not be made safe within ${seconds} s: ${why} Lamps may be on and axes may move: switch both off at their supply.`,
    )
  }

  async #connect(signal?: AbortSignal): Promise<void> {
    const wire: LineExchange = new LineExchange(this.#makeLine, {
      heard: line => this.#hear(line),
      lost: cause => this.#lose(wire, cause),
      lastState: () => this.lastState,
    })
    this.#wire = wire
    await wire.open(this.#deadlines.openMs, signal)
    await this.#resetNow(signal)
    this.#state.settings = await readSettings(async () => {
      if (this.#outOfStep) await this.#resetNow(signal)
      return await this.#exchange('$$', this.#deadlines.settingsMs ?? this.#deadlines.answerMs, signal)
    })
  }

  async #connectAgain(signal?: AbortSignal): Promise<void> {
    const lost = this.#lost ?? closedError()
    await this.#wire?.close(lost)
    this.#lost = null
    try {
      await this.#connect(signal)
    } catch (error) {
      this.#lost ??= error instanceof RigError ? error : lost
      throw error
    }
  }

  #lose(wire: LineExchange, cause: Error | undefined): RigError {
    const error = lostError(wire.path, this.lastState, cause)
    if (wire !== this.#wire || this.#lost) return error
    this.#lost = error
    this.#state.beginLife()
    return error
  }

  #hear(line: string): void {
    const interruption = this.#state.hear(line)
    const pending = this.#wire?.pendingLine
    if (interruption === 'alarm' && pending) this.#wire?.failPending(this.#alarmError(pending))
    if (interruption === 'check-mode') this.#outOfStep = true
    if (interruption !== 'restart') return
    this.#wire?.failPending(restartedError(this.#path))
  }

  /** grblHAL answers every later G-code line with the same error until a `$` command went through. */
  async #clearError(line: string, signal?: AbortSignal): Promise<void> {
    if (line.startsWith('$') || this.firmware.dialect !== 'grblHAL') return
    await this.#exchange('$G', this.#deadlines.answerMs, signal).catch(() => {})
  }

  async #exchange(line: string, deadlineMs: number, signal?: AbortSignal): Promise<string[]> {
    const outOfStep = (): void => {
      this.#outOfStep = true
    }
    return await this.#usable().exchange(line, { deadlineMs, signal, outOfStep })
  }

  async #resetOnce(signal?: AbortSignal): Promise<void> {
    this.#wire?.failPending(
      new RigError('controller-reset', `the controller on ${this.#path} was reset while a command was under way.`),
    )
    await this.#mutex.run(() => this.#resetNow(signal), signal)
  }

  async #resetNow(signal?: AbortSignal): Promise<void> {
    const wire = this.#usable()
    this.#outOfStep = true
    if (this.#state.isDeaf) await wire.nextLine(isResetToContinue, this.#deadlines.criticalMs, signal)
    this.#state.unlocked()
    const { life } = this.#state
    this.#state.firmware = await resetAndGreet(wire, this.#deadlines, signal)
    // One that resets without a greeting was not heard to.
    if (this.#state.life === life) this.#state.beginLife()
    this.#outOfStep = false
  }
}
