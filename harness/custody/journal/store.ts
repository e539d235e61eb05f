/** A journal's entry as it is kept: texts that {@link openJournal} writes and checks; a store gives them no meaning. */
export interface StoredEntry {
  /** From 0, without a gap. */
  readonly index: number
  /** The entry, as it was hashed and signed. */
  readonly entry: string
  /** What it is about ({@link subjectOf}): entries are found by it. */
  readonly subject: string | null
  /** The peaks of the Merkle tree up to this entry, hexadecimal, with commas between. */
  readonly peaks: string
  /** The signed tree head up to this entry. */
  readonly head: string
}

/**
 * Where a journal's entries are kept: appended, never changed. Several processes may use one store at the same time.
 * One contract test runs over every kind.
 */
export interface Store extends AsyncDisposable {
  /** Where it is, for sentences. */
  readonly place: string
  /** The last entry; null of an empty store. @throws CustodyError when it cannot be read */
  head(): Promise<StoredEntry | null>
  /** Entries from `from` on, in their order, without those that are appended meanwhile. */
  read(from?: number): AsyncIterable<StoredEntry>
  /** Entries about any of these, in their order, without looking at the others. */
  about(subjects: readonly string[]): AsyncIterable<StoredEntry>
  /** Subjects of this form, each once: `*` stands for any characters, `[^…]` for one other than these. */
  subjectsLike(form: string): Promise<readonly string[]>
  /**
   * Appends what `next` makes of the last entry. No other writer comes between the two. Resolves when it is durable: kill -9
   * and a cut of power leave it there. When it rejects, nothing was appended.
   * @throws CustodyError `drive-full`, `folder-read-only`, `journal-busy`, `journal-damaged`; what `next` throws
   */
  append(next: (last: StoredEntry | null) => StoredEntry): Promise<void>
}
