import { measurementRows } from '../../checks/measurements.ts'
import type { Series } from './lot-series.ts'

/** A value that an inspection measured, and the check that judges it by these limits. */
export interface Measured extends Pick<Series, 'name' | 'of' | 'unit' | 'min' | 'max'> {
  readonly check: string | null
  readonly value: number
}

/** What an inspection measured, by its entry. Looked up, not kept: a large lot has hundreds of thousands of values. */
export function measuredAt(all: readonly Series[]): (entry: number, station: string) => readonly Measured[] {
  const at = Map.groupBy(all, ({ station }) => station as string)
  return (entry, station) =>
    (at.get(station) ?? []).flatMap(({ name, of, unit, min, max, values, entries }) => {
      const its: Measured[] = []
      for (let i = firstAt(entries, entry); entries[i] === entry; i++)
        its.push({ name, of, unit, min, max, check: measurementRows[name]?.check ?? null, value: values[i]! })
      return its
    })
}

/** Where the first of these, which go up, is that is not less. */
function firstAt(entries: readonly number[], entry: number): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]! < entry) low = middle + 1
    else high = middle
  }
  return low
}
