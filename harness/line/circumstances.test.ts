import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Drives as a workshop has them: mounted for reading only, or full. Each is a real mount in a namespace of its own, which
// works where the kernel lets a user have one, and is shown as skipped where not.

const canMount =
  process.platform === 'linux' &&
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt'], { stdio: 'ignore' }).status === 0

const local = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)

const beginning = `
  import { execFileSync } from 'node:child_process'
  import { createHash } from 'node:crypto'
  import { readdirSync, readFileSync, statfsSync, statSync } from 'node:fs'
  import { join } from 'node:path'
  import { auditLedgers } from ${local('./ledger/audit.ts')}
  import { QuickLine } from ${local('./quick-line.testing.ts')}
  import { launchSite } from ${local('./separation/launch-site.ts')}
  const drive = process.env.TMPDIR
  const remount = how => execFileSync('mount', ['-o', 'remount,' + how, drive])
  const outcome = work => work.then(value => ({ value }), ({ code, message, name }) => ({ code, message, name }))
  const told = {}
  using line = await QuickLine.withSites()
  /** Names, sizes and contents of everything on the drive. */
  const state = () => {
    const hash = createHash('sha256')
    for (const name of readdirSync(drive, { recursive: true }).sort()) {
      const isFile = statSync(join(drive, name)).isFile()
      hash.update(name + '\\n').update(isFile ? readFileSync(join(drive, name)) : '/')
    }
    return hash.digest('hex')
  }
  const faults = () =>
    auditLedgers(['A', 'B'].map(site => ({ origin: site, text: readFileSync(line.ledger(site), 'utf8') }))).faults
`

interface Outcome {
  readonly value?: { readonly units?: number; readonly verified?: number }
  readonly code?: string
  readonly message?: string
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-drive-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a program whose temporary folder, and so both sites, are on a small drive of their own. */
function onDrive<Told>(size: string, program: string): Told {
  const script = 'mount -t tmpfs -o size="$1" none "$0" && shift && TMPDIR="$0" exec "$@"'
  const node = [
    process.execPath,
    '--input-type=module',
    '-e',
    `${beginning}${program}\nconsole.log(JSON.stringify(told))`,
  ]
  const { stdout, stderr } = spawnSync('unshare', ['-rm', 'sh', '-c', script, folder, size, ...node], {
    encoding: 'utf8',
  })
  try {
    return JSON.parse(stdout) as Told
  } catch {
    throw new Error(`the program ended without an answer: ${stderr}`)
  }
}

describe.skipIf(!canMount)('a folder that may only be read', () => {
  let told: Record<'begin' | 'beginOther' | 'make' | 'receive' | 'mark' | 'record' | 'newSite' | 'again', Outcome> & {
    readonly unchanged: boolean
    readonly faults: readonly unknown[]
  }
  beforeAll(() => {
    told = onDrive(
      '64m',
      `
      await line.begin()
      await line.make()
      const before = state()
      remount('ro')
      const serials = line.serials()
      told.begin = await outcome(line.begin())
      told.beginOther = await outcome(line.begin({ lot: 'virtual-2' }))
      told.make = await outcome(line.make())
      told.receive = await outcome(line.receive())
      told.mark = await outcome(line.mark('A', 'scrapped', { serials, reason: 'damaged' }))
      told.record = await outcome(line.run('B', 'record', { lot: 'virtual-1', release: false }))
      told.newSite = await outcome(launchSite({ site: 'A', folder: join(line.folder, 'more', 'site'), command: 'new',
        operator: 'ann', password: line.passwords.A, options: {} }))
      told.unchanged = state() === before
      remount('rw')
      told.again = await outcome(line.receive())
      told.faults = faults()
    `,
    )
  })

  it.each(['begin', 'beginOther', 'make', 'receive', 'mark', 'record', 'newSite'] as const)(
    'stops %s with one sentence that says so',
    command => {
      const { code, message } = told[command]
      expect(code, message).toBe('folder-read-only')
      expect(message).toMatch(/ cannot be .*EROFS.*The drive is mounted read-only: mount it for writing/)
    },
  )

  it('is left as it was, and the same command goes on when it can be written to', () => {
    expect(told.unchanged).toBe(true)
    expect(told.again.value).toMatchObject({ units: 3, verified: 3 })
    expect(told.faults).toEqual([])
  })
})

describe.skipIf(!canMount)('a drive that fills up while a lot is made', () => {
  interface Full {
    readonly begin: Outcome
    readonly make: Outcome
    readonly receive: Outcome
    /** Units that are the same after the drive got room as before it was full. */
    readonly kept: Readonly<Record<'A' | 'B', boolean>>
    readonly faults: readonly unknown[]
    readonly again: readonly Outcome[]
  }

  it('stops every command with a clear error, loses no acknowledged unit, and lets them go on', () => {
    const told = onDrive<Full>(
      '64m',
      `
      const count = 300
      const store = site => join(line.site(site), 'lots', 'virtual-1', 'units.store')
      const units = site => readFileSync(store(site))
      /** Leaves so much room on the drive, in KiB. */
      const leave = room => {
        const { blocks, bfree, bsize } = statfsSync(drive)
        remount('size=' + Math.ceil(((blocks - bfree) * bsize) / 1024 + room) + 'k')
      }
      /** Runs into the wall, then makes room; what was acknowledged must stand there unchanged afterwards. */
      const fill = async (site, room, work) => {
        leave(room)
        const stopped = await outcome(work())
        const before = units(site)
        leave(64 * 1024)
        const again = await outcome(work())
        told.kept = { ...told.kept, [site]: units(site).subarray(0, before.length).equals(before) }
        told.again = [...(told.again ?? []), again]
        return stopped
      }
      told.begin = await fill('A', 20, () => line.begin({ count }))
      told.make = await fill('B', 80, () => line.make())
      told.receive = await fill('A', 65, () => line.receive())
      told.faults = faults()
    `,
    )
    for (const { code, message } of [told.begin, told.make, told.receive]) {
      expect(code, message).toBe('drive-full')
      expect(message).toMatch(/The drive is full: free some room, then run the same command again/)
    }
    expect(told.kept).toEqual({ A: true, B: true })
    expect(told.again.map(({ value }) => value?.units)).toEqual([300, 300, 300])
    expect(told.again.at(-1)?.value?.verified).toBe(300)
    expect(told.faults).toEqual([])
  })
})
