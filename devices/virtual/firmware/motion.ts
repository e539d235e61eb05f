import type { StagePosition } from '../../stage/stage.ts'
import type { VirtualTime } from '../virtual-time.ts'

/** Blocks that GRBL's planner holds; a further move waits for room. */
const plannerBlocks = 15

interface Block {
  readonly to: StagePosition
  readonly mmPerMs: number
}

interface Travel {
  readonly from: StagePosition
  readonly to: StagePosition
  readonly lengthMm: number
  readonly mmPerMs: number
  readonly startedAt: number
  /** Way behind it when this stretch began, mm. */
  readonly doneMm: number
  /** When the brakes went on, and how far along it was. */
  braking: { readonly at: number; readonly doneMm: number } | null
}

/** Axes in motion: where they are at any time, with moves queued, held, resumed and thrown away. */
export class Motion {
  readonly #time: VirtualTime
  readonly #mmPerMs2: number
  readonly #queue: Block[] = []
  #rest: StagePosition
  #travel: Travel | null = null
  #held = false
  #cancelTimer: () => void = () => {}
  #waiting: { until: () => boolean; go: () => void }[] = []

  /** @param accelerationMmPerS2 `$120` */
  constructor(time: VirtualTime, start: StagePosition, accelerationMmPerS2: number) {
    this.#time = time
    this.#rest = start
    this.#mmPerMs2 = accelerationMmPerS2 / 1e6
  }

  get isMoving(): boolean {
    return this.#travel !== null && !this.isStill
  }

  /** Held and no longer slowing down. */
  get isStill(): boolean {
    const { braking, mmPerMs } = this.#travel ?? { braking: null, mmPerMs: 0 }
    return this.#travel === null || (braking !== null && this.#time.now() - braking.at >= mmPerMs / this.#mmPerMs2)
  }

  get isHeld(): boolean {
    return this.#held
  }

  /** Nothing queued, nothing under way. */
  get isDone(): boolean {
    return this.#travel === null && this.#queue.length === 0
  }

  get speedMmPerMin(): number {
    return this.isMoving ? (this.#travel?.mmPerMs ?? 0) * 60_000 : 0
  }

  position(): StagePosition {
    const travel = this.#travel
    if (!travel) return this.#rest
    const share = travel.lengthMm === 0 ? 1 : Math.min(1, this.#doneMm(travel) / travel.lengthMm)
    const between = (from: number, to: number): number => from + (to - from) * share
    return {
      xMm: between(travel.from.xMm, travel.to.xMm),
      yMm: between(travel.from.yMm, travel.to.yMm),
      zMm: between(travel.from.zMm, travel.to.zMm),
    }
  }

  /** Resolves once the block is in the planner. */
  async queue(to: StagePosition, mmPerMin: number): Promise<void> {
    await this.#until(() => this.#queue.length < plannerBlocks)
    this.#queue.push({ to, mmPerMs: mmPerMin / 60_000 })
    this.#next()
  }

  /** Resolves when every queued move has been made. Never, when they were thrown away. */
  async whenDone(): Promise<void> {
    await this.#until(() => this.isDone)
  }

  hold(): void {
    this.#held = true
    const travel = this.#travel
    if (!travel || travel.braking) return
    this.#cancelTimer()
    travel.braking = { at: this.#time.now(), doneMm: this.#doneMm(travel) }
  }

  resume(): void {
    if (!this.#held) return
    this.#held = false
    const travel = this.#travel
    if (travel) this.#start({ ...travel, doneMm: this.#doneMm(travel), startedAt: this.#time.now(), braking: null })
    else this.#next()
  }

  /** Stops dead and forgets what was planned. */
  halt(): void {
    this.#cancelTimer()
    this.#rest = this.position()
    this.#travel = null
    this.#queue.length = 0
    this.#held = false
    this.#waiting = []
  }

  /** Puts the axes at a place, as homing does. */
  settleAt(place: StagePosition): void {
    this.halt()
    this.#rest = place
  }

  #doneMm(travel: Travel): number {
    const now = this.#time.now()
    if (!travel.braking) return Math.min(travel.lengthMm, travel.doneMm + travel.mmPerMs * (now - travel.startedAt))
    const ms = Math.min(now - travel.braking.at, travel.mmPerMs / this.#mmPerMs2)
    return Math.min(travel.lengthMm, travel.braking.doneMm + travel.mmPerMs * ms - (this.#mmPerMs2 * ms * ms) / 2)
  }

  #next(): void {
    if (this.#travel || this.#held) return
    const block = this.#queue.shift()
    this.#release()
    if (!block) return
    const from = this.#rest
    const lengthMm = Math.hypot(block.to.xMm - from.xMm, block.to.yMm - from.yMm, block.to.zMm - from.zMm)
    const startedAt = this.#time.now()
    this.#start({ from, to: block.to, lengthMm, mmPerMs: block.mmPerMs, startedAt, doneMm: 0, braking: null })
  }

  #start(travel: Travel): void {
    this.#travel = travel
    const leftMs = (travel.lengthMm - travel.doneMm) / travel.mmPerMs
    this.#cancelTimer = this.#time.after(leftMs, () => {
      this.#rest = travel.to
      this.#travel = null
      this.#next()
      this.#release()
    })
  }

  #until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise(resolve => this.#waiting.push({ until: condition, go: resolve }))
  }

  #release(): void {
    const ready = this.#waiting.filter(one => one.until())
    this.#waiting = this.#waiting.filter(one => !ready.includes(one))
    for (const one of ready) one.go()
  }
}
