import { pause, withDeadline } from '../deadline.ts'
import { RigError } from '../rig-error.ts'
import { Turns } from '../turns.ts'
import { Port } from '../wire/port.ts'
import type { MakeSerialLine } from '../wire/serial-line.ts'
import { Answer } from './answer.ts'
import { alarmAdvice, describeAlarm, lockedUntilHomed } from './messages.ts'
import { describeStatus, type GrblStatus, parseStatus } from './status.ts'

/** Deadlines of the wire, ms. */
export interface LinkDeadlines {
  readonly openMs: number
  /** From a reset to the banner; the firmware starts in about 1 s. */
  readonly bannerMs: number
  /** From a line to its `ok`, when the line does not block. */
  readonly answerMs: number
  readonly statusMs: number
  /** From ALARM:1 or ALARM:2 to `[MSG:Reset to continue]`; 2.6 s seen on a loaded host. */
  readonly criticalMs: number
}

export const linkDeadlines: LinkDeadlines = {
  openMs: 3000,
  bannerMs: 2500,
  answerMs: 3000,
  statusMs: 2000,
  criticalMs: 4000,
}

/** What `$I` says. */
export interface Firmware {
  /** e.g. `1.1h.20190830` */
  readonly version: string
  /** Letters of compile options, e.g. `V` variable spindle, `M` mist. */
  readonly options: string
  /** First line after a reset, e.g. `Grbl 1.1h ['$' for help]`. */
  readonly banner: string
}

/** Bytes that the firmware acts on at once, between any two others. */
const realtime = { reset: 0x18, status: 0x3f, hold: 0x21, resume: 0x7e, jogCancel: 0x85 } as const
export type Realtime = keyof typeof realtime

const bannerShape = /^Grbl(HAL)? \d+\.\d+\S* \[/i
const resetToContinue = '[MSG:Reset to continue]'
/** GRBL keeps 80 characters a line, its end included. */
const longestCommand = 79

/**
 * One conversation with a GRBL 1.1 controller, shared by the stage and the lamps that hang on it.
 *
 * One line is under way at a time and each is answered before the next is sent: an `ok` says that a line was taken,
 * not that it was done. Opening resets the controller, whatever it was doing, so that a rig left behind by a program
 * that was killed is safe from then on.
 */
export class GrblLink {
  readonly #makeLine: MakeSerialLine
  readonly #deadlines: LinkDeadlines
  #port: Port | null = null
  #pending: Answer | null = null
  readonly #turns = new Turns()
  #alarm: number | null = null
  #lost: RigError | null = null
  #closed = false
  /** Set when the rig is being made safe: from then on nobody else may make it do anything. */
  #retired = false
  #outOfStep = false
  #resetting: Promise<void> | null = null
  /** Between ALARM:1 or ALARM:2 and the message that ends it, a reset is swallowed. */
  #deaf = false
  #firmware: Firmware | null = null
  #lastStatus: GrblStatus | null = null
  /** Counts lives of the controller: a reset ends one. */
  #life = 0
  readonly #heard = new Set<(line: string) => void>()

  private constructor(makeLine: MakeSerialLine, deadlines: LinkDeadlines) {
    this.#makeLine = makeLine
    this.#deadlines = deadlines
  }

  /**
   * Opens the port, resets the controller and asks who it is.
   *
   * @throws RigError `port-open`, `no-banner`, `not-grbl`
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
    return this.#firmware ?? { version: 'unknown', options: '', banner: '' }
  }

  /** Number of the alarm that locks the controller, or null. 0: locked, number not known (as after power-up). */
  get alarm(): number | null {
    return this.#alarm
  }

  /** Grows by one with every reset, commanded or not. */
  get life(): number {
    return this.#life
  }

  get isLost(): boolean {
    return this.#lost !== null
  }

  /** The last state that was heard, for sentences. */
  get lastState(): string {
    if (this.#alarm !== null) return `last state: ${describeAlarm(this.#alarm)}`
    return this.#lastStatus ? `last state: ${describeStatus(this.#lastStatus)}` : 'no state heard'
  }

  /**
   * Sends one line and resolves with what came before its `ok`. Callers take turns.
   *
   * @throws RigError `grbl-error`, `stage-alarm`, `answer-deadline`, `port-lost`, `controller-restarted`
   */
  command(line: string, options: { signal?: AbortSignal | undefined; deadlineMs?: number } = {}): Promise<string[]> {
    return this.#turns.take(async () => {
      if (this.#retired) throw this.#closedError()
      if (this.#outOfStep) await this.#resetNow(options.signal)
      if (this.#alarm !== null && !line.startsWith('$')) throw this.#alarmError(line)
      return await this.#exchange(line, null, options.deadlineMs ?? this.#deadlines.answerMs, options.signal)
    }, options.signal)
  }

  /** Asks for one status report. Needs no turn: it is answered between lines, but not while homing. */
  async status(signal?: AbortSignal): Promise<GrblStatus> {
    signal?.throwIfAborted()
    const ends = performance.now() + this.#deadlines.statusMs
    for (;;) {
      this.assertUsable()
      const left = ends - performance.now()
      if (left <= 0) {
        throw new RigError(
          'status-deadline',
          `the controller on ${this.#path} did not answer ? within ${this.#deadlines.statusMs / 1000} s (${this.lastState}). Check its power and cable, then run assay rig home.`,
        )
      }
      // A damaged report is no report: ask again well before the deadline.
      const heard = this.#nextLine(line => parseStatus(line) !== null, Math.min(left, 500), signal)
      heard.catch(() => {})
      await this.realtime('status')
      const line = await heard
      if (line !== null) return parseStatus(line)!
    }
  }

  /** Sends one real-time byte. Resolves when it was handed to the port. */
  async realtime(name: Realtime): Promise<void> {
    this.assertUsable()
    await this.#write(Uint8Array.of(realtime[name]))
  }

  /**
   * Resets the controller: motion ends, every output goes off, commands under way are rejected. In a critical alarm
   * it waits for the firmware to be ready first, since a reset sent too early is swallowed.
   *
   * @throws RigError `no-banner`, `port-lost`
   */
  async reset(signal?: AbortSignal): Promise<void> {
    if (this.#retired) throw this.#closedError()
    // Two that ask at once want the same; a second reset would cut off the first one's greeting.
    this.#resetting ??= this.#resetOnce(signal).finally(() => {
      this.#resetting = null
    })
    await this.#resetting
  }

  /** Unlocks without homing (`$X`): for lamps and stopping only, the position stays unknown. */
  async unlock(signal?: AbortSignal): Promise<void> {
    await this.command('$X', { signal })
    this.#alarm = null
  }

  /** Homes (`$H`): silent until it is done. @throws RigError as {@link GrblLink.command} */
  async home(deadlineMs: number, signal?: AbortSignal): Promise<void> {
    await this.command('$H', { signal, deadlineMs })
    this.#alarm = null
  }

  /**
   * The last thing that a link does before it is closed: motion ended, every output off, and the controller's own
   * word for it. A port that was lost is opened again for this, as often as `deadlineMs` allows. From the first call on
   * every other command is refused.
   *
   * @throws RigError `rig-unsafe`
   */
  async makeSafe(deadlineMs: number): Promise<void> {
    this.#retired = true
    this.#failPending(this.#closedError())
    const giveUp = AbortSignal.timeout(deadlineMs)
    let last: unknown = null
    while (!giveUp.aborted) {
      try {
        await this.#turns.take(async () => {
          if (this.#lost) await this.#reconnect(giveUp)
          else await this.#resetNow(giveUp)
          await this.#assertSafe(giveUp)
        }, giveUp)
        return
      } catch (error) {
        if (error !== giveUp.reason) last = error
        await pause(100)
      }
    }
    const why = last instanceof Error ? last.message : 'it does not answer'
    throw new RigError(
      'rig-unsafe',
      `the controller could not be made safe within ${deadlineMs / 1000} s: ${why} Lamps may be on and axes may move: switch both off at their supply.`,
      { cause: last },
    )
  }

  /** Closes the port. Sends nothing: who opened the rig has made it safe before. Closing twice is fine. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#failPending(this.#closedError())
    await this.#shut()
  }

  get #path(): string {
    return this.#port?.path ?? 'the serial port'
  }

  #closedError(): RigError {
    return new RigError('port-closed', `the port of the controller was closed; open the rig again.`)
  }

  /** @throws RigError `port-closed`, `port-lost` */
  assertUsable(): void {
    if (this.#closed) throw this.#closedError()
    if (this.#lost) throw this.#lost
  }

  #alarmError(line: string): RigError {
    const number = this.#alarm ?? lockedUntilHomed
    return new RigError(
      'stage-alarm',
      `the controller on ${this.#path} is locked (${describeAlarm(number)}) and did not carry out ${line}. ${alarmAdvice(number)}, then run assay rig home.`,
    )
  }

  async #reconnect(signal: AbortSignal): Promise<void> {
    await this.#shut()
    this.#lost = null
    try {
      await this.#connect(signal)
    } catch (error) {
      if (!this.#lost && error instanceof RigError) this.#lost = error
      throw error
    }
  }

  async #assertSafe(signal: AbortSignal): Promise<void> {
    const modes = await this.#exchange('$G', null, this.#deadlines.answerMs, signal)
    const status = await this.status(signal)
    const words = modes.join(' ').split(/[ \]]/)
    const dark = words.includes('M5') && words.includes('M9')
    if (dark && (status.state === 'Idle' || status.state === 'Alarm')) return
    throw new RigError('rig-unsafe', `the controller reports ${describeStatus(status)} and ${modes.join(' ')}.`)
  }

  async #connect(signal?: AbortSignal): Promise<void> {
    const port = new Port(this.#makeLine, {
      heard: line => this.#hear(line),
      lost: cause => this.#lose(port, cause),
    })
    this.#port = port
    await port.open(this.#deadlines.openMs, signal)
    await this.#resetNow(signal)
  }

  #lose(port: Port, cause: Error | undefined): void {
    if (port !== this.#port || this.#lost) return
    this.#lost = new RigError(
      'port-lost',
      `the connection on ${this.#path} was lost (${cause?.message ?? 'closed'}; ${this.lastState}). Check the USB cable and the controller's power.`,
      { cause },
    )
    this.#life++
    this.#failPending(this.#lost)
    for (const listener of [...this.#heard]) listener('')
  }

  #hear(line: string): void {
    const status = parseStatus(line)
    if (status) {
      this.#lastStatus = status
      if (status.state === 'Alarm') this.#alarm ??= lockedUntilHomed
      else this.#alarm = null
    }
    const alarm = /^ALARM:(\d{1,3})$/.exec(line)
    if (alarm) {
      this.#alarm = Number(alarm[1])
      this.#deaf = this.#alarm === 1 || this.#alarm === 2
    }
    if (line === resetToContinue) this.#deaf = false
    if (/^\[MSG:'\$H'\|'\$X' to unlock\]$/.test(line)) this.#alarm ??= lockedUntilHomed
    if (bannerShape.test(line)) this.#welcome()
    for (const listener of [...this.#heard]) listener(line)

    const pending = this.#pending
    if (!pending || status) return
    if (alarm) this.#failPending(this.#alarmError(pending.line))
    else if (pending.take(line)) this.#pending = null
  }

  #welcome(): void {
    this.#life++
    this.#lastStatus = null
    this.#failPending(
      new RigError(
        'controller-restarted',
        `the controller on ${this.#path} restarted by itself. Check its supply, then run assay rig home.`,
      ),
    )
  }

  #failPending(error: Error): void {
    const pending = this.#pending
    this.#pending = null
    pending?.fail(error)
  }

  async #exchange(line: string, after: RegExp | null, deadlineMs: number, signal?: AbortSignal): Promise<string[]> {
    this.assertUsable()
    if (line.length > longestCommand || /[^\x20-\x7d]|[?!]/.test(line)) {
      throw new RigError('bad-command', `a line for the controller must be at most ${longestCommand} plain characters.`)
    }
    const answer = new Answer(this.#path, line, after)
    this.#pending = answer
    try {
      await this.#write(new TextEncoder().encode(`${line}\n`))
      return await withDeadline(
        answer.lines,
        deadlineMs,
        () =>
          new RigError(
            'answer-deadline',
            `the controller on ${this.#path} did not answer ${line} within ${deadlineMs / 1000} s (${this.lastState}). Check its power and cable, then run assay rig home.`,
          ),
        signal,
      )
    } catch (error) {
      // Left unanswered, its late answer would be taken for the next line's: only a reset gets back in step.
      if (this.#pending === answer) {
        this.#pending = null
        this.#outOfStep = true
      }
      throw error
    }
  }

  async #resetOnce(signal?: AbortSignal): Promise<void> {
    this.#failPending(
      new RigError('controller-reset', `the controller on ${this.#path} was reset while a command was under way.`),
    )
    await this.#turns.take(() => this.#resetNow(signal), signal)
  }

  async #resetNow(signal?: AbortSignal): Promise<void> {
    this.assertUsable()
    const { bannerMs, criticalMs } = this.#deadlines
    if (this.#deaf) await this.#nextLine(line => line === resetToContinue, criticalMs, signal)
    for (let attempt = 0; attempt < 3; attempt++) {
      this.assertUsable()
      this.#alarm = null
      const banner = this.#nextLine(line => bannerShape.test(line), bannerMs, signal)
      banner.catch(() => {})
      await this.#write(Uint8Array.of(realtime.reset))
      const greeting = await banner
      if (greeting === null) continue
      this.#outOfStep = false
      this.#deaf = false
      try {
        await this.#identify(greeting, signal)
        return
      } catch (error) {
        // A controller that was still booting greets twice: once for its power, once for our reset.
        if (!(error instanceof RigError && error.code === 'controller-restarted')) throw error
      }
    }
    throw new RigError(
      'no-banner',
      `no GRBL controller greeted on ${this.#path} within ${(3 * bannerMs) / 1000} s of a reset. Check that the port is the controller's, its baud rate (115200) and its power.`,
    )
  }

  /** After a reset the firmware may still owe an `ok` of its former life; the answer to `$I` marks where the new one begins. */
  async #identify(banner: string, signal?: AbortSignal): Promise<void> {
    const lines = await this.#exchange('$I', /^\[VER:/, this.#deadlines.answerMs, signal)
    const field = (shape: RegExp): string | undefined =>
      lines.map(line => shape.exec(line)?.[1]).find(found => found !== undefined)
    this.#firmware = {
      version: field(/^\[VER:([^:\]]*)/) ?? 'unknown',
      options: field(/^\[OPT:([^,\]]*)/) ?? '',
      banner,
    }
  }

  /** Resolves with the next line that fits, or null after `ms`. Rejects when the port is lost or closed. */
  #nextLine(fits: (line: string) => boolean, ms: number, signal?: AbortSignal): Promise<string | null> {
    return new Promise((resolve, reject) => {
      const done = (act: () => void): void => {
        clearTimeout(timer)
        this.#heard.delete(listener)
        signal?.removeEventListener('abort', aborted)
        act()
      }
      const listener = (line: string): void => {
        if (this.#lost) done(() => reject(this.#lost))
        else if (this.#closed) done(() => reject(this.#closedError()))
        else if (fits(line)) done(() => resolve(line))
      }
      const aborted = (): void => done(() => reject(signal?.reason))
      const timer = setTimeout(() => done(() => resolve(null)), ms)
      this.#heard.add(listener)
      signal?.addEventListener('abort', aborted, { once: true })
      if (signal?.aborted) aborted()
    })
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.assertUsable()
    try {
      await this.#port?.write(bytes, this.#deadlines.answerMs)
    } catch (error) {
      throw this.#lost ?? error
    }
  }

  async #shut(): Promise<void> {
    const port = this.#port
    this.#port = null
    await port?.close()
  }
}
