import type { StagePosition } from '../../stage/stage.ts'
import type { VirtualTime } from '../virtual-time.ts'
import { benchSettings } from './bench-settings.ts'
import { Machine } from './machine.ts'
import { GcodeError, type Modal, modalAtReset, parseBlock, tidyLine } from './parse-block.ts'
import { ReceiveBuffer, tooLong } from './receive-buffer.ts'
import { type Pins, StatusReporter } from './report.ts'
import { executeSystem, type FirmwareDialect, greetings } from './system-commands.ts'

const bootMs = 1000
/** Between an alarm of a limit and the message after which a reset is heard. */
const criticalMs = 500

export interface FirmwareOptions {
  readonly time: VirtualTime
  /** What goes out on the wire. */
  send(text: string): void
  readonly settings?: Readonly<Record<number, number>>
  /** How it speaks. Default: as GRBL 1.1h. */
  readonly dialect?: FirmwareDialect
  /** Compile option ENABLE_M7. */
  readonly mist?: boolean
  /** Where the carriage stands when power comes on; the firmware does not know. */
  readonly carriageAt?: StagePosition
}

type State = 'Off' | 'Boot' | 'Idle' | 'Alarm' | 'Critical' | 'Home' | 'Check'

/** A line that ended the firmware's life gets no answer. */
const never = new Promise<never>(() => {})

/**
 * GRBL 1.1h as it behaves on the wire: bytes in, text out, axes and outputs that can be looked at. A model written
 * from the interface documentation and from what the real firmware was seen to do; timings are the firmware's.
 */
export class GrblFirmware {
  readonly #time: VirtualTime
  readonly #send: (text: string) => void
  readonly #settings: Record<number, number>
  readonly #mist: boolean
  readonly #dialect: FirmwareDialect
  /** grblHAL tells the number of the alarm in its reports. */
  #alarm = 0
  /** grblHAL answers every block with the error of a former one, until a `$` command went through. */
  #stickyError = 0
  readonly #machine: Machine
  #state: State = 'Off'
  #modal: Modal = modalAtReset
  #life = 0
  readonly #inbox = new ReceiveBuffer()
  #wake: () => void = () => {}
  #resetHeard = false
  #askedWhileHoming = false
  #reporter = new StatusReporter()
  #cancel: () => void = () => {}

  constructor(options: FirmwareOptions) {
    this.#time = options.time
    this.#send = options.send
    this.#settings = { ...benchSettings, ...options.settings }
    this.#mist = options.mist ?? true
    this.#dialect = options.dialect ?? 'grbl'
    this.#machine = new Machine(options.time, this.#settings, options.carriageAt)
  }

  get pins(): Pins {
    return this.#machine.pins
  }

  get isMoving(): boolean {
    return this.#machine.motion.isMoving || this.#state === 'Home'
  }

  /** Where the carriage really is, machine coordinates. */
  get carriage(): StagePosition {
    return this.#machine.carriage
  }

  /** Power on, or the reset that an Arduino gets when its port is opened. */
  powerUp(): void {
    this.#endLife()
    this.#machine.forgetPlace()
    this.#state = 'Boot'
    this.#cancel = this.#time.after(bootMs, () => this.#start(this.#machine.setting('homing') === 1))
  }

  powerOff(): void {
    this.#endLife()
    this.#state = 'Off'
  }

  /** The carriage is pushed off its place; the firmware, which counts steps only, does not know. */
  knock(by: StagePosition): void {
    this.#machine.knock(by)
  }

  /** A limit switch closes. */
  tripHardLimit(): void {
    if (this.#state !== 'Off' && this.#state !== 'Boot' && this.#machine.setting('hardLimits') !== 0) this.#critical(1)
  }

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.#receiveByte(byte)
  }

  #receiveByte(byte: number): void {
    if (this.#state === 'Off' || this.#state === 'Boot') return
    if (byte === 0x18) this.#reset()
    else if (byte === 0x3f) this.#report()
    else if (byte === 0x21) this.#hold()
    else if (byte === 0x7e) this.#resume()
    else if (byte === 0x85) this.#cancelJog()
    else if (this.#inbox.push(byte)) this.#wake()
  }

  /** Works off the lines of one life; a reset starts another. */
  async #work(life: number): Promise<void> {
    while (life === this.#life) {
      const line = this.#inbox.take()
      if (line === undefined) {
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
        continue
      }
      const answer = await this.#execute(line).catch((error: unknown) => {
        if (!(error instanceof GcodeError)) throw error
        if (this.#dialect === 'grblHAL' && !line.startsWith('$')) this.#stickyError = error.number
        return error.message
      })
      if (answer === 'ok' && line.startsWith('$')) this.#stickyError = 0
      if (life === this.#life) this.#say(answer)
    }
  }

  async #execute(raw: string): Promise<string> {
    if (raw === tooLong) throw new GcodeError(11)
    const line = tidyLine(raw)
    if (line === '') return 'ok'
    if (line.startsWith('$')) return await this.#executeSystem(line)
    if (this.#state === 'Alarm') throw new GcodeError(9)
    if (this.#stickyError > 0) throw new GcodeError(this.#stickyError)
    const block = parseBlock(line, this.#modal, this.#machine.planned, { mist: this.#mist })
    if (this.#state === 'Check') {
      this.#modal = block.modal
      return 'ok'
    }
    if (block.target && this.#machine.isOutOfLimits(block.target)) {
      this.#critical(2)
      return await never
    }
    if (block.setsOutputs) await this.#machine.motion.whenDone()
    this.#modal = block.modal
    if (block.setsOutputs) this.#machine.drivePins(block.modal)
    if (block.dwellMs !== null) {
      await this.#machine.motion.whenDone()
      await this.#wait(block.dwellMs)
    }
    if (block.target) {
      const rapid = Math.min(this.#machine.setting('rapidX'), this.#settings[111] ?? 0)
      this.#machine.planned = block.target
      await this.#machine.motion.queue(block.target, block.modal.motion === 'G1' ? block.modal.feedMmPerMin : rapid)
    }
    if (block.ends) {
      await this.#machine.motion.whenDone()
      this.#say('[MSG:Pgm End]')
    }
    return 'ok'
  }

  #executeSystem(line: string): Promise<string> {
    return executeSystem(line, {
      dialect: this.#dialect,
      mist: this.#mist,
      settings: this.#settings,
      modal: this.#modal,
      isLocked: this.#state === 'Alarm',
      isChecking: this.#state === 'Check',
      isHeld: this.#machine.motion.isHeld,
      isBusy: !this.#machine.motion.isDone || this.#machine.motion.isHeld,
      isMoving: !this.#machine.motion.isDone,
      say: text => this.#say(text),
      check: () => {
        this.#state = 'Check'
      },
      reset: async () => {
        this.#reset()
        return await never
      },
      unlock: () => {
        this.#state = 'Idle'
        this.#alarm = 0
      },
      home: () => this.#home(),
      jog: rest => this.#jog(rest),
    })
  }

  async #jog(rest: string): Promise<string> {
    const block = parseBlock(rest, { ...this.#modal, motion: 'G1', feedMmPerMin: 0 }, this.#machine.planned, {
      mist: false,
    })
    if (!block.target || block.setsOutputs || block.dwellMs !== null) throw new GcodeError(16)
    if (this.#machine.isOutOfLimits(block.target)) throw new GcodeError(15)
    this.#machine.planned = block.target
    await this.#machine.motion.queue(block.target, block.modal.feedMmPerMin)
    return 'ok'
  }

  async #home(): Promise<string> {
    if (this.#machine.setting('homing') !== 1) throw new GcodeError(5)
    this.#state = 'Home'
    await this.#wait(this.#machine.homingMs)
    this.#machine.settleAtHome()
    this.#state = 'Idle'
    if (this.#askedWhileHoming) this.#time.after(1, () => this.#report())
    this.#askedWhileHoming = false
    return 'ok'
  }

  /** A limit was met: everything stops, and until `[MSG:Reset to continue]` nothing at all is heard. */
  #critical(number: 1 | 2): void {
    this.#endLife()
    this.#state = 'Critical'
    this.#alarm = number
    this.#resetHeard = false
    this.#say(`ALARM:${number}`)
    this.#cancel = this.#time.after(criticalMs, () => {
      this.#resetHeard = true
      this.#say('[MSG:Reset to continue]')
    })
  }

  #reset(): void {
    if (this.#state === 'Critical') {
      if (!this.#resetHeard) return
      this.#endLife()
      this.#say('ok')
      this.#start(true)
      return
    }
    const moving = this.#machine.motion.isMoving
    const homing = this.#state === 'Home'
    const locked = this.#state === 'Alarm' || moving || homing
    this.#endLife()
    this.#alarm = homing ? 6 : moving ? 3 : this.#alarm
    if (homing || moving) this.#say(`ALARM:${this.#alarm}`)
    this.#start(locked)
  }

  #start(locked: boolean): void {
    this.#state = locked ? 'Alarm' : 'Idle'
    this.#stickyError = 0
    this.#send(`\r\n${greetings[this.#dialect]}\r\n`)
    if (locked) this.#say("[MSG:'$H'|'$X' to unlock]")
    this.#work(this.#life).catch((error: unknown) => queueMicrotask(() => Promise.reject(error)))
  }

  #endLife(): void {
    this.#life++
    this.#cancel()
    this.#wake()
    this.#machine.halt()
    this.#machine.pinsOff()
    this.#modal = modalAtReset
    this.#inbox.clear()
    this.#askedWhileHoming = false
    this.#reporter = new StatusReporter()
  }

  #hold(): void {
    if (this.#state === 'Idle') this.#machine.motion.hold()
  }

  #resume(): void {
    // The real firmware answers one more Hold after ~: it acts between two passes of its main loop.
    if (this.#state === 'Idle') this.#time.after(2, () => this.#machine.motion.resume())
  }

  #cancelJog(): void {
    if (this.#state !== 'Idle' || !this.#machine.motion.isMoving) return
    this.#machine.halt()
  }

  #report(): void {
    const isDeaf = this.#state === 'Home' && this.#dialect === 'grbl'
    if (isDeaf) this.#askedWhileHoming = true
    if (isDeaf || this.#state === 'Critical') return
    this.#say(
      this.#reporter.report({
        state: this.#stateWord(),
        at: this.#machine.motion.position(),
        feedMmPerMin: this.#machine.motion.speedMmPerMin,
        speed: this.#modal.spindle === 'M5' ? 0 : this.#modal.speed,
        pins: this.#machine.pins,
        isBusy: !this.#machine.motion.isDone,
        showsWork: this.#machine.setting('reports') % 2 === 0,
        showsBuffers: (this.#machine.setting('reports') & 2) !== 0,
        inInches: this.#machine.setting('inches') === 1,
      }),
    )
  }

  #stateWord(): string {
    if (this.#state === 'Alarm' && this.#dialect === 'grblHAL' && this.#alarm > 0) return `Alarm:${this.#alarm}`
    if (this.#state === 'Alarm' || this.#state === 'Check' || this.#state === 'Home') return this.#state
    if (this.#machine.motion.isHeld) return this.#machine.motion.isStill ? 'Hold:0' : 'Hold:1'
    return this.#machine.motion.isDone ? 'Idle' : 'Run'
  }

  #wait(ms: number): Promise<void> {
    return new Promise(resolve => {
      this.#cancel = this.#time.after(ms, resolve)
    })
  }

  #say(line: string): void {
    this.#send(`${line}\r\n`)
  }
}
