import { once } from 'node:events'
import { startRigServer } from '../../../devices/rig/daemon/rig-server.ts'
import { socketPath } from '../../../devices/rig/daemon/wire.ts'
import { leaseFolder } from '../../../devices/rig/lease.ts'
import type { CommandContext } from '../context.ts'
import { openAtHand, print, printJson, rigAtHand, tell } from './chosen-rig.ts'
import type { BenchOptions } from './session-file.ts'

/** `assay rig serve`: holds the rig, so that scenarios pay for connecting and homing once and not after every failure. */
export async function serveRig(
  name: string | undefined,
  options: BenchOptions,
  { signal }: CommandContext,
): Promise<void> {
  const chosen = await rigAtHand(name)
  // A daemon outlives the terminal that started it.
  await using rig = await openAtHand(chosen, 'serve', options, { signal, outliveParent: true })
  await using server = await startRigServer(rig, {
    path: socketPath(leaseFolder(), chosen.name),
    tell,
    calibration: chosen.calibration,
  })
  if (options.json) printJson({ rig: rig.identity, path: server.path, pid: process.pid })
  else print(`${chosen.name} is served to this user's scenarios at ${server.path} (Ctrl-C ends)`)
  if (!signal.aborted) await once(signal, 'abort')
}
