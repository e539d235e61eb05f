import type { StagePosition } from '../../stage/stage.ts'
import type { CardPlacement } from '../placement.ts'
import type { Truth } from '../truth.ts'

/** Light of each lamp, 0..1 of its full power: what burns, not what was asked for. */
export type LampPower = Readonly<Record<'dome' | 'ring' | 'left' | 'right', number>>

/** Everything that a photograph depends on, but for the surface of the card. Plain data: it travels to a worker. */
export interface Scene {
  readonly truth: Truth
  readonly size: { readonly width: number; readonly height: number }
  readonly lamps: LampPower
  readonly carriage: StagePosition
  /** null: the nest is empty. */
  readonly placement: CardPlacement | null
  readonly exposureMs: number
  readonly seed: number
  /** Number of the photograph since the rig was opened. */
  readonly shot: number
  readonly dark: boolean
  readonly blurred: boolean
  /** How far the camera moves sideways during the exposure, mm on the card. */
  readonly shakeMm?: number
}
