import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { failing, inspection, madeIdentity } from '../../lots/release/made-lot.testing.ts'
import { runCommand } from '../run-command.testing.ts'

let place: string
beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'assay-stats-'))
  mkdirSync(join(place, 'out'))
  writeFileSync(join(place, 'out', 'report.html'), '')
  await using journal = await openJournal(join(place, 'assay-journal'), {
    clock: () => new Date(),
    password: () => Promise.reject(new Error('no password')),
  })
  const lot = madeIdentity(3)
  const facts = { rig: 'bench', lot: '<b>L</b>', units: 3, out: join(place, 'out'), isWhole: true }
  await journal.append({ kind: 'run-begun', who: 'tom', station: 'sealed', facts })
  await journal.append(inspection(lot, lot.serials[0]!, 'sealed'))
  await journal.append(inspection(lot, lot.serials[1]!, 'sealed', failing('sealed', 'concealed')))
  await journal.append({ kind: 'run-ended', who: 'tom', why: 'Done.', facts })
})
afterAll(() => rmSync(place, { recursive: true, force: true }))

it('counts the yield, for people and as a document', async () => {
  const { code, stdout, stderr } = await runCommand(place, ['stats', '--by', 'lot'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/L-0042 {2}sealed +2 +1 {2}50\.0 % +1 {2}50\.0 % +2/)
  expect(stdout).toMatch(/1 {2}concealed at sealed/)
  const json = await runCommand(place, ['stats', '--json', '--rig', 'none'])
  expect(JSON.parse(json.stdout)).toEqual({ by: 'station', rows: [], findings: [], unknown: 0, known: 0 })
  expect(await runCommand(place, ['stats', '--since', 'monday'])).toMatchObject({ code: 2 })
})

it('writes a gallery that links what is there, and shows names as text', async () => {
  const gallery = ['report', 'gallery', '--out', 'gallery.html']
  expect(await runCommand(place, gallery)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('0 lots and 1 runs'),
  })
  const page = readFileSync(join(place, 'gallery.html'), 'utf8')
  expect(page).toContain('<a href="out/report.html">report</a>')
  expect(page).toContain('&lt;b&gt;L&lt;/b&gt;')
  expect(page).not.toMatch(/<script|<b>L|(?:src|href)="(?:https?:)/)
})

it('writes a gallery over one of before, and over nothing else, the journal least of all', async () => {
  expect(await runCommand(place, ['report', 'gallery', '--out', 'gallery.html'])).toMatchObject({ code: 0 })
  writeFileSync(join(place, 'lot.json'), '{}')
  for (const file of ['lot.json', join('assay-journal', 'journal.sqlite'), 'assay-journal']) {
    const { code, stdout, stderr } = await runCommand(place, ['report', 'gallery', '--out', file])
    expect([file, code, stdout]).toEqual([file, 2, ''])
    expect(stderr).toContain(
      'is there and no page of past runs and lots: it stays as it is. Choose another place with --out.',
    )
  }
  expect(readFileSync(join(place, 'lot.json'), 'utf8')).toBe('{}')
  expect(await runCommand(place, ['stats'])).toMatchObject({ code: 0 })
})

it('says where there is no journal', async () => {
  mkdirSync(join(place, 'elsewhere'))
  expect(await runCommand(join(place, 'elsewhere'), ['stats'])).toMatchObject({ code: 2 })
})
