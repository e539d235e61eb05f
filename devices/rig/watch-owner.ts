import { text } from 'node:stream/consumers'
import { GrblControllers } from '../grbl/controllers.ts'
import { lights } from '../light/lights.ts'
import { stages } from '../stage/stages.ts'
import { systemSerialPorts } from '../wire/serial-port.ts'
import { takeLease } from './lease.ts'
import { isOver, type Watched, watcherName } from './start-watcher.ts'

// A small program beside the one that drives a rig: whatever ends that one, a signal that nobody can catch too, its lamps are
// put out and its motion is ended. It says nothing to anybody; who opens the rig next finds it safe.

const safeMs = 8000

async function makeSafe({ light, stage, addresses, leaseFolder }: Watched): Promise<void> {
  const lease = await takeLease(addresses, { folder: leaseFolder, owner: watcherName })
  const given = { controllers: new GrblControllers(systemSerialPorts), ports: systemSerialPorts }
  try {
    const opened = await Promise.allSettled([
      light ? lights.open(light, given) : null,
      stage ? stages.open(stage, given) : null,
    ])
    const devices = opened.flatMap(each => (each.status === 'fulfilled' && each.value ? [each.value] : []))
    await Promise.allSettled(devices.map(device => device.makeSafe(safeMs)))
    await Promise.allSettled(devices.map(device => device.close()))
  } finally {
    lease.release()
  }
}

// The pipe from the owner ends when the owner does, however it does.
const heard = (await text(process.stdin).catch(() => '')).split('\n')
const [first = ''] = heard
if (first !== '' && !heard.includes(isOver)) {
  try {
    await makeSafe(JSON.parse(first) as Watched)
  } catch {
    // Somebody else has it by now, and has made it safe.
  }
}
process.exit(0)
