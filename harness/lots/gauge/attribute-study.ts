import { cohenKappa, fleissKappa } from './agreement.ts'
import { exactBounds, normalQuantile } from './special-functions.ts'

/** What is said of a card: `unread` is neither, and is never counted as one of them. */
export const callings = ['good', 'bad', 'unread'] as const
export type Calling = (typeof callings)[number]

/** What one appraiser (a rig or a person) said of one known card, trial by trial. */
export interface CardTrials {
  readonly card: string
  readonly truth: 'good' | 'bad'
  readonly said: readonly Calling[]
}

/** A share with its exact bounds: 95 % one-sided each. */
export interface Share {
  readonly count: number
  readonly of: number
  /** Null where there was nothing to count among. */
  readonly high: number | null
  readonly low: number | null
}

/** How well an appraiser tells good cards from bad ones. Shares count cards, not trials: trials of one card hang together. */
export interface Appraised {
  readonly appraiser: string
  readonly cards: number
  readonly trials: number
  /** Cards that were called rightly in every trial. */
  readonly effectiveness: Share
  /** Bad cards that were called good at least once, of those that were judged. */
  readonly missed: Share
  /** Good cards that were called bad at least once, of those that were judged. */
  readonly falseAlarms: Share
  /** Cards that could not be judged at least once. */
  readonly unread: Share
  /** With themselves, from trial to trial; null where it is not defined. */
  readonly withinKappa: number | null
  /** With the truth. */
  readonly truthKappa: number | null
  readonly signal: { readonly sensitivity: number; readonly bias: number } | null
}

export function appraise(appraiser: string, cards: readonly CardTrials[]): Appraised {
  const [bad, good] = [cards.filter(({ truth }) => truth === 'bad'), cards.filter(({ truth }) => truth === 'good')]
  const among = (of: readonly CardTrials[], is: (card: CardTrials) => boolean) => share(of.filter(is).length, of.length)
  const said = (what: Calling) => (card: CardTrials) => card.said.includes(what)
  const fewest = Math.min(...cards.map(card => card.said.length))
  const trials = (of: readonly CardTrials[], what?: Calling) =>
    of.reduce((sum, card) => sum + card.said.filter(one => what === undefined || one === what).length, 0)
  return {
    appraiser,
    cards: cards.length,
    trials: trials(cards),
    effectiveness: among(cards, ({ truth, said: all }) => all.length > 0 && all.every(one => one === truth)),
    // A card that was never judged was neither passed nor refused: it makes no bound better.
    missed: among(bad.filter(isJudged), said('good')),
    falseAlarms: among(good.filter(isJudged), said('bad')),
    unread: among(cards, said('unread')),
    // Everybody has as many ratings: later trials count for the shares only.
    withinKappa: fleissKappa(cards.map(card => tally(card.said.slice(0, fewest))))?.kappa ?? null,
    truthKappa: cohenKappa([tally(good.flatMap(card => card.said)), tally(bad.flatMap(card => card.said)), [0, 0, 0]]),
    signal:
      trials(bad) === 0 || trials(good) === 0
        ? null
        : signal(trials(bad, 'bad'), trials(bad), trials(good, 'bad'), trials(good)),
  }
}

const isJudged = ({ said }: CardTrials) => said.some(one => one !== 'unread')

const tally = (said: readonly Calling[]) => callings.map(calling => said.filter(one => one === calling).length)

const share = (count: number, of: number): Share =>
  of === 0 ? { count, of, low: null, high: null } : { count, of, ...exactBounds(count, of, 0.05) }

/**
 * Signal detection: d′ and the criterion c, a hit being a bad card that is called bad. Always with the log-linear correction
 * (Hautus 1995), so that no rate is 0 or 1.
 */
function signal(hits: number, bad: number, alarms: number, good: number): NonNullable<Appraised['signal']> {
  const [hit, alarm] = [normalQuantile((hits + 0.5) / (bad + 1)), normalQuantile((alarms + 0.5) / (good + 1))]
  return { sensitivity: hit - alarm, bias: -(hit + alarm) / 2 }
}

/** All appraisers over the same cards together; null where their numbers of trials differ or kappa is not defined. */
export function betweenKappa(studies: readonly (readonly CardTrials[])[]): number | null {
  const cards = studies[0] ?? []
  const fewest = Math.min(...studies.flat().map(({ said }) => said.length))
  const rows = cards.map(({ card }) =>
    tally(studies.flatMap(its => its.find(one => one.card === card)?.said.slice(0, fewest) ?? [])),
  )
  return studies.length < 2 ? null : (fleissKappa(rows)?.kappa ?? null)
}

/** What an instrument has to keep to be fit: AIAG's bands for attribute studies, but that it may miss nothing. */
export const gaugeLimits = { missed: 0, falseAlarms: 0.1, effectiveness: 0.8, leastBad: 5, leastGood: 5 } as const

/** Why an instrument is not fit to judge, as sentences; none where it is. */
export function unfitness({ missed, falseAlarms, effectiveness }: Appraised): readonly string[] {
  const { leastBad, leastGood } = gaugeLimits
  const percent = (value: number) => `${Math.round(100 * value)} %`
  return [
    ...(missed.of < leastBad || falseAlarms.of < leastGood
      ? [`it judged ${missed.of} bad and ${falseAlarms.of} good cards; it takes ${leastBad} and ${leastGood}`]
      : []),
    ...(missed.count > gaugeLimits.missed ? [`it passed ${missed.count} of ${missed.of} bad cards`] : []),
    ...(falseAlarms.count > gaugeLimits.falseAlarms * falseAlarms.of
      ? [`it refused ${falseAlarms.count} of ${falseAlarms.of} good cards; at most ${percent(gaugeLimits.falseAlarms)}`]
      : []),
    ...(effectiveness.count < gaugeLimits.effectiveness * effectiveness.of
      ? [
          `it was right in every trial on ${effectiveness.count} of ${effectiveness.of} cards; at least ${percent(gaugeLimits.effectiveness)}`,
        ]
      : []),
  ]
}
