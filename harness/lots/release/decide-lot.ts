import { shortened } from '../lot-status.ts'
import { countedAlphabet, fewestUnits, unlikeChance } from '../passphrases/passphrase-counts.ts'
import { USUAL_CONFIDENCE } from '../sampling/lot-plan.ts'
import { leastBad, mostBadInLot } from '../sampling/sample-proves.ts'
import { addressReasons } from './address-reasons.ts'
import { askedOf } from './asked-entries.ts'
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
import { type Asked, OpenEntries } from './told-entries.ts'
import { at, type Fate, outcomesOf, type UnitOutcome } from './unit-outcome.ts'

export interface Sampled {
  readonly planned: number
  readonly opened: number
  readonly bad: number
  readonly accept: number
  readonly reject: number
  /** Units that the sample was drawn from. */
  readonly population: number
  /** 95 % sure: at most so many of those that were left are bad; null while the sample is not whole. */
  readonly mostBadLeft: number | null
  readonly shipped: number
  /** Of those that were left: kept back though nothing speaks against them. */
  readonly chosen: readonly string[]
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
  /** Entries that somebody's word changes something of, told or not. */
  readonly asked: readonly Asked[]
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
  const asked = askedOf(facts, evidence, units)
  const open = new OpenEntries(asked, evidence.explained)
  const reasons = [
    ...journalReasons(facts, open),
    ...planReasons(facts, evidence),
    ...criticalReasons(units, evidence),
    ...exposedReasons(units, evidence),
    ...setAsideReasons(units, evidence, open),
    ...sampleReasons(sampled),
    ...promiseReasons(sampled, plan),
    ...drawReasons(facts, evidence, plan, units),
    ...(plan === null ? [] : pathReasons(facts, evidence, plan, units)),
    ...addressReasons(facts, evidence, units, open),
    ...strangerReasons(evidence, open),
    ...otherLotReasons(facts, evidence, units, open),
    ...unreadableReasons(open),
    ...rigReasons(facts, evidence, units, open),
    ...passphraseReasons(evidence, plan),
    ...restoredReasons(open),
    ...clockReasons(evidence, open),
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
    asked,
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
    mostBadLeft: isWhole ? mostBadInLot(population, sample, bad, USUAL_CONFIDENCE) - bad : null,
    shipped: units.filter(({ fate }) => fate === 'shipped').length,
    chosen: units.flatMap(({ unit, isChosen }) => (isChosen ? [unit] : [])),
  }
}

function sampleReasons(sampled: Sampled | null): Reason[] {
  if (sampled === null || sampled.bad < sampled.reject) return []
  const { bad, planned, accept } = sampled
  return [
    rejected(
      'sample-refused',
      `${bad} of the ${planned} units of the sample ${bad === 1 ? 'is' : 'are'} bad, and the plan allows ${accept}.`,
    ),
  ]
}

/** A sample shows nothing where all that ship could be bad: it is that small, or so few of those that were left ship. */
function promiseReasons(sampled: Sampled | null, plan: PlannedFacts | null): Reason[] {
  if (sampled === null || sampled.mostBadLeft === null) return []
  const { planned, population, mostBadLeft, shipped, chosen } = sampled
  if (mostBadLeft < shipped) return isPromiseKept(sampled, plan) ? [] : [held('promise-broken', brokenSentence(chosen))]
  return [
    held(
      'sample-shows-nothing',
      shipped < population - planned
        ? `${planned} opened units of ${population} show nothing of the ${shipped} that ship: all could be bad, since they leave room for ${mostBadLeft} bad ones and ${population - planned - shipped} of those that were left do not ship.`
        : `${planned} opened units of ${population} show nothing of those that are left: all could be bad.`,
    ),
  ]
}

const brokenSentence = (chosen: readonly string[]) =>
  `${chosen.length} units of those that were left do not ship though nothing speaks against them (${shortened(chosen)}): without them the sample no longer proves the share of bad units that the plan promises.`

/**
 * Is the share that the plan claims still proved where good units were kept back? All that ship had the bad ones among them then: those that were kept back are
 * taken for good.
 */
function isPromiseKept({ population, planned, bad, chosen }: Sampled, plan: PlannedFacts | null): boolean {
  const basis = plan?.opening?.basis
  if (basis?.by !== 'claim' || chosen.length === 0) return true
  const mostBad = mostBadInLot(population, planned, bad, basis.confidence)
  return mostBad < leastBad(population - chosen.length, basis.badShare)
}

/** What the sample says of the units that ship, as a sentence; null while it says nothing. */
export function claimOf({ bad, planned, population, mostBadLeft, shipped }: Sampled): string | null {
  if (mostBadLeft === null) return null
  const gone = population - planned - shipped
  const claim = `With ${bad} of ${planned} opened units bad, one is 95 % sure that at most ${Math.min(mostBadLeft, shipped)} of the ${shipped} to ship would fail when opened (exact, hypergeometric).`
  return gone === 0
    ? claim
    : `${claim} The sample was drawn from ${population}; ${gone} more of these do not ship, so that chance alone did not choose those that do.`
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
