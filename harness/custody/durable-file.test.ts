import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openSynchronous, writeAt, writeDurably } from './durable-file.ts'

// A power cut cannot be had here: that every file is opened for synchronous writing is what can be seen of it.
const drive = vi.hoisted(() => ({
  opened: [] as { path: string; flags: number }[],
  mostAtOnce: Number.POSITIVE_INFINITY,
}))
vi.mock('node:fs', async original => {
  const real = await original<typeof fs>()
  return {
    ...real,
    openSync: (path: string, flags: number, mode?: number) => {
      if (flags !== ('r' as unknown)) drive.opened.push({ path, flags })
      return real.openSync(path, flags, mode)
    },
    writeSync: (file: number, bytes: Uint8Array, from: number, length: number, at: number) =>
      real.writeSync(file, bytes, from, Math.min(length, drive.mostAtOnce), at),
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

it.skipIf(!fs.existsSync('/dev/full'))(
  'a drive that is full leaves the file that was there, and nothing beside it',
  () => {
    const path = join(folder, 'kept')
    writeDurably(path, 'old')
    fs.symlinkSync('/dev/full', `${path}.partial`)
    expect(() => writeDurably(path, 'new')).toThrow(expect.objectContaining({ code: 'drive-full' }))
    expect(fs.readFileSync(path, 'utf8')).toBe('old')
    expect(fs.readdirSync(folder).filter(name => name.startsWith('kept'))).toEqual(['kept'])
  },
)
