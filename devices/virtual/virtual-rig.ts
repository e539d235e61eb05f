import { createHash } from 'node:crypto'
import { systemClock } from '../clock.ts'
import { withDeadline } from '../deadline.ts'
import { GrblLink } from '../grbl/link.ts'
import { decodedLamps, GrblLight } from '../light/grbl-light.ts'
import type { RigIdentity, VirtualRig, VirtualRigConfig } from '../rig.ts'
import { RigError } from '../rig-error.ts'
import { GrblStage } from '../stage/grbl-stage.ts'
import type { Poses } from '../stage/stage.ts'
import { VirtualBench } from './bench.ts'
import { VirtualCamera } from './camera.ts'
import { virtualTruth } from './truth.ts'

export type { VirtualBench } from './bench.ts'

/** What the configuration of the virtual rig says; close to its truth, not equal to it. */
export const virtualPoses: Poses = {
  load: { xMm: -280, yMm: -190, zMm: -5 },
  inspect: { xMm: -60, yMm: -60, zMm: -20 },
}

/** Opens the virtual rig: the twin's bench, and the drivers that talk to it as they would to a real one. */
export async function openVirtualRig(config: VirtualRigConfig, signal?: AbortSignal): Promise<VirtualRig> {
  signal?.throwIfAborted()
  const bench = new VirtualBench({ truth: virtualTruth, seed: config.seed, hurry: config.hurry ?? 50 })
  let link: GrblLink
  try {
    link = await GrblLink.open(bench.cable.makeLine, signal)
  } catch (error) {
    bench.stop()
    throw error
  }
  const stage = new GrblStage(link, { poses: config.poses ?? virtualPoses, pollMs: 4 })
  const light = new GrblLight(link, { lamps: config.lamps ?? decodedLamps })
  const camera = new VirtualCamera({
    bench,
    size: config.size ?? { width: 2400, height: 1600 },
    clock: config.clock ?? systemClock,
    conditions: () => ({ light: light.preset, pose: stage.pose, calibration: null }),
  })
  const identity: RigIdentity = {
    name: config.name ?? 'virtual',
    kind: 'virtual',
    drivers: { camera: camera.name, stage: stage.name, light: light.name },
    firmware: link.firmware.version,
    truth: createHash('sha256').update(JSON.stringify(virtualTruth)).digest('hex'),
    calibration: null,
  }

  let disposed: Promise<void> | null = null
  const makeSafe = async (): Promise<void> => {
    signal?.removeEventListener('abort', aborted)
    const ends = await Promise.allSettled([
      link.makeSafe(config.safeDeadlineMs ?? 8000),
      withDeadline(
        camera.close(),
        2000,
        () => new RigError('camera-close', 'the camera did not close within 2 s; its exposure was left behind.'),
      ),
    ])
    const closed = await Promise.allSettled([link.close()])
    bench.stop()
    const errors = [...ends, ...closed].filter(end => end.status === 'rejected').map(end => end.reason)
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) {
      const unsafe = errors.find(error => error instanceof RigError && error.code === 'rig-unsafe') ?? errors[0]
      throw new RigError('rig-unsafe', unsafe.message, { cause: new AggregateError(errors) })
    }
  }
  const dispose = (): Promise<void> => {
    disposed ??= makeSafe()
    return disposed
  }
  // Not left to the program that was interrupted: it may be stuck in work of its own.
  const aborted = (): void => void dispose().catch(() => {})
  signal?.addEventListener('abort', aborted, { once: true })

  const rig: VirtualRig = {
    identity,
    camera,
    light,
    stage,
    faults: bench.faults,
    bench,
    place: (surface, placement) => bench.place(surface, placement),
    dispose,
    [Symbol.asyncDispose]: dispose,
  }
  try {
    for (const fault of config.faults ?? []) bench.faults.inject(fault)
    if (config.home ?? true) await stage.home(signal)
    return rig
  } catch (error) {
    await dispose().catch(() => {})
    throw error
  }
}
