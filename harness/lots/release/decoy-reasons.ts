import { type GoldenLook, isGood, isJudged } from './golden-look.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { judgedByIn } from './lot-rows.ts'
import { countingAttempt } from './path-reasons.ts'
import { about, held, type Reason } from './reason.ts'
import { entryFaults, rigFaults } from './record-faults.ts'
import type { Asked, OpenEntries } from './told-entries.ts'
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
  { lot, rows }: Pick<LotFacts, 'lot' | 'rows'>,
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
        // The file that judged it has it: that it is not known there is none of what it shows.
        record.findings.some(one => one.verdict === 'FAIL' && one.check !== 'known-unit') &&
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
  evidence: LotEvidence,
  units: readonly UnitOutcome[],
  refusals: readonly Refusal[],
  open: OpenEntries,
): Reason[] {
  const left = open.entriesOf('decoy-gone')
  return [...evidence.decoys].flatMap(([unit, { facts }]) => {
    const { station } = facts
    const attempts = attemptsOf(units, unit, station)
    if (attempts.some(({ verdict }) => verdict === 'PASS'))
      return [
        held(
          'decoy-passed',
          `The decoy ${unit}, which is known to be bad, was passed at ${station}: what was judged there is in doubt.`,
        ),
      ]
    const gone = goneBy(evidence, units, refusals, unit)
    if (isRefused(refusals, unit, station) || (gone !== null && !left.has(gone))) return []
    const what = attempts.some(({ verdict }) => verdict === 'FAIL')
      ? 'was refused by nothing that would count for a unit of the lot (another profile, lot file, plan or rig, nobody of the register, an older photograph)'
      : 'was never judged'
    const word = gone === null ? '' : `, and nobody else of quality has explained that it was taken out (entry ${gone})`
    return [held('decoy-unseen', `The decoy ${unit} ${what} at ${station}${word}.`)]
  })
}

/** That a decoy was taken out before it tried a rig. */
export function decoysAsked(
  facts: Pick<LotFacts, 'lot' | 'rows'>,
  evidence: LotEvidence,
  units: readonly UnitOutcome[],
): readonly Asked[] {
  const { decoys, plans, saidBy } = evidence
  const refusals = plans[0] === undefined ? [] : refusalsOf(facts, evidence, plans[0].facts, units)
  return [...decoys].flatMap(([unit, decoy]) => {
    const entry = goneBy(evidence, units, refusals, unit)
    if (entry === null) return []
    return [{ kind: 'decoy-gone', entry, of: `${unit} at ${decoy.facts.station}`, notBy: new Set([saidBy.get(entry)]) }]
  })
}

/**
 * The entry by which a decoy was taken out that never tried a rig: lost, or broken. One that was passed, or may have been by a record that
 * nobody can read, did try one. Null where it is still awaited.
 */
function goneBy(
  { decoys, out, records }: LotEvidence,
  units: readonly UnitOutcome[],
  refusals: readonly Refusal[],
  unit: string,
): number | null {
  const [decoy, taken] = [decoys.get(unit)!, out.get(unit)!]
  const { station } = decoy.facts
  if (taken.index === decoy.index || isRefused(refusals, unit, station)) return null
  const mayHavePassed = attemptsOf(units, unit, station).some(
    ({ index, verdict }) => verdict === 'PASS' || !records.has(index),
  )
  return mayHavePassed ? null : taken.index
}

const isRefused = (refusals: readonly Refusal[], unit: string, station: string) =>
  refusals.some(one => one.unit === unit && one.station === station)

const attemptsOf = (units: readonly UnitOutcome[], unit: string, station: string) =>
  at(units.find(one => one.unit === unit) ?? { stations: [] }, station)?.attempts ?? []

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
