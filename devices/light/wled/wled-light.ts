import { pause } from '../../deadline.ts'
import { type OpenedLight, presetNames } from '../light.ts'
import { type Lamps, lampsNotSet, PresetLight } from '../preset-light.ts'
import type { WledBoard } from './wled-board.ts'
import {
  assertSegments,
  difference,
  lightRequest,
  type WledConfig,
  type WledPresets,
  type WledSegment,
} from './wled-preset.ts'

/** Deadlines of a board, ms. */
interface WledDeadlines {
  /** From the first question to the first answer; a board boots in 2 to 5 s. */
  readonly openMs: number
  /** From a request to the board's own word that it is so. */
  readonly setMs: number
}

const wledDeadlines: WledDeadlines = { openMs: 8000, setMs: 3000 }

const usualSettleMs = 60
/** Ids that the largest board can have; one that it has not ignores them. */
const everySegment = Array.from({ length: 32 }, (_, id) => id)
const askAgainMs = 100

/** Lamps on a WLED board: presets are segments, and set means read back from the board. */
class WledLamps implements Lamps<readonly WledSegment[]> {
  readonly driver: string
  readonly address: string
  readonly presets: WledPresets
  readonly dark: readonly WledSegment[] = []
  readonly settleMs: number
  readonly setMs: number
  readonly check = 'the board and its presets'
  readonly #board: WledBoard
  readonly #segmentIds: readonly number[]

  constructor(board: WledBoard, config: WledConfig, segmentIds: readonly number[], setMs: number) {
    this.driver = board.driver
    this.address = board.address
    this.presets = config.presets
    this.settleMs = config.settleMs ?? usualSettleMs
    this.setMs = setMs
    this.#board = board
    this.#segmentIds = segmentIds
  }

  async setNow(segments: readonly WledSegment[], deadlineMs: number, signal?: AbortSignal): Promise<void> {
    const ends = performance.now() + deadlineMs
    const request = lightRequest(segments, this.#segmentIds)
    let answer = await this.#board.exchange(request, deadlineMs, signal)
    if (!this.#board.answers) return
    for (let why = difference(segments, answer); why !== null; why = difference(segments, answer)) {
      const left = ends - performance.now() - askAgainMs
      if (left <= 0) throw lampsNotSet(this, why)
      await pause(askAgainMs, signal)
      // The request again, not only the question: a board that was busy drops what it is sent.
      answer = await this.#board.exchange(request, left, signal)
    }
  }

  async difference(segments: readonly WledSegment[], signal?: AbortSignal): Promise<string | null> {
    return this.#board.answers ? difference(segments, await this.#board.exchange(null, this.setMs, signal)) : null
  }
}

/**
 * Puts every lamp out and finds out who the board is; where that fails, the board is closed.
 *
 * @throws RigError `light-gone`, `light-not-wled`, `light-preset`
 */
export async function openWledLight(
  board: WledBoard,
  config: WledConfig,
  signal?: AbortSignal,
  deadlines = wledDeadlines,
): Promise<OpenedLight> {
  try {
    return await openNow(board, config, signal, deadlines)
  } catch (error) {
    await board.close().catch(() => {})
    throw error
  }
}

async function openNow(
  board: WledBoard,
  config: WledConfig,
  signal: AbortSignal | undefined,
  deadlines: WledDeadlines,
): Promise<OpenedLight> {
  const dark = lightRequest([], [])
  const { state, info } = await board.exchange(dark, deadlines.openMs, signal)
  const ids = state?.segments.map(({ id }) => id) ?? everySegment
  assertSegments(config.presets, ids, board.address)
  const light = new PresetLight(new WledLamps(board, config, ids, deadlines.setMs))
  await light.set('dark', signal)
  const warnings = await board.warnings(signal)
  if (!board.answers) warnings.push('the board does not answer, so that its light is believed and not read back.')
  if (info && info.currentLimitMa > 0) {
    warnings.push(
      `the board limits its current to ${info.currentLimitMa} mA: bright lights may come out dimmer than asked. Set the limiter above what all LEDs draw.`,
    )
  }
  return {
    light,
    presets: presetNames(config.presets),
    identity: { driver: board.driver, address: board.address, firmware: info?.version ?? 'unknown', warnings },
    makeSafe: deadlineMs => light.makeSafe(deadlineMs),
    close: async () => {
      light.retire()
      await board.close()
    },
  }
}
