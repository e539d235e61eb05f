import { isGood, isJudged, tellingLooks } from './golden-look.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { countingAttempt } from './path-reasons.ts'
import { about, held, type Reason } from './reason.ts'
import { at, type UnitOutcome } from './unit-outcome.ts'

/** A decoy that was passed, or never seen, says that bad units may have passed. */
export function decoyReasons(units: readonly UnitOutcome[], unit: string, station: string): Reason[] {
  const attempts = at(units.find(one => one.unit === unit) ?? { stations: [] }, station)?.attempts ?? []
  if (attempts.some(({ verdict }) => verdict === 'PASS'))
    return [
      held(
        'decoy-passed',
        `The decoy ${unit}, which is known to be bad, was passed at ${station}: what was judged there is in doubt.`,
      ),
    ]
  if (attempts.some(({ verdict }) => verdict === 'FAIL')) return []
  return [held('decoy-unseen', `The decoy ${unit} was never judged at ${station}.`)]
}

/**
 * Units that were judged without the decoy that the plan asks for. A session is what a rig judges at a station between two looks
 * at its golden card: each has a decoy of its own that was refused, or nobody tried the rig there.
 */
export function sessionReasons(evidence: LotEvidence, plan: PlannedFacts, units: readonly UnitOutcome[]): Reason[] {
  const { records, decoys, golden } = evidence
  const looksOf = Map.groupBy(tellingLooks(golden, plan).filter(isJudged), ({ record }) => record?.rig.name ?? '')
  return plan.decoys.flatMap(station => {
    /** Entries at which decoys of the station were refused, by rig. */
    const refused = Map.groupBy(
      units.flatMap(unit =>
        decoys.get(unit.unit)?.facts.station === station
          ? (at(unit, station)?.attempts ?? []).flatMap(({ index, verdict }) => (verdict === 'FAIL' ? [index] : []))
          : [],
      ),
      index => records.get(index)?.rig.name,
    )
    const untried = units.filter(unit => {
      const standing = at(unit, station)
      if (standing === undefined || unit.fate === 'scrapped' || unit.fate === 'held') return false
      const index = countingAttempt(unit, standing)
      const rig = index === null ? undefined : records.get(index)?.rig.name
      if (index === null || rig === undefined) return false
      const looks = looksOf.get(rig) ?? []
      const from = looks.findLast(look => look.index < index && isGood(look))?.index ?? -1
      const to = looks.find(look => look.index > index)?.index ?? Number.POSITIVE_INFINITY
      return !(refused.get(rig) ?? []).some(its => its > from && its < to)
    })
    return about(
      'decoy-left-out',
      untried.map(({ unit }) => unit),
      `Judged at ${station} in a session without a decoy, which the plan asks for`,
    )
  })
}
