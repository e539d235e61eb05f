import { bannerShape, type Firmware, type Settings, settingNumbers, unknownFirmware } from './firmware.ts'
import { alarmAdvice, describeAlarm, lockedUntilHomed } from './messages.ts'
import { describeStatus, type GrblStatus, inMillimetres, parseStatus } from './status.ts'

/** Bare in GRBL, with a level in FluidNC: `[MSG:ERR: Reset to continue]`. */
const resetToContinue = /^\[MSG:(?:[A-Z]+: ?)?(?:.*, then )?reset to continue\]$/i
const unlockMessage = /^\[MSG:(?:[A-Z]+: ?)?'\$H'\|'\$X' to unlock\]$/

/** What a line does to whoever waits for an answer. */
type Interruption = 'alarm' | 'restart' | 'check-mode' | null

/** What is known of a controller, gathered from the lines that it sends. */
export class ControllerState {
  firmware: Firmware = unknownFirmware
  settings: Settings = new Map()
  #alarm: number | null = null
  #isDeaf = false
  #life = 0
  #lastStatus: GrblStatus | null = null

  /** Number of the alarm that locks it, or null. 0: locked, number not known (as after power-up). */
  get alarm(): number | null {
    return this.#alarm
  }

  /** Between ALARM:1 or ALARM:2 and the message that ends it, a reset is swallowed. */
  get isDeaf(): boolean {
    return this.#isDeaf
  }

  /** Counts its lives: a reset ends one, and so does a lost connection. */
  get life(): number {
    return this.#life
  }

  /** For sentences, e.g. `last state: Alarm:1, hard limit`. */
  get described(): string {
    if (this.#alarm !== null) return `last state: ${describeAlarm(this.#alarm, this.firmware.dialect)}`
    return this.#lastStatus ? `last state: ${describeStatus(this.#lastStatus)}` : 'no state heard'
  }

  /** e.g. `is locked (Alarm:2, soft limit)`, with what a person does about it. */
  get locked(): { readonly what: string; readonly advice: string } {
    const number = this.#alarm ?? lockedUntilHomed
    const { dialect } = this.firmware
    return { what: describeAlarm(number, dialect), advice: alarmAdvice(number, dialect) }
  }

  /** What a person does about a state that is no alarm and keeps the stage from moving; null when there is none. */
  get hindrance(): string | null {
    return this.#lastStatus?.state === 'Door' ? 'Close the safety door' : null
  }

  hear(line: string): Interruption {
    const status = parseStatus(line)
    if (status) {
      this.#lastStatus = this.inMillimetres(status)
      if (status.state !== 'Alarm' && status.state !== 'Locked') this.#alarm = null
      else this.#alarm = status.subState || (this.#alarm ?? lockedUntilHomed)
      return null
    }
    const alarm = /^ALARM: ?(-?\d{1,3})\s*$/.exec(line)
    if (alarm) {
      this.#alarm = Number(alarm[1])
      this.#isDeaf = this.#alarm === 1 || this.#alarm === 2
      return 'alarm'
    }
    if (isResetToContinue(line)) this.#isDeaf = false
    if (unlockMessage.test(line)) this.#alarm ??= lockedUntilHomed
    // Nobody asked for check mode, in which every line is answered and none is carried out: a damaged $G begins it.
    if (/^\[MSG:(?:[A-Z]+: ?)?Enabled\]$/.test(line)) return 'check-mode'
    if (!bannerShape.test(line)) return null
    this.beginLife()
    return 'restart'
  }

  /** It was reset, or the connection to it ended: what was known of it no longer counts. */
  beginLife(): void {
    this.#life++
    this.#lastStatus = null
    this.unlocked()
    this.#isDeaf = false
  }

  /** It is known to be locked no more. */
  unlocked(): void {
    this.#alarm = null
  }

  inMillimetres(status: GrblStatus): GrblStatus {
    return this.settings.get(settingNumbers.reportsInches) === 1 ? inMillimetres(status) : status
  }
}

export function isResetToContinue(line: string): boolean {
  return resetToContinue.test(line)
}
