// @module-tag long
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  lchownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { giveAway, hasSecondUser } from '../../harness/core/other-user.testing.ts'
import { pause } from '../deadline.ts'
import { describeOwner, leaseOwner, takeLease } from './lease.ts'

let folder: string
const children: ChildProcess[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-lease-'))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

/** A program of its own that takes the lease, says so, and stays. */
async function program(devices: readonly string[], more = ''): Promise<ChildProcess> {
  const source = `
    import { takeLease } from ${JSON.stringify(new URL('./lease.ts', import.meta.url).href)}
    const lease = await takeLease(${JSON.stringify(devices)}, { folder: ${JSON.stringify(folder)}, owner: 'the other', heartbeatMs: 50 })
    console.log('taken', lease.tookOver.length)
    ${more}
    setInterval(() => {}, 1000)
  `
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const [line] = await once(child.stdout!, 'data')
  expect(String(line)).toContain('taken')
  return child
}

async function killed(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  await once(child, 'exit')
}

describe('two programs', () => {
  test('never hold one device; the second is told who does, and gets it when the first gives it back', async () => {
    const child = await program(
      ['/dev/ttyX', 'http://cam/'],
      `process.once('SIGTERM', () => { lease.release(); process.exit() })`,
    )
    await expect(takeLease(['http://cam/', '/dev/other'], { folder })).rejects.toMatchObject({
      code: 'rig-taken',
      exitCode: 3,
      message: expect.stringMatching(new RegExp(`^http://cam/ is held by the other \\(process ${child.pid} on `)),
    })
    expect(leaseOwner('/dev/ttyX', folder)).toMatchObject({ pid: child.pid, owner: 'the other' })
    // All or none: what was taken before the refusal was given back.
    const own = await takeLease(['/dev/other'], { folder })
    own.release()

    const waiting = takeLease(['/dev/ttyX'], { folder, waitMs: 20_000 })
    await pause(50)
    await killed(child, 'SIGTERM')
    const lease = await waiting
    expect(lease.tookOver).toEqual([])
    expect(leaseOwner('/dev/ttyX', folder)).toMatchObject({ pid: process.pid })
    lease.release()
    expect(leaseOwner('/dev/ttyX', folder)).toBeNull()
  })

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'after %s the lease is taken over, and whose it was is told',
    async how => {
      const child = await program(['/dev/ttyX'])
      await killed(child, how)
      expect(leaseOwner('/dev/ttyX', folder)).toBeNull()
      const lease = await takeLease(['/dev/ttyX'], { folder })
      expect(lease.tookOver).toMatchObject([{ pid: child.pid, owner: 'the other', device: '/dev/ttyX' }])
      lease.release()
      const next = await takeLease(['/dev/ttyX'], { folder })
      expect(next.tookOver).toEqual([])
      next.release()
    },
  )

  test('a stopped owner is not a dead one', async () => {
    const child = await program(['/dev/ttyX'])
    child.kill('SIGSTOP')
    await pause(300)
    await expect(takeLease(['/dev/ttyX'], { folder })).rejects.toMatchObject({ code: 'rig-taken' })
    child.kill('SIGCONT')
  })

  test('of six that want the lease of a dead owner, one gets it', async () => {
    await killed(await program(['/dev/ttyX']), 'SIGKILL')
    const contenders = await Promise.allSettled(Array.from({ length: 6 }, () => takeLease(['/dev/ttyX'], { folder })))
    const winners = contenders.filter(end => end.status === 'fulfilled')
    expect(winners).toHaveLength(1)
    winners[0]!.value.release()
  })
})

test('a process id that another program has by now does not keep a lease alive, nor does a clock from the future', async () => {
  const first = await takeLease(['/dev/ttyX'], { folder })
  const [name] = readdirSync(folder).filter(file => file.endsWith('.json'))
  first.release()
  const claim = { owner: 'long gone', pid: process.pid, host: 'h', device: '/dev/ttyX', since: '2099-01-01T00:00:00Z' }
  writeFileSync(join(folder, name!), JSON.stringify({ ...claim, heartbeat: '2099-01-01T00:00:00Z' }))
  const lease = await takeLease(['/dev/ttyX'], { folder })
  expect(lease.tookOver).toMatchObject([{ owner: 'long gone' }])
  lease.release()
})

test('half a line where the owner should stand is nobody', async () => {
  const first = await takeLease(['/dev/ttyX'], { folder })
  const [name] = readdirSync(folder).filter(file => file.endsWith('.json'))
  first.release()
  writeFileSync(join(folder, name!), '{"owner":"')
  const lease = await takeLease(['/dev/ttyX'], { folder })
  expect(lease.tookOver).toEqual([])
  lease.release()
})

test('whatever stands where the owner should, the lease is given and what is told of it can be shown', async () => {
  const first = await takeLease(['/dev/ttyX'], { folder })
  const name = readdirSync(folder).find(file => file.endsWith('.json'))!
  first.release()
  const claim = { owner: 'it', pid: 1, host: 'h', device: 'd', since: '2026', heartbeat: '2026' }
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\u001b[2J\u001b]0;x\u0007'))
  const content = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record({ owner: text, host: text, since: fc.oneof(text, fc.jsonValue()) })
      .map(part => JSON.stringify({ ...claim, ...part })),
    fc.constantFrom(...Object.keys(claim)).map(key => JSON.stringify({ ...claim, [key]: undefined })),
  )
  await fc.assert(
    fc.asyncProperty(content, async written => {
      writeFileSync(join(folder, name), written)
      const lease = await takeLease(['/dev/ttyX'], { folder })
      try {
        const told = lease.tookOver.map(describeOwner).join()
        expect(told).not.toMatch(/undefined|\p{Cc}/u)
        expect(told.length).toBeLessThan(700)
      } finally {
        lease.release()
      }
    }),
    { numRuns: 150 },
  )
})

test('two names of one port are one device', async () => {
  writeFileSync(join(folder, 'ttyUSB0'), '')
  symlinkSync(join(folder, 'ttyUSB0'), join(folder, 'by-id'))
  const lease = await takeLease([join(folder, 'ttyUSB0')], { folder })
  await expect(takeLease([join(folder, 'by-id')], { folder })).rejects.toMatchObject({ code: 'rig-taken' })
  lease.release()
})

test('a lease whose file was removed says that it is lost, once', async () => {
  const lost: string[] = []
  const lease = await takeLease(['/dev/ttyX'], { folder, heartbeatMs: 10, onLost: error => lost.push(error.code) })
  for (const file of readdirSync(folder)) rmSync(join(folder, file))
  await pause(100)
  expect(lost).toEqual(['lease-lost'])
  lease.release()
})

test('signs of life are written down', async () => {
  const lease = await takeLease(['/dev/ttyX'], { folder, heartbeatMs: 10 })
  const first = leaseOwner('/dev/ttyX', folder)!.heartbeat
  await pause(100)
  expect(leaseOwner('/dev/ttyX', folder)!.heartbeat > first).toBe(true)
  lease.release()
})

test.skipIf(!hasSecondUser)('another user is told who holds a device, and gets it when it is free', async () => {
  // As an administrator prepares it for several users.
  chmodSync(folder, 0o1777)
  const lease = await takeLease(['/dev/ttyX'], { folder, owner: 'the first' })
  // Loaded before the other user takes over, who may not be allowed to read this checkout.
  const source = `
    import { takeLease } from ${JSON.stringify(new URL('./lease.ts', import.meta.url).href)}
    process.setgroups([]); process.setgid(65534); process.setuid(65534)
    await takeLease(['/dev/ttyX'], { folder: ${JSON.stringify(folder)} })
      .then(lease => { console.log('taken', lease.tookOver.length); if (globalThis.killed) process.exit(); lease.release() }, error => console.log(error.message))
  `
  const asOther = async (before = ''): Promise<string> => {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', before + source], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    let said = ''
    child.stdout!.on('data', part => {
      said += part
    })
    await once(child, 'close')
    return said
  }
  expect(await asOther()).toContain('/dev/ttyX is held by the first (process')
  lease.release()
  expect(await asOther()).toContain('taken')
  // What the other left when it was killed keeps nobody out; it is the other's, and stays.
  expect(await asOther('globalThis.killed = true')).toContain('taken')
  const second = await takeLease(['/dev/ttyX'], { folder, owner: 'the first' })
  expect(await asOther()).toContain('/dev/ttyX is held by the first (process')
  second.release()
  expect(await asOther()).toContain('taken 1')
  expect(leaseOwner('/dev/ttyX', folder)).toBeNull()
})

test('a camera has one lease, whatever is asked of it', async () => {
  const lease = await takeLease(['http://10.0.0.7:8080/shot.jpg'], { folder })
  for (const device of ['http://10.0.0.7:8080/video?user=x', 'http://10.0.0.7:8080/']) {
    await expect(takeLease([device], { folder })).rejects.toMatchObject({ code: 'rig-taken' })
  }
  const other = await takeLease(['http://10.0.0.7/shot.jpg', 'http://10.0.0.8:8080/shot.jpg'], { folder })
  other.release()
  lease.release()
})

test('the mode of a folder that was there is never changed, and one that is made is private', async () => {
  chmodSync(folder, 0o750)
  const lease = await takeLease(['/dev/ttyX'], { folder })
  expect(statSync(folder).mode & 0o7777).toBe(0o750)
  lease.release()
  const own = await takeLease(['/dev/ttyX'], { folder: join(folder, 'new') })
  expect(statSync(join(folder, 'new')).mode & 0o7777).toBe(0o700)
  own.release()
})

test('a pipe in the place of a lease or of its owner is never waited for', async () => {
  const first = await takeLease(['/dev/ttyX'], { folder })
  const names = readdirSync(folder)
  first.release()
  for (const name of names) {
    rmSync(join(folder, name), { force: true })
    execFileSync('mkfifo', [join(folder, name)])
    const began = performance.now()
    if (name.endsWith('.json')) {
      expect(leaseOwner('/dev/ttyX', folder)).toBeNull()
      ;(await takeLease(['/dev/ttyX'], { folder })).release()
    } else await expect(takeLease(['/dev/ttyX'], { folder })).rejects.toMatchObject({ code: 'lease-folder' })
    expect(performance.now() - began).toBeLessThan(2000)
    rmSync(join(folder, name), { force: true })
  }
})

test.skipIf(!hasSecondUser)(
  'links that another user planted are neither written through nor opened to others',
  async () => {
    chmodSync(folder, 0o1777)
    const victim = join(folder, 'victim')
    writeFileSync(victim, 'private', { mode: 0o600 })
    const first = await takeLease(['/dev/ttyX'], { folder })
    const names = readdirSync(folder).filter(name => name !== 'victim')
    first.release()
    // Drafts once had the name of the file and the number of the process.
    for (const name of [...names, ...names.map(name => `${name}.${process.pid}`)]) {
      rmSync(join(folder, name), { force: true })
      symlinkSync(victim, join(folder, name))
      lchownSync(join(folder, name), 65534, 65534)
      await takeLease(['/dev/ttyX'], { folder }).then(
        lease => lease.release(),
        error => expect(error).toMatchObject({ code: 'lease-folder' }),
      )
      expect(readFileSync(victim, 'utf8')).toBe('private')
      expect(statSync(victim).mode & 0o777).toBe(0o600)
      rmSync(join(folder, name), { force: true })
    }
  },
)

test.skipIf(!hasSecondUser)('a folder of leases that another user made is not used', async () => {
  giveAway(folder)
  await expect(takeLease(['/dev/ttyX'], { folder })).rejects.toMatchObject({
    code: 'lease-folder',
    message: expect.stringContaining('belongs to another user'),
  })
})

test('a folder that cannot be written says which and what to do', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(takeLease(['/dev/ttyX'], { folder: join(folder, 'file') })).rejects.toMatchObject({
    code: 'lease-folder',
    message: expect.stringContaining('name another folder in ASSAY_LEASES'),
  })
})
