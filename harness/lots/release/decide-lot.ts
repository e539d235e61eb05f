import { shortened } from '../lot-status.ts'
import { countedAlphabet, fewestUnits, unlikeChance } from '../passphrases/passphrase-counts.ts'
import { USUAL_CONFIDENCE } from '../sampling/lot-plan.ts'
import { mostBadInLot } from '../sampling/sample-proves.ts'
import { addressReasons } from './address-reasons.ts'
import { type CheckLine, checkLines } from './check-lines.ts'
import { defectClassOf } from './defect-classes.ts'
import { evidenceIn, type LotEvidence, toldIn } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import type { LotDecision, PlannedFacts } from './lot-kinds.ts'
import type { SlimRecord } from './lot-rows.ts'
import { pathReasons } from './path-reasons.ts'
import { drawReasons, planReasons } from './plan-reasons.ts'
import { about, held, type Reason, rejected } from './reason.ts'
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
    ...sampleReasons(sampled),
    ...promiseReasons(sampled),
    ...drawReasons(facts, evidence, plan, units),
    ...(plan === null ? [] : pathReasons(facts, evidence, plan, units)),
    ...addressReasons(facts, evidence, units),
    ...strangerReasons(evidence, units),
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
    because: sentenceOf(decision, reasons, quantities, sampled),
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

function criticalReasons(units: readonly UnitOutcome[], { records, decoys }: LotEvidence): Reason[] {
  return units.flatMap(({ unit, stations }) =>
    stations.flatMap(standing => {
      const { station, attempts } = standing
      // A decoy is bad where it was said to be; nowhere else. Whoever decides that a unit is inspected again has not found it good.
      if (!(standing.verdict === 'FAIL' || awaitsAnother(standing)) || decoys.get(unit)?.facts.station === station)
        return []
      const failed = attempts.flatMap(({ index }) => records.get(index) ?? []).filter(one => one.verdict === 'FAIL')
      const what = failed.map(criticalIn).find(because => because !== null)
      return what === undefined ? [] : [rejected('critical', `${unit} has a critical defect at ${station}: ${what}`)]
    }),
  )
}

const awaitsAnother = ({ verdict, counts }: UnitOutcome['stations'][number]) =>
  verdict === 'INCONCLUSIVE' && counts === null

/** What is critical in a record, as a sentence; null where nothing is. */
function criticalIn({ findings, alarm }: SlimRecord): string | null {
  if (alarm !== null) return alarm.because
  const critical = findings.find(({ check, verdict }) => verdict === 'FAIL' && defectClassOf(check) === 'critical')
  return critical === undefined ? null : (critical.because ?? critical.check)
}

/** What lay open once was seen by whoever stood there: no second look at the unit covers it again. */
const exposedReasons = (units: readonly UnitOutcome[], { records }: LotEvidence): Reason[] =>
  about(
    'exposed',
    units.flatMap(({ unit, fate, stations }) =>
      fate === 'shipped' &&
      stations.some(
        ({ verdict, attempts }) => verdict !== 'FAIL' && attempts.some(({ index }) => isExposed(records.get(index))),
      )
        ? [unit]
        : [],
    ),
    'A secret of it lay open, and it is still in the lot',
  )

/** By an alarm, or by what was read of it, whatever the verdict. */
const isExposed = (record: SlimRecord | undefined) =>
  record !== undefined && (record.alarm !== null || record.exposed === true)

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

function strangerReasons({ status, explained, alarms, saidBy }: LotEvidence, units: readonly UnitOutcome[]): Reason[] {
  const told = toldIn(explained, saidBy)
  const ships = new Set(units.flatMap(({ unit, fate }) => (fate === 'shipped' ? [unit] : [])))
  const unknown = status.unknown.filter(({ index, verdict }) => verdict !== 'ERROR' && !told.has(index))
  const doubled = status.doubled.filter(
    ({ unit, entries }) => ships.has(unit) && entries.slice(1).some(index => !told.has(index)),
  )
  return [
    ...(unknown.length === 0
      ? []
      : [
          held(
            'unknown',
            `${unknown.length} inspections are of no known unit of the lot, and nobody else of quality has explained them: ${shortened(unknown.map(({ index }) => `entry ${index}`))}.`,
          ),
        ]),
    ...about(
      'doubled',
      [...new Set(doubled.map(({ unit }) => unit))],
      'Seen again after it was judged (one card twice, or two of one serial), and nobody else of quality has explained it',
    ),
    ...alarms.map(({ index, because }) => held('alarm-open', `An alarm is open (entry ${index}): ${because}`)),
  ]
}

/** It may have been a FAIL, and a PASS after it counts for nothing until somebody has looked. */
function unreadableReasons({ unreadable, explained, saidBy }: LotEvidence): Reason[] {
  const told = toldIn(explained, saidBy)
  const left = unreadable.filter(index => !told.has(index)).map(index => `entry ${index}`)
  return left.length === 0
    ? []
    : [
        held(
          'unreadable',
          `What was found cannot be read, and nobody else of quality has explained it: ${shortened(left)}.`,
        ),
      ]
}

/** A clock that ran back changed nothing that was said; somebody of quality has to have looked into it. */
function journalReasons({ journalFaults }: LotFacts, { explained, saidBy }: LotEvidence): Reason[] {
  const told = toldIn(explained, saidBy)
  return journalFaults.flatMap(({ entry, isClock, sentence }) =>
    isClock && told.has(entry)
      ? []
      : [
          held(
            'journal-broken',
            `The journal is not whole: ${sentence}${isClock ? ', and nobody else of quality has explained it' : ''}.`,
          ),
        ],
  )
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

/** Whoever puts an older copy back takes what was said since: somebody of quality has to look what that was. */
function restoredReasons({ restored, plans, explained, saidBy }: LotEvidence): Reason[] {
  const since = plans[0]?.index ?? 0
  const told = toldIn(explained, saidBy)
  return restored.flatMap(index =>
    index < since || told.has(index)
      ? []
      : [
          held(
            'restored',
            `An older copy of the journal was put back (entry ${index}), and nobody else of quality has explained what is gone with it.`,
          ),
        ],
  )
}

/** Until then entries may be dated by a clock that was wrong: somebody of quality has to have said why. */
function clockReasons({ explained, saidBy, ...evidence }: LotEvidence): Reason[] {
  const told = toldIn(explained, saidBy)
  return clocksIn(evidence).flatMap(({ index, by, isExplained }) =>
    isExplained || told.has(index)
      ? []
      : [
          held(
            'clock-set',
            `The clock was wrong until entry ${index}, says ${by ?? 'nobody'}, and nobody else of quality has explained it.`,
          ),
        ],
  )
}

/** Those that an entry about the lot is dated before: from its plan on. */
export const clocksIn = ({ clocks, plans }: Pick<LotEvidence, 'clocks' | 'plans'>): LotEvidence['clocks'] =>
  clocks.filter(({ index }) => index > (plans[0]?.index ?? 0))

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

function sentenceOf(
  decision: LotDecision,
  reasons: readonly Reason[],
  { shipped }: Decided['quantities'],
  sampled: Sampled | null,
): string {
  if (decision === 'RELEASED') {
    const sample =
      sampled === null
        ? ''
        : ` Of ${sampled.planned} opened units ${sampled.bad === 0 ? 'none is' : `${sampled.bad} are`} bad.`
    return `All ${shipped} units that ship were seen at every station and passed every check.${sample}`
  }
  const first = reasons.find(reason => reason.decision === decision)!
  const more = reasons.length - 1
  return `${first.because}${more === 0 ? '' : ` And ${more} more ${more === 1 ? 'reason' : 'reasons'}.`}`
}
