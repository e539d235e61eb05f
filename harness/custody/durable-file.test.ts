import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { giveAway, hasSecondUser } from '../core/other-user.testing.ts'
import { makeOwnFolder, openSynchronous, writeAt, writeDurably } from './durable-file.ts'

// A power cut cannot be had here: that every file is opened for synchronous writing is what can be seen of it.
const drive = vi.hoisted(() => ({
  opened: [] as { path: string; flags: number }[],
  mostAtOnce: Number.POSITIVE_INFINITY,
  isFull: false,
}))
vi.mock('node:fs', async original => {
  const real = await original<typeof fs>()
  return {
    ...real,
    openSync: (path: string, flags: number, mode?: number) => {
      if (flags !== ('r' as unknown)) drive.opened.push({ path, flags })
      return real.openSync(path, flags, mode)
    },
    writeSync: (file: number, bytes: Uint8Array, from: number, length: number, at: number) => {
      if (drive.isFull) throw Object.assign(new Error('no room'), { code: 'ENOSPC' })
      return real.writeSync(file, bytes, from, Math.min(length, drive.mostAtOnce), at)
    },
  }
})

let folder: string
beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'assay-durable-'))
})
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }))

describe.skipIf(process.platform === 'win32')('what is acknowledged is on the drive:', () => {
  it('every file is opened so that a write returns when its bytes are there', () => {
    drive.opened.length = 0
    fs.closeSync(openSynchronous(join(folder, 'a'), 'new'))
    fs.closeSync(openSynchronous(join(folder, 'a'), 'old'))
    writeDurably(join(folder, 'b'), 'x')
    expect(drive.opened).toHaveLength(3)
    for (const { path, flags } of drive.opened) expect([path, flags & fs.constants.O_SYNC]).not.toContain(0)
  })
})

it('what the drive takes in portions lies one behind the other', () => {
  const path = join(folder, 'portions')
  const file = openSynchronous(path, 'new')
  drive.mostAtOnce = 3
  writeAt(file, Buffer.from('0123456789'), 0)
  writeAt(file, Buffer.from('abcde'), 4)
  drive.mostAtOnce = Number.POSITIVE_INFINITY
  fs.closeSync(file)
  expect(fs.readFileSync(path, 'utf8')).toBe('0123abcde9')
})

it('a new file must not be there yet, so that nothing is begun twice', () => {
  const path = join(folder, 'new')
  fs.closeSync(openSynchronous(path, 'new'))
  expect(() => openSynchronous(path, 'new')).toThrow(expect.objectContaining({ code: 'EEXIST' }))
})

it('a drive that is full leaves the file that was there, and nothing beside it', () => {
  const path = join(folder, 'kept')
  writeDurably(path, 'old')
  drive.isFull = true
  expect(() => writeDurably(path, 'new')).toThrow(expect.objectContaining({ code: 'drive-full' }))
  drive.isFull = false
  expect(fs.readFileSync(path, 'utf8')).toBe('old')
  expect(fs.readdirSync(folder).filter(name => name.startsWith('kept'))).toEqual(['kept'])
})

describe.skipIf(process.platform === 'win32')('what others planted', () => {
  it('is neither written through nor waited for, a link and a pipe', () => {
    const [path, victim] = [join(folder, 'planted'), join(folder, 'victim')]
    fs.writeFileSync(victim, 'private', { mode: 0o600 })
    fs.symlinkSync(victim, `${path}.partial`)
    writeDurably(path, 'own')
    execFileSync('mkfifo', [`${path}.partial`])
    writeDurably(path, 'again')
    expect([fs.readFileSync(path, 'utf8'), fs.readFileSync(victim, 'utf8')]).toEqual(['again', 'private'])
  })

  it('a folder that others may write keeps nothing', () => {
    const open = join(folder, 'open')
    makeOwnFolder(open)
    expect(fs.statSync(open).mode & 0o777).toBe(0o700)
    makeOwnFolder(open)
    fs.chmodSync(open, 0o1777)
    expect(() => makeOwnFolder(open)).toThrow(expect.objectContaining({ code: 'folder-foreign' }))
  })

  it.skipIf(!hasSecondUser)('a folder of another user keeps nothing', () => {
    const his = join(folder, 'his')
    fs.mkdirSync(his, { mode: 0o700 })
    giveAway(his)
    expect(() => makeOwnFolder(his)).toThrow(expect.objectContaining({ code: 'folder-foreign' }))
  })
})
