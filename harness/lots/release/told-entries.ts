import { shortened } from '../lot-status.ts'
import type { ExplainedFacts } from './lot-kinds.ts'

/** Somebody of quality says what entries were. */
export interface Explanation {
  readonly index: number
  readonly by: string
  readonly facts: ExplainedFacts
}

/** What an entry may be that waits for somebody's word, of one and of several: the beginning of a sentence. */
const askedKinds = {
  'clock-back': ['A clock that ran back', 'Clocks that ran back'],
  'clock-set': ['A clock that nobody of quality put right', 'Clocks that nobody of quality put right'],
  restored: ['An older copy of the journal that was put back', 'Older copies of the journal that were put back'],
  'set-aside': ['A failure that was inspected again', 'Failures that were inspected again'],
  'golden-failed': ['A golden card that failed', 'Golden cards that failed'],
  'gauge-open': ['A gauge study that was never worked out', 'Gauge studies that were never worked out'],
  'decoy-gone': ['A decoy that was lost before it tried a rig', 'Decoys that were lost before they tried a rig'],
  'seen-elsewhere': ['A unit that was seen as of another lot, too', 'Units that were seen as of another lot, too'],
  doubled: ['A unit that was seen again after it was judged', 'Units that were seen again after they were judged'],
  unknown: ['An inspection of no known unit', 'Inspections of no known unit'],
  'address-otherwise': ['Another address that was read of a unit', 'Other addresses that were read of units'],
  unreadable: ['A record that cannot be read', 'Records that cannot be read'],
  'kept-back': [
    'A look by which a unit that was taken out did not pass',
    'Looks by which units that were taken out did not pass',
  ],
} as const satisfies Readonly<Record<string, readonly [one: string, several: string]>>
export type AskedKind = keyof typeof askedKinds

/** An entry that counts otherwise once somebody else of quality has explained it: most hold the lot until then. */
export interface Asked {
  readonly kind: AskedKind
  readonly entry: number
  /** Unit, rig, station or whatever it is about; empty where the kind says all. */
  readonly of: string
  /** Whose word on it counts for nothing: who is behind it, or decided over it. */
  readonly notBy: ReadonlySet<string | undefined>
  /** What is said before that entry is said of something that is not over; the entry itself where it is left out. */
  readonly since?: number
}

/** Does this explanation count? It has to come once there was something to explain, from somebody else. */
export const explains = ({ entry, notBy, since = entry }: Asked, { index, by, facts }: Explanation): boolean =>
  facts.entries.includes(entry) && index > since && !notBy.has(by)

export const isTold = (asked: Asked, explained: readonly Explanation[]): boolean =>
  explained.some(one => explains(asked, one))

/** What nobody has explained yet, kind by kind. */
export class OpenEntries {
  readonly all: readonly Asked[]

  constructor(asked: readonly Asked[], explained: readonly Explanation[]) {
    this.all = asked.filter(one => !isTold(one, explained))
  }

  of(kind: AskedKind): readonly Asked[] {
    return this.all.filter(one => one.kind === kind)
  }

  entriesOf(kind: AskedKind): ReadonlySet<number> {
    return new Set(this.of(kind).map(({ entry }) => entry))
  }

  namesOf(kind: AskedKind): readonly string[] {
    return namesOf(this.of(kind))
  }
}

/** What entries are about, each once: «BX0000001 in entry 17», «BX0000002 in entries 30, 41»; «entry 17» of what has no name. */
const namesOf = (asked: readonly Asked[]): readonly string[] =>
  [...Map.groupBy(asked, ({ of }) => of)].map(([of, its]) => {
    const entries = `${its.length === 1 ? 'entry' : 'entries'} ${shortened(its.map(({ entry }) => `${entry}`))}`
    return of === '' ? entries : `${of} in ${entries}`
  })

/** What entries are, kind by kind: «A golden card that failed (on bench in entry 53)», and the verb that goes with it. */
export const sentencesOf = (
  asked: readonly Asked[],
): readonly { readonly what: string; readonly verb: 'was' | 'were' }[] =>
  [...Map.groupBy(asked, ({ kind }) => kind)].map(([kind, its]) => {
    const [one, several] = askedKinds[kind]
    const isOne = its.length === 1
    return { what: `${isOne ? one : several} (${shortened(namesOf(its))})`, verb: isOne ? 'was' : 'were' }
  })
