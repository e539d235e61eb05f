import type { ConnectedRigIdentity as RigAtWork } from '../../devices/rig.ts'
import type { RigIdentity } from '../record/inspection-record.ts'

export type { RigAtWork }

/** What a record keeps of the rig; null for photographs that came as files. */
export function recordedRig(rig: RigAtWork | null): RigIdentity {
  if (rig === null) {
    return { kind: 'files', name: 'files', drivers: null, firmware: null, truth: null, calibration: null }
  }
  const { kind, name, drivers, firmware, truth, calibration, calibrationExpiresAt } = rig
  const expiry = calibrationExpiresAt === undefined ? {} : { calibrationExpiresAt }
  return { kind, name, drivers: { ...drivers }, firmware: { ...firmware }, truth, calibration, ...expiry }
}
