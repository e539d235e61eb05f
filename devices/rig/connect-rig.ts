import type { OpenCameraOptions, OpenedCamera } from '../camera/camera.ts'
import { systemClock } from '../clock.ts'
import type { OpenOptions } from '../driver.ts'
import { GrblControllers } from '../grbl/controllers.ts'
import type { OpenedLight } from '../light/light.ts'
import type { OpenedDevice } from '../opened-device.ts'
import { RigError } from '../rig-error.ts'
import type { OpenedScanner } from '../scanner/scanner.ts'
import type { OpenedStage } from '../stage/stage.ts'
import { httpSender } from '../wire/http.ts'
import { correctionFor } from './calibration/correction.ts'
import type { ConnectedRigIdentity, Rig } from './connected-rig.ts'
import { takeLease } from './lease.ts'
import type { LeaseOwner } from './lease-file.ts'
import { whenOrphaned } from './orphan.ts'
import type { RigConfig } from './rig-config.ts'
import type { RigWires } from './rig-wires.ts'
import { startWatcher, type Watched, watcherName } from './start-watcher.ts'
import { type Ending, tearDown } from './teardown.ts'
import { verifiedCapture } from './verified-capture.ts'
import { callDeadlines, type UsualDeadlines, watchCamera, watchLight, watchStage } from './watched.ts'

/** What opening a rig may be given besides its configuration. */
export interface OpenRigOptions {
  /** When it aborts, opening is given up, and an open rig is made safe at once. */
  readonly signal?: AbortSignal | undefined
  /** What the lease calls the program, e.g. `assay rig shoot`. */
  readonly owner?: string | undefined
  /** How long to wait for a rig that another program drives, ms. Default: 0. */
  readonly waitMs?: number | undefined
  readonly leaseFolder?: string | undefined
  /** Go on when the program that started this one is gone; a daemon does. Default: the rig is made safe. */
  readonly outliveParent?: boolean | undefined
  /** Told of what a person should know though the rig works: a lease that was taken over, a device's warnings. */
  readonly tell?: ((sentence: string) => void) | undefined
  /** False: takes leases over and makes devices safe, but brings nothing into use. Default: the configuration's, else true. */
  readonly home?: boolean | undefined
  /** What a real rig's devices are spoken to over: a session that is written down, or one that is played back. Default: the real wires. */
  readonly wires?: RigWires | undefined
  /** False: nobody makes the rig safe should this program be killed. Default: a small program beside it does. */
  readonly watcher?: boolean | undefined
  /** No device is touched, so none has to be leased: for a session that is played back. */
  readonly unleased?: boolean | undefined
}

/** What the devices of a rig stand on: a bench, or the digital twin of one. */
export interface RigBackEnd extends Pick<ConnectedRigIdentity, 'name' | 'kind' | 'truth'> {
  readonly wires: RigWires
  /** What its lease is taken of: ports and addresses of everything that can be driven, each once, without credentials. */
  readonly addresses: readonly string[]
  readonly deadlines: UsualDeadlines
  /** What makes it safe when its program is killed; left out where nothing of it outlives the program. */
  readonly watched?: Watched | undefined
  light(given: OpenOptions): Promise<OpenedLight>
  stage(given: OpenOptions): Promise<OpenedStage>
  camera(given: OpenCameraOptions): Promise<OpenedCamera>
  scanner(given: OpenOptions): Promise<OpenedScanner> | null
  /** Every device is connected, and nothing was moved yet. */
  connected?(): void
  /** Every device was let go of. */
  left?(): void
}

const usualSafeDeadlineMs = 8000
/** Longest time that a watcher takes to make a rig safe, ms. */
const watcherMs = 20_000

/**
 * Connects the devices of a bench as one rig: takes its lease, connects every device (which ends whatever it was doing and
 * puts its lamps out), homes it.
 *
 * @throws RigError which names the device; everything opened so far is made safe and closed again
 */
export async function connectRig(backEnd: RigBackEnd, config: RigConfig, options: OpenRigOptions): Promise<Rig> {
  const { signal, tell = () => {} } = options
  signal?.throwIfAborted()
  let dispose: () => Promise<void> = async () => {}
  const take = (waitMs: number | undefined) =>
    takeLease(options.unleased ? [] : backEnd.addresses, {
      folder: options.leaseFolder,
      owner: options.owner,
      waitMs,
      clock: config.clock,
      signal,
      onLost: error => {
        tell(error.message)
        void dispose().catch(() => {})
      },
    })
  const lease = await take(options.waitMs).catch((error: unknown) => {
    // It has it for some seconds only.
    const isWatched = error instanceof RigError && error.code === 'rig-taken' && error.message.includes(watcherName)
    if (!isWatched) throw error
    return take(watcherMs)
  })
  for (const owner of lease.tookOver) tell(takeOverSentence(owner))

  const endings: Ending[] = []
  let disposed: Promise<void> | null = null
  const leftInOrder =
    backEnd.watched && !options.unleased && options.watcher !== false
      ? startWatcher({ ...backEnd.watched, leaseFolder: options.leaseFolder })
      : () => {}
  let forget = (): void => {}
  dispose = () => {
    disposed ??= tearDown(endings, config.safeDeadlineMs ?? usualSafeDeadlineMs).finally(() => {
      forget()
      backEnd.left?.()
      leftInOrder()
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
    const rig = await connect(backEnd, config, endings, dispose, signal)
    for (const { identity } of rig.devices) for (const warning of identity.warnings) tell(warning)
    backEnd.connected?.()
    if (options.home ?? config.home ?? true) await rig.stage.home(signal)
    signal?.throwIfAborted()
    return rig
  } catch (error) {
    await dispose().catch(() => {})
    throw error
  }
}

async function connect(
  backEnd: RigBackEnd,
  { calibration = null, steady, fresh, clock = systemClock }: RigConfig,
  endings: Ending[],
  dispose: () => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<Rig> {
  const { ports, http } = backEnd.wires
  const given = { controllers: new GrblControllers(ports), ports, signal }
  const opened = async <Device extends OpenedDevice>(name: string, opening: Promise<Device>): Promise<Device> => {
    const device = await opening
    endings.push({ name, makeSafe: ms => device.makeSafe(ms), close: () => device.close() })
    return device
  }
  // What can do harm comes first, so that it is safe before anything else is tried.
  const light = await opened('light', backEnd.light({ ...given, http: http('light', httpSender()) }))
  const stage = await opened('stage', backEnd.stage({ ...given, http: http('stage', httpSender()) }))
  const deadlines = callDeadlines(backEnd.deadlines)
  const watchedStage = watchStage(stage.stage, deadlines)
  const watchedLight = watchLight(light.light, deadlines)
  const conditions = () => ({
    light: watchedLight.preset,
    pose: watchedStage.pose,
    calibration: calibration?.id ?? null,
  })
  const camera = await opened(
    'camera',
    backEnd.camera({ signal, clock, http: send => http('camera', send), conditions }),
  )
  const opening = backEnd.scanner(given)
  const scanner = opening && (await opened('scanner', opening))

  const devices = { camera: camera.identity, stage: stage.identity, light: light.identity }
  const wordOf = (what: 'driver' | 'firmware') => ({
    camera: devices.camera[what],
    stage: devices.stage[what],
    light: devices.light[what],
  })
  return {
    identity: {
      name: backEnd.name,
      kind: backEnd.kind,
      drivers: wordOf('driver'),
      firmware: wordOf('firmware'),
      truth: backEnd.truth,
      calibration: calibration?.id ?? null,
      ...(calibration && { calibrationExpiresAt: calibration.expiresAt }),
    },
    devices: [
      { role: 'camera', identity: camera.identity },
      { role: 'stage', identity: stage.identity },
      { role: 'light', identity: light.identity },
      ...(scanner ? [{ role: 'scanner' as const, identity: scanner.identity }] : []),
    ],
    poses: stage.poses,
    presets: light.presets,
    ...verifiedCapture(
      { camera: watchCamera(camera.camera, deadlines), stage: watchedStage, light: watchedLight },
      { steady: steady ?? (camera.disturbedByPreview ? 'never' : 'auto'), fresh, calibration },
    ),
    scanner: scanner?.scanner ?? null,
    correctionFor: photograph => correctionFor(calibration, photograph),
    dispose,
    [Symbol.asyncDispose]: dispose,
  }
}

function takeOverSentence({ device, owner, pid, host }: LeaseOwner): string {
  return `The last owner of ${device}, ${owner} (process ${pid} on ${host}), ended without giving it back: its lease was taken over and the device is made safe first.`
}
