import { shortened } from '../lot-status.ts'
import type { LotEvidence } from './lot-evidence.ts'
import type { LotFacts } from './lot-facts.ts'
import { about, held, type Reason } from './reason.ts'
import type { Asked, AskedKind, OpenEntries } from './told-entries.ts'
import type { UnitOutcome } from './unit-outcome.ts'

/* What entries of the journal leave open, and somebody else of quality may have explained. */

/** Inspections of no known unit, units that were seen again, and records that cannot be read. */
export function strangersAsked(
  { status, unreadable, saidBy }: LotEvidence,
  units: readonly UnitOutcome[],
): readonly Asked[] {
  const ships = new Set(units.flatMap(({ unit, fate }) => (fate === 'shipped' ? [unit] : [])))
  const ask = (kind: AskedKind, entry: number, of = ''): Asked => ({
    ...{ kind, entry, of },
    notBy: new Set([saidBy.get(entry)]),
  })
  return [
    ...status.unknown.flatMap(({ index, verdict }) => (verdict === 'ERROR' ? [] : [ask('unknown', index)])),
    ...status.doubled.flatMap(({ unit, entries }) =>
      ships.has(unit) ? entries.slice(1).map(index => ask('doubled', index, unit)) : [],
    ),
    // It may have been a FAIL, and a PASS after it counts for nothing until somebody has looked.
    ...unreadable.map(index => ask('unreadable', index)),
  ]
}

export function strangerReasons({ alarms }: LotEvidence, open: OpenEntries): Reason[] {
  const unknown = open.of('unknown').map(({ entry }) => `entry ${entry}`)
  return [
    ...(unknown.length === 0
      ? []
      : [
          held(
            'unknown',
            `${unknown.length} inspections are of no known unit of the lot, and nobody else of quality has explained them: ${shortened(unknown)}.`,
          ),
        ]),
    ...about(
      'doubled',
      open.namesOf('doubled'),
      'Seen again after it was judged (one card twice, or two of one serial), and nobody else of quality has explained it',
    ),
    ...alarms.map(({ index, because }) => held('alarm-open', `An alarm is open (entry ${index}): ${because}`)),
  ]
}

export function unreadableReasons(open: OpenEntries): Reason[] {
  const left = open.of('unreadable').map(({ entry }) => `entry ${entry}`)
  return left.length === 0
    ? []
    : [
        held(
          'unreadable',
          `What was found cannot be read, and nobody else of quality has explained it: ${shortened(left)}.`,
        ),
      ]
}

/** What happened to the journal itself: clocks that ran back, or were put right by nobody of quality, and older copies that were put back. */
export function journalAsked(
  { journalFaults }: Pick<LotFacts, 'journalFaults'>,
  { saidBy, restored, plans, ...evidence }: LotEvidence,
): readonly Asked[] {
  const since = plans[0]?.index ?? 0
  const ask = (kind: AskedKind, entry: number): Asked => ({ kind, entry, of: '', notBy: new Set([saidBy.get(entry)]) })
  return [
    ...journalFaults.flatMap(({ entry, isClock }) => (isClock ? [ask('clock-back', entry)] : [])),
    ...restored.flatMap(index => (index < since ? [] : [ask('restored', index)])),
    ...clocksIn({ ...evidence, plans }).flatMap(({ index, isExplained }) =>
      isExplained ? [] : [ask('clock-set', index)],
    ),
  ]
}

/** A clock that ran back changed nothing that was said; somebody of quality has to have looked into it. */
export function journalReasons({ journalFaults }: LotFacts, open: OpenEntries): Reason[] {
  const clocks = open.entriesOf('clock-back')
  return journalFaults.flatMap(({ entry, isClock, sentence }) =>
    isClock && !clocks.has(entry)
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
export const restoredReasons = (open: OpenEntries): Reason[] =>
  open
    .of('restored')
    .map(({ entry }) =>
      held(
        'restored',
        `An older copy of the journal was put back (entry ${entry}), and nobody else of quality has explained what is gone with it.`,
      ),
    )

/** Until then entries may be dated by a clock that was wrong: somebody of quality has to have said why. */
export function clockReasons({ clocks }: LotEvidence, open: OpenEntries): Reason[] {
  const left = open.entriesOf('clock-set')
  return clocks.flatMap(({ index, by }) =>
    left.has(index)
      ? [
          held(
            'clock-set',
            `The clock was wrong until entry ${index}, says ${by ?? 'nobody'}, and nobody else of quality has explained it.`,
          ),
        ]
      : [],
  )
}

/** Those that an entry about the lot is dated before: from its plan on. */
export const clocksIn = ({ clocks, plans }: Pick<LotEvidence, 'clocks' | 'plans'>): LotEvidence['clocks'] =>
  clocks.filter(({ index }) => index > (plans[0]?.index ?? 0))
