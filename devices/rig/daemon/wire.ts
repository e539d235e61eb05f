import { join } from 'node:path'
import { z } from 'zod'
import { userId } from '../../../harness/core/user.node.ts'
import type { EncodedPhotograph } from '../../camera/camera.ts'
import type { Calibration } from '../calibration/calibration.ts'
import type { Rig } from '../connected-rig.ts'

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
  | { readonly call: 'home' | 'stop' | 'position' }
  | { readonly call: 'goTo'; readonly pose: Parameters<Rig['stage']['goTo']>[0] }

export interface Reply {
  readonly state: RigState
  readonly result?: unknown
  readonly error?: { readonly code: string; readonly message: string }
}

/** How a photograph was taken; its bytes follow as the body. */
export type PhotographHead = Omit<EncodedPhotograph, 'bytes'>

export const sessionHeader = 'x-assay-session'
export const replyHeader = 'x-assay-answer'

/** Where the daemon of a rig listens: for this user only. */
export function socketPath(folder: string, rig: string): string {
  const name = `assay-rig-${userId()}-${rig}`
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(folder, `${name}.sock`)
}

const text = z.string()
const state = z.looseObject({ pose: text, preset: text })
/** What either side relies on before it asks for more; both are of one program, but not always of one version. */
const hello = z.looseObject({
  session: text,
  identity: z.looseObject({ name: text, kind: z.enum(['virtual', 'real']) }),
  devices: z.array(z.looseObject({ role: text, identity: z.looseObject({ warnings: z.array(text) }) })),
  poses: z.array(text),
  presets: z.array(text),
  names: z.looseObject({ camera: text, light: text, stage: text }),
  capabilities: z.looseObject({ sizes: z.array(z.unknown()), video: z.boolean() }),
  calibration: z.looseObject({ id: text }).nullable(),
  state,
})
const refusal = z.looseObject({ code: text, message: text })
const answer = z.looseObject({ state, error: refusal.optional() })
const call = z.discriminatedUnion('call', [
  z.looseObject({ call: z.literal('photograph'), settings: z.looseObject({}).optional() }),
  z.looseObject({ call: z.literal('set'), preset: text }),
  z.looseObject({ call: z.literal('goTo'), pose: text }),
  z.looseObject({ call: z.enum(['home', 'stop', 'position']) }),
])

/** Null when the text is not what its writer should have written. */
const reader =
  <T>(shape: z.ZodType) =>
  (written: string): T | null => {
    try {
      return shape.parse(JSON.parse(written)) as T
    } catch {
      return null
    }
  }
export const readHello = reader<Hello>(hello)
export const readRefusal = reader<{ readonly code: string; readonly message: string }>(refusal)
export const readCall = reader<Call>(call)

export function formatReply(told: Reply): string {
  return encodeURIComponent(JSON.stringify(told))
}

export function readReply(header: unknown): Reply | null {
  try {
    return typeof header === 'string' ? reader<Reply>(answer)(decodeURIComponent(header)) : null
  } catch {
    return null
  }
}
