import { RigError } from '../rig-error.ts'
import { bannerShape } from './firmware.ts'

/** Bytes that came, and how many of them no text has. */
interface HeardBytes {
  readonly all: number
  readonly unprintable: number
}

interface Kind {
  readonly what: string
  readonly shape: RegExp
  readonly advice: string
  /** Only a guess: a controller's own boot loader says so too. */
  readonly guess?: true
}

const wrongFirmware = 'Put GRBL 1.1 or grblHAL on the board, or name another port'

/** Firmwares and devices by what only they say. The first that fits counts. */
const kinds: readonly Kind[] = [
  {
    what: 'Marlin',
    shape: /FIRMWARE_NAME:\s*Marlin|^echo:\s*Marlin|^Marlin \d|^echo:Unknown command/i,
    advice: 'Configure the stage with driver "marlin", or name another port',
  },
  { what: 'RepRapFirmware', shape: /FIRMWARE_NAME:\s*RepRapFirmware|^RepRapFirmware/i, advice: wrongFirmware },
  { what: 'Repetier', shape: /FIRMWARE_NAME:\s*Repetier/i, advice: wrongFirmware },
  { what: 'Klipper', shape: /FIRMWARE_NAME:\s*Klipper|^\/\/ Klipper/i, advice: 'Name another port' },
  { what: 'Smoothieware', shape: /Smoothie|Build version: .*Build date:/i, advice: wrongFirmware },
  { what: 'TinyG or g2core', shape: /^\{"(r|er|sr|qr)":/, advice: wrongFirmware },
  { what: 'a 3D printer firmware', shape: /FIRMWARE_NAME:|^T:\d+\.?\d* ?\/|^echo:/i, advice: wrongFirmware },
  {
    what: 'GRBL 0.9 or older',
    shape: /^Grbl 0\.\d|^\[0\.\d\w*\.\d{8}:|^<\w+,MPos:/i,
    advice: 'Update the board to GRBL 1.1, whose outputs and states can be read back',
  },
  {
    what: 'a WLED board',
    shape: /^WLED \d|^\{"state":|^\{"error":\d+\}$|^\{"success":(true|false)\}$/i,
    advice: 'Configure it as a light with driver "wled-serial", and give the stage its own port',
  },
  {
    what: 'a boot loader or a board that restarts over and over',
    shape: /^ets [A-Z][a-z]{2} +\d|^rst:0x|waiting for download|Guru Meditation|Brownout detector/i,
    advice: 'Check its supply and flash the firmware again',
    guess: true,
  },
  { what: 'a login of another computer', shape: /\blogin: *$|^Debian GNU|^Ubuntu \d/i, advice: 'Name another port' },
]

/** Tells what answers at a port where a GRBL controller should be, without repeating what it said. */
export class DeviceIdentification {
  bytes: HeardBytes = { all: 0, unprintable: 0 }
  #kind: Kind | null = null
  #lines = 0
  #echoes = 0
  #greeted = false

  hear(line: string): void {
    this.#lines++
    this.#greeted ||= bannerShape.test(line)
    // A port that sends back what it is sent: nothing else says $I.
    if (/^\$I$|^M115$/.test(line)) this.#echoes++
    if (this.#kind === null || this.#kind.guess) this.#kind = kinds.find(kind => kind.shape.test(line)) ?? this.#kind
  }

  /** It is somebody known, so that asking further is of no use. */
  get isCertain(): boolean {
    return (this.#kind !== null && !this.#kind.guess) || this.#echoes > 0
  }

  /** What came is no text, for the most part. */
  get isNoise(): boolean {
    return this.bytes.all >= 4 && this.bytes.unprintable > 0.2 * this.bytes.all
  }

  /** It greeted as GRBL does. */
  get hasGreeted(): boolean {
    return this.#greeted
  }

  /** @param baudRate the rate that the port was opened at, or null when it is not known */
  describe(path: string, baudRate: number | null, waitedMs: number): RigError {
    const { all, unprintable } = this.bytes
    if (this.#kind) {
      const { what, advice } = this.#kind
      return new RigError('not-grbl', `${what} answers on ${path}, not GRBL 1.1. ${advice}.`)
    }
    if (all === 0) {
      return new RigError(
        'no-banner',
        `nothing answers on ${path}: no byte came within ${Math.round(waitedMs / 100) / 10} s of a reset. Check that the port is the controller's, its power and its cable (some charge only).`,
      )
    }
    if (this.isNoise) {
      const rate = baudRate === null ? '' : ` of ${baudRate}`
      return new RigError(
        'wrong-baud',
        `${path} gives noise (${unprintable} of ${all} bytes are no text): the baud rate${rate} is probably wrong. GRBL speaks at 115200; set baudRate to what the firmware was built with.`,
      )
    }
    if (this.#echoes > 0) {
      return new RigError(
        'not-grbl',
        `${path} sends back what it is sent and no controller answers. Take the loop-back plug off, or name another port.`,
      )
    }
    return new RigError(
      'not-grbl',
      `something answers on ${path} (${all} bytes in ${this.#lines} lines), but it is not GRBL 1.1 or grblHAL. Check that the port is the controller's and its baud rate (115200).`,
    )
  }
}
