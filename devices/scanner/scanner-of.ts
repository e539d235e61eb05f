import type { Rig } from '../rig/connected-rig.ts'
import { RigError } from '../rig-error.ts'
import type { Scanner } from './scanner.ts'

/** The rig's scanner. @throws RigError `scanner-missing` which says why there is none */
export function scannerOf({ scanner, identity, devices }: Pick<Rig, 'scanner' | 'identity' | 'devices'>): Scanner {
  if (scanner !== null) return scanner
  const why = devices.some(({ role }) => role === 'scanner')
    ? 'is held by its daemon, which lends no scanner. End assay rig serve first.'
    : 'has no scanner. Add scanner to it in assay.config.'
  throw new RigError('scanner-missing', `rig ${identity.name} ${why}`)
}
