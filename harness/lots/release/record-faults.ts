import { InspectionRecord } from '../../record/inspection-record.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import type { SlimRecord } from './lot-rows.ts'

type Fault = readonly [code: string, clause: string]

/** What a record that passed leaves open. @param planned what the lot's plan asks for at its station; undefined where it asks for nothing */
export function recordFaults(
  record: SlimRecord,
  planned: Pick<PlannedFacts['path'][number], 'checks' | 'planSha256'> | undefined,
): readonly Fault[] {
  const { checks = [], planSha256 } = planned ?? {}
  const passed = new Set(record.findings.flatMap(({ check, verdict }) => (verdict === 'PASS' ? [check] : [])))
  const left = checks.filter(check => !passed.has(check))
  const waived = [...new Set(record.unproved.flatMap(({ name, accepted }) => (accepted ? [name] : [])))]
  const faults: (false | Fault)[] = [
    record.format !== InspectionRecord.shape.format.value && [
      'other-format',
      `Record of another Assay (${record.format})`,
    ],
    record.contradictions !== undefined && [
      'contradictory',
      `Passed by a record that contradicts itself (${record.contradictions.join('; ')})`,
    ],
    planSha256 !== undefined &&
      record.planSha256 !== planSha256 && ['other-plan', 'Photographed and checked by another plan of the station'],
    left.length > 0 && ['checks-left', `Passed without ${left.join(', ')}`],
    waived.length > 0 && ['waived', `Passed without the proof of ${waived.join(', ')}, which somebody waived`],
  ]
  return faults.filter(fault => fault !== false)
}

/** What keeps a rig's verdict from counting, whatever it is. */
export function rigFaults({ rig, ended }: SlimRecord, isRehearsal: boolean): readonly Fault[] {
  const { kind, calibration, calibrationExpiresAt: expiry } = rig
  const faults: (false | Fault)[] = [
    !isRehearsal && kind === 'virtual' && ['virtual', 'Seen on a virtual rig, where nothing is real'],
    isRehearsal && kind !== 'virtual' && ['rehearsal', 'Seen on a real rig in a rehearsal'],
    kind === 'files' && ['no-rig', 'Judged from files, for whose camera nobody vouches'],
    kind === 'real' && calibration === null && ['uncalibrated', 'Judged on a rig without a calibration'],
    calibration !== null &&
      expiry === undefined && [
        'calibration-unknown',
        'Judged by a calibration of which nobody wrote down when it expires',
      ],
    // A time that is none is before nothing.
    expiry !== undefined &&
      !(Date.parse(ended) < Date.parse(expiry)) && [
        'calibration-expired',
        `Judged by a calibration that expired on ${expiry}`,
      ],
  ]
  return faults.filter(fault => fault !== false)
}
