import { createHash } from 'node:crypto'
import { lights } from '../light/lights.ts'
import { connectRig, type OpenRigOptions, type RigBackEnd } from '../rig/connect-rig.ts'
import type { Rig } from '../rig/connected-rig.ts'
import type { VirtualRigConfig } from '../rig/rig-config.ts'
import type { Poses } from '../stage/stage.ts'
import { stages } from '../stage/stages.ts'
import type { CardSurface } from './card-surface.ts'
import type { Faults } from './faults.ts'
import type { CardPlacement, PlacementName } from './placement.ts'
import { virtualTruth } from './truth.ts'
import { VirtualBench } from './virtual-bench.ts'
import { openVirtualCamera } from './virtual-camera.ts'

/** A rig whose nest is filled by the program instead of by a person. */
export interface VirtualRig extends Rig {
  /**
   * Puts a unit into the nest, or takes it out (`null`). The surface must not be changed while it lies there.
   *
   * @throws RigError `placement`
   */
  place(surface: CardSurface | null, placement?: PlacementName | Partial<CardPlacement>): void
  readonly faults: Faults
  /** The twin itself, to look at what the lamps and axes really do. For tests and the doctor, never for inspection. */
  readonly bench: VirtualBench
}

/** What the configuration of the virtual rig says; close to its truth, not equal to it. */
export const virtualPoses: Poses = {
  load: { xMm: -280, yMm: -190, zMm: -5 },
  inspect: { xMm: -60, yMm: -60, zMm: -20 },
}

/** Opens the virtual rig: the twin's bench, and the drivers that talk to it as they would to a real one. */
export async function openVirtualRig(
  config: VirtualRigConfig,
  { signal, home }: Pick<OpenRigOptions, 'signal' | 'home'>,
): Promise<VirtualRig> {
  const bench = new VirtualBench({ truth: virtualTruth, seed: config.seed, hurry: config.hurry ?? 50 })
  try {
    // It drives nothing that could do harm when nobody watches.
    const rig = await connectRig(backEndOf(bench, config), config, { signal, home, outliveParent: true })
    return { ...rig, faults: bench.faults, bench, place: (surface, placement) => bench.place(surface, placement) }
  } catch (error) {
    bench.stop()
    throw error
  }
}

function backEndOf(bench: VirtualBench, config: VirtualRigConfig): RigBackEnd {
  const { name = 'virtual', size = { width: 2400, height: 1600 }, cameraDeadlineMs: deadlineMs, faults = [] } = config
  const controller = { driver: 'grbl', port: bench.cable.path } as const
  return {
    name,
    kind: 'virtual',
    truth: createHash('sha256').update(JSON.stringify(virtualTruth)).digest('hex'),
    wires: { ports: () => bench.cable.makeLine, http: (_, send) => send },
    addresses: [],
    deadlines: { photographMs: deadlineMs ?? 30_000 },
    light: given => lights.open(controller, given),
    stage: given => stages.open({ ...controller, poses: virtualPoses }, { ...given, pollMs: 4 }),
    camera: given => openVirtualCamera(bench, size, { ...given, deadlineMs }),
    scanner: () => null,
    connected: () => {
      for (const fault of faults) bench.faults.inject(fault)
    },
    left: () => bench.stop(),
  }
}
