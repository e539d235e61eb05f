import { RigError } from '../rig-error.ts'
import { type SerialPortConfig, type SerialPorts, systemSerialPorts, usualBaudRate } from '../wire/serial-port.ts'
import { GrblLink } from './link.ts'

/** One user's hold on a controller that others may hold too. */
interface SharedController {
  readonly link: GrblLink
  /** Closes the link when nobody else holds it. Twice is fine. */
  release(): Promise<void>
}

interface Held {
  readonly baudRate: number
  readonly link: Promise<GrblLink>
  holders: number
}

/** The GRBL controllers of one rig: stage and lamps on the same port speak through one link. */
export class GrblControllers {
  readonly #ports: SerialPorts
  readonly #held = new Map<string, Held>()

  constructor(ports: SerialPorts = systemSerialPorts) {
    this.#ports = ports
  }

  /** @throws RigError `rig-configuration` when the port is already open at another rate, and as {@link GrblLink.open} */
  async hold(config: SerialPortConfig, signal?: AbortSignal): Promise<SharedController> {
    const baudRate = config.baudRate ?? usualBaudRate
    const found = this.#held.get(config.port)
    if (found && found.baudRate !== baudRate) {
      throw new RigError(
        'rig-configuration',
        `${config.port} is configured with ${found.baudRate} and with ${baudRate} baud. Give the stage and the light of one controller the same baudRate.`,
      )
    }
    const held = found ?? { baudRate, link: GrblLink.open(this.#ports(config), signal), holders: 0 }
    this.#held.set(config.port, held)
    held.holders++
    const letGo = (): boolean => {
      held.holders--
      if (held.holders > 0) return false
      if (this.#held.get(config.port) === held) this.#held.delete(config.port)
      return true
    }
    let link: GrblLink
    try {
      link = await held.link
    } catch (error) {
      letGo()
      throw error
    }
    let released: Promise<void> | null = null
    return {
      link,
      release: () => {
        released ??= letGo() ? link.close() : Promise.resolve()
        return released
      },
    }
  }
}
