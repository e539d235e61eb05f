import type { RigError } from '../rig-error.ts'
import { capturedPorts, type WireCapture } from '../wire/capture.ts'
import type { SendHttp } from '../wire/http.ts'
import { capturedHttp } from '../wire/http-capture.ts'
import { HttpReplay } from '../wire/http-replay.ts'
import { Replay } from '../wire/replay.ts'
import { type SerialPortConfig, type SerialPorts, systemSerialPorts } from '../wire/serial-port.ts'
import type { RealRigConfig } from './rig-config.ts'

/** Kinds of devices of which some are asked by HTTP. */
const httpDevices = ['camera', 'stage', 'light'] as const
type HttpDevice = (typeof httpDevices)[number]

/** What a rig's devices are spoken to over. Recording and playing back take the place of the real ones. */
export interface RigWires {
  readonly ports: SerialPorts
  /** @param send what would be sent with otherwise */
  http(device: HttpDevice, send: SendHttp): SendHttp
}

/** A session that is played back instead of one with a bench. */
export interface ReplayedWires extends RigWires {
  /** What was done otherwise than in the session, or left undone; null when it was the same to its end. */
  readonly difference: RigError | null
}

export const realWires: RigWires = { ports: systemSerialPorts, http: (_, send) => send }

/**
 * The real wires, written down on their way. Scanners are concealed, since they may scan a key; pictures show what lies on
 * the bench, and only their lengths are there unless `pictures` asks for them.
 */
export function capturedWires(
  config: RealRigConfig,
  capture: WireCapture,
  { pictures, wires = realWires }: { readonly pictures: boolean; readonly wires?: RigWires },
): RigWires {
  return {
    ports: capturedPorts(wires.ports, capture, port => {
      const name = wireName(config, port)
      return { name, conceal: name === 'scanner' }
    }),
    http: (device, send) =>
      capturedHttp(wires.http(device, send), capture, { name: device, keepBodies: device !== 'camera' || pictures }),
  }
}

/** @param text a captured session @param source what to call it in errors @throws RigError `capture-format` */
export function replayedWires(config: RealRigConfig, text: string, source: string): ReplayedWires {
  const serial = new Replay(text, source, name => !/^(?:camera|stage|light)\/\d+$/.test(name))
  const http = Object.fromEntries(httpDevices.map(name => [name, new HttpReplay(text, source, name)])) as Record<
    HttpDevice,
    HttpReplay
  >
  return {
    ports: serial.ports(port => wireName(config, port)),
    http: device => http[device].send,
    get difference() {
      const all = [serial, ...Object.values(http)]
      const found = [...all.map(replay => replay.difference), ...all.map(replay => replay.unfinished)]
      return found.find(difference => difference !== null) ?? null
    },
  }
}

/** Stage and lamps of one controller share one wire, which is the stage's. */
function wireName({ stage, light, scanner }: RealRigConfig, { port }: SerialPortConfig): string {
  if (stage !== undefined && 'port' in stage && port === stage.port) return 'stage'
  if (light !== undefined && 'port' in light && port === light.port) return 'light'
  return port === scanner?.port ? 'scanner' : port
}
