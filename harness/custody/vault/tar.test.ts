import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packTar, unpackTar } from './tar.ts'

const files = [
  { name: 'record.json', bytes: Buffer.from('{}') },
  { name: 'photograph-1.jpg', bytes: Buffer.alloc(1500, 7) },
  { name: 'empty', bytes: Buffer.alloc(0) },
]
const packed = packTar(files, Date.UTC(2026, 10, 29))

test('gives back what was packed', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,98}$/)
  const some = fc.uniqueArray(fc.record({ name, bytes: fc.uint8Array({ maxLength: 1200 }) }), {
    selector: file => file.name,
    maxLength: 5,
  })
  fc.assert(
    fc.property(some, given => {
      const back = unpackTar(packTar(given, 0))
      expect(back.map(file => [file.name, [...file.bytes]])).toEqual(given.map(file => [file.name, [...file.bytes]]))
    }),
  )
})

test.skipIf(spawnSync('tar', ['--version']).status !== 0)('is what tar unpacks and what tar packs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tar-'))
  try {
    execFileSync('tar', ['-x', '-C', folder], { input: packed })
    for (const { name, bytes } of files) expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true)
    const names = readdirSync(folder).sort()
    const theirs = execFileSync('tar', ['-c', '--format=ustar', '-C', folder, ...names])
    expect(unpackTar(theirs).map(({ name }) => name)).toEqual(names)
    writeFileSync(join(folder, 'x'), '')
    for (const hostile of [
      ['-P', join(folder, 'x')],
      ['-C', folder, './x'],
      ['-C', join(folder, '..'), folder.split('/').at(-1)!],
    ]) {
      const archive = execFileSync('tar', ['-c', '--format=ustar', ...hostile], { stdio: ['ignore', 'pipe', 'ignore'] })
      expect(() => unpackTar(archive)).toThrow(expect.objectContaining({ code: 'archive-unreadable' }))
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a damaged one is refused whole, and nothing else is thrown', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: packed.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      fc.nat(packed.length),
      (at, by, end) => {
        const changed = Uint8Array.from(packed)
        changed[at]! ^= by
        for (const bytes of [changed, packed.subarray(0, end)]) {
          try {
            unpackTar(bytes)
          } catch (error) {
            expect(error).toMatchObject({ code: 'archive-unreadable' })
          }
        }
      },
    ),
  )
  expect(() => packTar([{ name: '../x', bytes: Buffer.alloc(0) }], 0)).toThrow(RangeError)
  expect(() => unpackTar(packed.subarray(0, packed.length - 512))).toThrow(/cut off/)
})

test('an archive of ten thousand files is read at once', () => {
  const many = packTar(
    Array.from({ length: 10_000 }, (_, i) => ({ name: `f${i}`, bytes: Buffer.alloc(0) })),
    0,
  )
  const began = process.cpuUsage()
  expect(unpackTar(many).length).toBe(10_000)
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(500)
})
