import type { Verdict } from '../core/vocabulary.ts'
import type { JournalEntry } from '../custody/journal/entry.ts'
import type { Journal, JournalReader } from '../custody/journal/journal.ts'
import { People, type Role } from '../custody/journal/people.ts'
import { openAlarms } from '../lots/alarms.ts'
import { firstPass, standings } from '../lots/attempts.ts'
import { judgedIn } from '../record/journal-kinds.ts'
import { breathing } from './breathing.ts'

/** The journal of the bench, opened for as long as it takes. @throws what opening it does */
export type UseJournal = <T>(work: (journal: Journal) => Promise<T>) => Promise<T>

/** An entry, as a line. What it quotes is public: the journal leaves out what looks like a key. */
export interface EntryView {
  readonly index: number
  readonly at: string
  readonly kind: string
  readonly unit: string | null
  readonly station: string | null
  readonly who: string | null
  readonly verdict: Verdict | null
  readonly because: string | null
}

/** What a screen shows of the journal. */
export interface JournalView {
  /** Who works here and may decide, and whether they sign with a key of their own. */
  readonly deciders: readonly { readonly name: string; readonly signs: boolean }[]
  readonly alarms: readonly {
    readonly index: number
    readonly at: string
    readonly unit: string | null
    readonly because: string
  }[]
  /** Units that count as failed until a second person decides. */
  readonly failed: readonly { readonly unit: string; readonly station: string; readonly because: string }[]
  /** How each station's units came out at their first attempt. */
  readonly stations: readonly { readonly station: string; readonly counts: Readonly<Record<Verdict, number>> }[]
  /** Newest first. */
  readonly entries: readonly EntryView[]
  /** Entries there are that were looked for. */
  readonly found: number
}

const MOST_ENTRIES = 200
const decides: Role = 'quality'

/**
 * The journal as it stands.
 * @param needsKey does nobody decide here by their name alone?
 * @param find only entries with this text in their unit, kind, station, person or reason; all where it is empty
 */
export async function journalView(journal: JournalReader, find = '', needsKey = false): Promise<JournalView> {
  const all = await Array.fromAsync(breathing(journal.entries()))
  const people = new People()
  for (const entry of all) people.take(entry)
  const every = standings(all)
  const wanted = find.trim().toLowerCase()
  const entries = all.map(entryView).filter(entry => wanted === '' || textOf(entry).includes(wanted))
  return {
    deciders: people.all
      .filter(({ name, publicKey }) => people.isActive(name, decides) && (publicKey !== null || !needsKey))
      .map(({ name, publicKey }) => ({ name, signs: publicKey !== null })),
    alarms: (await openAlarms(journal.entriesOn('alarms', 'people'))).map(({ index, at, unit, because }) => ({
      index,
      at,
      unit,
      because,
    })),
    failed: every
      .filter(({ verdict }) => verdict === 'FAIL')
      .map(({ unit, station, because }) => ({ unit, station, because })),
    stations: [...new Set(every.map(({ station }) => station))].map(station => ({
      station,
      counts: firstPass(every, station),
    })),
    entries: entries.slice(-MOST_ENTRIES).reverse(),
    found: entries.length,
  }
}

function entryView({ index, at, kind, unit, station, who, why, facts }: JournalEntry): EntryView {
  const judged = kind === 'inspection' ? judgedIn(facts) : null
  const told = facts['because']
  return {
    ...{ index, at, kind, unit, station, who },
    verdict: judged?.verdict ?? null,
    because: judged?.because ?? why ?? (typeof told === 'string' ? told : null),
  }
}

const textOf = ({ kind, unit, station, who, verdict, because }: EntryView): string =>
  [kind, unit, station, who, verdict, because].join(' ').toLowerCase()
