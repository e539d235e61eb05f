import type { LotStatus, UnitStatus } from '../lot-status.ts'
import type { LotIdentity } from './lot-rows.ts'
import { type Asked, type Explanation, isTold } from './told-entries.ts'

/** What was said of a lot's units. */
interface Said {
  readonly status: LotStatus
  readonly out: ReadonlyMap<string, { readonly by: string }>
  readonly decoys: Pick<ReadonlyMap<string, unknown>, 'has'>
  readonly explained: readonly Explanation[]
  readonly saidBy: ReadonlyMap<number, string>
  readonly byStrangers: ReadonlySet<number>
}

/**
 * Units that the sample is drawn from, by what was said until then: all of the lot file but decoys, and units that were taken out for a fault
 * or before they were finished. Any other one keeps its ticket when it is taken out: who works the sample out beforehand could
 * otherwise take away what it would fall on, and draw anew.
 */
export function drawPopulation(said: Said, lot: LotIdentity): readonly string[] {
  const faulted = faultedUnits(said, lot)
  return said.status.units.flatMap(({ unit, stations }) => {
    const isFinished = stations.some(({ station }) => station === 'sealed')
    const hasLeft = said.decoys.has(unit) || (said.out.has(unit) && (!isFinished || faulted.has(unit)))
    return hasLeft ? [] : [unit]
  })
}

/**
 * Units that something speaks against, whoever would rather keep them back: a failure by the lot's own file that stands. One of a unit that had passed at
 * `sealed` could be had by looking again until it fails, and that a unit could not be read, by a bad photograph: these count when somebody of quality
 * has explained them who neither inspected the unit nor took it out.
 */
export function faultedUnits(said: Omit<Said, 'decoys'>, { recordsSha256 }: LotIdentity): ReadonlySet<string> {
  const faulted = said.status.units.filter(unit => {
    const looks = looksAgainst(unit, said, recordsSha256)
    return looks.some(({ asked }) => asked === null || isTold(asked, said.explained))
  })
  return new Set(faulted.map(({ unit }) => unit))
}

/** Looks at units that were taken out, by which these count as nobody's choice once somebody else has explained them. */
export const keptBackAsked = (said: Said, { recordsSha256 }: LotIdentity): readonly Asked[] =>
  said.status.units.flatMap(unit =>
    said.out.has(unit.unit) && !said.decoys.has(unit.unit)
      ? looksAgainst(unit, said, recordsSha256).flatMap(({ asked }) => asked ?? [])
      : [],
  )

interface Against {
  /** Null where it counts by itself. */
  readonly asked: Asked | null
}

/** Looks that speak against a unit, by the lot's own file: by themselves, or once what is asked of them is explained. */
function looksAgainst(
  { unit, stations }: UnitStatus,
  { out, saidBy, byStrangers }: Omit<Said, 'decoys'>,
  recordsSha256: string,
): readonly Against[] {
  const left = stations.filter(({ verdict }) => verdict !== 'PASS')
  if (left.length === 0) return []
  const sealed = stations.find(({ station }) => station === 'sealed')
  const passed = sealed?.attempts.find(({ verdict }) => verdict === 'PASS')?.index ?? Number.POSITIVE_INFINITY
  return left
    .flatMap(({ station, attempts }) => attempts.map(attempt => ({ station, ...attempt })))
    .flatMap(({ station, index, verdict, recordsSha256: its }): readonly Against[] => {
      if (its !== recordsSha256 || byStrangers.has(index) || verdict === 'PASS' || verdict === 'ERROR') return []
      if (verdict === 'FAIL' && index < passed) return [{ asked: null }]
      const notBy = new Set([saidBy.get(index), out.get(unit)?.by])
      return [{ asked: { kind: 'kept-back', entry: index, of: `${unit} at ${station}`, notBy } }]
    })
}
