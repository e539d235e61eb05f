import { type GoldenLook, isGood, isJudged } from './golden-look.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { judgedByIn } from './lot-rows.ts'
import { countingAttempt } from './path-reasons.ts'
import { about, held, type Reason } from './reason.ts'
import { entryFaults, rigFaults } from './record-faults.ts'
import { at, type UnitOutcome } from './unit-outcome.ts'

/** Where decoys were refused by what would have counted for a unit: entry by entry, and on which rig. */
export interface Refusal {
  readonly unit: string
  readonly station: string
  readonly index: number
  readonly rig: string
}

/**
 * Refusals that try a rig: by the lot's own profile, plan, lot file and people, on a rig that may judge it, and by photographs that
 * were evidence of nothing before. Any other FAIL of a decoy says nothing of how the lot was judged.
 */
export function refusalsOf(
  { lot, rows }: LotFacts,
  { decoys, records, byStrangers, shared }: LotEvidence,
  plan: PlannedFacts,
  units: readonly UnitOutcome[],
): readonly Refusal[] {
  const rowAt = new Map(rows.map(row => [row.index, row]))
  const seen = new Set<string>()
  return units.flatMap(({ unit, stations }) => {
    const station = decoys.get(unit)?.facts.station
    const planned = plan.path.find(one => one.station === station)
    const attempts = station === undefined ? [] : (at({ stations }, station)?.attempts ?? [])
    return attempts.flatMap(({ index, verdict }) => {
      const [record, row] = [records.get(index), rowAt.get(index)]
      if (record === undefined || row === undefined || planned === undefined) return []
      const isNew = record.photographs.every(({ id }) => !seen.has(id))
      for (const { id } of record.photographs) seen.add(id)
      const { profileSha256, recordsSha256 } = judgedByIn(row)
      const isTrial =
        verdict === 'FAIL' &&
        isNew &&
        !byStrangers.has(index) &&
        !shared.has(index) &&
        profileSha256 === plan.profileSha256 &&
        recordsSha256 === lot.recordsSha256 &&
        (planned.planSha256 === undefined || record.planSha256 === planned.planSha256) &&
        record.contradictions === undefined &&
        entryFaults(record, row).length === 0 &&
        rigFaults(record, row, plan.rehearsal).length === 0
      return isTrial ? [{ unit, station: planned.station, index, rig: record.rig.name }] : []
    })
  })
}

/** A decoy that was passed, or never tried a rig, says that bad units may have passed. A PASS counts, however it came about. */
export function decoyReasons(
  units: readonly UnitOutcome[],
  refusals: readonly Refusal[],
  unit: string,
  station: string,
): Reason[] {
  const attempts = at(units.find(one => one.unit === unit) ?? { stations: [] }, station)?.attempts ?? []
  if (attempts.some(({ verdict }) => verdict === 'PASS'))
    return [
      held(
        'decoy-passed',
        `The decoy ${unit}, which is known to be bad, was passed at ${station}: what was judged there is in doubt.`,
      ),
    ]
  if (refusals.some(one => one.unit === unit && one.station === station)) return []
  const what = attempts.some(({ verdict }) => verdict === 'FAIL')
    ? 'was refused by nothing that would count for a unit of the lot (another profile, lot file, plan or rig, nobody of the register, an older photograph)'
    : 'was never judged'
  return [held('decoy-unseen', `The decoy ${unit} ${what} at ${station}.`)]
}

/**
 * Units that were judged without the decoy that the plan asks for. A session is what a rig judges at a station between two looks
 * at its golden card, by whichever of its names, whether they prove anything or not: each has a decoy of its own that was refused, or nobody tried the rig there.
 */
export function sessionReasons(
  { records, golden, rigNames }: LotEvidence,
  refusals: readonly Refusal[],
  plan: PlannedFacts,
  units: readonly UnitOutcome[],
): Reason[] {
  const looks = golden.filter(isJudged)
  const looksOf = new Map<string, readonly GoldenLook[]>()
  return plan.decoys.flatMap(station => {
    const refused = Map.groupBy(
      refusals.filter(one => one.station === station),
      ({ rig }) => rig,
    )
    const untried = units.filter(unit => {
      const standing = at(unit, station)
      if (standing === undefined || unit.fate === 'scrapped' || unit.fate === 'held') return false
      const index = countingAttempt(unit, standing)
      const rig = index === null ? undefined : records.get(index)?.rig.name
      if (index === null || rig === undefined) return false
      const names = rigNames(rig)
      const its = looksOf.get(rig) ?? looks.filter(({ record }) => names.has(record?.rig.name ?? ''))
      looksOf.set(rig, its)
      const from = its.findLast(look => look.index < index && isGood(look))?.index ?? -1
      const to = its.find(look => look.index > index)?.index ?? Number.POSITIVE_INFINITY
      return !(refused.get(rig) ?? []).some(one => one.index > from && one.index < to)
    })
    return about(
      'decoy-left-out',
      untried.map(({ unit }) => unit),
      `Judged at ${station} in a session without a decoy, which the plan asks for`,
    )
  })
}
