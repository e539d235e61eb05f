import { resolve } from 'node:path'
import type { StationName } from '../core/vocabulary.ts'
import type { Journal } from '../custody/journal/journal.ts'

/** A card was scanned, and another one lay in the nest. */
export interface OtherCard {
  /** Serial that was scanned. */
  readonly scanned: string
  /** Serial of the unit that was seen. */
  readonly seen: string
  readonly station: StationName
  readonly who: string | null
  /** The folder of `--out`; default: none. */
  readonly out?: string | undefined
}

/** Is the unit that was seen another one than was scanned for it? */
export function isOtherCard(scanned: string | null, seen: string | null): boolean {
  return scanned !== null && seen !== null && seen !== scanned
}

/** Keeps in the journal that the card was another one than was scanned for it. */
export async function keepOtherCard(
  journal: Pick<Journal, 'append'>,
  { scanned, seen, station, who, out }: OtherCard,
): Promise<void> {
  await journal.append({
    kind: 'other-card',
    who,
    unit: seen,
    station,
    facts: { scanned, ...(out !== undefined && { out: resolve(out) }) },
  })
}
