import type { OpenOptions } from '../../stage/stage-config.ts'
import { systemSerialPorts } from '../../wire/serial-port.ts'
import type { OpenedLight, WledHttpLightConfig, WledSerialLightConfig } from '../light-config.ts'
import type { WledBoard } from './wled-board.ts'
import { WledHttp } from './wled-http.ts'
import { WledLight } from './wled-light.ts'
import { WledSerial } from './wled-serial.ts'

/** @throws RigError as {@link WledLight.open} and `port-open` */
export async function openWledSerial(config: WledSerialLightConfig, options: OpenOptions): Promise<OpenedLight> {
  const makeLine = (options.ports ?? systemSerialPorts)(config)
  const board = await WledSerial.open(makeLine, config.answers ?? true, options.signal)
  return await openOrClose(board, config, options.signal)
}

/** @throws RigError as {@link WledLight.open} */
export async function openWledHttp(config: WledHttpLightConfig, options: OpenOptions): Promise<OpenedLight> {
  return await openOrClose(new WledHttp(config.url, options.http), config, options.signal)
}

async function openOrClose(
  board: WledBoard,
  config: WledSerialLightConfig | WledHttpLightConfig,
  signal: AbortSignal | undefined,
): Promise<OpenedLight> {
  try {
    return await WledLight.open(board, config, signal)
  } catch (error) {
    await board.close().catch(() => {})
    throw error
  }
}
