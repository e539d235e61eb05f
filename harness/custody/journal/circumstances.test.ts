// @module-tag long
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemRandom } from '../../core/random.ts'
import { killedJournal } from './killed-journal.testing.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-journal-drive-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('writers of one journal that are killed at random instants', () => {
  it('lose and double no entry that was acknowledged', async () => {
    const { faults, killsAtWork, acknowledged, entries } = await killedJournal(join(folder, 'killed'), 16, systemRandom)
    expect(faults).toEqual([])
    expect(killsAtWork).toBeGreaterThan(3)
    expect(entries).toBeGreaterThanOrEqual(acknowledged)
  })
})

// Real mounts in a namespace of its own, which works where the kernel lets a user have one, and is shown as skipped where not.
const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' }).status === 0

const local = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

interface Told {
  readonly code: string
  readonly message: string
  /** Entries that were acknowledged, and that are there. */
  readonly acknowledged: number
  readonly there: number
  readonly faults: readonly unknown[]
  /** Whether an entry could be written afterwards. */
  readonly goesOn: boolean
  /** What the drive held. */
  readonly files?: readonly string[]
}

/** A journal on a small drive of its own, which something happens to while entries are written. */
function onDrive(happens: string, afterwards: string): Told {
  const program = `
    import { execFileSync } from 'node:child_process'
    import { readdir, rm, writeFile } from 'node:fs/promises'
    import { backUpJournal, openJournal, readJournal } from ${local('./journal-folder.ts')}
    const drive = process.argv[1]
    const remount = how => execFileSync('mount', ['-o', 'remount,' + how, drive])
    const place = drive + '/journal'
    const open = () => openJournal(place, { clock: () => new Date(), password: () => Promise.reject(new Error('no password')) })
    const said = { kind: 'inspection', unit: 'BX0000001', facts: { text: 'x'.repeat(3000) } }
    let journal = await open()
    const told = { acknowledged: 1 }
    for (; told.acknowledged < 20; told.acknowledged++) await journal.append(said)
    ${happens}
    try {
      for (; told.acknowledged < 2000; told.acknowledged++) await journal.append(said)
    } catch ({ code, message }) {
      Object.assign(told, { code, message })
    }
    {
      await using reader = await readJournal(place)
      const { size, faults } = await reader.verify()
      Object.assign(told, { there: size, faults })
    }
    ${afterwards}
    told.goesOn = await journal.append(said).then(({ index }) => index === told.there, () => false)
    console.log(JSON.stringify(told))
  `
  const script = 'mount -t tmpfs -o size=2m none "$0" && exec "$@" "$0"'
  const node = [process.execPath, '--input-type=module', '-e', program]
  const { stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script, folder, ...node], { encoding: 'utf8' })
  if (stdout === '') throw new Error(`the program ended without an answer: ${stderr}`)
  return JSON.parse(stdout) as Told
}

describe.skipIf(!canMount)('a drive', () => {
  it('that fills up stops with a sentence that says so, loses nothing, and lets it go on', () => {
    const told = onDrive('', "remount('size=16m')")
    expect(told.message).toMatch(/journal\.sqlite cannot be written \(ENOSPC\)\. The drive is full: free some room/)
    expect(told.code).toBe('drive-full')
    expect(told.there).toBe(told.acknowledged)
    expect(told.acknowledged).toBeGreaterThan(20)
    expect({ faults: told.faults, goesOn: told.goesOn }).toEqual({ faults: [], goesOn: true })
  })

  it('that is full already stops opening with a sentence that says so', () => {
    const told = onDrive(
      "await journal[Symbol.asyncDispose](); await writeFile(drive + '/fill', Buffer.alloc(4e6)).catch(() => {}); journal = { append: async () => { try { await using again = await open() } finally { await rm(drive + '/fill') } } }",
      'journal = await open()',
    )
    expect(told.message).toMatch(/The drive is full: free some room/)
    expect({ there: told.there, faults: told.faults, goesOn: told.goesOn }).toEqual({
      there: 20,
      faults: [],
      goesOn: true,
    })
  })

  it('that has no room for a backup holds none, nor a part of one', () => {
    const told = onDrive(
      "await writeFile(drive + '/fill', Buffer.alloc(4e6)).catch(() => {}); const own = journal; journal = { append: async () => { try { await backUpJournal(place, drive + '/copy') } finally { told.files = await readdir(drive); await rm(drive + '/fill') } } }",
      'journal = own',
    )
    expect(told.message).toMatch(/copy cannot be written \(ENOSPC\)\. The drive is full: free some room/)
    expect(told.files?.toSorted()).toEqual(['fill', 'journal'])
    expect({ faults: told.faults, goesOn: told.goesOn }).toEqual({ faults: [], goesOn: true })
  })

  it('that may only be read stops opening with a sentence that says so; what is there can be read', () => {
    const told = onDrive(
      "await journal[Symbol.asyncDispose](); remount('ro'); journal = { append: async () => { await using again = await open() } }",
      "remount('rw'); journal = await open()",
    )
    expect(told.code, told.message).toBe('folder-read-only')
    expect(told.message).toMatch(/The drive is mounted read-only: mount it for writing/)
    expect(told.there).toBe(20)
    expect({ faults: told.faults, goesOn: told.goesOn }).toEqual({ faults: [], goesOn: true })
  })
})
