import { AssayError } from '../../core/assay-error.ts'
import { type CheckName, stationNames } from '../../core/vocabulary.ts'
import { commitmentOf, drawSample, populationSha256 } from '../draw/draw-sample.ts'
import { planLot } from '../sampling/lot-plan.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import { plannedProfile } from './planned-profile.ts'
import { about, held, type Reason } from './reason.ts'
import { at, type UnitOutcome } from './unit-outcome.ts'

/** What is covered later can only be seen at these. */
const wholePath = ['printed', 'etched', 'sealed']

/** No card of any product is good without these: one of each row, where it is asked for. The last rows are of cards that their maker can open. */
const leastAsked: readonly {
  readonly station: string
  readonly oneOf: readonly CheckName[]
  readonly ofOpened: boolean
}[] = [
  ...(['known-unit', 'concealed', 'nothing-else'] as const).map(check => ({
    station: 'sealed',
    oneOf: [check],
    ofOpened: false,
  })),
  { station: 'etched', oneOf: ['confirmation', 'passphrase-commitment'], ofOpened: true },
  { station: 'opened', oneOf: ['decryption'], ofOpened: true },
]

/** What a plan leaves out that every card has to show. */
function thinReasons({ path, opening }: PlannedFacts): Reason[] {
  const asked = opening === null ? path : [...path, opening]
  const left = leastAsked.filter(
    ({ station, oneOf, ofOpened }) =>
      (opening !== null || !ofOpened) &&
      !asked.some(one => one.station === station && oneOf.some(check => one.checks.includes(check))),
  )
  return left.length === 0
    ? []
    : [
        held(
          'plan-thin',
          `The plan asks for too little: ${left.map(({ station, oneOf }) => `${oneOf.join(' or ')} at ${station}`).join(', ')}.`,
        ),
      ]
}

/** The sample that a plan's own basis gives: nobody writes a smaller one beside it. */
function sampleReasons({ units, opening }: PlannedFacts): Reason[] {
  if (opening === null) return []
  const { basis, sample, accept, reject } = opening
  const isSame = () => {
    try {
      const its = planLot(units, basis, { destructive: true })
      return its.sample === sample && its.accept === accept && its.reject === reject
    } catch (error) {
      if (error instanceof AssayError) return false
      throw error
    }
  }
  return isSame()
    ? []
    : [
        held(
          'plan-unlike',
          `A sample of ${sample} with Ac ${accept} is not what the plan's own basis gives for ${units} units.`,
        ),
      ]
}

/** What is wrong with the lot's plan. */
export function planReasons({ lot }: LotFacts, { plans, status, records }: LotEvidence): Reason[] {
  const [plan] = plans
  if (plan === undefined) {
    return [held('not-planned', 'Nobody of quality wrote down what the lot has to show before it was made.')]
  }
  const seen = firstSeen(status)
  const left = wholePath.filter(station => !plan.facts.path.some(one => one.station === station))
  return [
    ...(plans.length > 1
      ? [
          held(
            'planned-twice',
            `The lot was planned ${plans.length} times; what was planned first counts, and why it was changed is not known.`,
          ),
        ]
      : []),
    ...(seen !== null && plan.index > seen
      ? [held('planned-late', `The lot was planned (entry ${plan.index}) after a unit of it was seen (entry ${seen}).`)]
      : []),
    ...(plan.facts.units === lot.serials.length
      ? []
      : [
          held(
            'units-unlike-plan',
            `${plan.facts.units} units were planned, and the lot file has ${lot.serials.length}.`,
          ),
        ]),
    ...(left.length === 0
      ? []
      : [held('path-short', `The plan does not ask that units are looked at when ${left.join(', ')}.`)]),
    ...(plannedProfile(plan.facts) === null
      ? [
          held(
            'plan-without-profile',
            'The plan does not hold the profile that it names: nothing that passed can be judged once more.',
          ),
        ]
      : []),
    ...thinReasons(plan.facts),
    ...sampleReasons(plan.facts),
    ...([...records.values()].some(({ product }) => product !== plan.facts.product)
      ? [held('other-product', `The plan is of ${plan.facts.product}, and units were judged as another product.`)]
      : []),
  ]
}

/** The first entry in which a unit was seen at one of these stations: who saw one could choose. */
function firstSeen({ units }: LotEvidence['status'], at: readonly string[] = stationNames): number | null {
  const seen = units.flatMap(({ stations }) =>
    stations.flatMap(({ station, attempts }) => (at.includes(station) ? [attempts[0]!.index] : [])),
  )
  return seen.length === 0 ? null : seen.reduce((first, index) => Math.min(first, index))
}

/** Who sees a unit there sees a finished one. */
export const finishedAt: readonly string[] = ['sealed', 'opened']

/** What is wrong with the draw, and with what became of the sample. */
export function drawReasons(
  { lot }: LotFacts,
  { draws, seeds, population, status }: LotEvidence,
  plan: PlannedFacts | null,
  units: readonly UnitOutcome[],
): Reason[] {
  if (plan === null || plan.opening === null) return []
  const [draw] = draws
  if (draw === undefined) return [held('not-drawn', 'The sample is not drawn.')]
  const { facts, index } = draw
  const finished = firstSeen(status, finishedAt)
  const late = seeds.filter(seed => seed.index > index || (finished !== null && seed.index > finished))
  const unsigned = seeds.filter(({ isSigned }) => !isSigned)
  // Who knows the sample while a unit can still be made for it, has chosen it.
  const early = units.filter(unit => {
    const first = at(unit, 'sealed')?.attempts[0]?.index
    return (unit.fate === 'shipped' || unit.fate === 'opened') && first !== undefined && first > index
  })
  const isDrawnRight =
    facts.populationSha256 === populationSha256(population) &&
    facts.population === population.length &&
    plan.opening.sample <= population.length &&
    drawSample(population, facts.seeds, plan.opening.sample).join() === facts.sample.join()
  const told = facts.seeds.map(commitmentOf).join() === seeds.map(({ facts: { seedSha256 } }) => seedSha256).join()
  const drawn = units.filter(({ isDrawn }) => isDrawn)
  const unopened = drawn.filter(({ fate }) => fate !== 'opened')
  const open = drawn.filter(
    unit => unit.fate === 'opened' && !['PASS', 'FAIL'].includes(at(unit, 'opened')?.verdict ?? ''),
  )
  const others = units.filter(unit => !unit.isDrawn && unit.fate === 'opened' && unit.verdict === 'FAIL')
  return [
    ...(draws.length > 1
      ? [held('drawn-twice', `The sample was drawn ${draws.length} times; the first draw counts.`)]
      : []),
    ...(seeds.length < 2
      ? [
          held(
            'one-seed',
            `${seeds.length === 1 ? 'Only one person' : 'Nobody'} committed a seed that counts: one person alone could know the sample beforehand.`,
          ),
        ]
      : []),
    ...late.map(({ by, index: its }) =>
      held('seed-late', `The seed of ${by} was committed (entry ${its}) when finished units had been seen.`),
    ),
    ...unsigned.map(({ by, index: its }) =>
      held('seed-unsigned', `The seed of ${by} (entry ${its}) is signed by no key: anybody could have committed it.`),
    ),
    ...about(
      'drawn-early',
      early.map(({ unit }) => unit),
      'Finished after the sample was drawn, when everybody knew which units are opened',
    ),
    ...(told ? [] : [held('seeds-unlike', 'The seeds that were told are not those that were committed.')]),
    ...(facts.recordsSha256 === lot.recordsSha256
      ? []
      : [held('draw-other-file', 'The sample was drawn from another lot file.')]),
    ...(isDrawnRight
      ? []
      : [held('draw-wrong', 'The sample is not the one that its seeds draw from the units of the lot.')]),
    ...about(
      'sample-closed',
      unopened.map(({ unit }) => unit),
      'Drawn and not opened',
    ),
    ...about(
      'sample-unread',
      open.map(({ unit }) => unit),
      'Drawn, opened, and not judged good or bad',
    ),
    ...about(
      'opened-bad',
      others.map(({ unit }) => unit),
      'Opened though not drawn, and bad',
    ),
  ]
}
