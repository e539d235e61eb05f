// @module-tag long
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fakePcscd } from '../../../devices/token/pcsc/fake-pcscd.testing.ts'
import { VirtualPivCard } from '../../../devices/token/piv/virtual-card.testing.ts'
import { openJournal, readJournal } from '../../custody/journal/journal-folder.ts'
import type { InspectionEvidence } from '../../inspection/evidence.ts'
import { keepInspections } from '../../lots/keep-inspections.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { main } from '../main.ts'
import { evidenceOf } from './station-vault.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-vault-command-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'vault.md'), 'utf8')
const [, settings = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? []

let places = 0
let lines = 0
/** A workplace set up as the guide says. */
function workplace(): string {
  const place = join(folder, String(++places))
  mkdirSync(place)
  writeFileSync(join(place, 'assay.config.json'), settings)
  return place
}

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A line that a command reads from a file descriptor. */
function descriptorOf(place: string, line: string): string {
  const file = join(place, '..', `typed-${++lines}`)
  writeFileSync(file, `${line}\n`)
  return String(openSync(file, 'r'))
}

const passwords: Readonly<Record<string, string>> = { ann: 'six words that ann knows', bob: 'six words that bob knows' }
const phrases = new Map<string, string>()

/** The command as if a person stood at `place`, who knows passwords and the phrase. */
async function run(
  place: string,
  args: readonly string[],
  typed: { pin?: string; phrase?: string } = {},
): Promise<Ended> {
  const said = { stdout: '', stderr: '' }
  const spies = (['stdout', 'stderr'] as const).map(stream =>
    vi.spyOn(process[stream], 'write').mockImplementation(text => {
      said[stream] += text
      return true
    }),
  )
  const asks = ['init', 'open', 'drill'].includes(args[1] ?? '')
  const who = /\b(ann|bob)\b/.exec(args.join(' '))?.[1] ?? 'ann'
  const secrets = asks
    ? [
        ...['--pin-fd', descriptorOf(place, typed.pin ?? passwords[who]!)],
        ...['--phrase-fd', descriptorOf(place, typed.phrase ?? phrases.get(place) ?? 'none')],
      ]
    : []
  const before = process.cwd()
  process.chdir(place)
  try {
    const code = await main([...args, ...secrets], new AbortController(), line => process.stderr.write(`${line}\n`))
    const words = [...said.stdout.matchAll(/^ ?\d+ {2}([a-z]+)$/gm)].map(([, word]) => word)
    if (words.length === 12) phrases.set(place, words.join(' '))
    return { code, ...said }
  } finally {
    process.chdir(before)
    for (const spy of spies) spy.mockRestore()
  }
}

const passphrase = '3515-H0EP-J513-IUL6-0K5Y'
const evidence = (unit: string): InspectionEvidence => ({
  unit,
  station: 'opened',
  started: '2026-11-29T12:00:00.000Z',
  sealedReadings: null,
  files: [
    { name: 'photograph-1.jpg', bytes: new Uint8Array(Buffer.alloc(50_000, passphrase)) },
    { name: 'readings.json', bytes: new Uint8Array(Buffer.from(JSON.stringify({ passphrase }))) },
  ],
})

/** Seals as an inspection does. */
async function seal(place: string, unit: string): Promise<void> {
  const before = process.cwd()
  process.chdir(place)
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  try {
    await using journal = await openJournal(join(place, 'assay-journal'), {
      clock: () => new Date(),
      password: () => Promise.reject(new Error('none')),
    })
    const kept = keepInspections(journal, { station: 'opened', profile: loadProfile('assay-reference') })
    await (await evidenceOf(kept, 'ann', null))!(evidence(unit))
  } finally {
    process.chdir(before)
    spy.mockRestore()
  }
}

const idIn = (place: string) =>
  readdirSync(join(place, 'assay-vault'))
    .find(name => name.endsWith('.age'))!
    .slice(0, 16)

const newVault = async (place: string) =>
  await run(place, ['vault', 'init', 'ann', '--token', 'software:ann.age', '--new-phrase', '--reveal-secrets'])

let first: string | null = null
/** A workplace with a vault, copied from the first one: passwords and phrases are stretched once. */
async function placeWithVault(): Promise<string> {
  if (first === null) {
    first = workplace()
    expect(await newVault(first)).toMatchObject({ code: 0 })
  }
  const place = workplace()
  cpSync(first, place, { recursive: true })
  phrases.set(place, phrases.get(first)!)
  return place
}

describe('the guide to the vault', () => {
  it('has commands that work, one after the other, as they stand there', { timeout: 60_000 }, async () => {
    const place = workplace()
    const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'))
    expect(commands.length).toBeGreaterThan(10)
    let isSealed = false
    for (const command of commands) {
      if (command === 'assay vault list' && !isSealed) {
        await seal(place, 'BX0000001')
        await seal(place, 'BX0000002')
        isSealed = true
      }
      const args = command.split(' ').slice(1)
      const id = isSealed ? idIn(place) : ''
      const { code, stderr } = await run(
        place,
        args.map(arg => (/^[0-9a-f]{16}$/.test(arg) ? id : arg)),
      )
      expect([
        command,
        code,
        stderr.replaceAll(/^assay: (?:settings of|Write these|The drill takes).*\n/gm, ''),
      ]).toEqual([command, 0, ''])
    }
    for (const opened of ['opened-by-ann', 'opened-by-phrase']) {
      expect(readFileSync(join(place, opened, 'readings.json'), 'utf8')).toBe(JSON.stringify({ passphrase }))
      expect(statSync(join(place, opened, 'readings.json')).mode & 0o077).toBe(0)
    }
    const journal = await readJournal(join(place, 'assay-journal'))
    const kinds = (await Array.fromAsync(journal.entries())).map(({ kind }) => kind)
    await journal[Symbol.asyncDispose]()
    expect(kinds).toEqual([
      ...['journal-made', 'secrets-revealed'],
      ...['evidence-sealed', 'evidence-sealed'],
      ...['secrets-revealed', 'secrets-revealed'],
      'loss-drill',
    ])
  })

  it('is what stock age does, where it is installed', { timeout: 60_000 }, async context => {
    if (spawnSync('age', ['--version']).status !== 0) context.skip('age is not installed')
    const place = await placeWithVault()
    await seal(place, 'BX0000001')
    writeFileSync(join(place, 'clear'), 'x')
    const sealed = spawnSync('age', ['-R', 'evidence-recipients.txt', '-o', 'by-age.age', 'clear'], { cwd: place })
    expect([sealed.status, String(sealed.stderr)]).toEqual([0, ''])
  })
})

describe('assay vault', () => {
  it('leaves nothing readable behind: no passphrase, no phrase, no password, in nothing but what was opened', {
    timeout: 60_000,
  }, async () => {
    const place = workplace()
    const first = await newVault(place)
    await seal(place, 'BX0000001')
    const told = [
      await run(place, ['vault', 'list']),
      await run(place, ['vault', 'verify', '--json']),
      await run(place, ['vault', 'open', idIn(place), '--token', 'software:ann.age', '--out', 'x'], {
        pin: 'a wrong one',
      }),
      await run(place, ['vault', 'open', idIn(place), '--phrase', '--out', 'x'], {
        phrase: `${phrases.get(place)} more`,
      }),
      await run(place, ['vault', 'drill']),
    ]
    expect(told.map(({ code }) => code)).toEqual([0, 0, 2, 2, 0])
    const words = phrases.get(place)!
    expect(first.stdout).toContain(words.split(' ')[3]!)
    const hidden = [passphrase, words, words.split(' ').slice(0, 3).join(' '), passwords['ann']!]
    const files = readdirSync(place, { recursive: true, encoding: 'utf8' })
      .map(name => join(place, name))
      .filter(path => statSync(path).isFile())
    const texts = [...files.map(path => readFileSync(path).toString('latin1')), ...told.map(one => JSON.stringify(one))]
    expect(texts.length).toBeGreaterThan(10)
    for (const secret of hidden) for (const text of texts) expect(text.includes(secret)).toBe(false)
  })

  it('shows a new phrase to a person who asks for it, and makes one once', { timeout: 60_000 }, async () => {
    const place = workplace()
    const hidden = await run(place, ['vault', 'init', 'ann', '--token', 'software:ann.age', '--new-phrase'])
    expect([hidden.code, hidden.stdout]).toEqual([2, ''])
    expect(hidden.stderr).toMatch(/add --reveal-secrets/)
    expect((await newVault(place)).code).toBe(0)
    const again = await run(place, [
      'vault',
      'init',
      'bob',
      '--token',
      'software:bob.age',
      '--new-phrase',
      '--reveal-secrets',
    ])
    expect([again.code, again.stderr]).toEqual([2, expect.stringMatching(/one phrase opens everything/)])
    expect((await newVault(place)).stderr).toMatch(/There is a token ann already/)
    const short = await run(place, ['vault', 'init', 'bob', '--token', 'software:bob.age'], { pin: 'short' })
    expect(short.stderr).toMatch(/fewer than 12/)
    for (const wrong of ['card', 'software', 'pkcs11', 'pcsc;x']) {
      expect((await run(place, ['vault', 'init', 'bob', '--token', wrong])).code).toBe(2)
    }
    expect((await run(place, ['vault', 'init', 'bob', '--token', 'pkcs11:/x.so'])).stderr).toMatch(/maker's program/)
  })

  it('shows no phrase that opens nothing: the token has taken its key first', { timeout: 60_000 }, async () => {
    const place = workplace()
    const init = ['vault', 'init', 'ann', '--token', 'software:ann.age', '--new-phrase', '--reveal-secrets']
    const short = await run(place, init, { pin: 'short' })
    expect([short.code, short.stdout, short.stderr]).toEqual([2, '', expect.stringMatching(/fewer than 12/)])
    expect(short.stderr).not.toMatch(/twelve words/)
    expect(await run(place, init)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ 1 {2}[a-z]+$/m) })
  })

  it('says when nothing is there, and whose phrase it was given', { timeout: 60_000 }, async () => {
    const place = workplace()
    expect((await run(place, ['vault', 'recipients'])).stdout).toBe(
      'Evidence is sealed for nobody yet: run assay vault init.\n',
    )
    expect((await run(place, ['vault', 'list'])).stdout).toBe('Nothing is sealed here yet.\n')
    const first = await run(place, ['vault', 'init', 'ann', '--token', 'software:ann.age'])
    expect(first.stderr).toMatch(/No recovery phrase is known here.*--new-phrase/)
    await newVault(place)
    expect((await run(place, ['vault', 'list', '--unit', 'BX0000001'])).stdout).toMatch(/^Nothing of that unit/)
    const spare = ['vault', 'init', 'ann-spare', '--spare', 'ann', '--token', 'software:spare.age']
    const other = await run(place, spare, { phrase: `${'abandon '.repeat(11)}about` })
    expect([other.code, other.stderr]).toEqual([
      2,
      expect.stringMatching(/This phrase does not open the copy of ann's/),
    ])
  })

  it('finds what a server changed, and ends with 1', { timeout: 60_000 }, async () => {
    const place = await placeWithVault()
    for (const unit of ['BX0000001', 'BX0000002']) await seal(place, unit)
    expect(await run(place, ['vault', 'verify'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/2 of them stand/),
    })
    const mistyped = await run(place, ['vault', 'verify', '--journal', 'assay-jurnal'])
    expect([mistyped.code, mistyped.stderr]).toEqual([2, expect.stringMatching(/no journal at .*assay-jurnal/)])
    renameSync(join(place, 'assay-journal'), join(place, 'gone'))
    const unheld = await run(place, ['vault', 'verify'])
    expect([unheld.code, unheld.stdout]).toEqual([4, expect.stringMatching(/2 sealed .* has kept nothing of it/)])
    renameSync(join(place, 'gone'), join(place, 'assay-journal'))
    const chain = join(place, 'assay-vault', 'chain.jsonl')
    const whole = readFileSync(chain, 'utf8')
    writeFileSync(chain, `${whole.split('\n')[0]}\n`)
    const cut = await run(place, ['vault', 'verify'])
    expect([cut.code, cut.stdout]).toEqual([1, expect.stringMatching(/FAULT: .*cut or replaced/)])
    writeFileSync(chain, whole)
    rmSync(join(place, 'assay-vault', `${idIn(place)}.age`))
    expect((await run(place, ['vault', 'verify'])).stdout).toMatch(/FAULT: the sealed file \w+ is gone/)
  })

  it('finds a PASS that was judged while the vault was out of the settings', { timeout: 60_000 }, async () => {
    const place = await placeWithVault()
    const judged = async (started: string, verdict: string, station = 'opened') => {
      await using journal = await openJournal(join(place, 'assay-journal'), {
        clock: () => new Date(),
        password: () => Promise.reject(new Error('none')),
      })
      const facts = { record: { verdict, started } }
      await journal.append({ kind: 'inspection', unit: 'BX0000001', station, facts })
    }
    await judged('2026-11-28T12:00:00.000Z', 'PASS')
    await seal(place, 'BX0000001')
    await judged('2026-11-29T12:00:00.000Z', 'PASS')
    await judged('2026-11-29T13:00:00.000Z', 'ERROR')
    await judged('2026-11-29T13:00:00.000Z', 'PASS', 'sealed')
    expect(await run(place, ['vault', 'verify'])).toMatchObject({ code: 0 })
    await judged('2026-11-29T14:00:00.000Z', 'PASS')
    const { code, stdout } = await run(place, ['vault', 'verify', '--json'])
    expect([code, JSON.parse(stdout).faults]).toEqual([
      1,
      ['the PASS of BX0000001 at opened, 2026-11-29T14:00:00.000Z, has no sealed evidence'],
    ])
  })

  it('says that a backup which is put back is older than the journal', { timeout: 60_000 }, async () => {
    const place = await placeWithVault()
    await seal(place, 'BX0000001')
    await run(place, ['vault', 'backup', 'backup'])
    await seal(place, 'BX0000002')
    rmSync(join(place, 'assay-vault', 'chain.jsonl'))
    const restored = await run(place, ['vault', 'restore', 'backup'])
    expect([restored.code, restored.stdout]).toEqual([4, expect.stringMatching(/NOT all that the journal has kept/)])
  })

  it('leaves nothing in clear where a folder cannot be made', { timeout: 60_000 }, async () => {
    const place = await placeWithVault()
    await seal(place, 'BX0000001')
    writeFileSync(join(place, 'plain'), '')
    const args = ['vault', 'open', idIn(place), '--token', 'software:ann.age', '--out', 'plain/opened']
    const { code, stderr } = await run(place, args)
    expect([code, stderr]).toEqual([2, expect.not.stringMatching(/defect/)])
  })

  it('says in a drill what would be lost, and ends with 1', { timeout: 60_000 }, async () => {
    const place = await placeWithVault()
    await seal(place, 'BX0000001')
    const other = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
    const drill = await run(place, ['vault', 'drill', '--json'], { phrase: other })
    expect(drill.code).toBe(1)
    const { isGood, steps } = JSON.parse(drill.stdout)
    expect([isGood, steps.map((one: { isGood: boolean }) => one.isGood)]).toEqual([false, [false, false, false]])
  })

  it('has nothing to seal with until there are two recipients, and says so before anything is photographed', async () => {
    const place = workplace()
    await expect(seal(place, 'BX0000001')).rejects.toMatchObject({ code: 'recipients-few' })
    const bare = join(folder, 'bare')
    mkdirSync(bare)
    expect((await run(bare, ['vault', 'list'])).stderr).toMatch(/No vault is set up here/)
  })

  it('puts a key into a card, opens by it with one private step, and says how many tries a wrong PIN left', {
    timeout: 60_000,
  }, async () => {
    const place = workplace()
    const card = new VirtualPivCard()
    const socket = join(folder, 'pcscd.comm')
    await using _ = await fakePcscd(socket, { 'Yubico YubiKey 00 00': card })
    vi.stubEnv('PCSCLITE_CSOCK_NAME', socket)
    try {
      const made = await run(place, ['vault', 'init', 'ann', '--token', 'pcsc', '--new-phrase', '--reveal-secrets'])
      expect([made.code, made.stdout]).toEqual([0, expect.stringMatching(/The token ann holds a new key/)])
      await seal(place, 'BX0000001')
      const open = (pin: string, out: string) =>
        run(place, ['vault', 'open', idIn(place), '--token', 'pcsc:YubiKey', '--out', out], { pin })
      const wrong = await open('999999', 'x')
      expect([wrong.code, wrong.stderr]).toEqual([
        2,
        expect.stringMatching(/3 tries left for its PIN[\s\S]*2 tries are left/),
      ])
      expect(await open('123456', 'opened')).toMatchObject({ code: 0 })
      expect(card.steps).toBe(1)
      expect(readFileSync(join(place, 'opened', 'readings.json'), 'utf8')).toContain(passphrase)
      const spare = ['vault', 'init', 'ann-spare', '--spare', 'ann', '--token', 'software:spare.age']
      expect(await run(place, spare)).toMatchObject({ code: 0 })
      await open('999999', 'x')
      await open('999999', 'x')
      const blocked = await open('999999', 'x')
      expect(blocked.stderr).toMatch(/is blocked: .*PUK/)
      expect((await open('123456', 'x')).code).toBe(2)
      const bySpare = ['vault', 'open', idIn(place), '--token', 'software:spare.age', '--out', 'by-spare']
      expect(await run(place, bySpare)).toMatchObject({ code: 0 })
    } finally {
      vi.unstubAllEnvs()
    }
  })
})
