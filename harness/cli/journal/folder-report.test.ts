import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { ExitCode } from '../../core/assay-error.ts'
import type { Verdict } from '../../core/vocabulary.ts'
import type { Journal } from '../../custody/journal/journal.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { keepInspections } from '../../lots/keep-inspections.ts'
import { keepOtherCard } from '../../lots/other-card.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { sampleRecord } from '../../record/sample-record.testing.ts'
import { exitOfVerdict } from '../photographs/worst-exit.ts'
import { RunFolder } from '../run-folder.ts'
import { endFolderReport, writeFolderReport } from './folder-report.ts'

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
async function run(records: readonly InspectionRecord[], beside = async () => {}): Promise<[ExitCode, string]> {
  const profile = loadProfile('assay-reference')
  const kept = keepInspections(journal, { station: 'sealed', operator: 'ann', profile, out: out() })
  const folder = new RunFolder(out(), null)
  const files = records.map((_, i) => `${pictures}-${i}.jpg`)
  await kept.named(files)
  for (const [i, record] of records.entries()) {
    await kept.judged(record, [files[i]!], null)
    folder.writeRecord(record)
  }
  await beside()
  const told: string[] = []
  const output = { colours: false, columns: null, print: () => {}, tell: (line: string) => void told.push(line) }
  const inspections = records.map(record => ({ record }))
  const codes = records.map(({ verdict }) => exitOfVerdict[verdict])
  return [await endFolderReport(folder, journal, { inspections, files: [] }, codes, output), told.join('\n')]
}

it('is green again when a later run saw well what an earlier one could not, and shows both attempts', async () => {
  expect((await run([seen('BX1', 'INCONCLUSIVE')]))[0]).toBe(4)
  expect(isGreen()).toBe(false)
  expect((await run([seen('BX1', 'PASS')]))[0]).toBe(0)
  expect(isGreen()).toBe(true)
  expect(junit()).toContain(
    '<skipped type="INCONCLUSIVE" message="INCONCLUSIVE: It is INCONCLUSIVE. Attempt 2 counts: PASS."/>',
  )
  expect(page()).toContain('The inspection passed. An earlier attempt is shown, too.')
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
