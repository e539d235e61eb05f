import { createHash } from 'node:crypto'
import { systemClock } from '../clock.ts'
import { GrblLink } from '../grbl/link.ts'
import { decodedLamps, GrblLight } from '../light/grbl-light.ts'
import { correctionFor } from '../rig/calibration/correction.ts'
import { provenView } from '../rig/proven-view.ts'
import type { VirtualRigConfig } from '../rig/rig-config.ts'
import { tearDown } from '../rig/teardown.ts'
import type { RigDevice, RigIdentity, VirtualRig } from '../rig.ts'
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
  const calibration = config.calibration?.id ?? null
  const poses = config.poses ?? virtualPoses
  const camera = new VirtualCamera({
    bench,
    size: config.size ?? { width: 2400, height: 1600 },
    clock: config.clock ?? systemClock,
    ...(config.cameraDeadlineMs !== undefined && { deadlineMs: config.cameraDeadlineMs }),
    conditions: () => ({ light: light.preset, pose: stage.pose, calibration }),
  })
  const { version } = link.firmware
  const identity: RigIdentity = {
    name: config.name ?? 'virtual',
    kind: 'virtual',
    drivers: { camera: camera.name, stage: stage.name, light: light.name },
    firmware: { camera: 'virtual', stage: version, light: version },
    truth: createHash('sha256').update(JSON.stringify(virtualTruth)).digest('hex'),
    calibration,
  }
  const address = 'virtual:grbl'
  const devices: readonly RigDevice[] = [
    { role: 'camera', identity: { driver: 'virtual', address: 'virtual:camera', firmware: 'virtual', warnings: [] } },
    { role: 'stage', identity: { driver: 'grbl', address, firmware: version, warnings: [] } },
    { role: 'light', identity: { driver: 'grbl', address, firmware: version, warnings: [] } },
  ]

  let disposed: Promise<void> | null = null
  const makeSafe = async (): Promise<void> => {
    signal?.removeEventListener('abort', aborted)
    try {
      await tearDown(
        [
          { name: 'controller', makeSafe: ms => link.makeSafe(ms), close: () => link.close() },
          { name: 'camera', makeSafe: () => camera.close(), close: () => camera.close() },
        ],
        config.safeDeadlineMs ?? 8000,
      )
    } finally {
      bench.stop()
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
    devices,
    poses: Object.keys(poses),
    presets: light.presets,
    ...provenView({ camera, stage, light }, { steady: config.steady, calibration: config.calibration ?? null }),
    scanner: null,
    faults: bench.faults,
    bench,
    place: (surface, placement) => bench.place(surface, placement),
    correctionFor: photograph => correctionFor(config.calibration ?? null, photograph),
    dispose,
    [Symbol.asyncDispose]: dispose,
  }
  try {
    for (const fault of config.faults ?? []) bench.faults.inject(fault)
    if (config.home ?? true) await rig.stage.home(signal)
    return rig
  } catch (error) {
    await dispose().catch(() => {})
    throw error
  }
}
