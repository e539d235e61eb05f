import type { Standing } from '../attempts.ts'
import type { UnitStatus } from '../lot-status.ts'
import type { LotEvidence } from './lot-evidence.ts'

/** What becomes of a unit. */
export type Fate = 'shipped' | 'opened' | 'scrapped' | 'held'

export interface UnitOutcome extends UnitStatus {
  readonly fate: Fate
  readonly isDrawn: boolean
  /** It could have been drawn, was not, and does not ship though nothing speaks against it: whoever kept it back chose which units ship. */
  readonly isChosen: boolean
}

export function outcomesOf(
  { status, out, population, faulted, draws }: LotEvidence,
  drawn: ReadonlySet<string>,
): UnitOutcome[] {
  const destroyed = new Set(status.destroyed)
  const undrawn = new Set(draws.length === 0 ? [] : population.filter(unit => !drawn.has(unit)))
  return status.units.map(unit => {
    const wasOpened = destroyed.has(unit.unit) || unit.stations.some(({ station }) => station === 'opened')
    // What was opened is sold to nobody, whatever else was said of it.
    const fate = wasOpened ? 'opened' : (out.get(unit.unit)?.facts.as ?? 'shipped')
    const isChosen = fate !== 'shipped' && undrawn.has(unit.unit) && !faulted.has(unit.unit)
    return { ...unit, fate, isDrawn: drawn.has(unit.unit), isChosen }
  })
}

/** Where it stands at a station. */
export const at = ({ stations }: Pick<UnitStatus, 'stations'>, station: string): Standing | undefined =>
  stations.find(one => one.station === station)

/** Units that are shipped or were opened: what speaks against others is none of the lot's. */
export const stayingOf = (units: readonly UnitOutcome[]): ReadonlySet<string> =>
  new Set(units.flatMap(({ unit, fate }) => (fate === 'shipped' || fate === 'opened' ? [unit] : [])))
