import { z } from 'zod'
import { pause } from '../../deadline.ts'
import { litPresets, type OpenedLight, type Presets, presetNames } from '../light.ts'
import { type Lamps, lampsNotSet, PresetLight } from '../preset-light.ts'
import type { RelayBoard } from './relay-board.ts'

/** What every configuration of lamps on relays says. @param channel a contact's number */
export const relayOptions = (channel: z.ZodInt) => ({
  /** The contacts that are closed for each preset; every other one that is named is open. */
  presets: z.partialRecord(z.enum(litPresets), z.array(channel).min(1).readonly()),
  /** From a contact that closes to steady light, ms. LED drivers start in 50 to 300 ms. Default: 300. */
  settleMs: z.number().min(0).max(10_000).exactOptional(),
})

export interface RelayConfig {
  readonly presets: Presets<readonly number[]>
  readonly settleMs?: number
}

const usualSettleMs = 300
/** From a request to the board's own word that it is so, ms. */
const setMs = 3000
const againMs = 100

/** Lamps switched by relays. Where the board tells how its contacts are, set means read back. */
class RelayLamps implements Lamps<readonly number[]> {
  readonly driver: string
  readonly address: string
  readonly presets: RelayConfig['presets']
  readonly dark: readonly number[] = []
  readonly settleMs: number
  readonly setMs = setMs
  readonly check = 'the board, its supply and its channels'
  readonly #board: RelayBoard
  readonly #every: readonly number[]

  constructor(board: RelayBoard, { presets, settleMs = usualSettleMs }: RelayConfig) {
    this.driver = board.driver
    this.address = board.address
    this.presets = presets
    this.settleMs = settleMs
    this.#board = board
    this.#every = [...new Set(Object.values(presets).flat())]
  }

  async setNow(closed: readonly number[], deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const ends = performance.now() + deadlineMs
    const on = new Set(closed)
    for (;;) {
      await this.#board.write(this.#every, on, signal)
      if (!this.#board.answers) return
      const why = difference(on, await this.#board.read(this.#every, signal))
      if (why === null) return
      if (performance.now() + againMs > ends) throw lampsNotSet(this, why)
      await pause(againMs, signal)
    }
  }

  /** A board that lost its supply comes back with every contact open. */
  async difference(closed: readonly number[], signal?: AbortSignal): Promise<string | null> {
    this.#board.assertThere()
    return this.#board.answers ? difference(new Set(closed), await this.#board.read(this.#every, signal)) : null
  }
}

/** Puts every lamp out; where that fails, the board is closed. @throws RigError `light-not-set` and the board's own */
export async function openRelayLight(
  board: RelayBoard,
  config: RelayConfig,
  signal?: AbortSignal,
): Promise<OpenedLight> {
  const light = new PresetLight(new RelayLamps(board, config))
  try {
    await light.set('dark', signal)
  } catch (error) {
    await board.close().catch(() => {})
    throw error
  }
  const { driver, address, firmware, answers } = board
  const believed = `the relays at ${address} do not tell how their contacts are, so that the light is believed and not read back.`
  return {
    light,
    presets: presetNames(config.presets),
    identity: { driver, address, firmware, warnings: answers ? [] : [believed] },
    makeSafe: deadlineMs => light.makeSafe(deadlineMs),
    close: async () => {
      light.retire()
      await board.close()
    },
  }
}

/** How the contacts differ from what was asked, as the end of a sentence; null when they do not. */
function difference(on: ReadonlySet<number>, found: ReadonlySet<number> | null): string | null {
  if (found === null) return 'the board does not answer'
  const said = (numbers: Iterable<number>): string => [...numbers].toSorted((a, b) => a - b).join(', ') || 'none'
  const isSame = on.size === found.size && [...on].every(each => found.has(each))
  return isSame ? null : `contacts ${said(on)} must be closed, and ${said(found)} are`
}
