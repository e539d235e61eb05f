import { z } from 'zod'
import { stationNames } from '../../core/vocabulary.ts'
import { type Appraised, appraise, betweenKappa, type Calling, type CardTrials, unfitness } from './attribute-study.ts'

/* What the journal holds of gauge studies: is an instrument fit to judge? */

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const GaugeName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/, 'letters, digits, dots, dashes and underscores, 40 at most')

/** `gauge-planned`: which cards a rig will be tried with, before it sees them; which of them are bad is told by a digest only. */
export const GaugePlannedFacts = z.strictObject({
  gauge: GaugeName,
  rig: z.string().min(1),
  station: z.enum(stationNames),
  /** Of the cards' lot file. */
  recordsSha256: sha256,
  /** Of the file that says which cards are good; with a salt that lies beside it, or whoever reads the journal finds the file by trying. */
  truthSha256: sha256,
  /** Plans of before had no salt. */
  salted: z.literal(true).exactOptional(),
  cards: z.int().min(2),
  trials: z.int().min(2).max(50),
})
export type GaugePlannedFacts = z.infer<typeof GaugePlannedFacts>

const letters = { g: 'good', b: 'bad', u: 'unread' } as const satisfies Record<string, Calling>
const letterOf = (calling: Calling) => calling[0]!

/** By what trials were judged: a study says something of a lot only where the lot is judged so. */
const TrialsBy = z.strictObject({
  kind: z.enum(['virtual', 'real', 'files']),
  product: z.string(),
  profileSha256: sha256.nullable(),
  planSha256: sha256.nullable(),
  /** What would keep a unit's verdict from counting, as clauses. */
  faults: z.array(z.string()),
})
export type TrialsBy = z.infer<typeof TrialsBy>

/** `gauge-studied`: everything that was said of each card, in the order of the trials. What it means is worked out by whoever reads it. */
const GaugeStudiedFacts = z.strictObject({
  gauge: GaugeName,
  rig: z.string().min(1),
  station: z.enum(stationNames),
  /** The entry of its plan. */
  planned: z.int().min(0),
  cards: z.array(z.strictObject({ card: z.string(), truth: z.enum(['good', 'bad']) })).min(2),
  /** The rig first; a text of g, b and u for each card. */
  said: z
    .array(z.strictObject({ appraiser: z.string(), trials: z.array(z.string().regex(/^[gbu]{2,500}$/)).min(2) }))
    .min(1),
  /** Each once; studies of before did not say it. */
  by: z.array(TrialsBy).exactOptional(),
  /** Looks at its cards there since the plan that were no trials: by a rig of another name. */
  elsewhere: z.int().min(0).exactOptional(),
})
type GaugeStudiedFacts = z.infer<typeof GaugeStudiedFacts>

export function studiedFacts(
  plan: Pick<GaugePlannedFacts, 'gauge' | 'rig' | 'station'> & { readonly index: number },
  said: readonly { readonly appraiser: string; readonly cards: readonly CardTrials[] }[],
  made: { readonly by: readonly TrialsBy[]; readonly elsewhere: number },
): GaugeStudiedFacts {
  const { gauge, rig, station, index } = plan
  return {
    ...{ gauge, rig, station, planned: index },
    cards: said[0]!.cards.map(({ card, truth }) => ({ card, truth })),
    said: said.map(({ appraiser, cards }) => ({
      appraiser,
      trials: cards.map(one => one.said.map(letterOf).join('')),
    })),
    by: [...made.by],
    elsewhere: made.elsewhere,
  }
}

/** A study as it is read: how well everybody did, and why the rig is not fit, if it is not. */
export interface GaugeStudy {
  readonly gauge: string
  readonly rig: string
  readonly station: string
  readonly appraised: readonly Appraised[]
  readonly betweenKappa: number | null
  readonly unfit: readonly string[]
  /** Empty of studies that did not say it: they say nothing of any lot. */
  readonly by: readonly TrialsBy[]
  readonly elsewhere: number
}

/** @returns null of facts that are no study */
export function studyIn(facts: unknown): GaugeStudy | null {
  const read = GaugeStudiedFacts.safeParse(facts)
  if (!read.success) return null
  const { gauge, rig, station, cards, said, by = [], elsewhere = 0 } = read.data
  if (said.some(({ trials }) => trials.length !== cards.length) || said[0]!.appraiser !== rig) return null
  // One card told as many would prove more than it does.
  if (new Set(cards.map(({ card }) => card)).size < cards.length) return null
  const trials = said.map(its =>
    cards.map(
      (card, i): CardTrials => ({
        ...card,
        said: [...its.trials[i]!].map(one => letters[one as keyof typeof letters]),
      }),
    ),
  )
  const appraised = trials.map((its, i) => appraise(said[i]!.appraiser, its))
  // The rig is the first; whoever else took part is told beside it.
  const unfit = unfitness(appraised[0]!)
  return { gauge, rig, station, appraised, betweenKappa: betweenKappa(trials), unfit, by, elsewhere }
}
