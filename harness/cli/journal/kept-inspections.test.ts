import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { CustodyError } from '../../custody/custody-error.ts'
import type { JournalEntry } from '../../custody/journal/entry.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { openJournal, readJournal } from '../../custody/journal/journal-folder.ts'
import { PictureError } from '../../imaging/picture-error.ts'
import { keepInspections } from '../../lots/keep-inspections.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { Vision } from '../../vision/pool/vision.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import { networksDigest } from '../../vision/text/network-files.node.ts'
import { InterruptedError } from '../interruption.ts'
import { main } from '../main.ts'
import { inspectPhotographs } from '../photographs/inspect-photographs.ts'
import { folderView } from './folder-view.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-kept-'))
  for (const name of ['one', 'two', 'torn', 'alarm', 'last', 'of-1', 'of-1-blurred', 'of-1-alarm'])
    writeFileSync(join(folder, name), name)
  writeFileSync(join(folder, 'copy'), 'one')
  writeFileSync(join(folder, 'lot.json'), JSON.stringify([{ serial: 'BX0000001' }]))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const serial: PhotographReading['marks'][number] = {
  mark: 'serial-card',
  outcome: 'read',
  text: 'BX0000001',
  confidence: 1,
  readers: ['pp-ocr', 'ocv'],
  alternatives: null,
  where: null,
  because: 'two readers agree',
}

/** Sees what the name of a picture says. */
function eyes(watch: (name: string) => void = () => {}): Vision {
  const look: Vision['look'] = async source => {
    const bytes = source as Uint8Array
    const name = new TextDecoder().decode(bytes)
    watch(name)
    if (name === 'torn') throw new PictureError('picture-damaged', 'torn is torn')
    const reading: PhotographReading = {
      photographId: createHash('sha256').update(bytes).digest('hex'),
      card: null,
      because: 'no card in view',
      marks: name.startsWith('of') ? [serial] : [],
      states: [],
      measurements: [],
      ...(name.endsWith('alarm') && {
        exposed: [
          {
            kind: 'epk',
            where: [
              [0, 0],
              [1, 0],
              [1, 1],
              [0, 1],
            ],
          },
        ],
      }),
    }
    return { reading, pixelsSha256: reading.photographId, crops: [], explanation: null }
  }
  return { look, read: async (...args) => (await look(...args)).reading, [Symbol.asyncDispose]: async () => {} }
}

let places = 0
const outNow = () => join(folder, `out-${places}`)
const placeNow = () => join(folder, `journal-${places}`)

interface Run {
  readonly code: number
  /** All but changes of what units are judged by. */
  readonly entries: readonly JournalEntry[]
  readonly all: readonly JournalEntry[]
  /** For each line that was printed: how many entries stood in the journal by then. */
  readonly keptAtLine: readonly number[]
  readonly told: readonly string[]
  readonly lines: readonly string[]
}

/** Of every journal here, whoever writes it. */
const now = '2026-11-21T08:00:00.000Z'

async function inspect(
  names: readonly string[],
  {
    watch,
    signal = new AbortController().signal,
    change = journal => journal,
    again = false,
    out = again ? outNow() : join(folder, `out-${places + 1}`),
    revealSecrets = false,
    json = true,
  }: {
    readonly out?: string
    readonly revealSecrets?: boolean
    readonly json?: boolean
    readonly watch?: (name: string) => void
    readonly signal?: AbortSignal
    readonly change?: (journal: Journal) => Pick<Journal, 'append'>
    /** In the journal and the folder of the run before. */
    readonly again?: boolean
  } = {},
): Promise<Run> {
  if (!again) places++
  const place = placeNow()
  const options = {
    product: 'assay-reference',
    station: 'sealed',
    records: join(folder, 'lot.json'),
    json,
    revealSecrets,
    operator: 'ann',
    out,
  }
  const keptAtLine: number[] = []
  const told: string[] = []
  const lines: string[] = []
  let written = 0
  const clock = () => now
  await using journal = await openJournal(place, {
    clock: () => new Date(clock()),
    password: () => Promise.reject(new Error('none')),
  })
  const counting = {
    entries: (from?: number) => journal.entries(from),
    entriesOn: journal.entriesOn.bind(journal),
    entriesAbout: (unit: string) => journal.entriesAbout(unit),
    entriesAboutUnits: (units: readonly string[]) => journal.entriesAboutUnits(units),
    append: async (...said: Parameters<Journal['append']>) => {
      const entry = await change(journal).append(...said)
      if (entry.kind !== 'files-named') written++
      return entry
    },
  } as Journal
  const output = {
    colours: false,
    columns: null,
    print: (line: string) => {
      lines.push(line)
      keptAtLine.push(written)
    },
    tell: (line: string) => void told.push(line),
  }
  const kept = keepInspections(counting, { ...options, profile: loadProfile(options.product) })
  const files = names.map(name => join(folder, name))
  const code = await inspectPhotographs(files, options, output, signal, clock, () => eyes(watch), kept)
  const all = (await entriesIn(place)).slice(1)
  const entries = all.filter(({ kind }) => !kind.endsWith('-changed') && kind !== 'files-named')
  return { code, entries, all, keptAtLine, told, lines }
}

async function entriesIn(place: string): Promise<JournalEntry[]> {
  await using journal = await readJournal(place)
  return await Array.fromAsync(journal.entries())
}

const summary = (entries: readonly JournalEntry[]) =>
  entries.map(
    ({ kind, facts }) =>
      `${kind} ${[facts['files'] ?? facts['file'] ?? facts['code']].flat().map(file => String(file).split(/[\\/]/).at(-1))}`,
  )

it('keeps every picture that was put before it, judged or not, before its line is shown', async () => {
  const { code, entries, keptAtLine } = await inspect(['one', 'torn', 'two', 'copy'])
  expect(summary(entries).toSorted()).toEqual([
    'inspection one',
    'inspection two',
    'repeated-file copy',
    'unreadable-file torn',
  ])
  for (const [line, kept] of keptAtLine.entries()) expect(kept).toBeGreaterThan(line)
  expect(code).toBe(2)
  const [first] = entries
  expect(first).toMatchObject({ who: 'ann', unit: null, station: 'sealed', at: '2026-11-21T08:00:00.000Z' })
  expect(first!.facts).toMatchObject({
    out: resolve(folder, 'out-1'),
    judgedBy: {
      profileSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      recordsSha256: createHash('sha256')
        .update(readFileSync(join(folder, 'lot.json')))
        .digest('hex'),
      configuration: null,
    },
    record: {
      format: 'assay-inspection-5',
      operator: 'ann',
      station: 'sealed',
      software: { name: 'assay', modelsSha256: await networksDigest() },
      planSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  })
  expect(first!.facts['pixelsSha256']).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)])
  expect(first).not.toHaveProperty('redacted')
})

it('keeps an alarm, and that what comes after it was not judged', async () => {
  const { code, entries } = await inspect(['one', 'alarm', 'two', 'last'])
  expect(code).toBe(5)
  // The alarm before its inspection: killed between the two, the rig stands still.
  expect(summary(entries).slice(0, 3)).toEqual(['inspection one', 'alarm epk-exposed', 'inspection alarm'])
  expect(entries[2]!.facts).toMatchObject({ record: { verdict: 'FAIL', alarm: { code: 'epk-exposed' } } })
  expect(summary(entries).slice(3).toSorted()).toEqual(['not-judged last', 'not-judged two'])
  expect(entries.at(-1)!.facts).toMatchObject({ code: 'run-stopped' })
})

it('keeps what was judged before Ctrl-C, and names what was not', async () => {
  const controller = new AbortController()
  const watch = (name: string) => {
    if (name === 'last') controller.abort(new InterruptedError('interrupted by Ctrl-C'))
  }
  const { code, entries } = await inspect(['one', 'torn', 'two', 'last'], { watch, signal: controller.signal })
  expect(code).toBe(130)
  expect(summary(entries)[0]).toBe('inspection one')
  const named = entries.flatMap(({ facts }) => [facts['files'] ?? facts['file']].flat())
  expect(new Set(named)).toEqual(new Set(['one', 'torn', 'two', 'last'].map(name => join(folder, name))))
})

it('says what units are judged by, once, and that secrets were shown, before they are', async () => {
  const first = await inspect(['one'], { revealSecrets: true })
  expect(first.all.map(({ kind }) => kind)).toEqual([
    'profile-changed',
    'files-named',
    'secrets-revealed',
    'records-changed',
    'inspection',
  ])
  expect(first.all[2]).toMatchObject({ who: 'ann', facts: { command: 'inspect', files: [join(folder, 'one')] } })
  const second = await inspect(['one'], { again: true })
  expect(second.all.slice(first.all.length).map(({ kind }) => kind)).toEqual(['files-named', 'inspection'])
})

it('counts a file without a result in its total, its report and its JUnit, and what was lost has not passed', async () => {
  const { lines, code } = await inspect(['one', 'torn', 'copy'], { json: false })
  expect(lines.at(-1)).toMatch(/^1 inspected: .*; 1 file without a result; 1 given twice$/)
  expect(code).not.toBe(0)
  const out = join(folder, `out-${places}`)
  const junit = readFileSync(join(out, 'junit.xml'), 'utf8')
  for (const name of ['one', 'torn', 'copy']) expect(junit).toContain(join(folder, name))
  expect(junit).toMatch(/errors="2"/)
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain(join(folder, 'torn'))
})

it('says nothing of a unit that it could not keep', async () => {
  const full = new CustodyError('drive-full', 'The drive is full.')
  const shown: number[] = []
  const change = (journal: Journal) => ({
    append: async (...said: Parameters<Journal['append']>) => {
      if (said[0].kind === 'inspection' && shown.push(0) > 1) throw full
      return await journal.append(...said)
    },
  })
  await expect(inspect(['one', 'two'], { change })).rejects.toBe(full)
  const entries = await entriesIn(placeNow())
  expect(summary(entries.filter(({ kind }) => kind === 'inspection'))).toEqual(['inspection one'])
})

it('does not let a FAIL be undone by inspecting again: the run says so, and does not pass', async () => {
  const first = await inspect(['of-1-alarm'])
  expect(first.entries).toMatchObject([
    { kind: 'alarm', facts: { rig: null, unit: 'BX0000001', code: 'epk-exposed' } },
    { unit: 'BX0000001', facts: { record: { verdict: 'FAIL' } } },
  ])
  const second = await inspect(['of-1'], { again: true, json: false })
  expect(second.lines.at(-1)).toBe('1 inspected: 0 passed, 1 failed, 0 inconclusive, 0 errors')
  expect(second.entries.at(-1)).toMatchObject({ unit: 'BX0000001', facts: { record: { verdict: 'INCONCLUSIVE' } } })
  expect(second.told.join('\n')).toMatch(
    /BX0000001 still counts as failed at sealed, whatever is seen now, until a second person decides/,
  )
  // The folder of both still holds the alarm of the first.
  expect(second.code).toBe(5)
})

it('one bad unit is one failure, wherever its FAIL is told, and an alarm names the unit whose card it shows', async () => {
  const page = join(outNow(), 'junit.xml')
  expect(readFileSync(page, 'utf8')).toMatch(/<testcase name="BX0000001, [^"]*of-1-alarm"[^>]*><failure type="FAIL"/)
  const out = join(folder, 'out-elsewhere')
  const { lines, told } = await inspect(['of-1', 'of-1-blurred'], { again: true, out, json: false })
  expect(lines.at(-1)).toBe('1 inspected: 0 passed, 1 failed, 0 inconclusive, 0 errors')
  const junit = readFileSync(join(out, 'junit.xml'), 'utf8')
  expect(junit).toMatch(/<testsuites [^>]*failures="1" errors="0"/)
  expect(junit.match(/It is counted at attempt 3: FAIL\./g)).toHaveLength(1)
  expect(told.at(-1)).toMatch(/: 0 of 1 inspections? passed; 1 failed\. Another attempt is shown, too\.$/)
})

it('has one folder hold both runs, and builds its report again when it is gone', async () => {
  const out = join(folder, `out-${places}`)
  const page = readFileSync(join(out, 'report.html'), 'utf8')
  const junit = readFileSync(join(out, 'junit.xml'), 'utf8')
  expect(junit.match(/<testcase /g)).toHaveLength(2)
  rmSync(out, { recursive: true })
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  try {
    const args = ['report', 'build', '--out', out, '--journal', placeNow()]
    expect(await main(args, new AbortController(), () => {})).toBe(5)
    expect(write.mock.calls.flat().join('')).toMatch(
      /^BX0000001 counts as failed at sealed: .*\nOf 2 inspections no pictures are in .*\nThe report is in .*report\.html: 0 of 1 inspection passed; 1 failed\. Another attempt is shown, too\.\n$/,
    )
    expect(await main(args, new AbortController(), () => {})).toBe(5)
  } finally {
    write.mockRestore()
  }
  expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toBe(junit)
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toBe(page)
  expect(page.split('No pictures of it are here')).toHaveLength(3)
  expect(readdirSync(join(out, 'records'))).toHaveLength(2)
})

it('counts a file that a killed run was to inspect as lost, until another run has judged it', async () => {
  await inspect(['one'], {})
  const out = join(folder, `out-${places}`)
  const place = placeNow()
  const lost = async () => {
    await using journal = await readJournal(place)
    return (await folderView(journal, out)).files
  }
  expect(await lost()).toEqual([])
  {
    await using journal = await openJournal(place, { clock: () => new Date(now), password: () => Promise.reject() })
    const kept = keepInspections(journal, { station: 'sealed', profile: loadProfile('assay-reference'), out })
    await kept.named([join(folder, 'two')])
  }
  expect(await lost()).toMatchObject([{ file: join(folder, 'two'), code: 'not-judged', isSettled: false }])
})

it('counts a file once that one run left over and a later one judged, whoever calls it by which name', async () => {
  const controller = new AbortController()
  const watch = (name: string) => {
    if (name === 'two') controller.abort(new InterruptedError('interrupted by Ctrl-C'))
  }
  await inspect(['one', 'torn', 'two', 'last'], { watch, signal: controller.signal })
  const lostIn = async () => {
    await using journal = await readJournal(placeNow())
    return (await folderView(journal, outNow())).files.filter(({ isSettled }) => !isSettled)
  }
  const junit = () => readFileSync(join(outNow(), 'junit.xml'), 'utf8')
  const left = (await lostIn()).filter(({ code }) => code === 'run-stopped').map(({ file }) => basename(file))
  expect(left).toContain('last')
  expect(junit()).toContain('<error type="run-stopped"')
  await inspect(left, { again: true })
  expect((await lostIn()).filter(({ code }) => code === 'run-stopped')).toEqual([])
  expect(junit()).toContain('<skipped type="run-stopped"')
  await inspect(['one'])
  {
    // Killed: named, by another name, and never judged; then judged.
    await using journal = await openJournal(placeNow(), {
      clock: () => new Date(now),
      password: () => Promise.reject(),
    })
    const facts = { files: ['one'], cwd: folder, out: outNow() }
    await journal.append({ kind: 'files-named', station: 'sealed', facts })
  }
  expect(await lostIn()).toMatchObject([{ file: 'one', code: 'not-judged' }])
  await inspect(['one'], { again: true })
  expect(await lostIn()).toEqual([])
})

it('says of a run on a rig that was killed that it is not at its end, until another one is', async () => {
  await inspect(['one'])
  const out = join(folder, `out-${places}`)
  const unfinished = async () => {
    await using journal = await readJournal(placeNow())
    return (await folderView(journal, out)).unfinished
  }
  const say = async (isWhole: boolean | null) => {
    await using journal = await openJournal(placeNow(), {
      clock: () => new Date(now),
      password: () => Promise.reject(),
    })
    const kept = keepInspections(journal, { station: 'sealed', profile: loadProfile('assay-reference'), out })
    const run = { rig: 'bench', lot: null, units: 1 }
    if (isWhole === null) await kept.begun(run)
    else await kept.ended({ ...run, isWhole }, 'Somebody pressed Ctrl-C.')
  }
  expect(await unfinished()).toBeNull()
  await say(null)
  expect(await unfinished()).toMatch(/run on rig bench .* is not at its end/)
  await say(false)
  expect(await unfinished()).toBe('Somebody pressed Ctrl-C.')
  await say(null)
  await say(true)
  expect(await unfinished()).toBeNull()
})

it('has a red report while a run goes on, and an older green one is gone', async () => {
  let during = ''
  await inspect(['one'], {
    watch: () => {
      during = readFileSync(join(folder, `out-${places}`, 'junit.xml'), 'utf8')
    },
  })
  expect(during).toContain('type="run-unfinished"')
  expect(readFileSync(join(folder, `out-${places}`, 'junit.xml'), 'utf8')).not.toContain('run-unfinished')
})
