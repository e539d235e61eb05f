import { RigError } from '../rig-error.ts'
import type { OpenOptions } from '../stage/stage-config.ts'
import type { OpenedScanner, SerialScannerConfig } from './scanner-config.ts'

export async function openSerialScanner(config: SerialScannerConfig, _options: OpenOptions): Promise<OpenedScanner> {
  throw new RigError('scanner-driver', `${config.driver} is not part of this version.`)
}
