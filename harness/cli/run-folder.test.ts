import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { parseRecord, serialiseRecord } from '../record/inspection-record.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { RunFolder } from './run-folder.ts'

const drive = vi.hoisted(() => ({ isFull: false }))
vi.mock('./write-file.ts', async original => {
  const real = await original<typeof import('./write-file.ts')>()
  const full = () => {
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  }
  return {
    ...real,
    replaceFile: (...given: Parameters<typeof real.replaceFile>) =>
      drive.isFull ? full() : real.replaceFile(...given),
  }
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-run-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a run never overwrites another', () => {
  const first = new RunFolder(join(folder, 'runs'), 'demo-7')
  const second = new RunFolder(join(folder, 'runs'), 'demo-7')
  expect(second.path).not.toBe(first.path)
  first.write('report.html', 'first')
  second.write('report.html', 'second')
  expect(readFileSync(join(first.path, 'report.html'), 'utf8')).toBe('first')
})

test('records are written whole, in order, and a serial cannot lead out of the folder', () => {
  const run = new RunFolder(folder, 'run')
  const record = sampleRecord({ unit: '../../etc/passwd' })
  const path = run.writeRecord(record)
  run.writeRecord({ ...record, unit: null })
  run.writeRecord({ ...record, unit: null }, null, 'BX1')
  expect(parseRecord(readFileSync(path, 'utf8'))).toEqual(record)
  expect(readdirSync(join(run.path, 'records'))).toEqual([
    expect.stringMatching(/^0001-_+etc_passwd-/),
    expect.stringMatching(/^0002-unknown-/),
    expect.stringMatching(/^0003-BX1-/),
  ])
})

test('a place that cannot be written is one clear sentence', () => {
  writeFileSync(join(folder, 'file'), '')
  expect(() => new RunFolder(join(folder, 'file'), 'x')).toThrow(/choose another place with --runs/)
})

test.each(['report.html', 'junit.xml'])(
  "somebody's own %s in a folder is not written over, and nothing is made there",
  file => {
    writeFileSync(join(folder, file), 'mine')
    expect(() => new RunFolder(folder, null)).toThrow(/is there and no report of inspections: it stays as it is/)
    expect(readdirSync(folder)).toEqual([file])
    rmSync(join(folder, file))
    new RunFolder(folder, null).writeReports([])
    expect(() => new RunFolder(folder, null)).not.toThrow()
    // A night or a release lies there: its files are Assay's, and others.
    rmSync(join(folder, 'records'), { recursive: true })
    expect(() => new RunFolder(folder, null)).toThrow(/is there and no report of inspections/)
  },
)

test('a second run into one folder adds to it, and two at once do not mix', () => {
  const first = new RunFolder(folder, null)
  const second = new RunFolder(folder, null)
  const paths = [first, second, first].map((run, i) => run.writeRecord(sampleRecord({ operator: `operator ${i}` })))
  const third = new RunFolder(folder, null)
  paths.push(third.writeRecord(sampleRecord({ operator: 'operator 3' })))
  expect(new Set(paths).size).toBe(4)
  expect(paths.map(path => parseRecord(readFileSync(path, 'utf8')).operator)).toEqual(
    [0, 1, 2, 3].map(i => `operator ${i}`),
  )
  expect(first.otherRecords).toHaveLength(2)
  expect(readdirSync(join(folder, 'records')).toSorted()).toEqual(
    [1, 2, 3, 4].map(number => `000${number}-BX0000001.json`),
  )
})

const passed = sampleRecord({ verdict: 'PASS', findings: [], plannedChecks: [] })
const picture = {
  of: 'serial-top',
  mediaType: 'image/jpeg',
  bytes: Buffer.from('pixels'),
  width: 640,
  height: 120,
  masked: true,
}

test('says from its beginning that the run is not at its end, whatever lay there', () => {
  new RunFolder(folder, null).writeReports([{ record: passed }])
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('failures="0" errors="0"')
  new RunFolder(folder, null).begin([{ record: passed }])
  expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toMatch(/errors="1"[\s\S]*run-unfinished/)
  expect(readFileSync(join(folder, 'report.html'), 'utf8')).toContain('Not finished.')
})

test('leaves nothing green on a drive that is full', () => {
  new RunFolder(folder, null).writeReports([{ record: passed }])
  drive.isFull = true
  try {
    expect(() => new RunFolder(folder, null).begin()).toThrow(/drive is full: free some room/)
  } finally {
    drive.isFull = false
  }
  expect(readdirSync(folder)).toEqual(['records'])
})

test('keeps pictures beside their records, for reports that are written later', () => {
  const [record, other] = [sampleRecord({}), sampleRecord({ unit: 'BX0000003' })]
  const run = new RunFolder(folder, null)
  run.writeRecord(record, [picture, { ...picture, of: 'card', masked: false }])
  run.writeRecord(other)
  const kept = new RunFolder(folder, null).keptPictures()
  expect(kept(serialiseRecord(record))).toEqual([picture, { ...picture, of: 'card', masked: false }])
  expect(kept(serialiseRecord(other))).toBeNull()
})
