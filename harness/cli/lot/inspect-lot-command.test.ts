import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { RigError } from '../../../devices/rig-error.ts'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
} from '../../checks/reference-unit.testing.ts'
import type { ExitCode } from '../../core/assay-error.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'
import { answersOf } from '../../inspection/nests.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import { InterruptedError } from '../interruption.ts'
import { runCommand } from '../run-command.testing.ts'
import { bench, benchAtHand, benchSession, benchSettings } from './bench.testing.ts'
import { inspectLotOnRig } from './inspect-lot-command.ts'

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
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'assay-bench-'))
  process.chdir(here)
  writeFileSync('lot.json', JSON.stringify({ lot: 'L-0', units: units.map(({ record }) => record) }))
})
afterEach(() => {
  bench.product = 'flag'
  bench.scans = null
  bench.mayJudge = () => {}
  process.chdir(before)
  rmSync(here, { recursive: true, force: true })
})

const sealed = (unit: ReferenceUnit) => photographOf('sealed', unit.card)

interface Sat {
  readonly code: ExitCode
  readonly lines: readonly string[]
  readonly told: readonly string[]
}

/** Somebody at the bench: at each question they do what comes next, and press Enter; after the last they type `q`. */
async function sit(...acts: readonly (PhotographReading | 'q' | 'Ctrl-C')[]): Promise<Sat> {
  return await sitWith({}, ...acts)
}

async function sitWith(
  more: { readonly scan?: boolean },
  ...acts: readonly (PhotographReading | 'q' | 'Ctrl-C')[]
): Promise<Sat> {
  const [lines, told]: [string[], string[]] = [[], []]
  const left = [...acts]
  const controller = new AbortController()
  const keyboard = new PassThrough()
  using answers = answersOf(keyboard as unknown as NodeJS.ReadStream)
  const output = {
    colours: false,
    columns: 80,
    print: (line: string) => void lines.push(line),
    tell: (line: string) => {
      told.push(line)
      if (!line.startsWith('Lay the next card in')) return
      const act = left.shift() ?? 'q'
      if (act === 'Ctrl-C') controller.abort(new InterruptedError('interrupted by Ctrl-C'))
      else if (act !== 'q') bench.card = act
      if (act === 'q') keyboard.write('q\n')
      else if (more.scan !== true) keyboard.write('\n')
    },
  }
  const options = {
    rig: 'bench',
    records: 'lot.json',
    station: 'sealed',
    out: 'out',
    acceptUnproved: ['cover-material'],
    ...more,
  }
  const code = await inspectLotOnRig(options, { output, answers }, controller.signal)
  return { code, lines, told }
}

const junit = () => readFileSync(join(here, 'out', 'junit.xml'), 'utf8')
async function kinds(): Promise<readonly string[]> {
  await using journal = await readJournal(join(here, 'assay-journal'))
  return (await Array.fromAsync(journal.entries())).map(({ kind }) => kind)
}

test('card after card is laid in, judged at Enter, and said in one big word', async () => {
  const opened = bench.opened
  const { code, lines } = await sit(sealed(units[0]!), sealed(units[1]!), 'q')
  expect(lines.join('\n')).toMatch(/█[\s\S]*BX0000001, at sealed[\s\S]*█[\s\S]*BX0000002, at sealed/)
  expect(lines.join('\n')).toContain('Lot L-0: 2 of 2 units seen.')
  expect([bench.opened - opened, bench.disposed]).toEqual([1, bench.opened])
  expect((await kinds()).filter(kind => /^(inspection|run-)/.test(kind))).toEqual([
    'run-begun',
    'inspection',
    'inspection',
    'run-ended',
  ])
  expect(junit()).toMatch(/tests="2"/)
  expect(junit()).not.toContain('run-unfinished')
  expect(code === 0).toBe(/failures="0" errors="0"/.test(junit()))
})

test('a calibration that expires between two cards ends the session: the second is an ERROR, and nobody judged it', async () => {
  let asked = 0
  bench.mayJudge = () => {
    if (++asked > 1) throw new RigError('calibration-expired', 'rig bench does not judge units: it expired.')
  }
  const shots = bench.shots
  await expect(sit(sealed(units[0]!), sealed(units[1]!), 'q')).rejects.toMatchObject({ code: 'calibration-expired' })
  // One photograph a light of the first card, none of the second.
  expect(bench.shots - shots).toBe(1)
  await using journal = await readJournal(join(here, 'assay-journal'))
  const entries = await Array.fromAsync(journal.entries())
  const records = entries.flatMap(({ kind, facts }) =>
    kind === 'inspection' ? [facts['record'] as InspectionRecord] : [],
  )
  expect(records.map(({ verdict, error }) => [verdict, error?.code])).toEqual([
    ['PASS', undefined],
    ['ERROR', 'calibration-expired'],
  ])
  expect(junit()).not.toMatch(/errors="0"/)
})

test('a session that was left goes on: what is judged is said, and every attempt is kept', async () => {
  const unread = photographOf('sealed', units[1]!.card, { 'address-qr': blankReading('address-qr', 'unread', 'glare') })
  const first = await sit(sealed(units[0]!), unread, 'q')
  expect(first.code).toBe(4)
  const second = await sit(sealed(units[1]!), 'q')
  expect(second.told.join('\n')).toMatch(/1 of 2 units are judged at sealed already: BX0000001\./)
  expect(second.lines.join('\n')).toContain('Lot L-0: 2 of 2 units seen.')
  expect((await kinds()).filter(kind => kind === 'inspection')).toHaveLength(3)
  expect(junit()).toContain('BX0000002, attempt 2')
})

test('Ctrl-C keeps what was judged, ends with 130, and leaves a report that is not green', async () => {
  const { code, told } = await sit(sealed(units[0]!), 'Ctrl-C')
  expect(code).toBe(130)
  expect((await kinds()).filter(kind => kind === 'inspection').length).toBeGreaterThan(0)
  expect(junit()).toMatch(/<error type="run-unfinished"/)
  expect(told.at(-1)).toContain('the report is in out')
})

test('a lot file may say which shipped product it is of, and never names a file of rules to judge by', async () => {
  bench.product = 'default'
  const lotOf = (product?: string) => JSON.stringify({ lot: 'L-0', product, units: units.map(({ record }) => record) })
  writeFileSync('lot.json', lotOf('assay-reference'))
  expect((await sit(sealed(units[0]!), 'q')).lines.join('\n')).toContain('BX0000001, at sealed')
  const opened = bench.opened
  writeFileSync('loose.json', '{}')
  for (const product of [undefined, './loose.json', join(here, 'loose.json'), 'loose']) {
    writeFileSync('lot.json', lotOf(product))
    await expect(sit('q')).rejects.toThrow(/^add --product <name\|file> \(/)
  }
  expect(bench.opened).toBe(opened)
})

test('with --scan a card begins at its scan, and one that is not the one scanned is said and kept', async () => {
  bench.scans = ['nothing of this lot', 'BX0000001', 'BX0000001']
  const { code, lines, told } = await sitWith({ scan: true }, sealed(units[0]!), sealed(units[1]!), 'q')
  expect(lines.join('\n')).toMatch(/BX0000001, at sealed[\s\S]*BX0000002, at sealed/)
  expect(told.filter(line => line.startsWith('assay: another card'))).toEqual([
    expect.stringContaining('BX0000001 was scanned and BX0000002 lay in the nest'),
  ])
  expect(told).toContainEqual(expect.stringContaining('No card of the lot has the code'))
  expect(told.join('\n')).not.toContain('nothing of this lot')
  await using journal = await readJournal(join(here, 'assay-journal'))
  const entries = await Array.fromAsync(journal.entries())
  expect(entries.filter(({ kind }) => kind === 'other-card')).toEqual([
    expect.objectContaining({
      unit: 'BX0000002',
      station: 'sealed',
      facts: { scanned: 'BX0000001', out: resolve('out') },
    }),
  ])
  expect(code).not.toBe(0)
})

test('a run whose cards all pass does not end with 0 where one was another than was scanned', async () => {
  bench.scans = ['BX0000002', 'BX0000002']
  const alike = await sitWith({ scan: true }, sealed(units[1]!), 'q')
  bench.scans = ['BX0000001']
  const other = await sitWith({ scan: true }, sealed(units[1]!), 'q')
  expect([alike.code, other.code]).toEqual([0, 4])
})

test('in one session with --scan a card with glare is photographed once more, and one that was judged is seen again', async () => {
  const glare = photographOf('sealed', units[0]!.card, { 'address-qr': blankReading('address-qr', 'unread', 'glare') })
  bench.scans = ['BX0000001', 'BX0000002', 'BX0000001']
  bench.looks = [glare]
  const { code, lines, told } = await sitWith({ scan: true }, ...[0, 1, 0].map(at => sealed(units[at]!)), 'q')
  expect(told.filter(line => line.startsWith('assay: another card'))).toEqual([])
  expect((await kinds()).filter(kind => /^(?:retake|inspection|other-card)$/.test(kind))).toEqual([
    'retake',
    'inspection',
    'inspection',
    'inspection',
  ])
  expect(lines.join('\n')).toMatch(/BX0000001 was judged at sealed \(entry \d+\) and looked at again \(entry \d+\)/)
  expect(code).toBe(0)
  await using journal = await readJournal(join(here, 'assay-journal'))
  const retake = (await Array.fromAsync(journal.entries())).find(({ kind }) => kind === 'retake')
  expect(retake?.facts).toMatchObject({ rig: 'bench', unread: ['address-qr'] })
})

test.each([
  ['--together', ['--together']],
  ['photographs', ['card.jpg']],
])('a rig takes its own photographs: %s beside --rig is refused before anything is opened', async (what, more) => {
  const opened = bench.opened
  const asked = ['inspect', '--rig', 'bench', '--records', 'lot.json', '--station', 'sealed', ...more]
  expect(await runCommand(here, asked)).toMatchObject({ code: 2, stderr: expect.stringContaining(`leave out ${what}`) })
  expect(bench.opened).toBe(opened)
})

test('--scan on a rig without a scanner is said before anything is laid in', async () => {
  await expect(sitWith({ scan: true }, 'q')).rejects.toMatchObject({ code: 'scanner-missing', exitCode: 3 })
})
