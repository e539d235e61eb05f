import { withoutTypography } from '../../core/bare-serial.ts'
import { noteDeed } from '../../core/deeds.ts'
import { canonicalJson } from '../canonical-json.ts'
import { timeAfter } from '../clock.ts'
import { CustodyError } from '../custody-error.ts'
import { type ChainEntry, type ChainLink, isUnchanged, nextEntry } from '../hash-chain.ts'
import type { SigningKey } from '../signing-key.ts'
import {
  bodyOf,
  clockSet,
  entryOf,
  type JournalBody,
  type JournalEntry,
  type Said,
  subjectOf,
  type Topic,
  typesetSubjects,
  unitSubject,
} from './entry.ts'
import {
  consistencyProof,
  type Hash,
  inclusionProof,
  leafHash,
  noPeaks,
  type Peaks,
  peakCount,
  rootOfPeaks,
  withLeaf,
} from './merkle.ts'
import type { JournalProof } from './proof.ts'
import type { Store, StoredEntry } from './store.ts'
import { isSound, signedHead, type TreeHead } from './tree-head.ts'
import { peaksText, readEntry, readHead, type Verified, verifyEntries } from './verify-entries.ts'

/** To read everything is quicker than to look up more than these. */
const mostSubjects = 500

/** What a journal is opened with. */
export interface JournalOptions {
  readonly clock: () => Date
  readonly key: SigningKey
}

/** A journal as it can be read, without any key. */
export class JournalReader implements AsyncDisposable {
  protected readonly store: Store
  /** Looked for once: no unit is written of by such a name any more. */
  #typeset: Promise<readonly string[]> | undefined

  constructor(store: Store) {
    this.store = store
  }

  get place(): string {
    return this.store.place
  }

  /** All entries, or those from `from` on. @throws CustodyError `journal-broken` at what is no entry */
  entries(from = 0): AsyncGenerator<JournalEntry> {
    return this.#parsed(this.store.read(from))
  }

  /** What stands about a unit, and about people, whose words it may hang on. @throws CustodyError `journal-broken` */
  entriesAbout(unit: string): AsyncGenerator<JournalEntry> {
    return this.#about([unit], ['people'])
  }

  /**
   * What stands about these units, about people, lots, and units that were not known. Of many units, everything.
   * @throws CustodyError `journal-broken`
   */
  entriesAboutUnits(units: readonly string[]): AsyncGenerator<JournalEntry> {
    if (units.length > mostSubjects) return this.entries()
    return this.#about(units, ['people', 'lots', 'unknown units'])
  }

  /** What stands about people, alarms or changes. @throws CustodyError `journal-broken` */
  entriesOn(...about: readonly Topic[]): AsyncGenerator<JournalEntry> {
    return this.#parsed(this.store.about(about))
  }

  /** Also what was written of the units by other names than they have by now. */
  async *#about(units: readonly string[], topics: readonly Topic[]): AsyncGenerator<JournalEntry> {
    this.#typeset ??= this.store.subjectsLike(typesetSubjects)
    const names = new Set(units.map(unit => unitSubject(withoutTypography(unit))))
    const before = (await this.#typeset).filter(subject => names.has(bareSubject(subject)))
    yield* this.#parsed(this.store.about([...names, ...before, ...topics]))
  }

  async *#parsed(rows: AsyncIterable<StoredEntry>): AsyncGenerator<JournalEntry> {
    for await (const { index, entry } of rows) {
      const read = readEntry(entry)
      if (read === null) throw broken(this.place, `entry ${index} is none`)
      yield entryOf(read)
    }
  }

  /** The signed head; null of an empty journal. @throws CustodyError `journal-broken` */
  async head(): Promise<TreeHead | null> {
    const last = await this.store.head()
    return last === null ? null : this.#headOf(last)
  }

  /**
   * @param kept heads that were kept outside
   * @param onEntry gets each entry on the way
   * @param verified a head up to which it was verified before
   */
  async verify(
    kept: readonly TreeHead[] = [],
    onEntry?: (entry: JournalEntry) => void,
    verified?: TreeHead,
  ): Promise<Verified> {
    return await verifyEntries(this.store.read(), kept, onEntry, verified)
  }

  /**
   * That entry `index` is in the journal, for whoever holds a head of it.
   * @throws CustodyError `entry-missing`, `journal-broken`
   */
  async prove(index: number): Promise<JournalProof> {
    const leaves: Hash[] = []
    let its: StoredEntry | undefined
    let last: StoredEntry | undefined
    for await (const row of this.store.read()) {
      leaves.push(leafHash(Buffer.from(row.entry)))
      if (row.index === index) its = row
      last = row
    }
    if (its === undefined || last === undefined) {
      throw new CustodyError(
        'entry-missing',
        `The journal has ${leaves.length} entries, from 0; there is no entry ${index}.`,
      )
    }
    const hex = (hashes: readonly Hash[]) => hashes.map(hash => hash.toString('hex'))
    return {
      format: 'assay-journal-proof-1',
      index,
      entry: its.entry,
      inclusion: hex(inclusionProof(leaves, index)),
      consistency: hex(consistencyProof(leaves, index + 1)),
      older: this.#headOf(its),
      head: this.#headOf(last),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]()
  }

  #headOf({ head, index }: StoredEntry): TreeHead {
    const read = readHead(head)
    if (read === null) throw broken(this.place, `the head at entry ${index} is none`)
    return read
  }
}

/** The journal of a station: the only place where a result becomes true. */
export class Journal extends JournalReader {
  readonly #options: JournalOptions

  private constructor(store: Store, options: JournalOptions) {
    super(store)
    this.#options = options
  }

  /**
   * Opens a journal to write, and begins one in an empty store.
   * @throws CustodyError `journal-broken`, `journal-other-key`
   */
  static async open(store: Store, options: JournalOptions): Promise<Journal> {
    const journal = new Journal(store, options)
    const last = await store.head()
    if (last === null) await journal.#begin()
    else journal.#checked(last)
    return journal
  }

  /**
   * Writes an entry; when this resolves, the entry is on the drive. What looks like a private key in it is left out.
   * @returns the entry as it stands
   * @throws CustodyError as {@link Store.append}; `journal-broken` when the end of the journal is not what was written
   */
  async append(said: Said): Promise<JournalEntry> {
    return await this.#append(said, () => {})
  }

  /**
   * {@link append}, unless something was written since its writer looked.
   * @param size of the journal that the writer looked at, entries
   * @returns null where it has others by now, and nothing was written
   */
  async appendAfter(size: number, said: Said): Promise<JournalEntry | null> {
    try {
      return await this.#append(said, last => {
        if (last === null || last.index + 1 !== size) throw grownSince
      })
    } catch (error) {
      if (error !== grownSince) throw error
      return null
    }
  }

  async #append(said: Said, require: (last: StoredEntry | null) => void): Promise<JournalEntry> {
    const body = bodyOf(said)
    let written: ChainLink | undefined
    await this.store.append(last => {
      require(last)
      const next = this.#next(last, body)
      written = next.entry
      return next.row
    })
    noteDeed(this.place, `has its entry ${written!.index} (${body.kind})`)
    return entryOf({ ...written!, body })
  }

  /**
   * Now, by the clock that dates what is written here: what holds until a day is judged by no clock that went back.
   * @throws CustodyError `clock-backwards`; `journal-broken` as {@link append}
   */
  async now(): Promise<Date> {
    const last = await this.store.head()
    return new Date(this.#time(last === null ? null : this.#checked(last).entry))
  }

  /** Another process may have begun it at the same moment: it is begun once. */
  async #begin(): Promise<void> {
    const body = bodyOf({ kind: 'journal-made', facts: { publicKey: this.#options.key.publicKey } })
    try {
      await this.store.append(last => {
        if (last !== null) throw begunAlready
        return this.#next(null, body).row
      })
    } catch (error) {
      if (error !== begunAlready) throw error
      this.#checked((await this.store.head())!)
    }
  }

  #next(last: StoredEntry | null, body: JournalBody): { readonly entry: ChainEntry; readonly row: StoredEntry } {
    const before = last === null ? null : this.#checked(last)
    const at = this.#time(before?.entry ?? null, body.kind)
    const entry = nextEntry(before?.entry ?? null, body, at, this.#options.key)
    const text = canonicalJson(entry)
    const peaks = withLeaf(before?.peaks ?? noPeaks, leafHash(Buffer.from(text)))
    const head = signedHead(peaks.size, rootOfPeaks(peaks).toString('hex'), entry.at, this.#options.key)
    return {
      entry,
      row: {
        index: entry.index,
        entry: text,
        subject: subjectOf(body),
        peaks: peaksText(peaks),
        head: canonicalJson(head),
      },
    }
  }

  /** The end of the journal, if it is what this station wrote: nothing is written behind what was changed. */
  #checked(last: StoredEntry): { readonly entry: ChainEntry; readonly peaks: Peaks } {
    const entry = readEntry(last.entry)
    const head = readHead(last.head)
    const peaks = { size: last.index + 1, hashes: last.peaks.split(',').map(hash => Buffer.from(hash, 'hex')) }
    if (
      entry === null ||
      head === null ||
      entry.index !== last.index ||
      peaks.hashes.length !== peakCount(peaks.size)
    ) {
      throw broken(this.place, `its last entry, ${last.index}, is none`)
    }
    const isWhole =
      isSound(head) &&
      head.size === peaks.size &&
      head.root === rootOfPeaks(peaks).toString('hex') &&
      isUnchanged(entry)
    if (!isWhole) throw broken(this.place, `its last entry, ${last.index}, is not what its signed head says`)
    if (head.signer !== this.#options.key.publicKey || entry.signer !== head.signer) {
      throw new CustodyError(
        'journal-other-key',
        `${this.place} was written with another key than the one beside it; put its own key back. Nothing was written.`,
      )
    }
    return { entry, peaks }
  }

  /** Nothing is dated before what was there already, but the word of a person that the clock was wrong then. */
  #time(last: ChainEntry | null, kind?: string): string {
    const now = this.#options.clock()
    const at = timeAfter(last?.at ?? null, now, 'result')
    if (kind === clockSet && at === null) return now.toISOString()
    if (kind === clockSet)
      throw new CustodyError(
        'clock-right',
        `No clock is to be put right: this computer's says ${now.toISOString()}, the last entry of ${this.place} was written at ${last?.at ?? 'no time yet'}, and entries can be written. Nothing was written.`,
      )
    if (at !== null) return at
    throw new CustodyError(
      'clock-backwards',
      `This computer's clock says ${now.toISOString()}, and the last entry of ${this.place} was written at ${last!.at}. Set the clock; if it is right now and was wrong then: assay journal clock --by NAME --why TEXT. Nothing was written.`,
    )
  }
}

const bareSubject = (subject: string) => unitSubject(withoutTypography(subject.slice(unitSubject('').length)))

const begunAlready = new Error('another process has begun the journal')
const grownSince = new Error('the journal has grown')

const broken = (place: string, why: string) =>
  new CustodyError(
    'journal-broken',
    `${place} is not the journal that was written: ${why}. Keep it as it is and have it looked into (assay journal verify); nothing was written.`,
  )
