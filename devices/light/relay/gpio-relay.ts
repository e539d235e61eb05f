import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { z } from 'zod'
import { runProgram } from '../../camera/program/run-program.ts'
import { pause } from '../../deadline.ts'
import type { Driver, OpenOptions } from '../../driver.ts'
import { Mutex } from '../../mutex.ts'
import { text } from '../../options.ts'
import { RigError } from '../../rig-error.ts'
import type { OpenedLight } from '../light.ts'
import type { RelayBoard } from './relay-board.ts'
import { openRelayLight, relayOptions } from './relay-light.ts'

/** A program that cannot have its lines says so and ends within this, ms. */
const startMs = 150
const endMs = 1000
const lastWordsMs = 20

/** Runs a program for as long as its own standard input is open: when we are killed, the lines are let go of and not held on. */
const whileWeLive = 'exec 3<&0; "$@" </dev/null & p=$!; (cat <&3 >/dev/null; kill $p 2>/dev/null) & wait $p'

interface GpioConfig {
  readonly chip: string
  readonly program?: string
  readonly activeLow?: boolean
}

/**
 * Lines of a GPIO chip, held by a running `gpioset` (libgpiod): whoever lets go of a line lets go of its level, so the program
 * runs as long as the lamps are to stay as they are. Nobody else can read a line that is held: its level is believed.
 */
class GpioBoard implements RelayBoard {
  readonly driver = 'relay-gpio'
  readonly answers = false
  readonly address: string
  readonly firmware: string
  readonly #config: GpioConfig
  readonly #mutex = new Mutex()
  #holder: ChildProcess | null = null
  #why: RigError | null = null
  #isClosed = false

  constructor(config: GpioConfig, firmware: string) {
    this.#config = config
    this.address = config.chip
    this.firmware = firmware
  }

  async write(every: readonly number[], on: ReadonlySet<number>, signal?: AbortSignal): Promise<void> {
    await this.#mutex.run(async () => {
      if (this.#isClosed) throw closed()
      signal?.throwIfAborted()
      await this.#letGo()
      await this.#hold(every.map(line => `${line}=${on.has(line) ? 1 : 0}`))
    }, signal)
  }

  async read(): Promise<null> {
    return null
  }

  assertThere(): void {
    if (this.#why) throw this.#why
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#why = closed()
    await this.#mutex.run(() => this.#letGo())
  }

  async #hold(levels: readonly string[]): Promise<void> {
    const { chip, program = 'gpioset', activeLow = false } = this.#config
    // Version 1 lets go at once unless it is told to wait; version 2 names the chip by an option, and waits.
    const where = this.firmware.startsWith('1.') ? ['--mode=signal', chip] : ['-c', chip]
    const args = [...(activeLow ? ['-l'] : []), ...where, ...levels]
    const child = spawn('sh', ['-c', whileWeLive, 'sh', program, ...args], {
      stdio: ['pipe', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    })
    child.stdin.on('error', () => {})
    let said = ''
    child.stderr.setEncoding('latin1').on('data', (part: string) => {
      said = (said + part).slice(-500)
    })
    // What it says on its way out may come after its end.
    const ended = once(child, 'exit').then(
      () => pause(lastWordsMs),
      () => {},
    )
    this.#holder = child
    this.#why = null
    void ended.then(() => {
      child.stdin.end()
      if (this.#holder === child) this.#why ??= this.#gone(said)
    })
    await Promise.race([ended, pause(startMs)])
    if (this.#why) throw this.#why
  }

  async #letGo(): Promise<void> {
    const child = this.#holder
    this.#holder = null
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit').catch(() => {})
    child.stdin?.end()
    const harder = setTimeout(() => child.kill('SIGKILL'), endMs)
    await ended
    clearTimeout(harder)
  }

  #gone(said: string): RigError {
    return new RigError('light-gone', `the lines of ${this.address} are not held: ${whyEnded(said)}. Lamps may burn.`)
  }
}

const complaints: readonly (readonly [symptom: RegExp, why: string])[] = [
  [/busy/i, 'another program holds one of them. End it'],
  [/permission|not permitted/i, 'your user may not use the chip. Give it access (on Debian: group gpio)'],
  [/no such file|cannot find|unable to find|error opening/i, 'there is no such chip or line. gpioinfo lists them'],
]

/** Why gpioset ended, by its last words: none of its own are told. */
export const whyEnded = (said: string): string =>
  complaints.find(([symptom]) => symptom.test(said))?.[1] ?? 'its program gpioset ended'

/** The version of gpioset, by what it says of itself; undefined of another program. */
export const gpiosetVersion = (output: Uint8Array): string | undefined =>
  /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(Buffer.from(output).toString('latin1', 0, 200))?.[1]

const closed = (): RigError => new RigError('port-closed', 'the light was closed; open the rig again.')

const schema = z.strictObject({
  driver: z.literal('relay-gpio'),
  /** Name of the chip as `gpiodetect` tells it, e.g. `gpiochip0`. */
  chip: text.regex(/^[\w./-]+$/).refine(chip => !chip.startsWith('-'), 'is an option'),
  /** A line's low level closes the relay, as on most boards with opto-couplers. Default: false. */
  activeLow: z.boolean().exactOptional(),
  /** The program. Default: `gpioset` on the PATH. */
  program: text.exactOptional(),
  ...relayOptions(z.int().min(0).max(1023)),
})

/** Lamps on relays at GPIO lines of this computer. Opening throws `camera-program` where gpioset is missing. */
export const gpioRelayLight: Driver<typeof schema, OpenOptions, OpenedLight> = {
  schema,
  wireless: true,
  address: ({ chip }) => chip,
  async open(config, { signal = new AbortController().signal }) {
    const { program = 'gpioset' } = config
    const { output } = await runProgram({ program, args: ['--version'] }, signal)
    const version = gpiosetVersion(output)
    if (version === undefined) throw new RigError('light-program', `${program} is not gpioset. Correct program.`)
    return await openRelayLight(new GpioBoard(config, version), config, signal)
  },
}
