import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { EncodedPhotograph } from '../../camera/camera.ts'
import type { Rig } from '../../rig.ts'
import type { Calibration } from '../calibration/calibration.ts'

/** What a daemon tells whoever attaches: the rig without its calls. */
export interface Hello {
  readonly session: string
  readonly identity: Rig['identity']
  readonly devices: Rig['devices']
  readonly poses: Rig['poses']
  readonly presets: Rig['presets']
  readonly names: { readonly camera: string; readonly light: string; readonly stage: string }
  readonly capabilities: Rig['camera']['capabilities']
  /** Under which the daemon opened the rig. */
  readonly calibration: Calibration | null
  readonly state: RigState
}

/** What can be asked of a rig without waiting; sent with every answer. */
export interface RigState {
  readonly pose: string
  readonly preset: Rig['light']['preset']
}

/** The calls that cross the wire. */
export type Call =
  | { readonly call: 'photograph'; readonly settings: Parameters<Rig['camera']['photograph']>[0] }
  | { readonly call: 'set'; readonly preset: Parameters<Rig['light']['set']>[0] }
  | { readonly call: 'home' | 'waitIdle' | 'stop' | 'position' }
  | { readonly call: 'goTo'; readonly pose: Parameters<Rig['stage']['goTo']>[0] }

export interface Answer {
  readonly state: RigState
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

/** How a photograph was taken; its bytes follow as the body. */
export type PhotographHead = Omit<EncodedPhotograph, 'bytes'>

export const sessionHeader = 'x-assay-session'
export const answerHeader = 'x-assay-answer'

/** Where the daemon of a rig listens: for this user only. */
export function socketPath(folder: string, rig: string): string {
  const name = `assay-rig-${userInfo().username}-${rig}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(folder, `${name}.sock`)
}
