import { worst } from '../../core/verdict.ts'
import type { Verdict } from '../../core/vocabulary.ts'
import type { Standing } from '../attempts.ts'
import { checkGroups } from './defect-classes.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { PlannedFacts } from './lot-kinds.ts'
import type { UnitOutcome } from './unit-outcome.ts'

/** A line of page one: something that is asked of every unit, counted over its stations. */
export interface CheckLine {
  readonly title: string
  readonly stations: readonly string[]
  readonly planned: number
  /** Units of which every check of the line has a finding. */
  readonly done: number
  /** Units that failed one, those that were taken out included. */
  readonly failed: number
  readonly unread: number
  /** `pass`: all units that were planned are there, and every one that ships or was opened passed all of it. */
  readonly result: 'pass' | 'fail' | 'open'
}

export function checkLines(
  { path, units: made }: PlannedFacts,
  { records, decoys }: LotEvidence,
  all: readonly UnitOutcome[],
): CheckLine[] {
  // What is planted in a decoy is none of the lot's: page one tells of them in a line of their own.
  const units = all.filter(({ unit }) => !decoys.has(unit))
  const planned = made - decoys.size
  return checkGroups.flatMap(({ title, checks }) => {
    const asked = path.flatMap(({ station, checks: its }) => {
      const here = checks.filter(check => its.includes(check))
      return here.length === 0 ? [] : [{ station, checks: here }]
    })
    if (asked.length === 0) return []
    const outcomes = units.map(unit => ({ fate: unit.fate, verdict: outcomeOf(unit, asked, records) }))
    const of = (...wanted: (Verdict | null)[]) => outcomes.filter(({ verdict }) => wanted.includes(verdict)).length
    const staying = outcomes.filter(({ fate }) => fate === 'shipped' || fate === 'opened')
    return [
      {
        title,
        stations: asked.map(({ station }) => station),
        planned,
        done: of('PASS', 'FAIL'),
        failed: of('FAIL'),
        unread: of('INCONCLUSIVE', 'ERROR'),
        result: staying.some(({ verdict }) => verdict === 'FAIL')
          ? 'fail'
          : outcomes.length === planned && staying.length > 0 && staying.every(({ verdict }) => verdict === 'PASS')
            ? 'pass'
            : 'open',
      },
    ]
  })
}

/** The worst finding over the stations; null where one is missing and none failed. */
function outcomeOf(
  { stations, fate }: UnitOutcome,
  asked: readonly { readonly station: string; readonly checks: readonly string[] }[],
  records: LotEvidence['records'],
): Verdict | null {
  const found: Verdict[] = []
  let isWhole = true
  for (const { station, checks } of asked) {
    const standing = stations.find(one => one.station === station)
    const record = standing && records.get(indexOf(standing, fate === 'opened'))
    for (const check of checks) {
      const finding = record?.findings.find(one => one.check === check)
      if (finding === undefined) isWhole = false
      else found.push(finding.verdict)
    }
  }
  return isWhole || found.includes('FAIL') ? worst(found) : null
}

/** The attempt that is shown: the one that counts, else the last; of a unit that was opened since, the last that passed. */
function indexOf({ attempts, counts, verdict }: Standing, isOpened: boolean): number {
  const passed = isOpened && verdict !== 'FAIL' ? attempts.findLast(one => one.verdict === 'PASS') : undefined
  return (passed ?? attempts.find(({ number }) => number === counts) ?? attempts.at(-1)!).index
}
