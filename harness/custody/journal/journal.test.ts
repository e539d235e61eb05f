import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { looksSecret } from '../../core/looks-secret.ts'
import { Secret } from '../../core/secret.ts'
import { canonicalJson } from '../canonical-json.ts'
import { type ChainEntry, nextEntry } from '../hash-chain.ts'
import { SigningKey } from '../signing-key.ts'
import { bodyOf, type Said } from './entry.ts'
import { Journal } from './journal.ts'
import { journalFile, keyFile, makeSealedJournal, openJournal, readJournal, restoreJournal } from './journal-folder.ts'
import type { Store, StoredEntry } from './store.ts'
import type { TreeHead } from './tree-head.ts'
import { readEntry, verifyEntries } from './verify-entries.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-journal-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let journals = 0
const freshFolder = () => join(folder, String(++journals))

const nobody = async (): Promise<Secret> => {
  throw new Error('nobody is there to give a password')
}

/** A clock that goes on by a second whenever it is asked; `set` moves it. */
function clockFrom(start: string) {
  let now = Date.parse(start)
  const clock = () => {
    now += 1000
    return new Date(now)
  }
  return Object.assign(clock, {
    set: (time: string) => {
      now = Date.parse(time)
    },
  })
}

const said = (unit: string, over: Partial<Said> = {}): Said => ({
  kind: 'inspection',
  who: 'ann',
  unit,
  station: 'sealed',
  facts: { verdict: 'PASS', shiftMm: 0.21 },
  ...over,
})

async function journalOf(length: number, place = freshFolder()): Promise<string> {
  await using journal = await openJournal(place, { clock: clockFrom('2026-11-21T08:00:00.000Z'), password: nobody })
  for (let i = 1; i < length; i++) await journal.append(said(`BX000000${i}`))
  return place
}

async function rowsOf(place: string): Promise<StoredEntry[]> {
  await using journal = await readJournal(place)
  return await Array.fromAsync((journal as unknown as { store: { read(): AsyncIterable<StoredEntry> } }).store.read())
}

async function faultsIn(place: string, kept: readonly TreeHead[] = []): Promise<string[]> {
  await using journal = await readJournal(place)
  return (await journal.verify(kept)).faults.map(({ kind }) => kind)
}

const alter = (place: string, sql: string): void => {
  using database = new DatabaseSync(journalFile(place))
  database.exec(sql)
}

describe('a journal', () => {
  it('takes a word that was meant for what it was, and not for what has come to it since', async () => {
    await using journal = await openJournal(freshFolder(), { clock: () => new Date(), password: nobody })
    await journal.append(said('BX0000001'))
    const { size } = (await journal.head())!
    expect(await journal.appendAfter(size - 1, said('BX0000002'))).toBeNull()
    expect(await journal.appendAfter(size, said('BX0000003'))).toMatchObject({ index: size, unit: 'BX0000003' })
    expect(await journal.appendAfter(size, said('BX0000004'))).toBeNull()
    const units = (await Array.fromAsync(journal.entries())).map(({ unit }) => unit)
    expect(units).toEqual([null, 'BX0000001', 'BX0000003'])
  })

  it('begins by saying whose it is, and has what was appended, when, by whom, in its order', async () => {
    const place = freshFolder()
    await using journal = await openJournal(place, { clock: clockFrom('2026-11-21T08:00:00.000Z'), password: nobody })
    const written = await journal.append(said('BX0000001', { why: 'planned' }))
    expect(written).toEqual({
      index: 1,
      at: '2026-11-21T08:00:02.000Z',
      journal: 'assay-journal-1',
      kind: 'inspection',
      who: 'ann',
      why: 'planned',
      unit: 'BX0000001',
      station: 'sealed',
      facts: { verdict: 'PASS', shiftMm: 0.21 },
    })
    const entries = await Array.fromAsync(journal.entries())
    expect(entries.map(({ kind }) => kind)).toEqual(['journal-made', 'inspection'])
    expect(entries[1]).toEqual(written)
    const { signer } = (await journal.head())!
    expect(entries[0]!.facts).toEqual({ publicKey: signer })
  })

  it('goes on where it ended, with the same key, and is sound', async () => {
    const place = await journalOf(3)
    await journalOf(4, place)
    await using journal = await readJournal(place)
    const { size, root, faults, signer } = await journal.verify()
    expect({ size, faults }).toEqual({ size: 6, faults: [] })
    expect(await journal.head()).toMatchObject({ size: 6, root, signer })
  })

  it('is asked for one unit without the others, but with the people whose words count', async () => {
    const place = freshFolder()
    await using journal = await openJournal(place, { clock: clockFrom('2026-11-21T08:00:00.000Z'), password: nobody })
    await journal.append(said('BX0000001'))
    await journal.append(said('BX0000002'))
    await journal.append({ kind: 'person-added', facts: { name: 'ann', roles: ['quality'], publicKey: null } })
    await journal.append(said('BX0000001', { kind: 'disposition' }))
    const kinds = async (entries: AsyncIterable<{ kind: string }>) =>
      (await Array.fromAsync(entries)).map(({ kind }) => kind)
    expect(await kinds(journal.entriesAbout('BX0000001'))).toEqual(['inspection', 'person-added', 'disposition'])
    expect(await kinds(journal.entriesOn('people'))).toEqual(['person-added'])
    expect(await kinds(journal.entriesAbout('BX'))).toEqual(['person-added'])
  })

  it('keeps its key to itself', async () => {
    const place = await journalOf(2)
    expect(statSync(keyFile(place)).mode & 0o077).toBe(0)
    const { seed } = JSON.parse(readFileSync(keyFile(place), 'utf8'))
    for (const row of await rowsOf(place)) expect(JSON.stringify(row)).not.toContain(seed)
  })

  it('is sealed by a password where one is given: no other opens it to write, all may read', async () => {
    const place = freshFolder()
    const clock = clockFrom('2026-11-21T08:00:00.000Z')
    const password = () => Secret.ofText('six words that nobody else knows')
    await using made = await makeSealedJournal(place, password(), clock, 2 ** 4)
    await made.append(said('BX0000001'))
    expect(readFileSync(keyFile(place), 'utf8')).toContain('assay-sealed-key-1')
    await using again = await openJournal(place, { clock, password: async () => password() })
    await again.append(said('BX0000002'))
    const other = openJournal(place, { clock, password: async () => Secret.ofText('six words that are guessed') })
    await expect(other).rejects.toMatchObject({ code: 'password-wrong' })
    expect(await faultsIn(place)).toEqual([])
    await expect(makeSealedJournal(place, password(), clock, 2 ** 4)).rejects.toMatchObject({ code: 'journal-exists' })
  })

  it('is not written without its own key', async () => {
    const place = await journalOf(3)
    const other = await journalOf(1)
    copyFileSync(keyFile(other), keyFile(place))
    await expect(journalOf(2, place)).rejects.toMatchObject({ code: 'journal-other-key' })
    rmSync(keyFile(place))
    await expect(journalOf(2, place)).rejects.toMatchObject({ code: 'journal-key-missing' })
    expect(existsSync(keyFile(place))).toBe(false)
    writeFileSync(keyFile(place), '{"format":"assay-open-key-1","seed":"short"}')
    await expect(journalOf(2, place)).rejects.toMatchObject({ code: 'key-unreadable' })
    expect(await faultsIn(place)).toEqual([])
  })

  it('takes entries from two writers in turn, and from two that begin it at one moment', async () => {
    const place = freshFolder()
    const options = { clock: () => new Date('2026-11-21T08:00:00.000Z'), password: nobody }
    const [first, second] = await Promise.all([openJournal(place, options), openJournal(place, options)])
    await using _first = first
    await using _second = second
    const writers = [first, second]
    const written = await Promise.all(
      Array.from({ length: 40 }, (_, i) => writers[i % 2]!.append(said(`BX${String(i).padStart(7, '0')}`))),
    )
    expect(new Set(written.map(({ index }) => index)).size).toBe(40)
    await using journal = await readJournal(place)
    const units = (await Array.fromAsync(journal.entries())).flatMap(({ unit }) => unit ?? [])
    expect(units.toSorted()).toEqual(written.map(({ unit }) => unit!).toSorted())
    expect((await journal.verify()).faults).toEqual([])
  })
})

describe('what is said in a journal', () => {
  const epk = '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg'
  const wif = '5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ'

  it('never holds what looks like a private key, wherever it stands, and says where it was', () => {
    const body = bodyOf(
      said('BX0000001', {
        who: epk,
        why: `because of ${wif}`,
        facts: { files: ['a.png', `/photos/${epk}.png`], deep: { [epk]: [[wif]] }, sealed: Secret.ofText('carrots') },
      }),
    )
    const text = JSON.stringify(body)
    expect(looksSecret(text)).toBe(false)
    for (const secret of [epk, wif, 'carrots']) expect(text).not.toContain(secret)
    expect(body).toMatchObject({ who: '[secret]', why: '[secret]', facts: { files: ['a.png', '[secret]'] } })
    expect(body.redacted).toEqual(['who', 'why', 'facts.files.1', 'facts.deep.[secret]', 'facts.deep.[secret].0.0'])
  })

  it('keeps digests and public keys, which look like anything', () => {
    const sha256 = `c${'1'.repeat(50)}0${'1'.repeat(12)}`
    const publicKey = `6P${'A'.repeat(41)}`
    // One in two hundred: bytes of two digests, which are nobody's signature.
    const bytes = ['a89', 'b89'].map(text => createHash('sha256').update(text).digest())
    const signature = Buffer.concat(bytes).toString('base64url')
    expect([sha256, publicKey, signature].map(text => looksSecret(text))).toEqual([true, true, true])
    const body = bodyOf(said('BX0000001', { facts: { sha256, publicKey, signature } }))
    expect(body.facts).toEqual({ sha256, publicKey, signature })
    expect(body).not.toHaveProperty('redacted')
    const listed = bodyOf(said('BX0000001', { facts: { pixelsSha256: [sha256], texts: [sha256] } }))
    expect(listed).toMatchObject({
      facts: { pixelsSha256: [sha256], texts: ['[secret]'] },
      redacted: ['facts.texts.0'],
    })
    expect(bodyOf(said('BX0000001', { facts: { text: 'ab'.repeat(32) } })).facts).toEqual({ text: '[secret]' })
  })

  it('is data: what is none is refused', () => {
    expect(() => bodyOf(said('x', { kind: 'No Kind' }))).toThrow()
    expect(() => bodyOf(said('x', { facts: { big: 1n } }))).toThrow(TypeError)
    expect(bodyOf(said('x', { who: '', why: '' }))).toMatchObject({ who: null, why: null })
  })
})

describe('verifying a journal', () => {
  const entry = (index: number) => `(SELECT entry FROM entries WHERE "index" = ${index})`

  it.each<[string, string, string]>([
    [
      'an entry that was edited',
      `UPDATE entries SET entry = replace(entry, '"PASS"', '"FAIL"') WHERE "index" = 3`,
      'edited',
    ],
    [
      'a time that was edited',
      `UPDATE entries SET entry = replace(entry, ':05.000Z', ':05.001Z') WHERE "index" = 4`,
      'edited',
    ],
    ['an entry that was taken out', 'DELETE FROM entries WHERE "index" = 3', 'gap'],
    ['the first entries taken out', 'DELETE FROM entries WHERE "index" < 2', 'gap'],
    [
      'entries taken out and the others moved up',
      'DELETE FROM entries WHERE "index" = 3; UPDATE entries SET "index" = "index" - 1 WHERE "index" > 3',
      'order',
    ],
    [
      'two entries changed about',
      `UPDATE entries SET "index" = 99 WHERE "index" = 2; UPDATE entries SET "index" = 2 WHERE "index" = 3; UPDATE entries SET "index" = 3 WHERE "index" = 99`,
      'order',
    ],
    ['an entry put over another', `UPDATE entries SET entry = ${entry(2)} WHERE "index" = 3`, 'order'],
    ['an entry written otherwise', `UPDATE entries SET entry = ' ' || entry WHERE "index" = 3`, 'unreadable'],
    ['an entry that is none', `UPDATE entries SET entry = '{}' WHERE "index" = 3`, 'unreadable'],
    [
      'a head that was edited',
      `UPDATE entries SET head = replace(head, '"size":4', '"size":5') WHERE "index" = 3`,
      'signature',
    ],
    [
      'a head put over another',
      `UPDATE entries SET head = (SELECT head FROM entries WHERE "index" = 2) WHERE "index" = 3`,
      'tree',
    ],
    ['an entry put under another subject', `UPDATE entries SET subject = 'unit another' WHERE "index" = 3`, 'order'],
    ['an entry put under no subject', 'UPDATE entries SET subject = NULL WHERE "index" = 3', 'order'],
    [
      'a tree that was edited',
      `UPDATE entries SET peaks = substr(peaks, 2) || substr(peaks, 1, 1) WHERE "index" = 3`,
      'tree',
    ],
  ])('finds %s', async (_, sql, kind) => {
    const place = await journalOf(6)
    expect(await faultsIn(place)).toEqual([])
    alter(place, sql)
    expect(await faultsIn(place)).toContain(kind)
  })

  it('finds an end that was cut off, or an older copy put back, by a head that was kept outside', async () => {
    const place = await journalOf(3)
    const copy = `${journalFile(place)}.older`
    copyFileSync(journalFile(place), copy)
    await journalOf(4, place)
    await using journal = await readJournal(place)
    const head = (await journal.head())!
    expect(await faultsIn(place, [head])).toEqual([])
    alter(place, 'DELETE FROM entries WHERE "index" > 4')
    expect(await faultsIn(place)).toEqual([])
    expect(await faultsIn(place, [head])).toEqual(['cut'])
    // It goes on after it was cut, and is as long as before.
    await journalOf(3, place)
    expect(await faultsIn(place, [head])).toEqual(['cut'])
    const older = freshFolder()
    await journalOf(1, older)
    for (const [from, to] of [
      [copy, journalFile(older)],
      [keyFile(place), keyFile(older)],
    ] as const)
      copyFileSync(from, to)
    expect(await faultsIn(older)).toEqual([])
    expect(await faultsIn(older, [head])).toEqual(['cut'])
  })

  it('finds a journal that was made anew with another key, and a kept head that is none', async () => {
    const place = await journalOf(4)
    const head = (await (await readJournal(place)).head())!
    expect(await faultsIn(await journalOf(4), [head])).toEqual(['signer'])
    expect(await faultsIn(place, [{ ...head, size: 3 }])).toEqual(['signature'])
  })

  it('writes nothing by a clock that went back, forgives what network time does, and goes on by a word of a person', async () => {
    const place = freshFolder()
    const clock = clockFrom('2026-11-21T08:00:00.000Z')
    await using journal = await openJournal(place, { clock, password: nobody })
    clock.set('2026-11-21T07:59:59.000Z')
    expect(await journal.append(said('BX0000001'))).toMatchObject({ at: '2026-11-21T08:00:01.000Z' })
    clock.set('2026-11-20T08:00:00.000Z')
    await expect(journal.append(said('BX0000002'))).rejects.toMatchObject({
      code: 'clock-backwards',
      message: expect.stringMatching(
        /^This computer's clock says 2026-11-20T08:00:01.000Z, and the last entry .* 2026-11-21T08:00:01.000Z\. Set the clock; .*assay journal clock/,
      ),
    })
    expect(await faultsIn(place)).toEqual([])
    const right = { kind: 'clock-set', who: 'ann', why: 'it was a day ahead' }
    await journal.append(right)
    expect(await journal.append(said('BX0000002'))).toMatchObject({ index: 3, at: '2026-11-20T08:00:03.000Z' })
    // Where none was wrong, nobody says so: neither of a clock that is right nor of one that is forgiven.
    for (const now of ['2026-11-20T09:00:00.000Z', '2026-11-20T07:59:30.000Z']) {
      clock.set(now)
      await expect(journal.append(right)).rejects.toMatchObject({ code: 'clock-right' })
    }
    expect(await faultsIn(place)).toEqual([])
  })

  it('tells the time only by a clock that stands after what was written', async () => {
    const place = freshFolder()
    const clock = clockFrom('2026-11-21T08:00:00.000Z')
    await using journal = await openJournal(place, { clock, password: nobody })
    expect((await journal.now()).toISOString()).toBe('2026-11-21T08:00:02.000Z')
    clock.set('2026-11-20T08:00:00.000Z')
    await expect(journal.now()).rejects.toMatchObject({ code: 'clock-backwards' })
  })

  it('finds an entry that is older than the one before it, and says nothing of a clock', async () => {
    const rows = await rowsOf(await journalOf(3))
    const key = new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(7)))
    const entries: ChainEntry[] = [readEntry(rows[0]!.entry)!]
    entries.push(nextEntry(entries[0]!, bodyOf(said('BX1')), '2026-11-20T08:00:00.000Z', key))
    const { faults } = await verifyEntries([rows[0]!, { ...rows[1]!, entry: canonicalJson(entries[1]!) }])
    expect(faults).toContainEqual(expect.objectContaining({ index: 1, kind: 'time' }))
  })

  it('finds whatever one change does to what is stored', async () => {
    const rows = await rowsOf(await journalOf(5))
    expect((await verifyEntries(rows)).faults).toEqual([])
    const fields = ['entry', 'peaks', 'head'] as const
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: rows.length - 1 }),
        fc.constantFrom(...fields),
        fc.nat(),
        fc.string({ unit: 'grapheme', maxLength: 3 }),
        async (at, field, place, put) => {
          const text = rows[at]![field]
          const from = place % text.length
          const changed = text.slice(0, from) + put + text.slice(from + 1)
          fc.pre(changed !== text)
          const { faults } = await verifyEntries(rows.with(at, { ...rows[at]!, [field]: changed }))
          expect(faults.length).toBeGreaterThan(0)
        },
      ),
    )
  })

  it('says something of whatever stands in a store, and throws at none of it', async () => {
    const text = fc.oneof(fc.string(), fc.json(), fc.constantFrom('{}', '[]', 'null', '', '{"body":{}}'))
    const row = fc.record({ index: fc.integer(), entry: text, subject: text, peaks: text, head: text })
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 5 }), async rows => {
        expect((await verifyEntries(rows)).faults.length).toBeGreaterThan(0)
      }),
    )
  })
})

describe('writing to a journal whose end was changed', () => {
  it.each([
    ['its last entry', `UPDATE entries SET entry = replace(entry, '"PASS"', '"FAIL"') WHERE "index" = 4`],
    ['its tree', `UPDATE entries SET peaks = replace(peaks, 'a', 'b') WHERE "index" = 4`],
    ['its head', `UPDATE entries SET head = '{}' WHERE "index" = 4`],
    ['the end cut off within', `UPDATE entries SET entry = substr(entry, 1, 40) WHERE "index" = 4`],
  ])('is refused: %s', async (_, sql) => {
    const place = await journalOf(5)
    alter(place, sql)
    await expect(journalOf(2, place)).rejects.toMatchObject({ code: 'journal-broken' })
    expect(await rowsOf(place)).toHaveLength(5)
  })

  it('is refused while it is open, too', async () => {
    const place = freshFolder()
    const clock = clockFrom('2026-11-21T08:00:00.000Z')
    await using journal: Journal = await openJournal(place, { clock, password: nobody })
    await journal.append(said('BX0000001'))
    alter(place, `UPDATE entries SET entry = replace(entry, '"PASS"', '"FAIL"') WHERE "index" = 1`)
    await expect(journal.append(said('BX0000002'))).rejects.toMatchObject({ code: 'journal-broken' })
  })
})

describe('a long journal', () => {
  it('names what was tampered with in its middle, each fault at its entry and in their order', async () => {
    const rows: StoredEntry[] = []
    const journal = await Journal.open(
      {
        place: 'memory',
        head: async () => rows.at(-1) ?? null,
        append: async (next: Parameters<Store['append']>[0]) => void rows.push(next(rows.at(-1) ?? null)),
      } as Store,
      { clock: clockFrom('2026-11-21T08:00:00.000Z'), key: new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(7))) },
    )
    for (let i = 1; i < 540; i++) await journal.append(said(`BX${i}`))
    const untouched = await verifyEntries(rows)
    const edit = (index: number, edited: Partial<StoredEntry>) => (rows[index] = { ...rows[index]!, ...edited })
    const signatureIn = (index: number) => JSON.parse(rows[index]!.entry).signature as string
    edit(300, { entry: rows[300]!.entry.replace('"PASS"', '"FAIL"') })
    edit(301, { entry: rows[301]!.entry.replace(signatureIn(301), signatureIn(302)) })
    edit(302, { head: rows[303]!.head.replace(/"signature":"[^"]*"/, `"signature":"${signatureIn(302)}"`) })
    edit(303, { entry: ` ${rows[303]!.entry}` })
    const { faults } = await verifyEntries(rows)
    const treeAt = (index: number) => [
      [index, 'tree', `the signed head at entry ${index} is of other entries than these`],
      [index, 'tree', `the tree beside entry ${index} is of other entries`],
    ]
    expect(untouched.faults).toEqual([])
    expect(faults.map(({ index, kind, sentence }) => [index, kind, sentence])).toEqual([
      [300, 'edited', 'entry 300 was changed after it was written'],
      ...treeAt(300),
      [301, 'signature', 'the signature of entry 301 is not of its signer'],
      ...treeAt(301),
      [302, 'signature', 'the head of the journal at entry 302 is not signed by its station'],
      [302, 'tree', 'the tree beside entry 302 is of other entries'],
      [303, 'unreadable', 'entry 303 is no entry of a journal'],
      [304, 'gap', 'entry 303 is missing'],
      ...Array.from({ length: 236 }, (_, i) => treeAt(304 + i)).flat(),
    ])
  })
})

describe('an Ed25519 key that is not the station’s', () => {
  it('signs nothing that verifies', async () => {
    const place = await journalOf(3)
    const rows = await rowsOf(place)
    const { nextEntry } = await import('../hash-chain.ts')
    const { canonicalJson } = await import('../canonical-json.ts')
    const foreign = new SigningKey(Secret.ofBytes(new Uint8Array(32).fill(7)))
    const last = JSON.parse(rows.at(-1)!.entry)
    const entry = nextEntry(last, bodyOf(said('BX0000009')), last.at, foreign)
    const row = { ...rows.at(-1)!, index: 3, entry: canonicalJson(entry) }
    expect((await verifyEntries([...rows, row])).faults.map(({ kind }) => kind)).toContain('signer')
  })
})

describe('a journal that somebody with rights on its file has worked on', () => {
  const open = (place: string) => openJournal(place, { clock: clockFrom('2026-11-22T08:00:00.000Z'), password: nobody })

  it.each([
    [
      'a trigger',
      `CREATE TRIGGER t BEFORE INSERT ON entries WHEN new.entry LIKE '%FAIL%' BEGIN SELECT RAISE(IGNORE); END`,
    ],
    ['a view', 'CREATE VIEW v AS SELECT * FROM entries'],
    ['another table', 'CREATE TABLE others (a)'],
  ])('is refused for %s, which might drop what is written', async (_, sql) => {
    const place = await journalOf(3)
    alter(place, sql)
    await expect(open(place)).rejects.toMatchObject({ code: 'journal-damaged' })
    await expect(readJournal(place)).rejects.toMatchObject({ code: 'journal-damaged' })
  })

  it('acknowledges nothing that does not stand there, whatever came in between', async () => {
    const place = await journalOf(3)
    await using journal = await open(place)
    alter(place, `CREATE TRIGGER t BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END`)
    await expect(journal.append(said('BX0000009'))).rejects.toMatchObject({ code: 'journal-damaged' })
  })

  it('does not begin anew where its entries are gone, and is found', async () => {
    const place = await journalOf(3)
    alter(place, 'DELETE FROM entries')
    await expect(open(place)).rejects.toMatchObject({ code: 'journal-lost' })
    {
      await using journal = await readJournal(place)
      expect((await journal.verify()).faults.map(({ kind }) => kind)).toEqual(['cut'])
    }
    for (const end of ['', '-wal', '-shm']) rmSync(journalFile(place) + end, { force: true })
    await expect(open(place)).rejects.toMatchObject({ code: 'journal-lost' })
  })

  it('shows a row that was put in before its first one, and one that is no text', async () => {
    const place = await journalOf(3)
    alter(place, `INSERT INTO entries SELECT -1, entry, subject, peaks, head FROM entries WHERE "index" = 1`)
    alter(place, `UPDATE entries SET entry = CAST(entry AS BLOB) WHERE "index" = 2`)
    await using journal = await readJournal(place)
    const { faults } = await journal.verify()
    expect(faults).toContainEqual(expect.objectContaining({ index: -1, kind: 'order' }))
    expect(faults).toContainEqual(expect.objectContaining({ index: 2, kind: 'unreadable' }))
  })

  it.skipIf(process.platform === 'win32')('is no pipe: nobody waits for what comes out of one', async () => {
    const place = freshFolder()
    mkdirSync(place)
    execFileSync('mkfifo', [journalFile(place)])
    await expect(readJournal(place)).rejects.toMatchObject({ code: 'journal-damaged' })
    const sound = await journalOf(2)
    const opening = { clock: () => new Date(), password: () => Promise.reject(new Error('no password')) }
    const restored = restoreJournal(sound, journalFile(place), opening, async () => ({ kind: 'restored' }))
    await expect(restored).rejects.toMatchObject({ code: 'journal-damaged' })
  })
})
