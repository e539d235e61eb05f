import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { UnitTruth } from '../../../fixtures/defects/plant-defects.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'
import { sampleRecord } from '../../record/sample-record.testing.ts'
import { runDemoCommand } from './demo-command.ts'
import type { runDemo } from './run-demo.ts'

const work = vi.hoisted(() => ({ fails: false, during: '', rating: 'right' as 'right' | 'unsure' | 'wrong' }))
const truth = { serial: 'BX0000001', defect: null, expected: { sealed: { verdicts: ['PASS'], alarms: [] } } }

vi.mock('./run-demo.ts', async original => ({
  ...(await original<typeof import('./run-demo.ts')>()),
  runDemo: (async request => {
    const record = sampleRecord({ verdict: 'PASS', ...passes })
    await request.journal?.(record, '{"units": []}')
    const [run] = readdirSync(join(here, 'runs'))
    work.during = readFileSync(join(here, 'runs', run!, 'junit.xml'), 'utf8')
    request.onInspected({ record, crops: [], truth: truth as unknown as UnitTruth, rating: work.rating })
    if (work.fails) throw new Error('broken off')
    return '{"units": []}'
  }) satisfies typeof runDemo,
}))
const passes = {
  plannedChecks: ['serials-agree' as const],
  findings: [{ check: 'serials-agree' as const, verdict: 'PASS' as const, because: 'they agree', marks: [] }],
}

let here: string
const before = process.cwd()
beforeEach(() => {
  here = mkdtempSync(join(tmpdir(), 'assay-demo-'))
  process.chdir(here)
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
})
afterEach(() => {
  vi.restoreAllMocks()
  work.rating = 'right'
  process.chdir(before)
  rmSync(here, { recursive: true, force: true })
})

const folderOf = () => join(here, 'runs', readdirSync(join(here, 'runs'))[0]!)
const junit = () => readFileSync(join(folderOf(), 'junit.xml'), 'utf8')
const demo = () => runDemoCommand({ units: 1, seed: 7, json: true }, new AbortController().signal)

test('keeps every inspection in a journal of its own, in its folder', async () => {
  expect(await demo()).toBe(0)
  await using journal = await readJournal(join(folderOf(), 'assay-journal'))
  const entries = (await Array.fromAsync(journal.entries())).filter(({ kind }) => kind === 'inspection')
  expect(entries).toMatchObject([{ unit: 'BX0000001', station: 'sealed', facts: { out: folderOf() } }])
  expect((await journal.verify()).faults).toEqual([])
  expect(readdirSync(here)).toEqual(['runs'])
  expect(junit()).toMatch(/tests="1" failures="0" errors="0"/)
})

test('never reads green before its end', async () => {
  work.fails = true
  try {
    await expect(demo()).rejects.toThrow('broken off')
  } finally {
    work.fails = false
  }
  expect(work.during).toContain('run-unfinished')
  expect(junit()).toContain('run-unfinished')
})

test.each([
  ['unsure', 0, { right: 0, unsure: 1, falsePass: 0 }],
  ['wrong', 1, { right: 0, unsure: 0, falsePass: 1 }],
] as const)('counts what is %s apart', async (rating, code, counts) => {
  work.rating = rating
  const said: string[] = []
  vi.mocked(process.stdout.write).mockImplementation(text => said.push(String(text)) > 0)
  expect(await demo()).toBe(code)
  expect(JSON.parse(said.join(''))).toMatchObject(counts)
})

test('teaches a card of its own, and none that somebody names', async () => {
  const options = { units: 2, teach: true, product: 'assay-reference' }
  await expect(runDemoCommand(options, new AbortController().signal)).rejects.toThrow('leave --product out')
  expect(readdirSync(here)).toEqual([])
})
