import type { StagePosition } from '../../stage/stage.ts'
import type { VirtualTime } from '../virtual-time.ts'
import { setting } from './bench-settings.ts'
import { Motion } from './motion.ts'
import type { Modal } from './parse-block.ts'
import type { Pins } from './report.ts'

const zero: StagePosition = { xMm: 0, yMm: 0, zMm: 0 }
const pinsOff: Pins = { power: 0, flood: false, mist: false }

/** What hangs on the board: axes that count steps, a carriage that is where it is, and the pins of the lamps. */
export class Machine {
  readonly motion: Motion
  readonly #settings: Readonly<Record<number, number>>
  /** Carriage minus what the firmware believes: not zero before homing and after lost steps. */
  #slip: StagePosition
  #pins: Pins = pinsOff
  /** Where the axes will be once everything that was queued is done. */
  planned: StagePosition = zero

  /** @param carriageAt where the carriage stands; the firmware does not know */
  constructor(time: VirtualTime, settings: Readonly<Record<number, number>>, carriageAt: StagePosition = zero) {
    this.#settings = settings
    this.#slip = carriageAt
    this.motion = new Motion(time, zero, this.setting('acceleration'))
  }

  get pins(): Pins {
    return this.#pins
  }

  /** Where the carriage really is, machine coordinates. */
  get carriage(): StagePosition {
    return add(this.motion.position(), this.#slip)
  }

  setting(name: keyof typeof setting): number {
    return this.#settings[setting[name]] ?? 0
  }

  /** The carriage is pushed off its place; the firmware, which counts steps only, does not know. */
  knock(by: StagePosition): void {
    this.#slip = add(this.#slip, by)
  }

  /** With the power the firmware forgets where it is, and takes the place for zero. */
  forgetPlace(): void {
    const { carriage } = this
    this.motion.settleAt(zero)
    this.planned = zero
    this.#slip = carriage
  }

  /** How long all axes take to find their switches, ms. */
  get homingMs(): number {
    const { xMm, yMm, zMm } = this.carriage
    const farthestMm = Math.max(Math.abs(xMm), Math.abs(yMm), Math.abs(zMm))
    return (farthestMm / this.setting('homingSeek')) * 60_000 + 2 * this.setting('debounce') + 1000
  }

  /** The switches were found: believed and true place are one. */
  settleAtHome(): void {
    const off = -this.setting('pullOff')
    this.planned = { xMm: off, yMm: off, zMm: off }
    this.motion.settleAt(this.planned)
    this.#slip = zero
  }

  /** Would a move there be refused? */
  isOutOfLimits(target: StagePosition): boolean {
    if (this.setting('softLimits') !== 1) return false
    const beyond = (at: number, travel: number): boolean => at > 0 || at < -travel
    return (
      beyond(target.xMm, this.setting('travelX')) ||
      beyond(target.yMm, this.setting('travelY')) ||
      beyond(target.zMm, this.setting('travelZ'))
    )
  }

  /** Motion ends where it is. */
  halt(): void {
    this.motion.halt()
    this.planned = this.motion.position()
  }

  drivePins({ spindle, speed, flood, mist }: Modal): void {
    const share = spindle === 'M5' ? 0 : Math.min(1, speed / this.setting('fullSpeed'))
    this.#pins = { power: Math.round(share * 255) / 255, flood, mist }
  }

  pinsOff(): void {
    this.#pins = pinsOff
  }
}

function add(a: StagePosition, b: StagePosition): StagePosition {
  return { xMm: a.xMm + b.xMm, yMm: a.yMm + b.yMm, zMm: a.zMm + b.zMm }
}
