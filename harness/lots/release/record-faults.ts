import { InspectionRecord } from '../../record/inspection-record.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import type { LotRow, SlimRecord } from './lot-rows.ts'

type Fault = readonly [code: string, clause: string]
const found = (faults: readonly (false | Fault)[]): readonly Fault[] => faults.filter(fault => fault !== false)

/** What a record that passed leaves open. @param planned what the lot's plan asks for at its station; undefined where it asks for nothing */
export function recordFaults(
  record: SlimRecord,
  planned: Omit<PlannedFacts['path'][number], 'station'> | undefined,
): readonly Fault[] {
  const { checks = [], planSha256, proves = [] } = planned ?? {}
  const passed = new Set(record.findings.flatMap(({ check, verdict }) => (verdict === 'PASS' ? [check] : [])))
  const left = checks.filter(check => !passed.has(check))
  const open = proves.filter(name => record.unproved.some(one => one.name === name && !one.accepted))
  const waived = [...new Set(record.unproved.flatMap(({ name, accepted }) => (accepted ? [name] : [])))]
  return found([
    record.format !== InspectionRecord.shape.format.value && [
      'other-format',
      `Record of another Assay (${record.format})`,
    ],
    record.contradictions !== undefined && [
      'contradictory',
      `Passed by a record that contradicts itself (${record.contradictions.map(inShort).join('; ')})`,
    ],
    planSha256 !== undefined &&
      record.planSha256 !== planSha256 && ['other-plan', 'Photographed and checked by another plan of the station'],
    left.length > 0 && ['checks-left', `Passed without ${left.join(', ')}`],
    open.length > 0 && ['unproved', `Passed without the proof of ${open.join(', ')}, which the plan asks for`],
    waived.length > 0 && ['waived', `Passed without the proof of ${waived.join(', ')}, which somebody waived`],
  ])
}

/** Without what is one unit's own: units of which the same is wrong are told together. */
const inShort = (clause: string) => clause.replace(/: .*$/s, '')

/** A result is written down when it is judged, by the same clock: never before, and a busy machine has two minutes for it. */
const writtenWithinMs = 120_000

/** What of a record its entry says otherwise: then it is not known who inspected, or when, and in which order. */
export function entryFaults(
  { operator, ended }: SlimRecord,
  { who, at }: Pick<LotRow, 'who' | 'at'>,
): readonly Fault[] {
  const tookMs = Date.parse(at) - Date.parse(ended)
  return found([
    who !== operator && ['other-inspector', 'Inspected by somebody else than its entry says'],
    // A time that is none is near nothing.
    !(tookMs >= 0 && tookMs <= writtenWithinMs) && [
      'written-apart',
      'Written down before it was judged or minutes after, by its own times',
    ],
  ])
}

/** What keeps a rig's verdict from counting, whatever it is. @param row when it was written down: until then its calibration was valid, too */
export function rigFaults(
  { rig, ended }: SlimRecord,
  { at }: Pick<LotRow, 'at'>,
  isRehearsal: boolean,
): readonly Fault[] {
  const { kind, calibration, calibrationExpiresAt: expiry } = rig
  return found([
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
      ![ended, at].every(time => Date.parse(time) < Date.parse(expiry)) && [
        'calibration-expired',
        `Judged by a calibration that expired on ${expiry}`,
      ],
  ])
}
