import { accessSync, constants, existsSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import { CustodyError, fileError } from '../custody-error.ts'
import type { Store, StoredEntry } from './store.ts'

/** How long a writer waits for another, ms. */
const patienceMs = 10_000

/** Entries that are in memory at once while a journal is read. */
const pageLength = 500

interface Tables {
  readonly entries: StoredEntry
}

/** A store in one SQLite file, with its log (-wal) beside it: WAL, and synchronised at every commit. */
export class SqliteStore implements Store {
  readonly place: string
  readonly #database: DatabaseSync
  readonly #rows: Kysely<Tables>
  /** Which file it is: another one may come to lie under its name. */
  readonly #file: string | null

  private constructor(place: string, database: DatabaseSync) {
    this.place = place
    this.#file = fileAt(place)
    this.#database = database
    this.#rows = new Kysely<Tables>({ dialect: dialectOf(database) })
  }

  /**
   * Opens a store. One that may be written is made where there is none.
   * @throws CustodyError `journal-missing`, `journal-damaged`, or what {@link fileError} says
   */
  static async open(path: string, how: 'write' | 'read'): Promise<SqliteStore> {
    if (how === 'read' && !existsSync(path)) throw missing(path)
    // SQLite would wait at a pipe for whoever writes into it.
    if (existsSync(path) && !statSync(path).isFile()) throw noJournal(path, null)
    let database: DatabaseSync | undefined
    try {
      database = how === 'write' ? new DatabaseSync(path, { timeout: 0 }) : openToRead(path)
      const store = new SqliteStore(path, database)
      if (how === 'write') await store.#prepare()
      store.#refuseForeignParts()
      await store.head()
      return store
    } catch (error) {
      if (database?.isOpen) database.close()
      throw storeError(path, how === 'write' ? 'opened' : 'read', error)
    }
  }

  async head(): Promise<StoredEntry | null> {
    return await this.#said('read', async () => {
      const last = await this.#rows
        .selectFrom('entries')
        .selectAll()
        .orderBy('index', 'desc')
        .limit(1)
        .executeTakeFirst()
      return last === undefined ? null : asStored(last)
    })
  }

  /** From the very first row, should one stand before entry 0. */
  read(from = Number.MIN_SAFE_INTEGER): AsyncGenerator<StoredEntry> {
    return this.#pages(from, null)
  }

  about(subjects: readonly string[]): AsyncGenerator<StoredEntry> {
    return this.#pages(0, subjects)
  }

  async subjectsLike(form: string): Promise<readonly string[]> {
    const like = sql<boolean>`subject glob ${form}`
    const rows = await this.#said('read', () =>
      this.#rows.selectFrom('entries').select('subject').distinct().where(like).execute(),
    )
    return rows.flatMap(({ subject }) => subject ?? [])
  }

  async append(next: (last: StoredEntry | null) => StoredEntry): Promise<void> {
    await this.#said('written', () =>
      this.#rows.transaction().execute(async rows => {
        const last = await rows.selectFrom('entries').selectAll().orderBy('index', 'desc').limit(1).executeTakeFirst()
        this.#refuseReplaced()
        const entry = next(last === undefined ? null : asStored(last))
        await rows.insertInto('entries').values(entry).execute()
        // What is acknowledged was read back: a trigger may have dropped or changed it.
        const kept = await rows.selectFrom('entries').selectAll().where('index', '=', entry.index).executeTakeFirst()
        const columns = ['entry', 'subject', 'peaks', 'head'] as const
        if (kept === undefined || columns.some(column => kept[column] !== entry[column]))
          throw noJournal(this.place, null)
      }),
    )
    // In the moment between.
    this.#refuseReplaced()
  }

  /**
   * A copy of all of it as one file, taken while others may write; under this name only once it is whole.
   * @throws CustodyError what {@link fileError} says
   */
  async backUp(path: string): Promise<void> {
    const coming = `${path}.coming`
    try {
      await backup(this.#database, coming)
      // Without a log beside it, which whoever takes the copy away would leave behind.
      const copy = new DatabaseSync(coming)
      copy.exec('PRAGMA journal_mode = DELETE')
      copy.close()
      renameSync(coming, path)
    } catch (error) {
      for (const end of ['', '-journal', '-wal', '-shm']) rmSync(coming + end, { force: true })
      throw resultOf(error) === null ? fileError(path, 'written', error) : storeError(path, 'written', error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#rows.destroy()
    if (this.#database.isOpen) this.#database.close()
  }

  /** What is written into a file that was moved or put aside stands nowhere for whoever asks the journal. */
  #refuseReplaced(): void {
    if (fileAt(this.place) === this.#file) return
    throw new CustodyError(
      'journal-replaced',
      `${this.place} is not the file any more that this program opened: it was restored, moved or deleted meanwhile. What is not shown was not kept. Run the command again.`,
    )
  }

  /** Does another program have the journal open? Only who is alone with it may change how it is written. */
  static isHeld(path: string): boolean {
    let database: DatabaseSync | undefined
    try {
      database = new DatabaseSync(path, { timeout: 0 })
      database.exec('PRAGMA journal_mode = DELETE')
      return false
    } catch (error) {
      return resultOf(error) === sqlite.busy
    } finally {
      if (database?.isOpen) database.close()
    }
  }

  async #prepare(): Promise<void> {
    await patiently(() => this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL'))
    const whole = this.#database.prepare('PRAGMA synchronous').get()?.['synchronous'] === 2
    const logged = this.#database.prepare('PRAGMA journal_mode').get()?.['journal_mode'] === 'wal'
    if (!whole || !logged) throw new Error('the drive does not allow what keeps a journal safe')
    await this.#rows.transaction().execute(async ({ schema }) => {
      await schema
        .createTable('entries')
        .ifNotExists()
        .addColumn('index', 'integer', column => column.primaryKey())
        .addColumn('entry', 'text', column => column.notNull())
        .addColumn('subject', 'text')
        .addColumn('peaks', 'text', column => column.notNull())
        .addColumn('head', 'text', column => column.notNull())
        .execute()
      await schema.createIndex('entries_by_subject').ifNotExists().on('entries').columns(['subject', 'index']).execute()
    })
  }

  /** A trigger or a view can change what is written and what is read: nothing but the table and its index belongs here. */
  #refuseForeignParts(): void {
    const parts = this.#database
      .prepare("select type, name, tbl_name from sqlite_master where name not like 'sqlite_%'")
      .all()
    const isOwn = ({ type, name, tbl_name }: Record<string, unknown>) =>
      tbl_name === 'entries' && ((type === 'table' && name === 'entries') || type === 'index')
    if (!parts.every(isOwn)) throw noJournal(this.place, null)
  }

  async *#pages(from: number, subjects: readonly string[] | null): AsyncGenerator<StoredEntry> {
    const end = (await this.head())?.index ?? Number.NEGATIVE_INFINITY
    for (let next = from; next <= end; ) {
      const page = await this.#said('read', async () => {
        const all = this.#rows.selectFrom('entries').selectAll().where('index', '>=', next).where('index', '<=', end)
        const wanted = subjects === null ? all : all.where('subject', 'in', subjects)
        return await wanted.orderBy('index').limit(pageLength).execute()
      })
      if (page.length === 0) return
      yield* page.map(asStored)
      next = page.at(-1)!.index + 1
    }
  }

  async #said<T>(doing: 'read' | 'written', work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw storeError(this.place, doing, error)
    }
  }
}

function fileAt(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true })
  return found === undefined ? null : `${found.dev} ${found.ino}`
}

/** SQLite keeps whatever is put into a column of text: what is none is no entry. */
function asStored({ index, entry, subject, peaks, head }: StoredEntry): StoredEntry {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return {
    index,
    entry: text(entry),
    subject: subject === null ? null : text(subject),
    peaks: text(peaks),
    head: text(head),
  }
}

/** SQLite makes files beside what it reads; on a medium where it cannot, nobody else writes either. */
function openToRead(path: string): DatabaseSync {
  const url = pathToFileURL(path)
  if (!isWritable(dirname(path))) url.searchParams.set('immutable', '1')
  return new DatabaseSync(url, { readOnly: true, timeout: patienceMs })
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** kysely over node:sqlite, for one connection. */
const dialectOf = (database: DatabaseSync): Dialect => ({
  createDriver: () => new NodeSqliteDriver(database),
  createAdapter: () => new SqliteAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: rows => new SqliteIntrospector(rows),
})

class NodeSqliteDriver extends SqliteDriver {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
    super({
      database: {
        close: () => database.close(),
        prepare: sql => {
          const statement = database.prepare(sql)
          return {
            reader: statement.columns().length > 0,
            all: parameters => statement.all(...values(parameters)),
            run: parameters => statement.run(...values(parameters)),
            iterate: parameters => statement.iterate(...values(parameters)),
          }
        },
      },
    })
    this.#database = database
  }

  /** At once for writing: a transaction that has read first could not become a writer after another one wrote. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await patiently(() => connection.executeQuery(CompiledQuery.raw('begin immediate')))
  }

  /** Of a full drive SQLite itself has rolled back already. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await super.rollbackTransaction(connection)
  }
}

/**
 * Tries again while another writer is at it. SQLite's own waiting would stop this whole process, and with it the other
 * writer where that is in the same one.
 */
async function patiently(work: () => unknown): Promise<void> {
  const end = performance.now() + patienceMs
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (resultOf(error) !== sqlite.busy || performance.now() > end) throw error
      await sleep(2 + Math.random() * 10)
    }
  }
}

/** SQLite's primary result codes. */
const sqlite = { busy: 5, readonly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 } as const

function resultOf(error: unknown): number | null {
  const code = error instanceof Error && 'errcode' in error ? error.errcode : null
  return typeof code === 'number' ? code & 0xff : null
}

const missing = (path: string) =>
  new CustodyError('journal-missing', `There is no journal at ${path} yet; the first result that is kept makes it.`)

const noJournal = (path: string, cause: unknown) =>
  new CustodyError(
    'journal-damaged',
    `${path} is no journal, or a damaged one. Keep it as it is, have it looked into, and go on with a restored backup (assay journal restore).`,
    { cause },
  )

/** What SQLite said, as one sentence. */
function storeError(path: string, doing: string, error: unknown): unknown {
  const result = resultOf(error)
  if (result === sqlite.busy) {
    return new CustodyError(
      'journal-busy',
      `${path} is held by another program for more than ${patienceMs / 1000} s; end that and run the command again. Nothing was written.`,
      { cause: error },
    )
  }
  if (result === sqlite.corrupt || result === sqlite.notADatabase || isOtherTable(error)) return noJournal(path, error)
  const full = result === sqlite.full || (result === sqlite.ioError && doing === 'written')
  if (full) return fileError(path, doing, { code: 'ENOSPC', cause: error })
  if (result === sqlite.readonly || result === sqlite.cannotOpen || result === sqlite.ioError) {
    return fileError(path, doing, { code: refusal(path), cause: error })
  }
  return error
}

const isOtherTable = (error: unknown) =>
  error instanceof Error && /no such (table|column)|has no column/.test(error.message)

/** SQLite takes so much for the index of its log at a time. */
const sharedBytes = 32 * 1024

/** Why the operating system does not let the file be written; SQLite itself does not pass it on. */
function refusal(path: string): string {
  try {
    accessSync(dirname(path), constants.W_OK)
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK)
    // The memory that writers share (-shm) is a file, too: without room for it nothing opens.
    const { bavail, bsize } = statfsSync(dirname(path))
    return bavail * bsize < sharedBytes ? 'ENOSPC' : 'EIO'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EIO'
  }
}
