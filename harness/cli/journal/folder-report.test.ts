import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ExitCode } from '../../core/assay-error.ts'
import type { CheckName, Verdict } from '../../core/vocabulary.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { People } from '../../custody/journal/people.ts'
import { keepInspections } from '../../lots/keep-inspections.ts'
import { lotStatus } from '../../lots/lot-status.ts'
import { keepOtherCard } from '../../lots/other-card.ts'
import { entriesOfLot, sayWrongFile } from '../../lots/wrong-file.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { sampleRecord } from '../../record/sample-record.testing.ts'
import { exitOfVerdict, worstExit } from '../photographs/worst-exit.ts'
import { RunFolder } from '../run-folder.ts'
import { endFolderReport, exitsOfShown, writeFolderReport } from './folder-report.ts'

let here: string
let journal: Journal
beforeEach(async () => {
  here = mkdtempSync(join(tmpdir(), 'assay-folder-'))
  journal = await openJournal(join(here, 'journal'), { clock: () => new Date(), password: () => Promise.reject() })
})
afterEach(async () => {
  await journal[Symbol.asyncDispose]()
  rmSync(here, { recursive: true, force: true })
})

const out = () => join(here, 'out')
const junit = () => readFileSync(join(out(), 'junit.xml'), 'utf8')
const page = () => readFileSync(join(out(), 'report.html'), 'utf8')
const isGreen = () => /<testsuites [^>]*failures="0" errors="0"/.test(junit())

let pictures = 0
function seen(unit: string, verdict: Verdict): InspectionRecord {
  const [photograph] = sampleRecord({}).photographs
  return sampleRecord({
    unit,
    station: 'sealed',
    verdict,
    because: `It is ${verdict}.`,
    findings: [{ check: 'serials-agree', verdict, because: `It is ${verdict}.`, marks: [] }],
    plannedChecks: ['serials-agree'],
    photographs: [{ ...photograph!, id: String(++pictures).padStart(64, '0') }],
    readings: [],
  })
}

/** One run into the folder: what it ends with, and what it says. */
async function run(
  records: readonly InspectionRecord[],
  beside = async () => {},
  signal?: AbortSignal,
  lotFile: string | null = null,
): Promise<[ExitCode, string]> {
  const profile = loadProfile('assay-reference')
  const kept = keepInspections(journal, { station: 'sealed', operator: 'ann', profile, out: out() })
  const folder = new RunFolder(out(), null)
  const files = records.map((_, i) => `${pictures}-${i}.jpg`)
  await kept.named(files)
  for (const [i, record] of records.entries()) {
    await kept.judged(record, [files[i]!], lotFile)
    folder.writeRecord(record)
  }
  await beside()
  const told: string[] = []
  const output = { colours: false, columns: null, print: () => {}, tell: (line: string) => void told.push(line) }
  const inspections = records.map(record => ({ record }))
  const codes = records.map(({ verdict }) => exitOfVerdict[verdict])
  return [await endFolderReport(folder, journal, { inspections, files: [] }, codes, output, signal), told.join('\n')]
}

/** What `assay report build` ends with. */
async function built(): Promise<ExitCode> {
  const { shown } = await writeFolderReport(new RunFolder(out(), null), journal, { inspections: [], files: [] })
  return worstExit(exitsOfShown(shown))
}

it('is green again when a later run saw well what an earlier one could not, and shows both attempts', async () => {
  expect((await run([seen('BX1', 'INCONCLUSIVE')]))[0]).toBe(4)
  expect(isGreen()).toBe(false)
  expect((await run([seen('BX1', 'PASS')]))[0]).toBe(0)
  expect(isGreen()).toBe(true)
  expect(junit()).toContain(
    '<skipped type="INCONCLUSIVE" message="INCONCLUSIVE: It is INCONCLUSIVE. Attempt 2 counts: PASS."/>',
  )
  expect(page()).toContain('The inspection passed. Another attempt is shown, too.')
})

it('does not let an older photograph outshine the last one', async () => {
  const older = seen('BX1', 'PASS')
  expect((await run([older]))[0]).toBe(0)
  await run([seen('BX1', 'INCONCLUSIVE')])
  expect((await run([older]))[0]).toBe(4)
  expect(isGreen()).toBe(false)
  expect(page()).toContain('It counts as INCONCLUSIVE: It is INCONCLUSIVE.')
})

it('counts every attempt of one run: the worst photograph of a batch is not outshone by a better one', async () => {
  expect((await run([seen('BX1', 'INCONCLUSIVE'), seen('BX1', 'PASS')]))[0]).toBe(4)
  expect(isGreen()).toBe(false)
})

it('has one failure of a unit that failed, however often it is inspected again', async () => {
  await run([seen('BX1', 'FAIL')])
  expect((await run([seen('BX1', 'PASS'), seen('BX2', 'PASS')]))[0]).toBe(1)
  expect(junit()).toMatch(/<testsuites [^>]*failures="1" errors="0"/)
  expect(page()).toContain('It counts as failed: It is FAIL.')
})

it('does not end with 0 while the folder holds what an earlier run left, and says so', async () => {
  await run([seen('BX1', 'FAIL')])
  const [code, told] = await run([seen('BX2', 'PASS')])
  expect([code, isGreen()]).toEqual([1, false])
  expect(told).toContain('this run alone would end with 0, its folder ends with 1.')
})

it('does not pass beside records of another journal, a changed record, or without anything inspected', async () => {
  expect((await run([]))[0]).toBe(4)
  expect(junit()).toContain('Nothing was inspected.')
  expect((await run([seen('BX1', 'PASS')]))[0]).toBe(0)
  const [record] = readdirSync(join(out(), 'records'))
  const path = join(out(), 'records', record!)
  writeFileSync(path, readFileSync(path, 'utf8').replace('It is PASS.', 'It is all right.'))
  const { shown } = await writeFolderReport(new RunFolder(out(), null), journal, { inspections: [], files: [] })
  expect(shown.unfinished).toMatch(/^A record in this folder is not of this journal, or not as it has it/)
  expect(isGreen()).toBe(false)
})

it('holds what a run beside it said while it was being written', async () => {
  const kept = keepInspections(journal, { station: 'sealed', profile: loadProfile('assay-reference'), out: out() })
  const folder = new RunFolder(out(), null)
  const write = folder.writeReports.bind(folder)
  let times = 0
  folder.writeReports = (...what) => {
    const path = write(...what)
    times++
    return path
  }
  await kept.judged(seen('BX1', 'PASS'), [], null)
  const reading = writeFolderReport(folder, journal, { inspections: [], files: [] })
  await kept.judged(seen('BX2', 'FAIL'), [], null)
  await reading
  expect(junit()).toContain('BX2')
  expect(times).toBeLessThanOrEqual(2)
})

it('names a scanned card in whose place another lay, until it is inspected', async () => {
  const other = async () =>
    await keepOtherCard(journal, { scanned: 'BX9', seen: 'BX1', station: 'sealed', who: null, out: out() })
  expect((await run([seen('BX1', 'PASS')], other))[0]).toBe(4)
  expect(junit()).toMatch(
    /<testcase name="BX9, scanned"[^>]*><error type="other-card" message="When it was scanned, BX1 lay/,
  )
  expect((await run([seen('BX9', 'PASS')]))[0]).toBe(0)
})

it('is never green where the run was told to stop, even with nothing left to do; built again it is', async () => {
  const [code] = await run([seen('BX1', 'PASS')], undefined, AbortSignal.abort(new Error('nobody reads')))
  expect([code, isGreen()]).toEqual([130, false])
  expect(junit()).toContain('The run was told to stop.')
  expect([await built(), isGreen()]).toEqual([0, true])
})

it('ends with one code, whoever asks: an alarm of an earlier run is one, a file without a result is none of usage', async () => {
  const bad = seen('BX1', 'FAIL')
  await run([{ ...bad, alarm: { code: 'epk-exposed', because: 'It lies open.', marks: [], acknowledged: false } }])
  const [code, told] = await run([seen('BX2', 'PASS')])
  expect([code, await built()]).toEqual([5, 5])
  expect(told).toContain('its folder ends with 5. An alarm is among what counts there.')
})

const ofFiles = { ...sampleRecord({}).rig, kind: 'files' as const }

it('does not count a card that nobody knew once the same picture is judged by a later run', async () => {
  const unread = { ...seen('BX1', 'INCONCLUSIVE'), unit: null, rig: ofFiles }
  expect((await run([unread]))[0]).toBe(4)
  // Another picture says nothing of that one.
  expect((await run([seen('BX1', 'PASS')]))[0]).toBe(4)
  expect((await run([{ ...seen('BX2', 'PASS'), photographs: unread.photographs }]))[0]).toBe(0)
  expect(junit()).toContain('A later run took it up.')
  const failed = { ...seen('BX3', 'FAIL'), unit: null, rig: ofFiles }
  expect((await run([failed]))[0]).toBe(1)
  expect((await run([{ ...seen('BX4', 'PASS'), photographs: failed.photographs }]))[0]).toBe(1)
})

describe('a card that its lot file does not have', () => {
  const [fileA, fileB] = ['a'.repeat(64), 'b'.repeat(64)]
  const foreign = (over: Partial<InspectionRecord> = {}, ...more: readonly CheckName[]): InspectionRecord => {
    const checks = ['known-unit', ...more] as const
    const findings = checks.map(check => ({ check, verdict: 'FAIL' as const, because: 'Not of this lot.', marks: [] }))
    return { ...seen('BX1', 'FAIL'), unit: null, rig: ofFiles, findings, plannedChecks: [...checks], ...over }
  }
  const by = (lotFile: string, ...records: readonly InspectionRecord[]) => run(records, undefined, undefined, lotFile)
  const unknown = async () =>
    (await Array.fromAsync(journal.entries())).filter(one => one.kind === 'inspection' && one.unit === null).at(-1)!
      .index
  const say = async (who: string, entry?: number) =>
    await sayWrongFile(journal, { entry: entry ?? (await unknown()), who, why: 'the file of lot A' }, async one => one)

  beforeEach(async () => {
    const people = new People()
    for (const [name, role] of [
      ['ann', 'quality'],
      ['bob', 'quality'],
      ['tom', 'operator'],
    ] as const)
      people.take(await journal.append(people.adding({ name, roles: [role], publicKey: null }, 'ann')))
  })

  it('counts by its own file once a second person says that the other was the wrong one, and not before', async () => {
    const card = foreign()
    expect((await by(fileA, card))[0]).toBe(1)
    expect((await by(fileB, { ...seen('BX9', 'PASS'), photographs: card.photographs }))[0]).toBe(1)
    expect(page()).toContain(`Another lot file has this card: BX9.`)
    expect(page()).toContain(`(assay journal wrong-file ${await unknown()})`)
    for (const who of ['ann', 'tom', 'eve']) await expect(say(who)).rejects.toMatchObject({ code: 'disposition-void' })
    expect(await built()).toBe(1)
    expect(await say('bob')).toEqual({ isSettled: true, own: 'BX9' })
    expect([await built(), isGreen()]).toEqual([0, true])
    expect(page()).toContain('Its lot file was the wrong one, says bob: the file of lot A. The card is counted as BX9.')
    await expect(say('bob')).rejects.toMatchObject({ code: 'disposition-void' })
  })

  it('is not good by that word alone, another card, or the same file again; nor where its own file finds it bad', async () => {
    const card = foreign()
    await by(fileA, card)
    await say('bob')
    expect(await built()).toBe(1)
    expect((await by(fileB, seen('BX8', 'PASS')))[0]).toBe(1)
    expect((await by(fileA, { ...seen('BX9', 'PASS'), photographs: card.photographs }))[0]).toBe(1)
    const elsewhere = { ...seen('BX9', 'PASS'), photographs: card.photographs, station: 'printed' as const }
    expect((await by(fileB, elsewhere))[0]).toBe(1)
    expect((await by(fileB, { ...seen('BX9', 'INCONCLUSIVE'), photographs: card.photographs }))[0]).toBe(1)
    expect((await by(fileB, seen('BX9', 'FAIL')))[0]).toBe(1)
  })

  it('counts by its own file on a rig, where all that was read on it was read there, and by its serial alone nowhere', async () => {
    const [reading] = sampleRecord({}).readings
    const saying = (address: string) =>
      Object.entries({ 'serial-card': 'BX9', 'address-qr': address }).map(([mark, text]) => ({
        ...reading!,
        ...{ mark, text, secret: false },
      }))
    await by(fileA, foreign({ rig: sampleRecord({}).rig, readings: saying('1BoatSLRHtKNngkdXEeobR76b53LETtpyT') }))
    await say('bob')
    expect(await built()).toBe(1)
    expect(page()).toContain('says bob: the file of lot A. Inspect the card again by its own lot file.')
    // The card that the serial belongs to: under another one with its serial lies another address.
    const its = saying('12c6DSiU4Rq3P4ZxziKxzrL5LmMBrzjrJX')
    expect((await by(fileB, { ...seen('BX9', 'PASS'), readings: its }))[0]).toBe(1)
    expect((await by(fileB, seen('BX9', 'PASS')))[0]).toBe(1)
    const same = saying('1BoatSLRHtKNngkdXEeobR76b53LETtpyT')
    expect((await by(fileB, { ...seen('BX9', 'PASS'), readings: same }))[0]).toBe(0)
  })

  it.each<[string, (card: InspectionRecord) => Partial<InspectionRecord>, number]>([
    ['the same pictures, before', ({ photographs }) => ({ photographs }), 0],
    ['the same pictures', ({ photographs }) => ({ photographs }), 1],
    ['later ones with all that was read', ({ readings }) => ({ readings }), 1],
  ])(
    'holds the lot whose file was used, and whose serial it shows, until its own file judged %s',
    async (_, its, at) => {
      const [reading] = sampleRecord({}).readings
      const card = foreign({ readings: [{ ...reading!, mark: 'serial-card', secret: false, text: 'BX-9' }] })
      const status = async (serial: string, file: string) => {
        const units = [serial]
        const all = await lotStatus(entriesOfLot(journal, units), { lot: null, units: [{ serial }] }, file)
        return all.unknown.map(({ wrongFile, own, shows }) => [wrongFile !== null, own, shows])
      }
      const own = { ...seen('BX9', 'PASS'), ...its(card) }
      await by(fileB, at === 0 ? own : seen('BX9', 'PASS'))
      await by(fileA, card)
      expect(await status('BX8', fileA)).toEqual([[false, null, null]])
      expect(await status('BX9', fileB)).toEqual([])
      expect((await say('bob')).own).toBe(at === 0 ? 'BX9' : null)
      if (at > 0) {
        expect(await status('BX8', fileA)).toEqual([[true, null, null]])
        expect(await status('BX9', fileB)).toEqual([[true, null, 'BX9']])
        await by(fileB, { ...seen('BX9', 'INCONCLUSIVE'), ...its(card) })
        expect(await status('BX9', fileB)).toEqual([[true, null, 'BX9']])
        await by(fileB, own)
      }
      expect(await status('BX8', fileA)).toEqual([[true, 'BX9', null]])
      expect(await status('BX9', fileB)).toEqual([])
    },
  )

  it('counts by nothing that was seen before it', async () => {
    const [reading] = sampleRecord({}).readings
    const readings = [{ ...reading!, mark: 'serial-card', secret: false, text: 'BX9' }]
    await by(fileB, { ...seen('BX9', 'PASS'), readings })
    await by(fileA, foreign({ rig: sampleRecord({}).rig, readings }))
    await say('bob')
    expect(await built()).toBe(1)
    expect((await by(fileB, { ...seen('BX9', 'INCONCLUSIVE'), readings }))[0]).toBe(1)
    expect((await by(fileB, { ...seen('BX9', 'PASS'), readings }))[0]).toBe(0)
  })

  it.each<[string, () => InspectionRecord]>([
    ['failed for anything else, too', () => foreign({}, 'nothing-else')],
    ['failed for something else', () => ({ ...seen('BX1', 'FAIL'), unit: null, rig: ofFiles })],
    ['is of a unit', () => foreign({ unit: 'BX1' })],
    [
      'raised an alarm',
      () => foreign({ alarm: { code: 'epk-exposed', because: 'Open.', marks: [], acknowledged: false } }),
    ],
    ['was not judged', () => foreign({ verdict: 'ERROR', error: { code: 'lost', message: 'lost' } })],
  ])('is none where it %s', async (_, record) => {
    await by(fileA, record())
    const entry = (await Array.fromAsync(journal.entries())).findLast(({ kind }) => kind === 'inspection')!.index
    await expect(say('bob', entry)).rejects.toMatchObject({ code: 'entry-other' })
    await journal.append({
      kind: 'wrong-lot-file',
      ...{ who: 'bob', why: 'the file of lot A', station: 'sealed' },
      facts: { entry, entryAt: (await Array.fromAsync(journal.entries()))[entry]!.at },
    })
    const [photograph] = record().photographs
    expect((await by(fileB, { ...seen('BX9', 'PASS'), photographs: [photograph!] }))[0]).not.toBe(0)
  })

  it('takes two where nobody said who had inspected it', async () => {
    const card = foreign()
    const kept = keepInspections(journal, { station: 'sealed', profile: loadProfile('assay-reference'), out: out() })
    await kept.judged(card, [], fileA)
    await by(fileB, { ...seen('BX9', 'PASS'), photographs: card.photographs })
    expect(await say('bob')).toEqual({ isSettled: false, own: 'BX9' })
    expect(await built()).toBe(1)
    expect(await say('ann')).toEqual({ isSettled: true, own: 'BX9' })
    expect(await built()).toBe(0)
  })
})

it('does not count a card on a rig that was broken off unread, once a later run on it came to its end', async () => {
  const error = { code: 'interrupted', message: 'stopped: interrupted by Ctrl-C.' }
  const broken = { ...seen('BX1', 'ERROR'), unit: null, findings: [], error, photographs: [] }
  const kept = keepInspections(journal, { station: 'sealed', profile: loadProfile('assay-reference'), out: out() })
  const rig = { rig: 'bench', lot: null, units: 1 }
  const onRig = async (record: InspectionRecord, isWhole: boolean) => {
    await kept.begun(rig)
    await kept.judged(record, [], null)
    await kept.ended({ ...rig, isWhole }, 'It ended.')
    return await built()
  }
  expect(await onRig(broken, false)).toBe(4)
  expect(await onRig(seen('BX1', 'PASS'), false)).toBe(4)
  expect(await onRig(seen('BX2', 'PASS'), true)).toBe(0)
})
