import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../core/secret.ts'
import { eraseFile } from './erase.ts'
import { holdFolder } from './hold-folder.ts'
import { SealedStore } from './sealed-store.ts'
import { openKey, parseSealedKey, sealKey } from './store-key.ts'

const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) }
const key = Secret.ofBytes(random.bytes(32))
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text))

let folder: string
let made = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-store-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const freshPath = () => join(folder, `${++made}.store`)
const open = (path: string, label = 'site A, lot 1', own = key) => new SealedStore({ path, key: own, label, random })
const texts = (store: SealedStore) =>
  store
    .records()
    .map(record => record.toString())
    .toArray()

/** A store that holds these records. */
function storeOf(...records: string[]): string {
  const path = freshPath()
  using store = open(path)
  store.append(records.map(bytesOf))
  return path
}

describe('a sealed store', () => {
  it('gives back what was appended, in order, after it was opened again', () => {
    const path = storeOf('one', '')
    {
      using store = open(path)
      store.append([bytesOf('three')])
      expect(store.count).toBe(3)
    }
    using store = open(path)
    expect(texts(store)).toEqual(['one', '', 'three'])
  })

  it.skipIf(process.platform === 'win32')('is for nobody else, though nothing in it can be read', () => {
    expect(statSync(storeOf('one')).mode & 0o777).toBe(0o600)
  })

  it('holds nothing in clear', () => {
    const path = storeOf('ABCD-EFGH-JKLM', 'ABCD-EFGH-JKLM')
    const file = readFileSync(path).toString('latin1')
    expect(file).not.toContain('ABCD')
  })

  it('has a key stream of its own for every record: the same text is never the same bytes', () => {
    const file = readFileSync(storeOf(...Array<string>(20).fill('ABCD-EFGH-JKLM')))
    // Each record: 8 bytes of length, 12 of nonce, 14 of text, 16 of seal.
    const records = Array.from({ length: 20 }, (_, i) => file.subarray(64 + 50 * i, 64 + 50 * (i + 1)))
    for (const [from, to] of [
      [8, 20],
      [20, 34],
    ])
      expect(new Set(records.map(record => record.toString('latin1', from, to))).size).toBe(20)
  })

  it('cuts off half a record, wherever the power went, and loses no whole one', () => {
    const whole = statSync(storeOf('first record', 'second record')).size
    const one = statSync(storeOf('first record')).size
    fc.assert(
      fc.property(fc.integer({ min: one, max: whole - 1 }), cut => {
        const path = storeOf('first record', 'second record')
        truncateSync(path, cut)
        {
          using store = open(path)
          expect(texts(store)).toEqual(['first record'])
          store.append([bytesOf('again')])
        }
        using store = open(path)
        expect(texts(store)).toEqual(['first record', 'again'])
        rmSync(path)
      }),
      { numRuns: 30 },
    )
  })

  it('cuts off all of half a record that is longer than the record that follows', () => {
    const path = storeOf('first record', 'x'.repeat(500))
    truncateSync(path, statSync(path).size - 1)
    {
      using store = open(path)
      store.append([bytesOf('again')])
    }
    using store = open(path)
    expect(texts(store)).toEqual(['first record', 'again'])
  })

  it('calls a length that no record of ours has damage, and cuts nothing off', () => {
    const path = storeOf('first record', 'second record')
    const file = readFileSync(path)
    const length = 2 ** 20 + 1
    file.writeUInt32BE(length, 64)
    file.writeInt32BE(~length, 68)
    writeFileSync(path, file)
    expect(() => open(path)).toThrow(/no possible length/)
    expect(readFileSync(path)).toEqual(file)
  })

  it('zeroes each record when the next one is asked for', () => {
    using store = open(storeOf('first record', 'second record'))
    const seen: Buffer[] = []
    for (const record of store.records()) seen.push(record)
    expect(seen.map(record => record.every(byte => byte === 0))).toEqual([true, true])
  })

  it('cuts off zeros that a file system left for what was never written', () => {
    const path = storeOf('first record')
    appendFileSync(path, Buffer.alloc(100))
    using store = open(path)
    expect(texts(store)).toEqual(['first record'])
  })

  it('opens an empty file, which a process left that was killed while it began the store', () => {
    const path = freshPath()
    writeFileSync(path, '')
    using store = open(path)
    expect(store.count).toBe(0)
  })

  it('shows every changed byte', () => {
    const path = storeOf('first record', 'second record')
    const file = readFileSync(path)
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const changed = Buffer.from(file)
        changed[place]! ^= change
        writeFileSync(path, changed)
        let read: string[] | string
        try {
          using store = open(path)
          read = texts(store)
        } catch (error) {
          read = String(error)
        }
        if (!Array.isArray(read)) return
        // The padding of the head says nothing.
        expect(place >= 14 && place < 64).toBe(true)
        expect(read).toEqual(['first record', 'second record'])
      }),
      { numRuns: 200 },
    )
  })

  it('does not take a record of another place, store or key', () => {
    const path = storeOf('aaaa', 'bbbb')
    const file = readFileSync(path)
    const [head, first, second] = [file.subarray(0, 64), file.subarray(64, 64 + 40), file.subarray(104)]
    writeFileSync(path, Buffer.concat([head, second, first]))
    using moved = open(path)
    expect(() => moved.record(0)).toThrow(/changed or moved/)
    const other = storeOf('aaaa')
    using labelled = open(other, 'site B, lot 1')
    expect(() => labelled.record(0)).toThrow(/changed or moved/)
    using locked = open(other, 'site A, lot 1', Secret.ofBytes(random.bytes(32)))
    expect(() => locked.record(0)).toThrow(/changed or moved/)
  })

  it('of a newer version is left alone', () => {
    const path = storeOf('one')
    const file = readFileSync(path)
    file.write('assay-store-2\n')
    writeFileSync(path, file)
    expect(() => open(path)).toThrow(/newer Assay/)
    expect(readFileSync(path)).toEqual(file)
  })
})

describe('a key under a password', () => {
  const password = Secret.ofText('six words make a password')

  it('opens with the password and for its purpose only', async () => {
    const sealed = await sealKey(key, password, 'site A', random, 1024)
    expect((await openKey(sealed, password, 'site A')).equals(key)).toBe(true)
    await expect(openKey(sealed, Secret.ofText('six words make a passwore'), 'site A')).rejects.toThrow(/does not open/)
    await expect(openKey(sealed, password, 'site B')).rejects.toThrow(/does not open/)
    const noise = { ...sealed, sealed: Buffer.from(random.bytes(48)).toString('base64url') }
    await expect(openKey(noise, password, 'site A')).rejects.toThrow(/does not open/)
  })

  it('that is damaged, erased or newer says so', () => {
    for (const text of ['', '{}', 'null', '\0\0'])
      expect(() => parseSealedKey(text, 'store.key')).toThrow(/store.key is no sealed key/)
    expect(() => parseSealedKey('{"format":"assay-sealed-key-2"}', 'store.key')).toThrow(/newer Assay/)
  })

  it('has a salt and a nonce of its own, and costs 32 MiB a guess', async () => {
    const [one, two] = [
      await sealKey(key, password, 'site A', random),
      await sealKey(key, password, 'site A', random, 2),
    ]
    // scrypt takes 128·N·r bytes (RFC 7914 §2), r is 8.
    expect(128 * one.cost * 8).toBe(32 * 2 ** 20)
    expect(one.salt).not.toBe(two.salt)
    expect(one.nonce).not.toBe(two.nonce)
    expect([one.salt, one.nonce].map(text => Buffer.from(text, 'base64url').length)).toEqual([16, 12])
  })

  it('is not opened at a cost that would take hours', async () => {
    const sealed = await sealKey(key, password, 'site A', random, 2)
    expect(parseSealedKey(JSON.stringify({ ...sealed, cost: 2 ** 20 }), 'store.key')).toMatchObject({ cost: 2 ** 20 })
    expect(() => parseSealedKey(JSON.stringify({ ...sealed, cost: 2 ** 21 }), 'store.key')).toThrow(/no sealed key/)
  })

  it('wants a password that is long enough', async () => {
    await expect(sealKey(key, Secret.ofText('short'), 'site A', random)).rejects.toThrow(/fewer than 12/)
    await expect(sealKey(key, Secret.ofText('elevenbytes'), 'site A', random)).rejects.toThrow(/fewer than 12/)
  })
})

describe('erasing', () => {
  it('overwrites the same blocks before it takes the name away', () => {
    const path = freshPath()
    writeFileSync(path, 'x'.repeat(150_000))
    const witness = `${path}.link`
    // A second name for the same blocks shows what became of them.
    spawnSync('ln', [path, witness])
    expect(eraseFile(path, random)).toBe(150_000)
    expect(existsSync(path)).toBe(false)
    const left = readFileSync(witness)
    expect(left).toHaveLength(150_000)
    expect(left.includes('xxxx')).toBe(false)
    expect(eraseFile(path, random)).toBe(0)
  })
})

describe('holding a folder', () => {
  const holder = { operator: 'ann', doing: 'begin', pid: process.pid, since: '2026-11-21T04:00:00.000Z' }

  it('names who holds it, and lets the next one in afterwards', () => {
    const own = join(folder, 'held')
    mkdirSync(own)
    {
      using _ = holdFolder(own, holder)
      expect(() => holdFolder(own, { ...holder, operator: 'bob' })).toThrow(
        `held by ann (begin, process ${process.pid}, since 2026-11-21T04:00:00.000Z)`,
      )
    }
    holdFolder(own, { ...holder, operator: 'bob' })[Symbol.dispose]()
  })

  it.skipIf(process.platform === 'win32')('waits for no pipe, in the place of the lock or of its note', () => {
    const own = join(folder, 'piped')
    mkdirSync(own)
    spawnSync('mkfifo', [join(own, '.hold'), join(own, '.holder.json')])
    expect(() => holdFolder(own, holder)).toThrow(expect.objectContaining({ code: 'file-unusable' }))
    rmSync(join(own, '.hold'))
    using _ = holdFolder(own, holder)
    rmSync(join(own, '.holder.json'))
    spawnSync('mkfifo', [join(own, '.holder.json')])
    expect(() => holdFolder(own, holder)).toThrow(/is held by another process;/)
  })

  it('ends with the process, even with kill -9', async () => {
    const own = join(folder, 'killed')
    mkdirSync(own)
    const program = `import { holdFolder } from ${JSON.stringify(new URL('./hold-folder.ts', import.meta.url).href)}
      holdFolder(${JSON.stringify(own)}, ${JSON.stringify(holder)}); console.log('held'); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise(resolve => child.stdout.once('data', resolve))
    expect(() => holdFolder(own, holder)).toThrow(/is held by ann/)
    child.kill('SIGKILL')
    await new Promise(resolve => child.once('close', resolve))
    holdFolder(own, holder)[Symbol.dispose]()
  })
})

const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' }).status === 0

describe.skipIf(!canMount)('a drive that is full', () => {
  it('stops with a clear error and keeps what was acknowledged', () => {
    const small = join(folder, 'small')
    mkdirSync(small)
    const program = `
      import { SealedStore } from ${JSON.stringify(new URL('./sealed-store.ts', import.meta.url).href)}
      import { Secret } from ${JSON.stringify(new URL('../core/secret.ts', import.meta.url).href)}
      const open = () => new SealedStore({ path: ${JSON.stringify(join(small, 'a.store'))}, key: Secret.ofBytes(new Uint8Array(32)), label: 'x', random: { bytes: n => crypto.getRandomValues(new Uint8Array(n)) } })
      let store = open(), acknowledged = 0, code = ''
      try { for (;;) { store.append([new Uint8Array(5000)]); acknowledged++ } } catch (error) { code = error.code }
      store[Symbol.dispose]()
      store = open()
      console.log(JSON.stringify({ code, acknowledged, count: store.count, sound: [...store.records()].every(r => r.length === 5000) }))`
    const ended = spawnSync(
      'unshare',
      [
        '-rm',
        'sh',
        '-c',
        'mount -t tmpfs -o size=64k none "$0" && exec "$@"',
        small,
        process.execPath,
        '--input-type=module',
        '-e',
        program,
      ],
      { encoding: 'utf8', cwd: fileURLToPath(new URL('.', import.meta.url)) },
    )
    const { code, acknowledged, count, sound } = JSON.parse(ended.stdout)
    expect(code).toBe('drive-full')
    expect(acknowledged).toBeGreaterThan(5)
    expect({ count, sound }).toEqual({ count: acknowledged, sound: true })
  })
})
