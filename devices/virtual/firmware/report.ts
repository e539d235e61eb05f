import type { StagePosition } from '../../stage/stage.ts'

/** What the pins really do, whatever the firmware reports. */
export interface Pins {
  /** Duty of the spindle PWM, 0..1, in steps of 1/255. */
  readonly power: number
  readonly flood: boolean
  readonly mist: boolean
}

/** What one report is made of. */
interface Reported {
  readonly state: string
  readonly at: StagePosition
  readonly feedMmPerMin: number
  readonly speed: number
  readonly pins: Pins
  readonly isBusy: boolean
  /** `$10` without its first bit: work coordinates instead of machine coordinates. */
  readonly showsWork: boolean
  /** `$10`'s second bit: room in the planner and in the receive buffer. */
  readonly showsBuffers: boolean
  /** `$13=1` */
  readonly inInches: boolean
}

/** Writes status reports. The work offset and the overrides, outputs beside them, come only now and then. */
export class StatusReporter {
  #toOffset = 0
  #toOverrides = 1

  report({ state, at, feedMmPerMin, speed, pins, isBusy, showsWork, showsBuffers, inInches }: Reported): string {
    const feed = inInches ? feedMmPerMin / 25.4 : feedMmPerMin
    const place = `${showsWork ? 'WPos' : 'MPos'}:${coordinates(at, inInches)}`
    let text = `${state}|${place}${showsBuffers ? '|Bf:15,128' : ''}|FS:${feed.toFixed(0)},${speed.toFixed(0)}`
    if (this.#toOffset-- <= 0) {
      text += '|WCO:0.000,0.000,0.000'
      this.#toOffset = isBusy ? 30 : 10
    } else if (this.#toOverrides-- <= 0) {
      const on = `${pins.power > 0 ? 'S' : ''}${pins.flood ? 'F' : ''}${pins.mist ? 'M' : ''}`
      text += `|Ov:100,100,100${on === '' ? '' : `|A:${on}`}`
      this.#toOverrides = isBusy ? 20 : 10
    }
    return `<${text}>`
  }
}

function coordinates(at: StagePosition, inInches: boolean): string {
  const shown = (mm: number): string => (inInches ? (mm / 25.4).toFixed(4) : mm.toFixed(3))
  return [at.xMm, at.yMm, at.zMm].map(shown).join(',')
}
