import { openCamera } from '../camera/camera-config.ts'
import { systemClock } from '../clock.ts'
import { GrblControllers } from '../grbl/controllers.ts'
import { openLight } from '../light/light-config.ts'
import type { DeviceIdentity } from '../opened-device.ts'
import type { Rig, RigIdentity } from '../rig.ts'
import { RigError } from '../rig-error.ts'
import { openScanner } from '../scanner/scanner-config.ts'
import { openStage } from '../stage/stage-config.ts'
import { httpSender } from '../wire/http.ts'
import { correctionFor } from './calibration/correction.ts'
import { FixedLight, FixedStage, fixedPose, fixedPreset } from './fixed.ts'
import { takeLease } from './lease.ts'
import type { LeaseOwner } from './lease-file.ts'
import { whenOrphaned } from './orphan.ts'
import { provenView, type SteadyConfig } from './proven-view.ts'
import type { RealRigConfig } from './rig-config.ts'
import { deviceAddresses } from './rig-devices.ts'
import { type RigWires, realWires } from './rig-wires.ts'
import { type Ending, tearDown } from './teardown.ts'
import { type CallDeadlines, watchCamera, watchLight, watchStage } from './watched.ts'

/** What opening a rig may be given besides its configuration. */
export interface OpenRigOptions {
  /** When it aborts, opening is given up, and an open rig is made safe at once. */
  readonly signal?: AbortSignal | undefined
  /** What the lease calls the program, e.g. `assay rig shoot`. */
  readonly owner?: string | undefined
  /** How long to wait for a rig that another program drives, ms. 0 unless told. */
  readonly waitMs?: number | undefined
  readonly leaseFolder?: string | undefined
  /** Go on when the program that started this one is gone; a daemon does. Unless told, the rig is made safe. */
  readonly outliveParent?: boolean | undefined
  /** Told of what a person should know though the rig works: a lease that was taken over, a device's warnings. */
  readonly tell?: ((sentence: string) => void) | undefined
  /** Takes leases over and makes devices safe, but brings nothing into use: no homing. For the doctor and for homing. */
  readonly home?: boolean | undefined
  /** What the devices are spoken to over: a session that is written down, or one that is played back. The real wires unless told. */
  readonly wires?: RigWires | undefined
  /** No device is touched, so none has to be leased: for a session that is played back. */
  readonly unleased?: boolean | undefined
}

const safeDeadlineMs = 8000

/**
 * Connects the rig on a bench: takes its lease, connects every device (which ends whatever it was doing and puts its
 * lamps out), homes it.
 *
 * @throws RigError which names the device; everything opened so far is made safe and closed again
 */
export async function openRealRig(config: RealRigConfig, options: OpenRigOptions = {}): Promise<Rig> {
  const { signal, tell = () => {} } = options
  signal?.throwIfAborted()
  assertUsable(config)
  let dispose: () => Promise<void> = async () => {}
  const lease = await takeLease(options.unleased ? [] : deviceAddresses(config), {
    folder: options.leaseFolder,
    owner: options.owner,
    waitMs: options.waitMs,
    clock: config.clock,
    signal,
    onLost: error => {
      tell(error.message)
      void dispose().catch(() => {})
    },
  })
  for (const owner of lease.tookOver) tell(takeOverSentence(owner))

  const endings: Ending[] = []
  let disposed: Promise<void> | null = null
  let forget = (): void => {}
  dispose = () => {
    disposed ??= tearDown(endings, config.safeDeadlineMs ?? safeDeadlineMs).finally(() => {
      forget()
      lease.release()
    })
    return disposed
  }
  // Not left to the program that was interrupted: it may be stuck in work of its own.
  const aborted = (): void => void dispose().catch(() => {})
  signal?.addEventListener('abort', aborted, { once: true })
  const stopWatching = options.outliveParent
    ? () => {}
    : whenOrphaned(() => {
        tell('The program that started this one is gone: the rig is made safe.')
        aborted()
      })
  forget = () => {
    signal?.removeEventListener('abort', aborted)
    stopWatching()
  }

  try {
    const rig = await connect(config, endings, signal, dispose, options.wires ?? realWires)
    for (const { identity } of rig.devices) for (const warning of identity.warnings) tell(warning)
    if (options.home ?? config.home ?? true) await rig.stage.home(signal)
    signal?.throwIfAborted()
    return rig
  } catch (error) {
    await dispose().catch(() => {})
    throw error
  }
}

async function connect(
  config: RealRigConfig,
  endings: Ending[],
  signal: AbortSignal | undefined,
  dispose: () => Promise<void>,
  { ports, http }: RigWires,
): Promise<Rig> {
  const controllers = new GrblControllers(ports)
  // What can do harm comes first, so that it is safe before anything else is tried.
  const openedLight = config.light
    ? await openLight(config.light, { controllers, signal, ports, http: http('light', httpSender()) })
    : null
  if (openedLight)
    endings.push({ name: 'light', makeSafe: ms => openedLight.makeSafe(ms), close: () => openedLight.close() })
  const openedStage = config.stage ? await openStage(config.stage, { controllers, signal, ports }) : null
  if (openedStage)
    endings.push({ name: 'stage', makeSafe: ms => openedStage.makeSafe(ms), close: () => openedStage.close() })
  const deadlines = callDeadlines(config)
  const watchedStage = watchStage(openedStage?.stage ?? new FixedStage(), deadlines)
  const watchedLight = watchLight(openedLight?.light ?? new FixedLight(), deadlines)
  const calibration = config.calibration?.id ?? null
  const openedCamera = await openCamera(config.camera, {
    signal,
    clock: config.clock ?? systemClock,
    http: send => http('camera', send),
    conditions: () => ({ light: watchedLight.preset, pose: watchedStage.pose, calibration }),
  })
  // Closing ends a running exposure, so it does not wait until the others are safe.
  endings.push({
    name: 'camera',
    makeSafe: () => openedCamera.camera.close(),
    close: () => openedCamera.camera.close(),
  })
  const openedScanner = config.scanner ? await openScanner(config.scanner, { controllers, signal, ports }) : null
  if (openedScanner) endings.push({ name: 'scanner', close: () => openedScanner.close() })

  const devices: { role: Rig['devices'][number]['role']; identity: DeviceIdentity }[] = [
    { role: 'camera', identity: openedCamera.identity },
    { role: 'stage', identity: openedStage?.identity ?? nothing },
    { role: 'light', identity: openedLight?.identity ?? nothing },
  ]
  if (openedScanner) devices.push({ role: 'scanner', identity: openedScanner.identity })
  const identity: RigIdentity = {
    name: config.name,
    kind: 'real',
    drivers: {
      camera: openedCamera.identity.driver,
      stage: openedStage?.identity.driver ?? nothing.driver,
      light: openedLight?.identity.driver ?? nothing.driver,
    },
    firmware: {
      camera: openedCamera.identity.firmware,
      stage: openedStage?.identity.firmware ?? nothing.firmware,
      light: openedLight?.identity.firmware ?? nothing.firmware,
    },
    truth: null,
    calibration,
  }
  const { camera, stage, light } = provenView(
    { camera: watchCamera(openedCamera.camera, deadlines), stage: watchedStage, light: watchedLight },
    { steady: config.steady ?? usuallySteady(config), calibration: config.calibration ?? null },
  )
  return {
    identity,
    devices,
    poses: config.stage ? Object.keys(config.stage.poses) : [fixedPose],
    presets: openedLight?.presets ?? [fixedPreset],
    camera,
    light,
    stage,
    scanner: openedScanner?.scanner ?? null,
    correctionFor: photograph => correctionFor(config.calibration ?? null, photograph),
    dispose,
    [Symbol.asyncDispose]: dispose,
  }
}

/** The video of a DSLR is another mode of it: the mirror would go up and down for every photograph. */
function usuallySteady({ camera }: RealRigConfig): SteadyConfig {
  return camera.driver === 'gphoto2' ? 'never' : 'auto'
}

/** Of a device that is not there. */
const nothing: DeviceIdentity = { driver: 'fixed', address: 'none', firmware: 'none', warnings: [] }

/** Twice what the drivers allow themselves, and some. */
function callDeadlines({ camera, stage }: RealRigConfig): CallDeadlines {
  return {
    photographMs: 2 * (camera.deadlineMs ?? 15_000) + (camera.settings?.exposureMs ?? 0) + 5000,
    moveMs: 2 * (stage?.moveDeadlineMs ?? 15_000) + (stage?.homeDeadlineMs ?? 60_000) + 5000,
    homeMs: (stage?.homeDeadlineMs ?? 60_000) + (stage?.moveDeadlineMs ?? 15_000) + 15_000,
    lightMs: 30_000,
  }
}

function takeOverSentence({ device, owner, pid, host }: LeaseOwner): string {
  return `The last owner of ${device}, ${owner} (process ${pid} on ${host}), ended without giving it back: its lease was taken over and the device is made safe first.`
}

/** @throws RigError `rig-configuration` for what no schema can see */
function assertUsable(config: RealRigConfig): void {
  if (config.stage && !Object.hasOwn(config.stage.poses, fixedPose)) {
    throw new RigError(
      'rig-configuration',
      `rig ${config.name} has no pose "${fixedPose}", where units are photographed. Add it to the stage's poses.`,
    )
  }
}
