import { shortened } from '../lot-status.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import { about, held, type Reason } from './reason.ts'
import { toldIn } from './told-entries.ts'
import type { UnitOutcome } from './unit-outcome.ts'

/* What entries of the journal leave open, and somebody else of quality may have explained. */

export function strangerReasons(
  { status, explained, alarms, saidBy }: LotEvidence,
  units: readonly UnitOutcome[],
): Reason[] {
  const told = toldIn(explained, saidBy)
  const ships = new Set(units.flatMap(({ unit, fate }) => (fate === 'shipped' ? [unit] : [])))
  const unknown = status.unknown.filter(({ index, verdict }) => verdict !== 'ERROR' && !told.has(index))
  const doubled = status.doubled.filter(
    ({ unit, entries }) => ships.has(unit) && entries.slice(1).some(index => !told.has(index)),
  )
  return [
    ...(unknown.length === 0
      ? []
      : [
          held(
            'unknown',
            `${unknown.length} inspections are of no known unit of the lot, and nobody else of quality has explained them: ${shortened(unknown.map(({ index }) => `entry ${index}`))}.`,
          ),
        ]),
    ...about(
      'doubled',
      [...new Set(doubled.map(({ unit }) => unit))],
      'Seen again after it was judged (one card twice, or two of one serial), and nobody else of quality has explained it',
    ),
    ...alarms.map(({ index, because }) => held('alarm-open', `An alarm is open (entry ${index}): ${because}`)),
  ]
}

/** It may have been a FAIL, and a PASS after it counts for nothing until somebody has looked. */
export function unreadableReasons({ unreadable, explained, saidBy }: LotEvidence): Reason[] {
  const told = toldIn(explained, saidBy)
  const left = unreadable.filter(index => !told.has(index)).map(index => `entry ${index}`)
  return left.length === 0
    ? []
    : [
        held(
          'unreadable',
          `What was found cannot be read, and nobody else of quality has explained it: ${shortened(left)}.`,
        ),
      ]
}

/** A clock that ran back changed nothing that was said; somebody of quality has to have looked into it. */
export function journalReasons({ journalFaults }: LotFacts, { explained, saidBy }: LotEvidence): Reason[] {
  const told = toldIn(explained, saidBy)
  return journalFaults.flatMap(({ entry, isClock, sentence }) =>
    isClock && told.has(entry)
      ? []
      : [
          held(
            'journal-broken',
            `The journal is not whole: ${sentence}${isClock ? ', and nobody else of quality has explained it' : ''}.`,
          ),
        ],
  )
}

/** Whoever puts an older copy back takes what was said since: somebody of quality has to look what that was. */
export function restoredReasons({ restored, plans, explained, saidBy }: LotEvidence): Reason[] {
  const since = plans[0]?.index ?? 0
  const told = toldIn(explained, saidBy)
  return restored.flatMap(index =>
    index < since || told.has(index)
      ? []
      : [
          held(
            'restored',
            `An older copy of the journal was put back (entry ${index}), and nobody else of quality has explained what is gone with it.`,
          ),
        ],
  )
}

/** Until then entries may be dated by a clock that was wrong: somebody of quality has to have said why. */
export function clockReasons({ explained, saidBy, ...evidence }: LotEvidence): Reason[] {
  const told = toldIn(explained, saidBy)
  return clocksIn(evidence).flatMap(({ index, by, isExplained }) =>
    isExplained || told.has(index)
      ? []
      : [
          held(
            'clock-set',
            `The clock was wrong until entry ${index}, says ${by ?? 'nobody'}, and nobody else of quality has explained it.`,
          ),
        ],
  )
}

/** Those that an entry about the lot is dated before: from its plan on. */
export const clocksIn = ({ clocks, plans }: Pick<LotEvidence, 'clocks' | 'plans'>): LotEvidence['clocks'] =>
  clocks.filter(({ index }) => index > (plans[0]?.index ?? 0))
