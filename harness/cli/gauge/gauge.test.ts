import { createHmac } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Verdict } from '../../core/vocabulary.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { failing, inspection, madeIdentity, madeRecord } from '../../lots/release/made-lot.testing.ts'
import { sha256Of } from '../../lots/release/release-record.ts'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { runCommand } from '../run-command.testing.ts'

const units = [...Array(12).keys()].map(i => `BX${String(i + 1).padStart(7, '0')}`)
const bad = new Set(units.slice(0, 5))
const records = JSON.stringify({ lot: 'gauge', units: units.map(serial => ({ serial })) })
const lot = { ...madeIdentity(12, 'gauge'), recordsSha256: sha256Of(records) }
const rig = madeRecord(lot, null, 'sealed').rig.name
const truth = `unit,truth\n${units.map(unit => `${unit},${bad.has(unit) ? 'bad' : 'good'}\n`).join('')}`
const by = ['--truth', 'truth.csv', '--by', 'ann']

let places = 0
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-gauge-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function planned(): Promise<string> {
  const place = mkdtempSync(join(folder, `${places++}-`))
  writeFileSync(join(place, 'gauge.json'), records)
  writeFileSync(join(place, 'truth.csv'), truth)
  const parts = {
    camera: { driver: 'folder', folder: 'drop' },
    stage: { driver: 'grbl', port: '/dev/ttyX', poses: { inspect: { xMm: -1, yMm: -2, zMm: -3 } } },
    light: { driver: 'wled-http', url: 'http://10.0.0.7', presets: { dome: [{ id: 0, power: 1 }] } },
  }
  writeFileSync(join(place, 'assay.config.json'), JSON.stringify({ rigs: { [rig]: { kind: 'real', ...parts } } }))
  expect(await runCommand(place, ['people', 'add', 'ann', '--role', 'quality'])).toMatchObject({ code: 0 })
  expect(await runCommand(place, plan('G-1'))).toMatchObject({ code: 0, stderr: '' })
  return place
}
const plan = (name: string) => ['gauge', 'plan', name, 'gauge.json', '--rig', rig, '--station', 'sealed', ...by]
const study = (place: string, ...more: string[]) => runCommand(place, ['gauge', 'study', 'G-1', ...by, ...more])

/** The rig sees every card once. @param says what is otherwise than right */
async function trial(
  place: string,
  says: (unit: string) => Verdict | 'nothing' | undefined = () => undefined,
  more: Partial<InspectionRecord> = {},
  judgedBy: object = {},
): Promise<void> {
  await using journal = await openJournal(join(place, 'assay-journal'), {
    clock: () => new Date(),
    password: () => Promise.reject(new Error('no password')),
  })
  for (const unit of units) {
    const said = says(unit) ?? (bad.has(unit) ? 'FAIL' : 'PASS')
    if (said === 'nothing') continue
    const over = said === 'PASS' ? {} : failing('sealed', 'concealed', said as 'FAIL' | 'INCONCLUSIVE')
    await journal.append(inspection(lot, unit, 'sealed', { ...over, ...anew(unit), ...more }, judgedBy))
  }
}

let looks = 0
/** Each look at a card has photographs of its own. */
function anew(unit: string): Pick<InspectionRecord, 'photographs'> {
  const { photographs } = madeRecord(lot, unit, 'sealed')
  return { photographs: photographs.map(one => ({ ...one, id: sha256Of(`${one.id} ${looks++}`) })) }
}

describe('assay gauge', () => {
  it('plans no study that can find no rig fit, and none of a rig that is not there', async () => {
    const place = await planned()
    const other = plan('G-2').map(word => (word === rig ? `${rig}x` : word))
    expect(await runCommand(place, other)).toMatchObject({ code: 2, stdout: '' })
    writeFileSync(join(place, 'truth.csv'), truth.replace('bad', 'good'))
    expect(await runCommand(place, plan('G-2'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has 4 bad and 8 good cards; no rig is found fit with fewer than 5 and 5'),
    })
  })

  it('keeps a digest by which nobody finds the table of truths by trying, and takes no other salt', async () => {
    const place = await planned()
    const salt = readFileSync(join(place, 'truth.csv.salt'), 'utf8')
    // Planned with once more, the table keeps its salt.
    const { stdout } = await runCommand(place, [...plan('G-2'), '--json'])
    const { truthSha256: kept, salted } = JSON.parse(stdout)
    expect(salted).toBe(true)
    expect(kept).toBe(createHmac('sha256', Buffer.from(salt.trim(), 'hex')).update(truth).digest('hex'))
    expect(kept).not.toBe(sha256Of(truth))
    expect(stdout).not.toContain(salt.trim())
    expect(readFileSync(join(place, 'truth.csv.salt'), 'utf8')).toBe(salt)
    for (let i = 0; i < 3; i++) await trial(place)
    writeFileSync(
      join(place, 'truth.csv.salt'),
      salt.replaceAll(/[0-9a-f]/g, digit => (digit === '0' ? '1' : '0')),
    )
    expect(await study(place)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('truth.csv.salt not its salt'),
    })
    rmSync(join(place, 'truth.csv.salt'))
    expect(await study(place)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('is not there or another file: put it back'),
    })
    writeFileSync(join(place, 'truth.csv.salt'), salt)
    expect(await study(place)).toMatchObject({ code: 0 })
  })

  it('measures nothing that was written down twice or that no number can hold', async () => {
    const place = mkdtempSync(join(folder, `${places++}-`))
    const rows = (first: string) =>
      `part,appraiser,trial,value\n1,a,1,${first}\n1,a,2,1.2\n2,a,1,2.5\n2,a,2,2.4\n1,b,1,1.4\n1,b,2,1.5\n2,b,1,2.6\n2,b,2,2.7\n`
    const measured = (table: string) => {
      writeFileSync(join(place, 'm.csv'), table)
      return runCommand(place, ['gauge', 'measure', 'm.csv'])
    }
    expect(await measured(rows('1.1'))).toMatchObject({ stderr: '' })
    for (const [table, because] of [
      [rows('1.1').replace('1,a,2,1.2', '1,a,1,1.2'), 'line 3: a has two values for 1 in trial 1'],
      [rows('1e308'), 'line 2: a value is a number up to'],
    ] as const)
      expect(await measured(table)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(because) })
  })

  it('finds a rig fit that told every card in every trial, and says how little a few cards prove', async () => {
    const place = await planned()
    for (let i = 0; i < 3; i++) await trial(place)
    const { code, stdout, stderr } = await study(place)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`FIT  rig ${rig} at sealed`)
    expect(stdout).toContain('bad, passed       0 of 5, truly at most 45.1 %')
    expect(await study(place)).toMatchObject({ code: 2, stderr: expect.stringContaining('plan another') })
  })

  it('finds it not fit after one bad card was passed once, whatever was said of it at other times', async () => {
    const place = await planned()
    for (let i = 0; i < 3; i++) await trial(place, unit => (i === 1 && unit === units[2] ? 'PASS' : undefined))
    // A fourth trial takes the pass not back.
    await trial(place)
    expect(await study(place)).toMatchObject({ code: 3, stdout: expect.stringContaining('it passed 1 of 5 bad cards') })
  })

  it('counts a look by a copy of the lot file, and not one that is the photograph of before', async () => {
    const place = await planned()
    const passed = (unit: string) => (unit === units[0] ? 'PASS' : undefined)
    await trial(place, passed, {}, { recordsSha256: 'f1'.repeat(32) })
    for (let i = 0; i < 3; i++) await trial(place)
    expect(await study(place)).toMatchObject({ code: 3, stdout: expect.stringContaining('it passed 1 of 5 bad cards') })
    const other = await planned()
    const { photographs } = madeRecord(lot, null, 'sealed')
    for (const unit of units)
      for (let i = 0; i < 3; i++) {
        const its = photographs.map(one => ({ ...one, id: sha256Of(`${one.id} ${unit}`) }))
        await trial(other, one => (one === unit ? undefined : 'nothing'), { photographs: its })
      }
    expect(await study(other)).toMatchObject({ code: 2, stderr: expect.stringContaining(`${units[0]} 1 of 3`) })
  })

  it('says what its trials were judged by, and how many looks at its cards another rig had', async () => {
    const place = await planned()
    for (let i = 0; i < 3; i++) await trial(place)
    const another = { ...madeRecord(lot, null, 'sealed').rig, name: 'another', calibration: 'd4'.repeat(32) }
    await trial(place, undefined, { rig: another })
    const { code, stdout } = await study(place, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      elsewhere: 12,
      by: [
        {
          kind: 'real',
          product: 'assay-reference',
          faults: ['Written down before it was judged or minutes after, by its own times'],
        },
      ],
    })
  })

  it('counts looks by the rig under another name: a rig is its calibration', async () => {
    const place = await planned()
    for (let i = 0; i < 3; i++) await trial(place)
    const renamed = { ...madeRecord(lot, null, 'sealed').rig, name: 'another' }
    await trial(place, unit => (unit === units[0] ? 'PASS' : undefined), { rig: renamed })
    expect(await study(place)).toMatchObject({ code: 3, stdout: expect.stringContaining('it passed 1 of 5 bad cards') })
  })

  it('takes people beside the rig, and tells how they agree', async () => {
    const place = await planned()
    for (let i = 0; i < 3; i++) await trial(place)
    const rows = units.flatMap(unit =>
      [1, 2, 3].map(i => `tom,${unit},${i},${unit === units[0] ? 'good' : bad.has(unit) ? 'bad' : 'good'}`),
    )
    writeFileSync(join(place, 'people.csv'), `appraiser,unit,trial,said\n${rows.join('\n')}\n`)
    const { code, stdout } = await study(place, '--people', 'people.csv')
    // A person who passes a bad card makes the rig no worse.
    expect(code).toBe(0)
    expect(stdout).toMatch(/tom: 12 cards, 36 trials[\s\S]*bad, passed {7}1 of 5/)
    expect(stdout).toMatch(/All together: Fleiss' kappa 0\.893/)
  })

  it('makes no study of trials that are missing, of another truth, or of inspections before the plan', async () => {
    const place = await planned()
    await trial(place)
    await trial(place, unit => (unit === units[7] ? 'nothing' : undefined))
    await trial(place)
    const entries = async () => (await runCommand(place, ['journal', 'list'])).stdout
    const before = await entries()
    expect(await study(place)).toMatchObject({ code: 2, stderr: expect.stringContaining(`${units[7]} 2 of 3`) })
    writeFileSync(join(place, 'truth.csv'), truth.replace('BX0000003,bad', 'BX0000003,good'))
    expect(await study(place)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('not the file that the study was planned with'),
    })
    writeFileSync(join(place, 'truth.csv'), truth)
    expect(await entries()).toBe(before)
    expect(await runCommand(place, plan('G-2'))).toMatchObject({ code: 0 })
    expect(await runCommand(place, ['gauge', 'study', 'G-2', ...by])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('0 of 3'),
    })
  })

  it.each([
    ['unit;truth\nBX0000001;perfect\n', 'a card is good or bad'],
    ['unit,truth\nBX0000001,bad\nBX0000001,good\n', 'stands there twice'],
    ['card,truth\nBX0000001,bad\n', 'its first row is another one'],
    ['unit,truth\nBX0000001\n', 'has not 2 cells'],
    ['unit,truth\nBX0000001,bad\n', 'of every card'],
    ['unit,truth\n"BX0000001,bad\n', 'quotation mark'],
  ])('refuses %j', async (text, because) => {
    const place = await planned()
    writeFileSync(join(place, 'truth.csv'), text)
    expect(await runCommand(place, plan('G-3'))).toMatchObject({ code: 2, stderr: expect.stringContaining(because) })
  })

  it('measures: a crossed study, and one part of a known value', async () => {
    const place = mkdtempSync(join(folder, 'values-'))
    const rows = [1, 2, 3].flatMap(part =>
      ['a', 'b'].flatMap(who => [1, 2].map(i => `${part},${who},${i},${part * 10 + i / 10}`)),
    )
    writeFileSync(join(place, 'values.csv'), `part,appraiser,trial,value\n${rows.join('\n')}\n`)
    const crossed = await runCommand(place, ['gauge', 'measure', 'values.csv'])
    expect(crossed).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/3 parts, 2 appraisers, 2 trials[\s\S]*0\.\d\d % of the variation \(good\)/),
    })
    const one = [...Array(20).keys()].map(i => `k,rig,${i},${10 + (i % 3) / 100}`)
    writeFileSync(join(place, 'one.csv'), `part,appraiser,trial,value\n${one.join('\n')}\n`)
    const known = ['gauge', 'measure', 'one.csv', '--reference', '10', '--tolerance', '1']
    expect(await runCommand(place, known)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Cg \d\.\d\d, Cgk \d\.\d\d/),
    })
    const tight = ['gauge', 'measure', 'one.csv', '--reference', '10', '--tolerance', '0.05']
    expect(await runCommand(place, tight)).toMatchObject({ code: 3, stdout: expect.stringContaining('not fit') })
    for (const none of ['0', '-1', '0x1', ''])
      expect(await runCommand(place, [...tight.slice(0, -1), none])).toMatchObject({ code: 2, stdout: '' })
    const apart = rows.map((row, i) => row.replace(/[^,]*$/, String((i * 7) % 5)))
    writeFileSync(join(place, 'apart.csv'), `part,appraiser,trial,value\n${apart.join('\n')}\n`)
    const bad = await runCommand(place, ['gauge', 'measure', 'apart.csv'])
    expect(bad).toMatchObject({ code: 3, stdout: expect.stringContaining('(not fit)') })
    writeFileSync(join(place, 'odd.csv'), `part,appraiser,trial,value\n${rows.join('\n')}\n`.replace('10.1', '0x10'))
    expect(await runCommand(place, ['gauge', 'measure', 'odd.csv'])).toMatchObject({ code: 2 })
    writeFileSync(join(place, 'few.csv'), `part,appraiser,trial,value\n${rows.slice(0, 3).join('\n')}\n`)
    expect(await runCommand(place, ['gauge', 'measure', 'few.csv'])).toMatchObject({ code: 2 })
  })
})
