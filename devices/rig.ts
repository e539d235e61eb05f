import { connectRig, type OpenRigOptions } from './rig/connect-rig.ts'
import type { Rig } from './rig/connected-rig.ts'
import { realBackEnd } from './rig/real-back-end.ts'
import type { RealRigConfig, RigConfig, VirtualRigConfig } from './rig/rig-config.ts'
import { openVirtualRig, type VirtualRig } from './virtual/virtual-rig.ts'

export type { OpenRigOptions } from './rig/connect-rig.ts'
export type { ConnectedRigIdentity, Rig, RigDevice } from './rig/connected-rig.ts'
export type { RealRigConfig, RigConfig, VirtualRigConfig } from './rig/rig-config.ts'
export type { VirtualRig } from './virtual/virtual-rig.ts'

/**
 * Connects the rig that a configuration describes and homes it. Use it with `await using`.
 *
 * A real rig is leased first: two programs never drive one rig, and what a program that was killed left alight or moving
 * is made safe before anything else. The rig is made safe at once when `signal` aborts and when the program that started
 * this one is gone.
 *
 * @throws RigError when the rig is taken, or a device is missing or does not answer; everything opened so far is closed
 */
export async function openRig(config: VirtualRigConfig, options?: AbortSignal | OpenRigOptions): Promise<VirtualRig>
export async function openRig(config: RealRigConfig, options?: AbortSignal | OpenRigOptions): Promise<Rig>
export async function openRig(config: RigConfig, options?: AbortSignal | OpenRigOptions): Promise<Rig | VirtualRig>
export async function openRig(config: RigConfig, options: AbortSignal | OpenRigOptions = {}): Promise<Rig> {
  const given = options instanceof AbortSignal ? { signal: options } : options
  if (config.kind === 'virtual') return await openVirtualRig(config, given)
  return await connectRig(realBackEnd(config, given.wires), config, given)
}

/** Whether the rig's nest is filled by the program. */
export function isVirtual(rig: Rig): rig is VirtualRig {
  return 'place' in rig
}
