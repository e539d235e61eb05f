import { countedAlphabet, fewestUnits, unlikeChance } from '../passphrases/passphrase-counts.ts'
import { USUAL_CONFIDENCE } from '../sampling/lot-plan.ts'
import { mostBadInLot } from '../sampling/sample-proves.ts'
import { addressReasons } from './address-reasons.ts'
import { type CheckLine, checkLines } from './check-lines.ts'
import { criticalReasons, exposedReasons, setAsideReasons } from './defect-reasons.ts'
import { evidenceIn, type LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import type { LotDecision, PlannedFacts } from './lot-kinds.ts'
import { clockReasons, journalReasons, restoredReasons, strangerReasons, unreadableReasons } from './open-entries.ts'
import { otherLotReasons } from './other-lots.ts'
import { pathReasons } from './path-reasons.ts'
import { drawReasons, planReasons } from './plan-reasons.ts'
import { held, type Reason, rejected } from './reason.ts'
import { rigReasons } from './rig-reasons.ts'
import { at, type Fate, outcomesOf, type UnitOutcome } from './unit-outcome.ts'

export interface Sampled {
  readonly planned: number
  readonly opened: number
  readonly bad: number
  readonly accept: number
  readonly reject: number
  /** Units that the sample was drawn from. */
  readonly population: number
  /** 95 % sure: at most so many of those that are left are bad; null while the sample is not whole. */
  readonly mostBadShipped: number | null
}

export interface Decided {
  readonly decision: LotDecision
  readonly because: string
  readonly reasons: readonly Reason[]
  readonly quantities: Readonly<Record<Fate | 'made' | 'counted', number>>
  readonly checks: readonly CheckLine[]
  readonly sampled: Sampled | null
  readonly units: readonly UnitOutcome[]
  readonly evidence: LotEvidence
}

/** Works a lot's decision out: released is only what nothing speaks against. */
export async function decideLot(facts: LotFacts): Promise<Decided> {
  const evidence = await evidenceIn(facts.rows, facts.lot)
  const plan = evidence.plans[0]?.facts ?? null
  const drawn = new Set(evidence.draws[0]?.facts.sample ?? [])
  const units = outcomesOf(evidence, drawn)
  const sampled = plan?.opening ? sampledOf(plan.opening, evidence, units) : null
  const count = (fate: Fate) => units.filter(unit => unit.fate === fate).length
  const quantities = {
    made: plan?.units ?? facts.lot.serials.length,
    shipped: count('shipped'),
    opened: count('opened'),
    scrapped: count('scrapped'),
    held: count('held'),
    counted: facts.counted,
  }
  const reasons = [
    ...journalReasons(facts, evidence),
    ...planReasons(facts, evidence),
    ...criticalReasons(units, evidence),
    ...exposedReasons(units, evidence),
    ...setAsideReasons(units, evidence),
    ...sampleReasons(sampled),
    ...promiseReasons(sampled),
    ...drawReasons(facts, evidence, plan, units),
    ...(plan === null ? [] : pathReasons(facts, evidence, plan, units)),
    ...addressReasons(facts, evidence, units),
    ...strangerReasons(evidence, units),
    ...otherLotReasons(facts, evidence, units),
    ...unreadableReasons(evidence),
    ...rigReasons(facts, evidence, units),
    ...passphraseReasons(evidence, plan),
    ...restoredReasons(evidence),
    ...clockReasons(evidence),
    ...quantityReasons(facts, quantities),
  ]
  const decision = reasons.some(reason => reason.decision === 'REJECTED')
    ? 'REJECTED'
    : reasons.length > 0
      ? 'HELD'
      : 'RELEASED'
  return {
    decision,
    because: sentenceOf(decision, reasons, quantities, sampled, againPassed(units)),
    reasons,
    quantities,
    checks: plan === null ? [] : checkLines(plan, evidence, units),
    sampled,
    units,
    evidence,
  }
}

function sampledOf(
  { sample, accept, reject }: NonNullable<PlannedFacts['opening']>,
  { draws }: LotEvidence,
  units: readonly UnitOutcome[],
): Sampled {
  const drawn = units.filter(({ isDrawn }) => isDrawn)
  const verdicts = drawn.map(unit => at(unit, 'opened')?.verdict ?? null)
  const opened = verdicts.filter(verdict => verdict === 'PASS' || verdict === 'FAIL').length
  const bad = drawn.filter(unit => unit.verdict === 'FAIL').length
  const population = draws[0]?.facts.population ?? 0
  const isWhole = opened === sample && drawn.length === sample && sample <= population
  return {
    planned: sample,
    opened,
    bad,
    accept,
    reject,
    population,
    mostBadShipped: isWhole ? mostBadInLot(population, sample, bad, USUAL_CONFIDENCE) - bad : null,
  }
}

function sampleReasons(sampled: Sampled | null): Reason[] {
  if (sampled === null || sampled.bad < sampled.reject) return []
  const { bad, planned, accept } = sampled
  return [
    rejected('sample-refused', `${bad} of the ${planned} units of the sample are bad, and the plan allows ${accept}.`),
  ]
}

/** A sample so small that every unit that is left could be bad shows nothing. */
function promiseReasons(sampled: Sampled | null): Reason[] {
  if (sampled === null || sampled.mostBadShipped === null) return []
  const { planned, population, mostBadShipped } = sampled
  if (mostBadShipped < population - planned) return []
  return [
    held(
      'sample-shows-nothing',
      `${planned} opened units of ${population} show nothing of those that are left: all could be bad.`,
    ),
  ]
}

/** A generator that does not draw by chance makes passphrases that somebody can guess. */
const passphraseReasons = ({ passphrases, oddCounts }: LotEvidence, plan: PlannedFacts | null): Reason[] => [
  ...(passphrases.length === 0 && hasToCount(plan)
    ? [
        held(
          'passphrases-uncounted',
          `No session at etched counted the passphrases against chance (it takes ${fewestUnits} units in one session), and the plan does not waive it${oddCounts.length === 0 ? '' : `; what was counted in ${oddCounts.map(({ index }) => `entry ${index}`).join(', ')} does not fit its sums, the lot, its inspectors or the station`}.`,
        ),
      ]
    : []),
  // None of them outweighs another one.
  ...[...passphrases, ...oddCounts.map(({ counts }) => counts)]
    .flatMap(unlikeChance)
    .map(because =>
      held('passphrase-distribution', `The passphrases of the lot are not as chance makes them: ${because}.`),
    ),
]

/** Of fewer units than a session counts nothing can be counted. */
const hasToCount = (plan: PlannedFacts | null): boolean =>
  plan?.profile !== undefined &&
  plan.passphrasesUncounted !== true &&
  plan.units >= fewestUnits &&
  plan.path.some(({ station }) => station === 'etched') &&
  countedAlphabet(plan.profile.passphrase) !== null

function quantityReasons(
  { counted }: LotFacts,
  { made, shipped, opened, scrapped, held: kept }: Decided['quantities'],
): Reason[] {
  const sum = shipped + opened + scrapped + kept
  return [
    ...(sum === made
      ? []
      : [
          held(
            'quantities',
            `The quantities do not add up: made ${made}, but shipped ${shipped} + opened ${opened} + scrapped ${scrapped} + held ${kept} = ${sum}.`,
          ),
        ]),
    ...(counted === shipped
      ? []
      : [held('counted', `${counted} units were counted to ship, and by the journal there are ${shipped}.`)]),
  ]
}

/** Units that stay, and had failed at a station at which they count as good. */
const againPassed = (units: readonly UnitOutcome[]): number =>
  units.filter(
    ({ fate, stations }) =>
      (fate === 'shipped' || fate === 'opened') &&
      stations.some(({ verdict, attempts }) => verdict === 'PASS' && attempts.some(one => one.verdict === 'FAIL')),
  ).length

function sentenceOf(
  decision: LotDecision,
  reasons: readonly Reason[],
  { shipped }: Decided['quantities'],
  sampled: Sampled | null,
  again: number,
): string {
  if (decision === 'RELEASED') {
    const sample =
      sampled === null
        ? ''
        : ` Of ${sampled.planned} opened units ${sampled.bad === 0 ? 'none is' : `${sampled.bad} are`} bad.`
    return `All ${shipped} units that ship were seen at every station and passed every check.${sample}${again === 0 ? '' : ` ${again} of all these units ${again === 1 ? 'had failed before, and was' : 'had failed before, and were'} inspected again by decision.`}`
  }
  const first = reasons.find(reason => reason.decision === decision)!
  const more = reasons.length - 1
  return `${first.because}${more === 0 ? '' : ` And ${more} more ${more === 1 ? 'reason' : 'reasons'}.`}`
}
