import { litPresets } from '../light/light.ts'
import { RigError } from '../rig-error.ts'
import { strikePlacement } from './camera-faults.ts'
import type { CardSurface } from './card-surface.ts'
import { Faults } from './faults.ts'
import { GrblFirmware } from './firmware/grbl-firmware.ts'
import { LineDisturbance } from './line-disturbance.ts'
import type { LampPower } from './optics/scene.ts'
import { type CardPlacement, type PlacementName, placements } from './placement.ts'
import { seededRandom } from './seeded-random.ts'
import { SerialCable } from './serial-binding.ts'
import type { Truth } from './truth.ts'
import { VirtualTime } from './virtual-time.ts'

/** A card as it really lies: where it was put, plus the play of the nest. */
interface PlacedCard {
  readonly surface: CardSurface
  readonly placement: CardPlacement
}

/** How far `missed-steps` puts the carriage from where the controller believes it, mm. */
const missedSteps = { xMm: 0.8, yMm: -0.5, zMm: 0 }

/** The things on the virtual bench: controller on its cable, lamps, carriage, and the card in the nest. */
export class VirtualBench {
  readonly truth: Truth
  readonly seed: number
  readonly faults = new Faults()
  readonly cable: SerialCable
  readonly #time: VirtualTime
  readonly #firmware: GrblFirmware
  readonly #toHost: LineDisturbance
  readonly #toDevice: LineDisturbance
  readonly #listeners = new Set<(bytes: Uint8Array) => void>()
  #stuckLamp: keyof LampPower | null = null
  #placed: PlacedCard | null = null
  #placings = 0

  constructor(options: { truth: Truth; seed: number; hurry: number }) {
    this.truth = options.truth
    this.seed = options.seed
    this.#time = new VirtualTime(options.hurry)
    this.#toHost = new LineDisturbance(this.faults, seededRandom(options.seed, 11))
    this.#toDevice = new LineDisturbance(this.faults, seededRandom(options.seed, 12))
    const encoder = new TextEncoder()
    this.#firmware = new GrblFirmware({
      time: this.#time,
      send: text => {
        if (this.faults.has('controller-silent')) return
        const bytes = this.#toHost.pass(encoder.encode(text))
        this.cable.send(bytes)
        for (const hear of this.#listeners) hear(bytes)
      },
      carriageAt: { xMm: -142, yMm: -77, zMm: -31 },
    })
    this.cable = new SerialCable('virtual:grbl', {
      // An own supply and no DTR reset: the unkind case, where lamps outlive the connection.
      opened: () => {},
      closed: () => {},
      receive: bytes => this.receive(bytes),
    })
    this.#firmware.powerUp()
    this.faults.watch((fault, active) => this.#strike(fault, active))
  }

  get carriage(): { readonly xMm: number; readonly yMm: number; readonly zMm: number } {
    return this.#firmware.carriage
  }

  get isMoving(): boolean {
    return this.#firmware.isMoving
  }

  /** What the controller sends, for another wire than its cable. The returned function ends it. */
  listen(hear: (bytes: Uint8Array) => void): () => void {
    this.#listeners.add(hear)
    return () => this.#listeners.delete(hear)
  }

  /** What reaches the controller, over its cable or over another wire. */
  receive(bytes: Uint8Array): void {
    if (!this.faults.has('controller-silent')) this.#firmware.receive(this.#toDevice.pass(bytes))
  }

  /** What burns: what the outputs say, unless a fault says otherwise. */
  get lamps(): LampPower {
    const driven = this.#drivenLamps()
    if (this.faults.has('dead-lamp')) return { dome: 0, ring: 0, left: 0, right: 0 }
    return this.#stuckLamp === null ? driven : { ...driven, [this.#stuckLamp]: 1 }
  }

  /** A two-to-four decoder on the coolant outputs sends the PWM to one of the lamps. */
  #drivenLamps(): LampPower {
    const { power, flood, mist } = this.#firmware.pins
    return {
      dome: flood || mist ? 0 : power,
      ring: flood && !mist ? power : 0,
      left: mist && !flood ? power : 0,
      right: flood && mist ? power : 0,
    }
  }

  get isDark(): boolean {
    return Object.values(this.lamps).every(power => power === 0)
  }

  get placed(): PlacedCard | null {
    if (this.#placed === null || this.faults.has('card-missing')) return null
    const { surface, placement } = this.#placed
    return { surface, placement: strikePlacement(placement, this.faults) }
  }

  place(surface: CardSurface | null, asked: PlacementName | Partial<CardPlacement> = 'nest'): void {
    this.#placings++
    if (surface === null) {
      this.#placed = null
      return
    }
    assertWhole(surface)
    const given = typeof asked === 'string' ? placements[asked] : { ...placements.nest, ...asked }
    if (!given)
      throw new RigError(
        'placement',
        `there is no placement "${String(asked)}"; there are ${Object.keys(placements).join(', ')}.`,
      )
    const { playMm, playDeg } = this.truth.nest
    const random = seededRandom(this.seed, 1, this.#placings)
    this.#placed = {
      surface,
      placement: {
        ...given,
        xMm: given.xMm + playMm * random.normal(),
        yMm: given.yMm + playMm * random.normal(),
        rotationDeg: given.rotationDeg + playDeg * random.normal(),
      },
    }
  }

  /** Nothing on the bench happens any more. */
  stop(): void {
    this.#time.stop()
  }

  #strike(fault: string, active: boolean): void {
    if (fault === 'hard-limit' && active) this.#firmware.tripHardLimit()
    if (fault === 'missed-steps' && active) this.#firmware.knock(missedSteps)
    if (fault === 'stuck-lamp') {
      const driven = this.#drivenLamps()
      this.#stuckLamp = active ? (litPresets.find(name => driven[name] > 0) ?? 'dome') : null
    }
    if (fault === 'controller-restart' && active) {
      this.#firmware.powerUp()
      this.faults.clear('controller-restart')
    }
    if (fault === 'port-gone') {
      if (active) this.cable.pull()
      else this.cable.putBack()
    }
    if (fault === 'port-lost' && active) {
      this.cable.pull()
      this.#time.after(2000, () => {
        this.cable.putBack()
        this.faults.clear('port-lost')
      })
    }
  }
}

function assertWhole(surface: CardSurface): void {
  const samples = surface.width * surface.height
  const whole =
    samples > 0 &&
    surface.colour.length === 3 * samples &&
    surface.metal.length === samples &&
    surface.gloss.length === samples &&
    surface.heightUm.length === samples
  if (whole) return
  throw new RigError(
    'placement',
    `the card surface has maps that do not fit its ${surface.width} × ${surface.height} samples.`,
  )
}
