import type { WledAnswer } from './wled-state.ts'

/** A WLED board, whatever it is reached by. */
export interface WledBoard {
  readonly driver: 'wled-serial' | 'wled-http'
  /** Without credentials. */
  readonly address: string
  /** The board tells its state; without that a light can only be believed. */
  readonly answers: boolean
  /**
   * Sends a request of WLED's JSON API, or only asks (`null`), and resolves with the state that the board told after it.
   *
   * @throws RigError `light-gone`, `light-deadline`, `port-lost`, `port-closed`
   */
  exchange(request: object | null, deadlineMs: number, signal?: AbortSignal): Promise<WledAnswer>
  /** What is not as it should be though the board works, one sentence each. */
  warnings(signal?: AbortSignal): Promise<string[]>
  /** Twice is fine. */
  close(): Promise<void>
}
