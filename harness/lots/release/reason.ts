import { shortened } from '../lot-status.ts'

/** Why a lot is not released. */
export interface Reason {
  readonly code: string
  readonly decision: 'HELD' | 'REJECTED'
  readonly because: string
}

export const held = (code: string, because: string): Reason => ({ code, decision: 'HELD', because })
export const rejected = (code: string, because: string): Reason => ({ code, decision: 'REJECTED', because })

/** One reason for all units that it concerns; none where it concerns none. */
export const about = (code: string, units: readonly string[], clause: string): Reason[] =>
  units.length === 0
    ? []
    : [held(code, `${units.length} ${units.length === 1 ? 'unit' : 'units'} ${clause}: ${shortened(units)}.`)]
