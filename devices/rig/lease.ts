import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { hostname } from 'node:os'
import { privateRunFolder } from '../../harness/core/run-folder.node.ts'
import { type Clock, systemClock } from '../clock.ts'
import { pause } from '../deadline.ts'
import { RigError } from '../rig-error.ts'
import { LeaseFile, type LeaseOwner } from './lease-file.ts'

/** How a lease is asked for. */
interface LeaseOptions {
  /** Where leases lie. Default: {@link leaseFolder}. */
  readonly folder?: string | undefined
  /** What the owner calls itself, e.g. `assay rig shoot`. */
  readonly owner?: string | undefined
  /** How long to wait for a device that another program holds, ms. Default: 0. */
  readonly waitMs?: number | undefined
  readonly clock?: Clock | undefined
  /** Time between two signs of life, ms. Default: 5000. */
  readonly heartbeatMs?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Called once when the lease is no longer ours, because somebody removed its file. */
  readonly onLost?: ((error: RigError) => void) | undefined
}

/** The devices of one rig, held against every other program until released. */
interface Lease {
  /** Owners that died without giving back, one for each device that they left. */
  readonly tookOver: readonly LeaseOwner[]
  release(): void
}

/**
 * The folder of leases and of the sockets of daemons: `$ASSAY_LEASES`, which users of one bench share when the administrator
 * made it for them; else this user's own, which keeps other users' programs off no device.
 */
export function leaseFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return environment['ASSAY_LEASES'] || privateRunFolder(environment)
}

/**
 * Takes every device or none. Devices are what is leased, not the names of rigs: two configurations may call one bench
 * differently, and two rigs may share a camera.
 *
 * @param devices serial ports and addresses, without credentials
 * @throws RigError `rig-taken` which names the owner, `lease-folder`
 */
export async function takeLease(devices: readonly string[], options: LeaseOptions = {}): Promise<Lease> {
  if (devices.length === 0) return { tookOver: [], release: () => {} }
  const { owner = 'a program', clock = systemClock, waitMs = 0, signal, heartbeatMs = 5000, onLost } = options
  const folder = options.folder ?? leaseFolder()
  const held: { file: LeaseFile; device: string }[] = []
  const tookOver: LeaseOwner[] = []
  const since = clock.now().toISOString()
  const sign = (): boolean =>
    held.every(({ file, device }) =>
      file.sign({ owner, pid: process.pid, host: hostname(), device, since, heartbeat: clock.now().toISOString() }),
    )
  let timer: NodeJS.Timeout | null = null
  const release = (): void => {
    if (timer !== null) clearInterval(timer)
    timer = null
    for (const { file } of held.splice(0)) file.release()
  }
  const ends = performance.now() + waitMs
  try {
    // In one order for everybody, so that two rigs that share devices do not wait for each other.
    for (const [key, device] of [...new Map(devices.map(device => [keyOf(device), device]))].sort()) {
      for (;;) {
        const file = LeaseFile.take(folder, key)
        if (file) {
          held.push({ file, device })
          if (file.left) tookOver.push(file.left)
          break
        }
        if (performance.now() >= ends) throw takenError(device, LeaseFile.ownerOf(folder, key), clock)
        await pause(Math.min(100, Math.max(1, ends - performance.now())), signal)
      }
    }
    sign()
  } catch (error) {
    release()
    throw error
  }
  timer = setInterval(() => {
    let ours = false
    try {
      ours = sign()
    } catch {
      // A full disk takes no sign of life; the lock itself needs none.
      ours = held.every(({ file }) => file.isOurs)
    }
    if (ours || timer === null) return
    clearInterval(timer)
    timer = null
    onLost?.(
      new RigError(
        'lease-lost',
        `the lease of the rig was removed from ${folder} while it was in use, so another program may drive the rig now. Leave that folder alone and open the rig again.`,
      ),
    )
  }, heartbeatMs)
  timer.unref()
  return { tookOver, release }
}

/** Who holds `device` now, or null. Looks without taking. */
export function leaseOwner(device: string, folder: string = leaseFolder()): LeaseOwner | null {
  const key = keyOf(device)
  const owner = LeaseFile.ownerOf(folder, key)
  if (owner === null) return null
  const free = LeaseFile.take(folder, key)
  if (free === null) return owner
  // Left by a dead program: whoever opens the rig next takes it over. Only let go of the lock here.
  free.letGo()
  return null
}

/** One owner in words, for people. */
export function describeOwner({ owner, pid, host, since }: LeaseOwner): string {
  return `${owner} (process ${pid} on ${host}, since ${since})`
}

function takenError(device: string, owner: LeaseOwner | null, clock: Clock): RigError {
  if (owner === null) {
    return new RigError('rig-taken', `${device} is held by another program. Wait for it, or end it.`)
  }
  const silentS = Math.round((clock.now().getTime() - Date.parse(owner.heartbeat)) / 1000)
  const hangs = silentS > 30 ? ` It gave no sign of life for ${silentS} s and may hang: end it.` : ''
  return new RigError('rig-taken', `${device} is held by ${describeOwner(owner)}. Wait for it, or end it.${hangs}`)
}

/** `/dev/serial/by-id/…` and `/dev/ttyUSB0` are one port, and whatever is asked of one host and port is one device. */
function keyOf(device: string): string {
  let real = device
  try {
    const url = device.includes('://') ? URL.parse(device) : null
    if (url !== null && url.host !== '') real = `host ${url.host}`
    else if (url === null) real = realpathSync(device)
  } catch {
    // Not plugged in, or no file: its name is all there is.
  }
  return createHash('sha256').update(real).digest('hex').slice(0, 32)
}
