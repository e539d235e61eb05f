import { RigError } from '../rig-error.ts'
import type { OpenOptions } from '../stage/stage-config.ts'
import type { OpenedLight, WledHttpLightConfig, WledSerialLightConfig } from './light-config.ts'

export async function openWledSerial(config: WledSerialLightConfig, _options: OpenOptions): Promise<OpenedLight> {
  throw new RigError('light-driver', `${config.driver} is not part of this version.`)
}

export async function openWledHttp(config: WledHttpLightConfig, _options: OpenOptions): Promise<OpenedLight> {
  throw new RigError('light-driver', `${config.driver} is not part of this version.`)
}
