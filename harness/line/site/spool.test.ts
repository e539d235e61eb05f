import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../../core/random.ts'
import { Secret } from '../../core/secret.ts'
import { LineSettings } from '../line-settings.ts'
import type { LotDesk } from './lot-desk.ts'
import { eraseSpool, openSpool, spoolFile, spoolsOf } from './spool.ts'

const random = systemRandom

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-spool-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What a spool asks of a lot: its folder and its settings. */
const deskOf = (spool: 'memory' | 'drive') =>
  ({ folder, ledger: { progress: { settings: LineSettings.parse({ spool }) } } }) as unknown as LotDesk

describe.skipIf(!existsSync('/dev/shm'))('a lot that wants its spool in memory', () => {
  it('takes a folder in memory, and none on a drive', () => {
    openSpool(deskOf('memory'), '/dev/shm')
    // The kernel's own folder is no memory that can be written to.
    expect(() => openSpool(deskOf('memory'), '/proc')).toThrow(expect.objectContaining({ code: 'spool-on-drive' }))
    openSpool(deskOf('drive'), '/proc')
    expect(spoolsOf(folder)).toEqual(['/dev/shm', '/proc'])
  })
})

it('every spool that a lot has used is known, each once', () => {
  for (const name of ['one', 'two', 'one']) openSpool(deskOf('drive'), join(folder, name))
  expect(spoolsOf(folder)).toEqual(['one', 'two'].map(name => join(folder, name)))
})

it('what lies open there is for the owner alone, and a repeated command overwrites it in place', () => {
  const path = join(folder, 'BX1.svg')
  spoolFile(path, Secret.ofText('first'), random)
  spoolFile(path, Secret.ofText('second'), random)
  expect(readFileSync(path, 'utf8')).toBe('second')
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
})

describe('an erasure', () => {
  it('takes every file of its units, and none of a unit whose serial only begins alike', () => {
    const spool = join(folder, 'spool')
    mkdirSync(spool)
    for (const name of ['BX1.pdf', 'BX1.top.png', 'BX10.pdf', 'BX2.pdf']) writeFileSync(join(spool, name), name)
    expect(eraseSpool(spool, ['BX1', 'BX3'], random)).toEqual([7, 11])
    expect(readdirSync(spool).sort()).toEqual(['BX10.pdf', 'BX2.pdf'])
    expect(eraseSpool(join(folder, 'gone'), ['BX1'], random)).toEqual([])
  })

  it('says so when the process was not let into the spool: its files may still be there', () => {
    const before = Object.getOwnPropertyDescriptor(process, 'permission')
    Object.defineProperty(process, 'permission', { value: { has: () => false }, configurable: true })
    try {
      expect(() => eraseSpool(folder, ['BX1'], random)).toThrow(expect.objectContaining({ code: 'spool-unreachable' }))
    } finally {
      if (before === undefined) Reflect.deleteProperty(process, 'permission')
      else Object.defineProperty(process, 'permission', before)
    }
  })
})
