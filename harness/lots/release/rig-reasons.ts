import { shortened } from '../lot-status.ts'
import { decoyReasons, refusalsOf, sessionReasons } from './decoy-reasons.ts'
import { isUnfitAround, openReasons, tellingStudies } from './gauge-reasons.ts'
import { type GoldenLook, isGood, isJudged, lookFaults, tellingLooks } from './golden-look.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import type { SlimRecord } from './lot-rows.ts'
import { isOverBefore } from './own-times.ts'
import { countingAttempt } from './path-reasons.ts'
import { about, held, type Reason } from './reason.ts'
import { otherNames, type RigNames } from './rig-names.ts'
import type { Asked, OpenEntries } from './told-entries.ts'
import type { UnitOutcome } from './unit-outcome.ts'

type Rig = SlimRecord['rig']

/**
 * What is wrong with the rigs that judged what counts: each as it was then (name, kind and calibration) had seen its golden card
 * as good before, and did so at the next one. What it judged in between is in doubt where it did not, or where there was no next one,
 * and what it judged after it had failed the card until somebody said why.
 */
export function rigReasons(
  facts: LotFacts,
  evidence: LotEvidence,
  units: readonly UnitOutcome[],
  untold: OpenEntries,
): Reason[] {
  const { records, golden, gauges, plans, clocks, rigNames } = evidence
  const plan = plans[0]?.facts ?? null
  const refusals = plan === null ? [] : refusalsOf(facts, evidence, plan, units)
  const none = (): Blamed => new Map()
  const [unproved, open, unfit, failed] = [none(), none(), none(), none()]
  /** Units, and the entries of the looks that speak against them. */
  const [standing, failedAt] = [none(), none()]
  const blame = (blamed: Blamed, rig: string, unit: string) =>
    void (blamed.get(rig) ?? blamed.set(rig, new Set()).get(rig)!).add(unit)
  const studies = tellingStudies(gauges, plan)
  const judging = new Set<string>()
  const looks = tellingLooks(golden, plan)
  const standingAt = untold.entriesOf('golden-failed')
  const fails = golden.filter(({ index }) => standingAt.has(index))
  const cardsOf = new Map<string, readonly GoldenLook[]>()
  for (const unit of units) {
    if (unit.fate === 'scrapped' || unit.fate === 'held') continue
    for (const station of unit.stations) {
      const index = countingAttempt(unit, station)
      const record = index === null ? undefined : records.get(index)
      if (index === null || record === undefined || record.rig.kind === 'files') continue
      const { rig, started, ended } = record
      const cards = cardsOf.get(rig.name) ?? looksOf(looks, rigNames, rig.name)
      cardsOf.set(rig.name, cards)
      const isOver = (card: GoldenLook) =>
        isOverBefore({ index: card.index, time: card.record?.ended ?? '' }, { index, time: started }, clocks)
      const isBegun = (card: GoldenLook) =>
        isOverBefore({ index, time: ended }, { index: card.index, time: card.record?.started ?? '' }, clocks)
      // A bad look counts, whenever it says that it was.
      const before = cards.findLast(card => card.index < index && (!isGood(card) || isOver(card)))
      const after = cards.find(card => card.index > index && isJudged(card) && (!isGood(card) || isBegun(card)))
      if (before === undefined || !isSame(before, rig)) blame(unproved, rig.name, unit.unit)
      else if (!isGood(before) || !isGood(after ?? before)) blame(unfit, rig.name, unit.unit)
      else if (after === undefined || !isSame(after, rig)) blame(open, rig.name, unit.unit)
      const ofRig = fails.filter(
        card => card.index < index && rigNames(rig.name).has(card.record!.rig.name) && isSame(card, rig),
      )
      for (const card of ofRig) {
        blame(standing, rig.name, unit.unit)
        blame(failedAt, rig.name, `entry ${card.index}`)
      }
      judging.add(rig.name)
      if (isUnfitAround(studies, rigNames, rig.name, index)) blame(failed, rig.name, unit.unit)
    }
  }
  const reasonsOf = (blamed: Blamed, code: string, what: string, where?: Blamed) =>
    [...blamed]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([rig, its]) => {
        const entries = where === undefined ? '' : ` (${shortened([...where.get(rig)!])})`
        return about(code, [...its], `Judged on rig ${rig}${otherNames(rigNames, rig)}, which ${what}${entries}`)
      })
  return [
    ...reasonsOf(unproved, 'rig-unproved', 'had not seen its golden card since it is as it was'),
    ...reasonsOf(open, 'rig-unproved-after', 'has not seen its golden card, as it was then, after it'),
    ...voidReasons(golden, plan, new Set([...unproved.keys(), ...open.keys()])),
    ...reasonsOf(unfit, 'rig-unfit', 'did not see its golden card as good before or after'),
    ...reasonsOf(
      standing,
      'golden-failed',
      'had failed its golden card since the plan, calibrated as it was, and nobody else of quality has explained it',
      failedAt,
    ),
    ...reasonsOf(failed, 'gauge-failed', 'was found not fit to judge by a gauge study before or after'),
    ...openReasons(evidence, judging, untold),
    ...decoyReasons(evidence, units, refusals, untold),
    ...(plan === null ? [] : sessionReasons(evidence, refusals, plan, units)),
  ]
}

type Blamed = Map<string, Set<string>>

/**
 * Looks since the plan that failed the card: a FAIL stands until somebody else explains it, however often the card is laid in again. A rig
 * that is calibrated anew is another one.
 */
export function goldenAsked({ golden, plans, saidBy }: LotEvidence): readonly Asked[] {
  const since = plans[0]?.index ?? 0
  return golden.flatMap(({ index, verdict, record }) =>
    verdict === 'FAIL' && index > since
      ? [
          {
            kind: 'golden-failed',
            entry: index,
            of: record === null ? '' : `on ${record.rig.name}`,
            notBy: new Set([saidBy.get(index)]),
          },
        ]
      : [],
  )
}

/** Looks of a rig: by its own name, and where the card was not good, by any of its names. */
function looksOf(looks: readonly GoldenLook[], names: RigNames, rig: string): readonly GoldenLook[] {
  const all = names(rig)
  return looks.filter(look => {
    const its = look.record?.rig.name ?? ''
    return its === rig || (all.has(its) && isJudged(look) && !isGood(look))
  })
}

/** Why looks that found the golden card good are none for this lot, where a rig wants for one. */
const voidReasons = (
  golden: LotEvidence['golden'],
  plan: PlannedFacts | null,
  wanting: ReadonlySet<string>,
): Reason[] =>
  golden.flatMap(look => {
    const faults = lookFaults(look, plan)
    const rig = look.record?.rig.name ?? ''
    return faults.length === 0 || !wanting.has(rig)
      ? []
      : [
          held(
            'golden-void',
            `A look of rig ${rig} at its golden card (entry ${look.index}) proves nothing for this lot: ${faults.join('; ')}.`,
          ),
        ]
  })

const isSame = ({ record }: GoldenLook, { kind, calibration }: Rig) =>
  record?.rig.kind === kind && record.rig.calibration === calibration
