import { withoutTypography } from '../core/bare-serial.ts'
import type { JournalReader } from '../custody/journal/journal.ts'

/** A serial as somebody types it, or pastes it from a text: blanks, dashes of any kind and what cannot be seen are typography. */
export const typedSerial = (text: string): string =>
  withoutTypography(text.normalize('NFKC').replaceAll(/[\p{Pd}\p{Cf}\u2212]/gu, ''))

/** One of these units as it was typed; in capitals, where only that is one. Null where there is none. */
export function typedUnit(units: Iterable<string>, typed: string): string | null {
  const known = new Set(units)
  return [typed, typed.toUpperCase()].find(one => known.has(one)) ?? null
}

/** The same of the units that a journal has; where it has none, as it was typed. */
export async function typedUnitIn(journal: JournalReader, typed: string): Promise<string> {
  if (typed === typed.toUpperCase()) return typed
  const units = new Set<string>()
  for (const one of [typed, typed.toUpperCase()])
    for await (const { unit } of journal.entriesAbout(one)) if (unit !== null) units.add(unit)
  return typedUnit(units, typed) ?? typed
}
