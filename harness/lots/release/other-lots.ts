import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import { about, type Reason } from './reason.ts'
import { toldIn } from './told-entries.ts'
import type { UnitOutcome } from './unit-outcome.ts'

/**
 * A unit is of one lot: else it ships twice, what one lot scrapped ships with another, and whoever does not like a sample draws again
 * under another name. Seen as of another lot by mistake, somebody else of quality says so.
 */
export function otherLotReasons(
  { lot }: Pick<LotFacts, 'lot'>,
  { records, explained, saidBy, elsewhere }: LotEvidence,
  units: readonly UnitOutcome[],
): Reason[] {
  const told = toldIn(explained, saidBy)
  const stays = new Set(units.flatMap(({ unit, fate }) => (fate === 'shipped' || fate === 'opened' ? [unit] : [])))
  const seen = new Map<string, Set<string>>()
  for (const [index, { unit, lot: its }] of records)
    if (unit !== null && its !== null && its !== lot.lot && stays.has(unit) && !told.has(index))
      seen.set(its, (seen.get(its) ?? new Set()).add(unit))
  return [
    ...[...seen].flatMap(([its, named]) =>
      about('other-lot', [...named], `Seen as of the lot ${its}, and nobody else of quality has explained it`),
    ),
    ...elsewhere.flatMap(({ index, lot: its, as, units: named }) =>
      about(
        'elsewhere',
        named.filter(unit => stays.has(unit)),
        as === 'scrapped'
          ? `Scrapped with the lot ${its} (entry ${index})`
          : `Drawn to be opened for the lot ${its} (entry ${index})`,
      ),
    ),
  ]
}
