import { shortened } from '../lot-status.ts'

/** Why a lot is not released. */
export interface Reason {
  readonly code: string
  readonly decision: 'HELD' | 'REJECTED'
  readonly because: string
}

export const held = (code: string, because: string): Reason => ({ code, decision: 'HELD', because })
export const rejected = (code: string, because: string): Reason => ({ code, decision: 'REJECTED', because })

/** Reasons that nothing mends which is said of a lot later: what they are about is over. */
export const lastingCodes: ReadonlySet<string> = new Set([
  ...['not-planned', 'planned-twice', 'planned-late', 'units-unlike-plan', 'path-short', 'plan-without-profile'],
  ...['plan-thin', 'plan-unlike', 'other-product', 'one-seed', 'seed-late', 'seed-unsigned', 'seeds-unlike'],
  ...['draw-other-file', 'draw-wrong', 'drawn-twice', 'drawn-early'],
])

/** One reason for all units that it concerns; none where it concerns none. @param what with a capital: «Never seen at sealed» */
export const about = (code: string, units: readonly string[], what: string): Reason[] =>
  units.length === 0
    ? []
    : [held(code, `${what}: ${units.length} ${units.length === 1 ? 'unit' : 'units'} (${shortened(units)}).`)]

/** Sorted worst first, for who reads why. */
export const byWeight = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.toSorted((a, b) => Number(b.decision === 'REJECTED') - Number(a.decision === 'REJECTED'))
