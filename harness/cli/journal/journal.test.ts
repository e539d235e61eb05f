import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journalFile, openJournal } from '../../custody/journal/journal-folder.ts'
import { writeAsBefore } from '../../custody/journal/old-names.testing.ts'
import { People, roles } from '../../custody/journal/people.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { sampleRecord } from '../../record/sample-record.testing.ts'
import { createProgram } from '../main.ts'
import { runCommand, typing } from '../run-command.testing.ts'

/** The program; also a file that is nothing of a journal's. */
const other = join(import.meta.dirname, '..', '..', '..', 'bin', 'assay.js')

const unsealed = { clock: () => new Date(), password: () => Promise.reject(new Error('no password')) }

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-journal-command-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let places = 0
function freshPlace(): string {
  const place = join(folder, String(++places))
  mkdirSync(place)
  return place
}

const run = async (cwd: string, args: readonly string[], password?: string) =>
  await runCommand(cwd, password === undefined ? args : [...args, ...typing(cwd, '--password-fd', password)])

/** A journal in `place` in which a unit failed, found by ann. */
async function withFailedUnit(place: string): Promise<void> {
  await using journal = await openJournal(join(place, 'assay-journal'), unsealed)
  const people = new People()
  for (const name of ['ann', 'bob']) {
    people.take(await journal.append(people.adding({ name, roles: ['quality'], publicKey: null }, 'ann')))
  }
  const record = sampleRecord({ operator: 'ann' })
  await journal.append({
    kind: 'inspection',
    who: 'ann',
    unit: 'BX0000001',
    station: 'sealed',
    facts: { record, files: ['a.png'], out: null },
  })
}

describe('the guide to the journal', () => {
  const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'journal.md'), 'utf8')

  it('has commands that work, one after the other, as they stand there', async () => {
    const place = freshPlace()
    const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'))
    expect(commands.length).toBeGreaterThan(12)
    for (const command of commands) {
      const args = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!)
      expect(args[0]).toBe('assay')
      const { code, stderr } = await run(place, args.slice(1))
      expect([command, code, stderr]).toEqual([command, 0, ''])
    }
    const { stdout } = await run(place, ['journal', 'list'])
    expect(stdout).toMatch(/restored +by ann +because: the drive was replaced\n$/)
  })

  it('lists the roles that there are, as the command does', async () => {
    for (const [role, may] of Object.entries(roles)) {
      const verb = may.replace(/^(\w+?)(?:e?s) /, '')
      expect(page).toMatch(new RegExp(`^\\| \`${role}\` \\| .*${verb.split(' ').at(-1)} \\|$`, 'm'))
    }
    const program = await createProgram({ signal: new AbortController().signal, exit: () => {} })
    const people = program.commands.find(one => one.name() === 'people')
    const option = people?.commands.find(one => one.name() === 'add')?.options.find(one => one.long === '--role')
    expect(option?.argChoices).toEqual(Object.keys(roles))
  })
})

describe('assay journal', () => {
  it('ends a spot check that cannot go on by an inspector’s word: spent, INCONCLUSIVE, never asked for again', async () => {
    const place = freshPlace()
    await withFailedUnit(place)
    const unread = (unit: string, by: string) =>
      run(place, ['journal', 'unread', unit, '--by', by, '--why', 'the sticker tore'])
    const early = await unread('BX0000001', 'ann')
    expect(early).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No spot check of BX0000001 is broken off'),
    })
    {
      await using journal = await openJournal(join(place, 'assay-journal'), unsealed)
      const facts = { step: 'scratched', record: sampleRecord({ station: 'etched' }) }
      await journal.append({ kind: 'spot-check-step', who: 'ann', unit: 'BX0000001', facts })
    }
    expect(await unread('BX0000001', 'eve')).toMatchObject({ code: 2, stderr: expect.stringContaining('eve') })
    const ended = await unread('BX0000001', 'ann')
    expect(ended).toMatchObject({
      code: 4,
      stderr: '',
      stdout: expect.stringContaining(': INCONCLUSIVE. It was scratched, is spent'),
    })
    expect(await unread('BX0000001', 'ann')).toMatchObject({ code: 2 })
    const { stdout } = await run(place, ['journal', 'list', '--unit', 'BX0000001'])
    expect(stdout).toMatch(
      / {2}unit-destroyed .*\n.* {2}spot-check-unread +BX0000001 {2}by ann {2}because: the sticker tore\n/,
    )
    writeFileSync(join(place, 'lot.json'), '[{"serial": "BX0000001"}]')
    const lot = await run(place, ['lot', 'status', 'lot.json'])
    expect(lot.stdout).toContain(
      'The spot check of BX0000001 is INCONCLUSIVE: it was scratched and cannot be read, says ann',
    )
  })

  it('goes on by a clock that was put right once a person says so, as a process', { timeout: 60_000 }, async () => {
    const place = freshPlace()
    {
      const ahead = { ...unsealed, clock: () => new Date(Date.now() + 86_400_000) }
      await using journal = await openJournal(join(place, 'assay-journal'), ahead)
      const people = new People()
      for (const [name, role] of [
        ['ann', 'quality'],
        ['tom', 'operator'],
      ] as const)
        people.take(await journal.append(people.adding({ name, roles: [role], publicKey: null }, 'ann')))
    }
    const assay = (...args: readonly string[]) => {
      const environment = { ...process.env, ASSAY_JOURNAL: join(place, 'assay-journal') }
      const { status, stdout, stderr } = spawnSync(process.execPath, [other, ...args], { cwd: place, env: environment })
      return { code: status, stdout: String(stdout), stderr: String(stderr) }
    }
    const clock = (by: string) => assay('journal', 'clock', '--by', by, '--why', 'it was a day ahead')
    const eve = ['people', 'add', 'eve', '--role', 'operator', '--by', 'ann']
    expect(await run(place, eve)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('assay journal clock --by NAME'),
    })
    expect(clock('tom')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('role quality') })
    expect(clock('ann')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/^From entry 3 on the clock of /),
    })
    expect(await run(place, eve)).toMatchObject({ code: 0, stderr: '' })
    const verified = await run(place, ['journal', 'verify'])
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('until entry 3 the clock was another, says ann: it was a day ahead'),
    })
  })

  it('finds an edit, says which entry, and ends with 1', async () => {
    const place = freshPlace()
    await withFailedUnit(place)
    expect(await run(place, ['journal', 'verify'])).toMatchObject({ code: 0, stderr: '' })
    {
      using database = new DatabaseSync(journalFile(join(place, 'assay-journal')))
      database.exec(
        `UPDATE entries SET entry = replace(entry, '"verdict":"FAIL"', '"verdict":"PASS"') WHERE "index" = 3`,
      )
    }
    const { code, stdout } = await run(place, ['journal', 'verify'])
    expect(code).toBe(1)
    expect(stdout).toContain('FAULT: entry 3 was changed after it was written')
    const written = await run(place, ['people', 'add', 'eve', '--role', 'operator', '--by', 'ann'])
    expect(written).toMatchObject({ code: 2, stdout: '' })
    expect(written.stderr).toMatch(/^assay: .* is not the journal that was written: .*\n$/)
  })

  it('shows where a unit stands, and takes a second person’s decision only', async () => {
    const place = freshPlace()
    await withFailedUnit(place)
    const dispose = (by: string, why = 'dust') => {
      const decided = ['--decision', 'inspect-again', '--by', by, '--why', why]
      return run(place, ['journal', 'dispose', 'BX0000001', '--station', 'sealed', ...decided])
    }
    const own = await dispose('ann')
    expect(own).toMatchObject({ code: 2, stdout: '' })
    expect(own.stderr).toMatch(/^assay: ann cannot decide that of BX0000001: .* Nothing was written.\n$/)
    expect(await dispose('bob', ' ')).toMatchObject({ code: 2, stderr: expect.stringContaining('a reason in words') })
    expect(await dispose('bob')).toMatchObject({ code: 0, stderr: '' })
    const { stdout } = await run(place, ['journal', 'list', '--unit', 'BX0000001'])
    expect(stdout).toMatch(/ {2}inspection +BX0000001 {2}sealed {2}FAIL {2}by ann\n/)
    expect(stdout).toMatch(/ {2}disposition +BX0000001 {2}sealed {2}inspect-again {2}by bob {2}because: dust\n/)
    expect(stdout).toMatch(/\nBX0000001 at sealed: INCONCLUSIVE\. It failed; bob decided to inspect it again\.\n$/)
  })

  it('names in its list whose card raised an alarm', async () => {
    const place = freshPlace()
    {
      await using journal = await openJournal(join(place, 'assay-journal'), unsealed)
      for (const unit of ['BX0000001', null])
        await journal.append({
          ...{ kind: 'alarm', who: 'ann', station: 'sealed' },
          facts: { rig: 'bench', unit, code: 'epk-exposed', because: 'It lies open.' },
        })
    }
    const { stdout } = await run(place, ['journal', 'list'])
    expect(stdout).toMatch(/ {2}alarm +BX0000001 {2}sealed {2}It lies open\. {2}by ann\n/)
    expect(stdout).toMatch(/ {2}alarm +unknown unit {2}sealed {2}It lies open\. {2}by ann\n/)
  })

  it('has the FAIL and the rejection of a unit that a journal of before has under another name', async () => {
    const place = freshPlace()
    const person = (name: string) => ({
      kind: 'person-added',
      who: 'ann',
      facts: { name, roles: ['quality'], publicKey: null },
    })
    const inspected = (unit: string, record: InspectionRecord) => ({
      ...{ kind: 'inspection', who: 'ann', unit, station: 'sealed' },
      facts: { record: { ...record, unit, operator: 'ann' }, files: [], cwd: '', out: join(place, 'out') },
    })
    const bad = sampleRecord({})
    const fine = { check: 'serials-agree' as const, verdict: 'PASS' as const, because: 'They agree.', marks: [] }
    const good = sampleRecord({ findings: [fine], plannedChecks: ['serials-agree'], verdict: 'PASS' })
    expect([bad.verdict, good.verdict]).toEqual(['FAIL', 'PASS'])
    const [failed, rejected] = ['NXO-61362', 'NXO 61363']
    const why = { kind: 'disposition', who: 'bob', why: 'bent', station: 'sealed', facts: { decision: 'reject' } }
    await writeAsBefore(join(place, 'assay-journal'), [
      ...['ann', 'bob'].map(person),
      ...[inspected(failed!, bad), inspected(rejected!, good), { ...why, unit: rejected! }],
      // Since then, as a lot file without the dash had it.
      ...['NXO61362', 'NXO61363'].map(unit => inspected(unit, good)),
    ])
    for (const serial of ['NXO-61362', 'NXO61362']) {
      writeFileSync(join(place, 'lot.json'), JSON.stringify({ lot: 'L-0042', units: [{ serial }] }))
      expect(await run(place, ['lot', 'status', 'lot.json'])).toMatchObject({
        code: 1,
        stdout: expect.stringContaining('0 passed, 1 failed'),
      })
      expect((await run(place, ['journal', 'list', '--unit', serial])).stdout).toMatch(
        /\nNXO61362 at sealed: FAIL, attempt 1 of 2 counts\./,
      )
    }
    expect((await run(place, ['journal', 'list', '--unit', 'nxo–61363'])).stdout).toContain(
      'FAIL. bob rejected it: bent',
    )
    expect((await run(place, ['journal', 'verify'])).code).toBe(0)
    const decided = ['--station', 'sealed', '--decision', 'inspect-again', '--by', 'bob', '--why', 'it was dust']
    expect((await run(place, ['journal', 'dispose', 'NXO-61362', ...decided])).stdout).toMatch(
      /^NXO61362 .*INCONCLUSIVE/,
    )
    expect(await run(place, ['report', 'build', '--out', 'out'])).toMatchObject({ code: 1, stderr: '' })
  })

  it('takes a second person’s word that a card was held against the file of another lot', async () => {
    const place = freshPlace()
    await withFailedUnit(place)
    const finding = { check: 'known-unit' as const, verdict: 'FAIL' as const, because: 'Not of this lot.', marks: [] }
    const record = sampleRecord({ unit: null, operator: 'ann', findings: [finding], plannedChecks: ['known-unit'] })
    {
      await using journal = await openJournal(join(place, 'assay-journal'), unsealed)
      const facts = { record, files: [], out: null, judgedBy: { recordsSha256: 'a'.repeat(64) } }
      await journal.append({ kind: 'inspection', who: 'ann', unit: null, station: 'sealed', facts })
    }
    const wrongFile = (entry: string, by: string) =>
      run(place, ['journal', 'wrong-file', entry, '--by', by, '--why', 'the file of lot A'])
    expect(await wrongFile('3', 'bob')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Entry 3 is no card'),
    })
    expect(await wrongFile('4', 'ann')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ann cannot say that'),
    })
    const said = await wrongFile('4', 'bob')
    expect(said).toMatchObject({ code: 0, stderr: '' })
    expect(said.stdout).toContain('It is not judged yet: inspect it again with its own lot file.')
    const { stdout } = await run(place, ['journal', 'list'])
    expect(stdout).toMatch(/ {2}wrong-lot-file {2}sealed {2}entry 4 {2}by bob {2}because: the file of lot A\n/)
    writeFileSync(join(place, 'lot.json'), '{"lot": "L-0042", "units": [{"serial": "BX0000009"}]}')
    expect((await run(place, ['lot', 'status', 'lot.json'])).stdout).toMatch(
      /: entry 4, sealed, FAIL; read: .*\. Its lot file was the wrong one, says bob: the file of lot A\. It is not judged yet: inspect it again with its own lot file\.\n/,
    )
    await using journal = await openJournal(join(place, 'assay-journal'), unsealed)
    expect((await Array.fromAsync(journal.entriesAboutUnits(['BX0000009']))).at(-1)!.kind).toBe('wrong-lot-file')
  })

  it('takes the decision of a person with a key only signed, and for the FAIL that it was said of', async () => {
    const place = freshPlace()
    await withFailedUnit(place)
    const phrase = 'six words that only carl knows'
    const opening = () => typing(place, '--passphrase-fd', phrase)
    expect((await run(place, ['people', 'key', 'carl', '--out', 'carl.key', ...opening()])).code).toBe(0)
    expect((await run(place, ['people', 'key', 'dan', '--out', 'dan.key', ...opening()])).code).toBe(0)
    await run(place, ['people', 'add', 'carl', '--role', 'quality', '--key', 'carl.key', '--by', 'bob'])
    const words = ['--decision', 'inspect-again', '--by', 'carl', '--why', 'dust']
    const dispose = (...more: readonly string[]) =>
      run(place, ['journal', 'dispose', 'BX0000001', '--station', 'sealed', ...words, ...more])
    expect(await dispose()).toMatchObject({ code: 2, stderr: expect.stringContaining('carl signs with a key') })
    const other = await dispose('--sign-with', 'dan.key', ...opening())
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('is not the key that the register has') })
    const signed = await dispose('--sign-with', 'carl.key', ...opening())
    expect(signed).toMatchObject({ code: 0, stdout: expect.stringContaining('carl decided to inspect it again') })
    const eve = ['people', 'add', 'eve', '--role', 'quality', '--by', 'carl']
    expect((await run(place, eve)).stderr).toContain('carl signs with a key of their own')
    const record = sampleRecord({ operator: 'ann' })
    await using journal = await openJournal(join(place, 'assay-journal'), {
      clock: () => new Date(),
      password: () => Promise.reject(new Error('no password')),
    })
    const facts = { record, files: [], out: null }
    await journal.append({ kind: 'inspection', who: 'ann', unit: 'BX0000001', station: 'sealed', facts })
    const [said] = (await Array.fromAsync(journal.entries())).filter(({ kind }) => kind === 'disposition')
    await journal.append(said!)
    const { stdout } = await run(place, ['journal', 'list', '--unit', 'BX0000001'])
    expect(stdout).toMatch(/\nBX0000001 at sealed: FAIL, attempt 2 of 2 counts/)
    expect((await run(place, ['journal', 'verify'])).code).toBe(0)
  })

  it('is sealed by a password that is read from a file descriptor', async () => {
    const place = freshPlace()
    const password = 'six words that nobody knows\n'
    expect(await run(place, ['journal', 'new', '--sealed'], password)).toMatchObject({ code: 0, stderr: '' })
    const add = ['people', 'add', 'ann', '--role', 'quality']
    expect(await run(place, add, 'another one that is wrong\n')).toMatchObject({ code: 2, stdout: '' })
    expect(await run(place, add, password)).toMatchObject({ code: 0, stderr: '' })
    expect((await run(place, ['journal', 'new'], 'none\n')).code).toBe(2)
  })

  it('finds a cut end by a kept head, and proves an entry without the journal', async () => {
    const place = freshPlace()
    await withFailedUnit(place)
    await run(place, ['journal', 'head', '--out', 'head.json'])
    expect((await run(place, ['journal', 'head', '--out', 'head.json'])).stderr).toMatch(/head\.json is there already/)
    const proof = JSON.parse((await run(place, ['journal', 'prove', '1'])).stdout)
    const check = async (changed: object) => {
      writeFileSync(join(place, 'proof.json'), JSON.stringify({ ...proof, ...changed }))
      return (
        await run(place, ['journal', 'verify', '--proof', 'proof.json', '--head', 'head.json', '--journal', 'nowhere'])
      ).code
    }
    expect(await check({})).toBe(0)
    expect(await check({ entry: proof.entry.replace('"ann"', '"eve"') })).toBe(1)
    expect(await check({ index: 2 })).toBe(1)
    expect(await check({ head: proof.older })).toBe(1)
    expect(await check({ inclusion: [] })).toBe(1)
    writeFileSync(join(place, 'proof.json'), JSON.stringify(proof))
    const alone = await run(place, ['journal', 'verify', '--proof', 'proof.json'])
    expect(alone).toMatchObject({ code: 4, stdout: expect.stringContaining('Nothing is proved') })
    {
      using database = new DatabaseSync(journalFile(join(place, 'assay-journal')))
      database.exec('DELETE FROM entries WHERE "index" > 2')
    }
    expect((await run(place, ['journal', 'verify'])).code).toBe(0)
    const { code, stdout } = await run(place, ['journal', 'verify', '--head', 'head.json'])
    expect(code).toBe(1)
    expect(stdout).toMatch(/FAULT: .*the journal has only 3 entries: it was cut, or is older than the head/)
  })

  it('puts a backup in the place of a damaged journal, and never in that of a sound one that has more', async () => {
    const place = freshPlace()
    await withFailedUnit(place)
    const restore = ['journal', 'restore', 'backup.sqlite', '--by', 'ann', '--why', 'drill']
    expect((await run(place, ['journal', 'backup', 'backup.sqlite'])).code).toBe(0)
    expect((await run(place, ['journal', 'backup', 'backup.sqlite'])).stderr).toMatch(/is there already/)
    expect(readdirSync(place).filter(name => name.startsWith('backup'))).toEqual(['backup.sqlite'])
    symlinkSync(join(place, 'drive', 'that-is-not-mounted.sqlite'), join(place, 'link'))
    expect((await run(place, ['journal', 'backup', 'link'])).stderr).toMatch(/is there already/)
    expect(lstatSync(join(place, 'link')).isSymbolicLink()).toBe(true)
    const behind = await run(place, ['journal', 'backup', 'backup.sqlite/'])
    expect(behind).toMatchObject({ code: 2, stderr: expect.stringContaining('A file stands where the path names') })
    await run(place, ['people', 'add', 'eve', '--role', 'operator', '--by', 'ann'])
    const refused = await run(place, restore)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/has 5 entries and is sound, and backup\.sqlite does not hold all of them/)
    for (const end of ['-wal', '-shm']) rmSync(`${journalFile(join(place, 'assay-journal'))}${end}`, { force: true })
    writeFileSync(journalFile(join(place, 'assay-journal')), 'no journal any more')
    const stranger = await run(
      place,
      restore.map(word => (word === 'ann' ? 'mallory' : word)),
    )
    expect(stranger).toMatchObject({ code: 2, stdout: '' })
    expect(stranger.stderr).toMatch(/mallory is nobody who works here, .*Nothing was changed/)
    expect(readFileSync(journalFile(join(place, 'assay-journal')), 'utf8')).toBe('no journal any more')
    const { code, stdout } = await run(place, restore)
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /What was there is kept as .*journal\.sqlite\.until-\d{8}T\d{9}Z; it had entries that cannot be counted/,
    )
    expect((await run(place, ['journal', 'list'])).stdout).toMatch(/restored +by ann +because: drill\n/)
    expect((await run(place, ['journal', 'verify'])).stdout).toMatch(/: 5 entries/)
  })

  it('puts no backup back that it cannot say so of: without the key, or under another password, nothing is changed', async () => {
    const place = freshPlace()
    await withFailedUnit(place)
    await run(place, ['journal', 'backup', 'backup.sqlite'])
    const home = join(place, 'assay-journal')
    renameSync(home, join(place, 'elsewhere'))
    const restore = ['journal', 'restore', 'backup.sqlite', '--by', 'ann', '--why', 'drill']
    const { code, stderr } = await run(place, restore)
    expect(code).toBe(2)
    expect(stderr).toMatch(/station\.key is not there/)
    expect(existsSync(journalFile(home))).toBe(false)
    mkdirSync(home, { recursive: true })
    cpSync(join(place, 'elsewhere', 'station.key'), join(home, 'station.key'))
    expect((await run(place, restore)).code).toBe(0)
    expect((await run(place, ['journal', 'list'])).stdout).toMatch(/restored +by ann +because: drill\n/)
  })

  it.each<[string, readonly string[], RegExp]>([
    ['no journal', ['journal', 'list'], /There is no journal at .*assay-journal/],
    ['an unknown entry', ['journal', 'prove', '99'], /There is no journal|there is no entry 99/],
    ['a head that is none', ['journal', 'verify', '--head', other], /assay\.js is no head of a journal/],
    ['a proof that is none', ['journal', 'verify', '--proof', other], /assay\.js is no proof of a journal/],
    [
      'a head that is not there',
      ['journal', 'verify', '--head', 'none.json'],
      /none\.json cannot be read \(it does not exist\)/,
    ],
    ['no role', ['people', 'add', 'ann'], /missing:\n +--role <role\.\.\.> +what they may do/],
    ['an unknown role', ['people', 'add', 'ann', '--role', 'king'], /Allowed choices are operator, quality/],
    ['a name that is none', ['people', 'add', 'Ann', '--role', 'quality'], /A person is named by .*«Ann» is none/],
  ])('says in one sentence that there is %s: exit code 2', async (_, args, sentence) => {
    const { code, stdout, stderr } = await run(freshPlace(), args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
    expect(stderr).not.toContain('defect')
  })
})

describe('assay people', () => {
  it('takes a public key as it comes, and never a private one', async () => {
    const place = freshPlace()
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const raw = publicKey.export({ format: 'jwk' }).x!
    const ssh = Buffer.concat([
      Buffer.from('0000000b7373682d6564323535313900000020', 'hex'),
      Buffer.from(raw, 'base64url'),
    ])
    const files = {
      'key.pem': publicKey.export({ format: 'pem', type: 'spki' }).toString(),
      'key.ssh': `ssh-ed25519 ${ssh.toString('base64')} ann@bench`,
      'key.txt': `${raw}\n`,
    }
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(place, name), text)
      const args = [
        'people',
        'add',
        'ann',
        '--role',
        'quality',
        '--key',
        name,
        '--journal',
        `journal-${name}`,
        '--json',
      ]
      expect(JSON.parse((await run(place, args)).stdout)).toMatchObject({ name: 'ann', publicKey: raw })
    }
    writeFileSync(join(place, 'own.pem'), privateKey.export({ format: 'pem', type: 'pkcs8' }))
    const { code, stderr } = await run(place, ['people', 'add', 'bob', '--role', 'quality', '--key', 'own.pem'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/own\.pem is a private key/)
  })
})
