import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SqliteStore } from './sqlite-store.ts'
import type { Store, StoredEntry } from './store.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-store-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let stores = 0
const freshPath = () => join(folder, `${++stores}.sqlite`)

/** Every kind of store; `open` opens the same store again by its name. */
const kinds: readonly { readonly kind: string; readonly open: (name: string) => Promise<Store> }[] = [
  { kind: 'SQLite', open: name => SqliteStore.open(name, 'write') },
]

const following = (last: StoredEntry | null, entry = 'an entry'): StoredEntry => {
  const index = last === null ? 0 : last.index + 1
  return { index, entry: `${entry} ${index}`, subject: `unit ${index % 3}`, peaks: 'ab', head: '{}' }
}

async function all(store: Store, from?: number): Promise<StoredEntry[]> {
  return await Array.fromAsync(store.read(from))
}

describe.each(kinds)('a store of $kind', ({ open }) => {
  it('is empty at first, then has what was appended, in its order, and still has it when opened again', async () => {
    const path = freshPath()
    {
      await using store = await open(path)
      expect(await store.head()).toBeNull()
      expect(await all(store)).toEqual([])
      for (let i = 0; i < 3; i++) await store.append(last => following(last))
    }
    await using store = await open(path)
    expect((await all(store)).map(({ entry }) => entry)).toEqual(['an entry 0', 'an entry 1', 'an entry 2'])
    expect(await store.head()).toEqual({ index: 2, entry: 'an entry 2', subject: 'unit 2', peaks: 'ab', head: '{}' })
    expect((await all(store, 1)).map(({ index }) => index)).toEqual([1, 2])
    expect(await all(store, 3)).toEqual([])
  })

  it('tells its subjects by their form, each once', async () => {
    await using store = await open(freshPath())
    const subjects = ['unit A-1', 'unit A1', 'people', 'unit A-1', null, 'unit B 2']
    for (const subject of subjects) await store.append(last => ({ ...following(last), subject }))
    expect([...(await store.subjectsLike('unit *[^0-9A-Z]*'))].sort()).toEqual(['unit A-1', 'unit B 2'])
  })

  it('keeps any text as it is', async () => {
    await using store = await open(freshPath())
    const texts = fc.sample(fc.string({ unit: 'grapheme', maxLength: 200 }), 50)
    for (const entry of texts) await store.append(last => ({ ...following(last), entry, head: entry }))
    const kept = await all(store)
    expect(kept.map(({ entry }) => entry)).toEqual(texts)
    expect(kept.map(({ head }) => head)).toEqual(texts)
  })

  it('gives all of more entries than one page has, and none that come while it is read', async () => {
    await using store = await open(freshPath())
    for (let i = 0; i < 503; i++) await store.append(last => following(last))
    const seen: number[] = []
    for await (const { index } of store.read()) {
      if (seen.push(index) === 2) await store.append(last => following(last))
    }
    expect(seen).toEqual(Array.from({ length: 503 }, (_, i) => i))
  })

  it('finds entries by what they are about, in their order', async () => {
    await using store = await open(freshPath())
    for (let i = 0; i < 8; i++) await store.append(last => ({ ...following(last), ...(i === 4 && { subject: null }) }))
    const about = async (...subjects: string[]) =>
      (await Array.fromAsync(store.about(subjects))).map(({ index }) => index)
    expect(await about('unit 1')).toEqual([1, 7])
    expect(await about('unit 2', 'unit 0')).toEqual([0, 2, 3, 5, 6])
    expect(await about('unit 9')).toEqual([])
    expect(await about("unit 1' OR 1=1")).toEqual([])
  })

  it('appends nothing when the writer changes its mind, and never a second entry at one place', async () => {
    await using store = await open(freshPath())
    await store.append(last => following(last))
    const refused = new Error('changed my mind')
    await expect(
      store.append(() => {
        throw refused
      }),
    ).rejects.toBe(refused)
    await expect(store.append(() => following(null))).rejects.toThrow()
    expect(await all(store)).toHaveLength(1)
  })

  it('has two writers take turns: every entry is there once, behind the one that its writer saw', async () => {
    const path = freshPath()
    await using first = await open(path)
    await using second = await open(path)
    const saw: (number | null)[] = []
    const write = (store: Store) =>
      store.append(last => {
        saw.push(last?.index ?? null)
        return following(last)
      })
    await Promise.all(Array.from({ length: 40 }, (_, i) => write(i % 2 === 0 ? first : second)))
    expect(saw).toEqual([null, ...Array.from({ length: 39 }, (_, i) => i)])
    expect(await all(second)).toEqual(await all(first))
  })
})

describe('a store of SQLite', () => {
  it('synchronises every commit', async () => {
    const path = freshPath()
    await using store = await SqliteStore.open(path, 'write')
    await store.append(last => following(last))
    using other = new DatabaseSync(path)
    expect(other.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' })
  })

  it('is not made by whoever only reads', async () => {
    const path = freshPath()
    await expect(SqliteStore.open(path, 'read')).rejects.toMatchObject({ code: 'journal-missing' })
    await expect(SqliteStore.open(path, 'read')).rejects.toThrow(/There is no journal at /)
  })

  it.each([
    [
      'a file of something else',
      (path: string) => writeFileSync(path, 'no database at all, but long enough. '.repeat(40)),
    ],
    ['another program’s database', (path: string) => new DatabaseSync(path).exec('CREATE TABLE entries (a TEXT)')],
    ['a cut database', (path: string) => writeFileSync(path, 'SQLite format 3\0')],
  ])('refuses %s in one sentence', async (_, make) => {
    const path = freshPath()
    make(path)
    for (const how of ['write', 'read'] as const) {
      await expect(SqliteStore.open(path, how)).rejects.toMatchObject({ code: 'journal-damaged' })
    }
  })

  it('says so when the folder is not there', async () => {
    const path = join(folder, 'not', 'there', 'journal.sqlite')
    await expect(SqliteStore.open(path, 'write')).rejects.toMatchObject({ code: 'file-missing' })
  })
})
