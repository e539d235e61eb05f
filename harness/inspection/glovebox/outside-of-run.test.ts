// @module-tag long
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openRig } from '../../../devices/rig.ts'
import { VirtualLine } from '../../../fixtures/virtual-line/virtual-line.ts'
import { systemRandom } from '../../core/random.ts'
import { newRecoveryPhrase, recoveryIdentity, recoveryRecipient } from '../../custody/vault/recovery-phrase.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { parseRecord } from '../../record/inspection-record.ts'

/*
 * Whatever our dependencies do by themselves, seen from the kernel's side: a program that inspects, reads, judges and seals opens no
 * socket and writes no file but its own.
 */

const hasStrace = process.platform === 'linux' && spawnSync('strace', ['-qq', 'true'], { stdio: 'ignore' }).status === 0
const folder = mkdtempSync(join(tmpdir(), 'assay-outside-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const calls =
  'socket,connect,sendto,sendmmsg,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat'

interface Traced {
  readonly stdout: string
  /** Calls that opened a socket, or tried to. */
  readonly sockets: readonly string[]
  /** Files outside of the run that were opened to be written, or tried to be. */
  readonly written: readonly string[]
}

/** A program with a home and a folder for temporary files of its own, under strace with all that it starts. */
async function traced(args: readonly string[]): Promise<Traced> {
  const place = mkdtempSync(join(folder, 'run-'))
  const [home, temporary] = ['home', 'tmp'].map(name => join(place, name)) as [string, string]
  for (const made of [home, temporary]) mkdirSync(made)
  const log = join(folder, `calls-${readdirSync(folder).length}`)
  const strace = ['-f', '--seccomp-bpf', '-qq', '-s', '300', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', log]
  const { ORT_DISABLE_TELEMETRY: _, NODE_COMPILE_CACHE: __, ...environment } = process.env
  const child = spawn('strace', [...strace, process.execPath, ...args], {
    cwd: place,
    env: { ...environment, HOME: home, XDG_CACHE_HOME: join(home, '.cache'), TMPDIR: temporary },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout.on('data', text => {
    stdout += text
    // It has said all that it says, and waits.
    child.stdin.end()
  })
  await new Promise(resolve => child.on('close', resolve))
  const lines = readFileSync(log, 'utf8').split('\n')
  return {
    stdout,
    sockets: lines.filter(line => /\b(?:socket|connect|sendto|sendmmsg)\(/.test(line)),
    written: [
      ...lines
        .flatMap(writtenIn)
        .filter(path => !path.startsWith(`${folder}/`) && !/^\/(?:dev|proc\/self)\//.test(path)),
      ...readdirSync(home),
      ...readdirSync(temporary),
    ],
  }
}

/** The paths that a call writes, makes or moves. */
function writtenIn(line: string): readonly string[] {
  const [, call = '', rest = ''] = /\b(\w+)\((.*)$/.exec(line) ?? []
  const paths = [...rest.matchAll(/"([^"]*)"/g)].map(([, path]) => path!)
  if (call.startsWith('open')) return /O_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(rest) ? paths : []
  return /^(?:creat|mkdir|rename|link|symlink)/.test(call) ? paths : []
}

describe.skipIf(!hasStrace)('a program and all its dependencies', () => {
  it('are seen when they open a socket or write a file', { timeout: 60_000 }, async () => {
    const elsewhere = `${folder}-elsewhere`
    const program = `require('fs').writeFileSync(${JSON.stringify(elsewhere)}, ''); require('fs').rmSync(${JSON.stringify(elsewhere)})
      require('fs').writeFileSync(require('os').homedir() + '/queue', '')
      require('net').connect(9, '127.0.0.1').on('error', () => {}); console.log('done')`
    const seen = await traced(['-e', program])
    expect(seen.stdout).toBe('done\n')
    expect(seen.written).toEqual(expect.arrayContaining([elsewhere, 'queue']))
    expect(seen.sockets.join('\n')).toMatch(/AF_INET/)
  })

  it('open no socket and write nothing outside of the run while a unit is read, judged and sealed', {
    timeout: 240_000,
  }, async () => {
    const profile = loadProfile('assay-reference')
    const unit = join(folder, 'unit')
    mkdirSync(unit)
    await using line = await VirtualLine.make({ profile, seed: 17, count: 1, share: 0 })
    await using rig = await openRig({ kind: 'virtual', seed: 17 })
    await rig.stage.goTo('inspect')
    await rig.light.set('dome')
    rig.place(await line.card(0, 'opened'))
    writeFileSync(join(unit, 'photograph.jpg'), (await rig.camera.photograph()).bytes)
    writeFileSync(join(unit, 'lot.json'), line.records)
    const identities = [newRecoveryPhrase(systemRandom), newRecoveryPhrase(systemRandom)].map(recoveryIdentity)
    const recipients = await Promise.all(identities.map(async one => await recoveryRecipient(await one)))
    writeFileSync(join(unit, 'recipients.txt'), recipients.join('\n'))
    const program = fileURLToPath(new URL('./glovebox-parent.testing.ts', import.meta.url))
    const seen = await traced([program, unit, 'inside'])
    expect(parseRecord(readFileSync(join(unit, 'record.json'), 'utf8')).verdict).toBe('PASS')
    expect(seen.sockets).toEqual([])
    expect(seen.written).toEqual([])
  })
})
