import type { BenchFacts } from '../../console/bench-state.ts'
import type { Desk, OpenedBench } from '../../console/desk.ts'
import type { StationName } from '../../core/vocabulary.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { findCard } from '../../customer/find-card.ts'
import type { Inspected } from '../../inspection/run.ts'
import { standing } from '../../lots/attempts.ts'
import type { LotStatus } from '../../lots/lot-status.ts'
import { keepOtherCard } from '../../lots/other-card.ts'
import { cardPicture } from '../../products/card-picture.ts'
import { productSecretKind } from '../../products/product-secret.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { LotFile } from '../../products/unit-record.ts'

/** What is judged at a bench, wherever its photographs come from. */
interface LotAtStation {
  readonly lot: LotFile
  readonly profile: ProductProfile
  readonly station: StationName
  readonly operator: string | null
  readonly journal: Journal
  /** Where the lot stood before. */
  readonly before: LotStatus
}

/** What a bench knows of its lot. @param source and rig: where photographs come from */
export function lotAtBench(
  { lot, profile, station, operator, journal, before }: LotAtStation,
  source: Pick<BenchFacts, 'rig' | 'source'>,
): Omit<OpenedBench, 'lay' | 'looks' | 'live'> {
  return {
    facts: { ...source, lot: lot.lot, units: lot.units.length, product: profile.title, station, operator },
    units: before.units.map(({ unit, stations }) => ({
      unit,
      verdict: stations.find(one => one.station === station)?.verdict ?? null,
    })),
    picture: cardPicture(profile),
    find: text => findCard(lot, text)?.serial ?? null,
    isSecret: text => productSecretKind(profile, text) !== null,
    noteOther: async (scanned, seen) => await keepOtherCard(journal, { scanned, seen, station, who: operator }),
  }
}

/** The person at the screen, as whoever works on a lot asks and tells them. */
export const personAt = (desk: Desk) => ({
  // Results are on the screen, and in the journal.
  output: { print: () => {}, tell: (line: string) => desk.tell(line), colours: false, columns: null },
  answers: desk.answers,
})

/** Shows an inspection that is kept, with where its unit stands now. */
export async function showJudged(
  desk: Desk,
  { journal }: Pick<LotAtStation, 'journal'>,
  inspected: Pick<Inspected, 'record' | 'crops'>,
  besides: readonly string[] = [],
): Promise<void> {
  const { unit, station } = inspected.record
  const entries = unit === null ? [] : await Array.fromAsync(journal.entriesAbout(unit))
  await desk.judged(inspected, unit === null ? null : standing(entries, unit, station), besides)
}
