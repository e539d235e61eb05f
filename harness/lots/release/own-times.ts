import type { LotEvidence } from './lot-evidence.ts'

/** Something at a time by the clock of whoever wrote it down. */
interface Timed {
  /** Its entry. */
  readonly index: number
  readonly time: string
}

/**
 * Was the first over when the other one began, by their own times? One clock dates all that a workplace does, so that this is asked to the
 * millisecond; not across an entry by which somebody put that clock right.
 */
export function isOverBefore(first: Timed, other: Timed, clocks: LotEvidence['clocks']): boolean {
  const [from, to] = [Math.min(first.index, other.index), Math.max(first.index, other.index)]
  if (clocks.some(({ index }) => index > from && index <= to)) return true
  // A time that is none is before nothing.
  return Date.parse(first.time) <= Date.parse(other.time)
}
