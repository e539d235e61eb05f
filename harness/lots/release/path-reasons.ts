import { withoutTypography } from '../../core/bare-serial.ts'
import type { Standing } from '../attempts.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { isReadInPart, judgedByIn, type SlimRecord } from './lot-rows.ts'
import { isOverBefore } from './own-times.ts'
import { about, type Reason } from './reason.ts'
import { entryFaults, recordFaults, rigFaults } from './record-faults.ts'
import { at, type UnitOutcome } from './unit-outcome.ts'

/** Where units stand on their way, and by what they were judged. */
export function pathReasons(
  { lot, rows }: LotFacts,
  evidence: LotEvidence,
  plan: PlannedFacts,
  units: readonly UnitOutcome[],
): Reason[] {
  const { records, byStrangers, shared, plans, draws, clocks } = evidence
  const rowAt = new Map(rows.map(row => [row.index, row]))
  const blamed = new Map<string, { readonly code: string; readonly units: string[] }>()
  const blame = (code: string, clause: string, unit: string) => {
    if (!blamed.has(clause)) blamed.set(clause, { code, units: [] })
    const its = blamed.get(clause)!.units
    if (its.at(-1) !== unit) its.push(unit)
  }
  for (const unit of units) {
    if (unit.fate === 'scrapped' || unit.fate === 'held') continue
    const asked = unit.fate === 'opened' && plan.opening !== null ? [...plan.path, plan.opening] : plan.path
    let before: string | null = null
    for (const planned of asked) {
      const { station } = planned
      const standing = at(unit, station)
      const attempt = standing === undefined ? null : countingAttempt(unit, standing)
      if (standing === undefined) blame('missing', `Never seen at ${station}`, unit.unit)
      else if (standing.verdict === 'FAIL') {
        if (unit.fate === 'shipped') blame('failed', `Failed at ${station} and still in the lot`, unit.unit)
      } else if (attempt === null) blame('unread', `Not judged good or bad at ${station}`, unit.unit)
      else {
        const record = records.get(attempt)
        const { profileSha256, recordsSha256 } = judgedByIn(rowAt.get(attempt)!)
        if (record === undefined) blame('unreadable', `Record that cannot be read, at ${station}`, unit.unit)
        else
          for (const [code, clause] of [
            ...recordFaults(record, planned),
            ...entryFaults(record, rowAt.get(attempt)!),
            ...rigFaults(record, rowAt.get(attempt)!, plan.rehearsal),
          ])
            blame(code, `${clause}, at ${station}`, unit.unit)
        if (record !== undefined && (withoutTypography(record.unit ?? '') !== unit.unit || record.station !== station))
          blame('other-unit', `Entry with the record of another unit or station, at ${station}`, unit.unit)
        if (shared.has(attempt))
          blame(
            'photograph-shared',
            `Judged by a photograph that is evidence of another unit or station, too, at ${station}`,
            unit.unit,
          )
        const begun = { index: attempt, time: record?.started ?? '' }
        if (before !== null && !wasGoodBefore(evidence, unit, before, begun))
          blame('out-of-order', `Seen at ${station} before it had passed at ${before}`, unit.unit)
        const since = [
          ['the lot was planned', plans[0]],
          ['the sample was drawn', station === plan.opening?.station ? draws[0] : undefined],
        ] as const
        for (const [what, done] of since)
          if (done !== undefined && !isOverBefore({ index: done.index, time: done.at }, begun, clocks))
            blame('begun-before', `Begun before ${what}, by its own times, at ${station}`, unit.unit)
        if (profileSha256 !== plan.profileSha256)
          blame('other-profile', `Judged by another profile than was planned, at ${station}`, unit.unit)
        if (recordsSha256 !== lot.recordsSha256)
          blame('other-records', `Judged by another lot file, at ${station}`, unit.unit)
        if (record !== undefined && record.lot !== lot.lot)
          blame('other-lot', `Judged as of another lot, at ${station}`, unit.unit)
      }
      before = standing === undefined ? before : station
    }
    // Whoever inspected a unit inspected it, whatever came of it.
    for (const standing of unit.stations) {
      const { station, attempts } = standing
      const counting = countingAttempt(unit, standing)
      const others = attempts.flatMap(({ index }) => (index === counting ? [] : (records.get(index) ?? [])))
      if (others.some(isReadInPart))
        blame('unreadable', `Inspected before by a record that cannot be read, at ${station}`, unit.unit)
      else if (others.some(wasChanged))
        blame('contradictory', `Inspected before by a record that contradicts itself, at ${station}`, unit.unit)
      if (attempts.some(({ index }) => byStrangers.has(index)))
        blame(
          'inspector-unknown',
          `Inspected by nobody whom the register has as an inspector, at ${station}`,
          unit.unit,
        )
    }
  }
  return [...blamed].flatMap(([clause, { code, units: its }]) => about(code, its, clause))
}

/** Of what was neither passed nor refused, and contradicts itself all the same, somebody changed what was read. */
const wasChanged = ({ verdict, contradictions }: SlimRecord) =>
  contradictions !== undefined && (verdict === 'INCONCLUSIVE' || verdict === 'ERROR')

/** What is covered at a later station was looked at before it was covered, or it is not what was looked at. */
const wasGoodBefore = (
  { records, clocks }: LotEvidence,
  unit: UnitOutcome,
  station: string,
  begun: { readonly index: number; readonly time: string },
) =>
  at(unit, station)?.attempts.some(
    ({ verdict, index }) =>
      verdict === 'PASS' &&
      index < begun.index &&
      isOverBefore({ index, time: records.get(index)?.ended ?? '' }, begun, clocks),
  ) ?? false

/**
 * The entry of the attempt that counts. A unit that is opened is photographed on its way once more at stations that it had
 * passed: that it was good there stays true where the second look failed nothing.
 */
export function countingAttempt({ fate }: UnitOutcome, { attempts, verdict, counts }: Standing): number | null {
  if (verdict === 'PASS') return attempts.find(({ number }) => number === counts)?.index ?? null
  if (fate !== 'opened') return null
  return attempts.findLast(one => one.verdict === 'PASS')?.index ?? null
}
