// @module-tag long
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
  referenceProfile,
} from '../../checks/reference-unit.testing.ts'
import type { ExitCode } from '../../core/assay-error.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'
import { answersOf } from '../../inspection/nests.ts'
import type { State } from '../../products/profile.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import { InterruptedError } from '../interruption.ts'
import { runCommand } from '../run-command.testing.ts'
import { bench, benchAtHand, benchSession, benchSettings } from './bench.testing.ts'
import { spotCheckOnRig } from './spot-check-command.ts'

vi.mock('./rig-session.ts', async original => ({ ...(await original<object>()), ...benchSession }))
vi.mock('../rig/chosen-rig.ts', async original => ({ ...(await original<object>()), ...benchAtHand }))
vi.mock('../photographs/chosen-settings.ts', async original => ({ ...(await original<object>()), ...benchSettings }))

let units: readonly ReferenceUnit[]
beforeAll(async () => {
  units = [
    await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF'),
    await makeReferenceUnit('BX0000002', 1, 'AAAABBBBCCCCDDDDEEEEFFFF'),
  ]
})

let here: string
const before = process.cwd()
const lotOf = (change: object = {}) =>
  JSON.stringify({ lot: 'L-0', units: units.map(({ record }, i) => ({ ...record, ...(i === 0 ? change : {}) })) })
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'assay-spot-'))
  process.chdir(here)
  writeFileSync('lot.json', lotOf())
  bench.crops = [{ of: 'card', mediaType: 'image/jpeg', bytes: new Uint8Array([7]), width: 4, height: 3, masked: true }]
})
afterEach(() => {
  bench.crops = []
  process.chdir(before)
  rmSync(here, { recursive: true, force: true })
})

let shown = 0
/** The unit as it lies there, in a photograph of its own. */
const seen = (state: State, over: Parameters<typeof photographOf>[2] = {}, unit = units[0]!): PhotographReading =>
  photographOf(state, unit.card, over, { photographId: (++shown).toString(16).padStart(64, '0') })
const unread = (mark: string) => ({ [mark]: blankReading(mark, 'unread', 'glare') })

type Act = PhotographReading | 'e' | 'q' | 'Ctrl-C' | 'Ctrl-C while it is looked at'

/** Somebody at the bench: at each question they do what comes next, and press Enter; after the last they type `q`. */
async function sit(...acts: readonly Act[]) {
  return await sitWith({}, ...acts)
}

async function sitWith(over: { readonly unit?: string }, ...acts: readonly Act[]) {
  const [lines, told]: [string[], string[]] = [[], []]
  const left = [...acts]
  const controller = new AbortController()
  const stop = () => controller.abort(new InterruptedError('interrupted by Ctrl-C'))
  const keyboard = new PassThrough()
  using answers = answersOf(keyboard as unknown as NodeJS.ReadStream)
  const tell = (line: string) => {
    told.push(line)
    if (line.startsWith('assay:')) return
    const act = left.shift() ?? 'q'
    if (act === 'Ctrl-C') return stop()
    if (act === 'Ctrl-C while it is looked at') bench.mayJudge = stop
    else if (typeof act !== 'string') bench.card = act
    keyboard.write(act === 'q' || act === 'e' ? `${act}\n` : '\n')
  }
  const output = { colours: false, columns: null, print: (line: string) => void lines.push(line), tell }
  const options = { rig: 'bench', records: 'lot.json', out: 'out', acceptUnproved: ['cover-material'], ...over }
  try {
    const code: ExitCode = await spotCheckOnRig(options, { output, answers }, controller.signal)
    return { code, lines: lines.join('\n'), told: told.join('\n') }
  } finally {
    bench.mayJudge = () => {}
  }
}

const report = (file = 'junit.xml') => readFileSync(join('out', file), 'utf8')
async function entries(kind: RegExp) {
  await using journal = await readJournal(join(here, 'assay-journal'))
  const all = await Array.fromAsync(journal.entries())
  expect((await journal.verify()).faults).toEqual([])
  return all.filter(one => kind.test(one.kind))
}
const stepsKept = async () => (await entries(/^spot-check-step$/)).map(({ facts }) => facts['step'])

test('leaves masked pictures of each step, and reports that say that it was one, and that the unit is spent', async () => {
  const { code } = await sit(seen('sealed'), seen('etched'), seen('opened'))
  expect(code).toBe(0)
  const folders = readdirSync(join('out', 'pictures'))
  expect(folders).toHaveLength(3)
  for (const folder of folders) expect(readdirSync(join('out', 'pictures', folder))).toEqual(['00-card-4x3-masked.jpg'])
  for (const step of ['sealed', 'scratched', 'opened']) {
    const said = `Step ${step} of a spot check, which came to PASS. The unit is spent: it was opened, or was to be, and is sold to nobody.`
    expect(report()).toContain(said)
    expect(report('report.html')).toContain(said)
  }
  expect(report('report.html').match(/data:image\/jpeg/g)).toHaveLength(3)
  // Whoever opens one unit did not set out to see them all.
  const { code: ofLot, stdout } = await runCommand(here, ['lot', 'status', 'lot.json'])
  expect(stdout).toContain('sealed: 1 of 2 seen: 1 passed, 0 failed, 0 inconclusive, 0 errors\n')
  expect(stdout).not.toContain('missing')
  expect(ofLot).toBe(4)
})

test('a step that is not judged is photographed again while the unit is in that state, and its last look counts', async () => {
  const { code, told } = await sit(
    seen('sealed', unread('address-qr')),
    seen('sealed'),
    seen('etched', unread('address-qr')),
    seen('etched'),
    seen('opened', unread('serial-bottom')),
    seen('opened'),
  )
  expect(told).toContain('press Enter to photograph it again. (e and Enter lets this result stand; q and Enter leaves')
  expect(code).toBe(0)
  expect(report()).toMatch(/failures="0" errors="0"/)
  expect(report().match(/<skipped/g)).toHaveLength(3)
  expect((await entries(/^spot-check-again$/)).map(({ unit, station }) => [unit, station])).toEqual(
    ['sealed', 'etched', 'opened'].map(station => ['BX0000001', station]),
  )
})

test('a result that a person lets stand ends the walk as INCONCLUSIVE, and nothing asks for another photograph', async () => {
  bench.crops = []
  const { code, lines } = await sit(seen('sealed'), seen('etched'), seen('opened', unread('serial-bottom')), 'e')
  expect(code).toBe(4)
  expect(lines).toMatch(/Spot check of BX0000001: INCONCLUSIVE\. .* nobody photographs the unit again\./)
  expect((await entries(/^spot-check$/))[0]!.facts).toMatchObject({ isWhole: true, verdict: 'INCONCLUSIVE' })
  expect(report()).not.toContain('run-unfinished')
  // Where eyes cut no picture there is no folder for it, and the page says that there is none.
  expect(existsSync(join('out', 'pictures'))).toBe(false)
  expect(report('report.html').match(/No pictures of it are here/g)).toHaveLength(3)
})

test('a unit that cannot be read on is ended by a person: spent, INCONCLUSIVE, never asked for again', async () => {
  const { code, lines, told } = await sit(seen('sealed'), seen('etched'), seen('opened', unread('epk-qr')), 'e')
  expect(code).toBe(4)
  expect(told).toMatch(/e and Enter ends the spot check, if it cannot be read at all/)
  expect(lines).toMatch(
    /The spot check of BX0000001 is INCONCLUSIVE: it was scratched and cannot be read: Not read yet: /,
  )
  expect((await entries(/^spot-check$/))[0]!.facts).toMatchObject({ isWhole: false, isGivenUp: true })
  expect(await entries(/^unit-destroyed$/)).toHaveLength(1)
  expect(report()).toMatch(/<testsuites [^>]* failures="0" errors="1"/)
  expect(report()).not.toContain('run-unfinished')
  const asked = ['spot-check', '--rig', 'bench', '-r', 'lot.json', '--unit', 'BX0000001']
  expect(await runCommand(here, asked)).toMatchObject({ code: 2, stderr: expect.stringContaining('it is spent') })
  expect((await sit('q')).told).not.toContain('goes on there')
})

test('a card that was not scratched yet is no unit that failed: it is asked for again', async () => {
  const { code } = await sit(seen('sealed'), seen('sealed'), seen('etched'), seen('opened'))
  expect(code).toBe(0)
  expect(report()).toMatch(/failures="0"/)
})

test.each([
  ['sealed', 0, 'The unit was not opened: put it aside, it is evidence.', 'The unit was not opened.'],
  [
    'scratched',
    1,
    'It was broken off when the unit was scratched.',
    'The unit is spent: it was opened, or was to be, and is sold to nobody.',
  ],
] as const)(
  'an alarm at %s says of which unit, in which spot check, and whether it is spent',
  async (step, before, how, spent) => {
    const { code, lines, told } = await sit(...[seen('sealed')].slice(0, before), seen('opened'))
    expect(code).toBe(5)
    expect(lines).toMatch(new RegExp(`FAIL *BX0000001, at ${step === 'sealed' ? 'sealed' : 'etched'}`))
    expect(lines).toContain('Spot check of BX0000001: FAIL, not whole. ')
    expect(lines).toContain(how)
    expect(told.includes('BX0000001 is spent')).toBe(step === 'scratched')
    const came = step === 'sealed' ? ', which came to FAIL' : ''
    for (const file of ['junit.xml', 'report.html'])
      expect(report(file)).toContain(`Step ${step} of a spot check${came}. ${spent}`)
    // What stopped it is in the folder at once, under its unit.
    expect(readdirSync(join('out', 'records')).every(name => name.endsWith('-BX0000001.json'))).toBe(true)
    expect(readdirSync(join('out', 'records'))).toHaveLength(before + 1)
    expect(await stepsKept()).toEqual(['sealed', 'scratched'].slice(0, before + 1))
    expect(await entries(/^unit-destroyed$/)).toHaveLength(before)
    expect(await runCommand(here, ['report', 'build', '--out', 'out'])).toMatchObject({ code: 5 })
    expect(readdirSync(join('out', 'records'))).toHaveLength(before + 1)
  },
)

test('a look that is interrupted is told of the unit that was asked for, in its spot check', async () => {
  const { code, lines } = await sitWith({ unit: 'BX0000001' }, 'Ctrl-C while it is looked at')
  expect(code).toBe(130)
  expect(lines).toMatch(/ERROR *BX0000001, at sealed/)
  expect(report()).toContain('It looked at step sealed of a spot check of BX0000001, and did not bring it to its end.')
  expect(readdirSync(join('out', 'records'))).toEqual(['0001-BX0000001.json'])
  const status = await runCommand(here, ['lot', 'status', 'lot.json'])
  expect(status.stdout).toContain('  BX0000001: sealed ERROR. ')
  expect(status.stdout).not.toContain('Not of this lot')
  expect((await sit(seen('sealed'), seen('etched'), seen('opened'))).code).toBe(0)
  expect(report()).toMatch(/failures="0" errors="0"/)
})

describe('interrupted', () => {
  const walk = (): Act[] => [seen('sealed'), seen('etched'), seen('opened')]
  test.each([
    [0, 'Ctrl-C while it is looked at', null],
    [1, 'Ctrl-C while it is looked at', 'sealed'],
    [2, 'Ctrl-C', 'scratched'],
    [2, 'Ctrl-C while it is looked at', 'scratched'],
  ] as const)(
    'after %s steps by %s it keeps what was done, and the next one goes on there to its end',
    async (done, how, state) => {
      const cut = await sit(...walk().slice(0, done), how)
      expect(cut.code).toBe(130)
      expect(report()).toContain('run-unfinished')
      expect(await stepsKept()).toEqual(['sealed', 'scratched', 'opened'].slice(0, done))
      if (state !== null)
        expect(cut.told).toContain(`BX0000001 was ${state} when its spot check was broken off, and is spent`)
      expect(await entries(/^unit-destroyed$/)).toHaveLength(state === null ? 0 : 1)
      // What changes elsewhere in the lot file does not touch the unit.
      writeFileSync('lot.json', JSON.stringify({ lot: 'L-0', units: [units[0]!.record] }))
      const rest = await sit(...walk().slice(done))
      expect(rest.lines).toContain('Spot check of BX0000001: PASS.')
      expect(rest.code).toBe(0)
      expect(report()).toMatch(/failures="0" errors="0"/)
      expect(await stepsKept()).toEqual(['sealed', 'scratched', 'opened'])
      expect(await entries(/^(?:unit-destroyed|spot-check)$/)).toHaveLength(2)
    },
  )
})

test('by another record of the unit in the lot file, steps that were judged by the one before make no PASS', async () => {
  writeFileSync('lot.json', lotOf({ denomination: '0.1 BTC' }))
  await sit(seen('sealed'), seen('etched'), 'q')
  writeFileSync('lot.json', lotOf())
  const { code, lines, told } = await sit(seen('opened'))
  expect(told).toContain('is not the one that its earlier steps were judged by')
  expect(lines).toMatch(/Spot check of BX0000001: INCONCLUSIVE\. The lot file's record of BX0000001/)
  expect(code).toBe(4)
  // Whoever reads any of it hears what the whole came to, and not that each step passed.
  const why = 'It counts as INCONCLUSIVE: the spot check of which it is the last step came to that.'
  expect(report()).toMatch(/tests="3" failures="0" errors="1"/)
  expect(report()).toContain(why)
  expect(report('report.html')).toContain(why)
  expect(told).toContain('2 of 3 inspections passed; 1 could not be judged.')
  expect(await runCommand(here, ['report', 'build', '--out', 'out'])).toMatchObject({ code: 4 })
  const mistyped = await runCommand(here, ['report', 'build', '--out', 'mistyped'])
  expect(mistyped).toMatchObject({ code: 2, stderr: expect.stringContaining('Nothing was ever said for ') })
  expect(existsSync('mistyped')).toBe(false)
  const status = await runCommand(here, ['lot', 'status', 'lot.json'])
  expect(status.stdout).toContain('The spot check of BX0000001 is INCONCLUSIVE, whatever each of its steps showed: ')
  expect(status.stdout).not.toContain('BX0000001 at sealed')
  const listed = await runCommand(here, ['journal', 'list', '--unit', 'BX0000001'])
  expect(listed.stdout).toContain('The spot check of BX0000001 came to INCONCLUSIVE, and the unit is spent. ')
})

test('by another profile than its earlier steps, a spot check makes no PASS', async () => {
  await sit(seen('sealed'), seen('etched'), 'q')
  const { serial } = referenceProfile
  writeFileSync('own.json', JSON.stringify({ ...referenceProfile, serial: { ...serial, example: 'AX1111111' } }))
  bench.profile = join(here, 'own.json')
  try {
    const { code, lines } = await sit(seen('opened'))
    expect(lines).toMatch(/Spot check of BX0000001: INCONCLUSIVE\. .* or the product's profile, is not the one/)
    expect(code).toBe(4)
  } finally {
    bench.profile = 'assay-reference'
  }
})

test('a spot check of a unit that the lot has not is refused before anything is opened', async () => {
  const opened = bench.opened
  const asked = ['spot-check', '--rig', 'bench', '--records', 'lot.json', '--unit', 'BX9999999']
  const stderr = expect.stringContaining('The lot has no unit BX9999999.')
  expect(await runCommand(here, asked)).toMatchObject({ code: 2, stderr })
  expect(bench.opened).toBe(opened)
})

test('a spot check that is interrupted says what state the unit is in, and the next one goes on there', async () => {
  const told: string[] = []
  const controller = new AbortController()
  const keyboard = new PassThrough()
  using answers = answersOf(keyboard as unknown as NodeJS.ReadStream)
  bench.card = seen('sealed')
  const tell = (line: string) => {
    told.push(line)
    if (line.includes('Scratch the passphrase free')) controller.abort(new InterruptedError('interrupted by Ctrl-C'))
    else if (line.includes('press Enter')) keyboard.write('\n')
  }
  const output = { colours: false, columns: 80, print: () => {}, tell }
  const options = { rig: 'bench', records: 'lot.json', acceptUnproved: ['cover-material'] }
  const cut = await spotCheckOnRig(options, { output, answers }, controller.signal)
  expect(cut).toBe(130)
  expect(told).toContain(
    'assay: BX0000001 was sealed when its spot check was broken off, and is spent; the next one goes on there.',
  )
  keyboard.end('q\n')
  await spotCheckOnRig(options, { output, answers }, new AbortController().signal)
  expect(told.join('\n')).toMatch(/spot check of BX0000001 was broken off when the unit was sealed; it goes on there/)
  expect(await entries(/^unit-destroyed$/)).toHaveLength(1)
  // Once it is ended, the unit is not opened again, and nothing is begun for it.
  const ended = ['journal', 'unread', 'BX0000001', '--by', 'ann', '--why', 'scratched through']
  expect(await runCommand(here, ended)).toMatchObject({ code: 4, stdout: expect.stringContaining('is spent') })
  const before = [bench.opened, (await entries(/./)).length]
  const again = spotCheckOnRig(
    { ...options, unit: 'BX0000001', out: 'again' },
    { output, answers },
    new AbortController().signal,
  )
  await expect(again).rejects.toMatchObject({ code: 'unit-spent', message: expect.stringContaining('it is spent') })
  expect([bench.opened, (await entries(/./)).length, existsSync('again')]).toEqual([...before, false])
})
