import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { Secret } from '../../core/secret.ts'
import { openJournal } from '../../custody/journal/journal-folder.ts'
import { signedAct } from '../../custody/journal/signed-act.ts'
import { readPersonKey } from '../../custody/person-key.ts'
import { failing, madeIdentity, madeSeed, seedOf } from '../../lots/release/made-lot.testing.ts'
import { guided, passphrase, run, seen } from './release-place.testing.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'sign-off.md'), 'utf8')
const places: string[] = []
afterAll(() => {
  for (const one of places) rmSync(one, { recursive: true, force: true })
})

const takeOut = (place: string, unit: string) =>
  run(place, [
    'lot',
    'take-out',
    'lot.json',
    unit,
    '--as',
    'scrapped',
    '--why',
    'a stain',
    '--by',
    'ann',
    '--sign-with',
    'ann.key',
  ])
const draw = async (place: string) => {
  const { code, stdout } = await run(place, [
    'lot',
    'draw',
    'lot.json',
    '--seed',
    'ann.seed',
    'rita.seed',
    '--by',
    'ann',
  ])
  expect(code).toBe(0)
  return stdout
}
const close = (place: string, shipped: number, out = 'LR') =>
  run(place, ['lot', 'close', 'lot.json', '--shipped', `${shipped}`, '--out', out, '--by', 'ann'])
const unitsIn = (text: string) => text.match(/BX\d{7}/g)!

it('who looks at the draw in a copy of the journal, and takes out what it falls on, changes nothing of it', async () => {
  const { place } = await guided(page, args => args[1] !== 'draw')
  const copy = mkdtempSync(join(tmpdir(), 'assay-copy-'))
  places.push(place, copy)
  cpSync(place, copy, { recursive: true })
  const [bad, ...others] = unitsIn(await draw(copy))
  const { stdout } = await takeOut(place, bad!)
  expect(stdout).toContain('it keeps its ticket in the draw')
  const drawn = await draw(place)
  expect(unitsIn(drawn)).toEqual([bad, ...others])
  expect(drawn).toContain(`${bad} (taken out, and opened all the same)`)
  await seen(place, ['opened'], unit => (unit === bad ? null : {}))
  expect(await close(place, 14)).toMatchObject({
    code: 4,
    stdout: expect.stringContaining(`\n  Drawn and not opened: 1 unit (${bad}).\n`),
  })
})

it('a unit that failed leaves the draw, and the closing agrees; who then keeps others back ships less on the same sample', async () => {
  const { place } = await guided(
    page,
    args => args[1] !== 'draw',
    (unit, station) => {
      if (unit !== 'BX0000003' || station !== 'sealed') return {}
      const now = new Date().toISOString()
      return { ...failing('sealed', 'nothing-else'), started: now, ended: now }
    },
  )
  places.push(place)
  await takeOut(place, 'BX0000003')
  const drawn = await draw(place)
  expect(drawn).toContain('Open these 6 of 19 units')
  await seen(place, ['opened'])
  expect(await close(place, 13)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('at most 6 of the 13 to ship would fail'),
  })
  const sample = unitsIn(drawn)
  const left = Array.from({ length: 20 }, (_, i) => `BX${String(i + 1).padStart(7, '0')}`).filter(
    unit => unit !== 'BX0000003' && !sample.includes(unit),
  )
  for (const unit of left.slice(0, 7)) await takeOut(place, unit)
  expect(await close(place, 6, 'LR-2')).toMatchObject({
    code: 4,
    stdout: expect.stringContaining('6 opened units of 19 show nothing of the 6 that ship: all could be bad'),
  })
})

it('nothing is drawn for a lot that its seeds would hold for good, and what else would hold it is told before a card is opened', async () => {
  const { place } = await guided(
    page,
    args => args[1] !== 'draw',
    (unit, station) => {
      if (unit !== 'BX0000003' || station !== 'sealed') return {}
      const now = new Date().toISOString()
      return { ...failing('sealed', 'concealed'), started: now, ended: now }
    },
  )
  const copy = mkdtempSync(join(tmpdir(), 'assay-copy-'))
  places.push(place, copy)
  cpSync(place, copy, { recursive: true })
  const commit = ['lot', 'commit', 'L-0042', '--by', 'quinn', '--sign-with', 'quinn.key', '--out', 'quinn.seed']
  expect(await run(copy, commit)).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      /A finished unit of L-0042 was seen \(entry \d+\).*would hold the lot\. Nothing was written/,
    ),
  })
  using opened = Secret.ofText(passphrase)
  const key = await readPersonKey(join(copy, 'quinn.key')).open(opened)
  {
    await using journal = await openJournal(join(copy, 'assay-journal'), {
      clock: () => new Date(),
      password: () => Promise.reject(new Error('no password')),
    })
    await journal.append(signedAct(madeSeed(madeIdentity(20), 'quinn'), key))
  }
  const drawing = (...seeds: string[]) => run(copy, ['lot', 'draw', 'lot.json', '--seed', ...seeds, '--by', 'ann'])
  expect(await drawing('ann.seed', 'rita.seed')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('The seed that quinn committed was not told'),
  })
  writeFileSync(
    join(copy, 'quinn.seed'),
    readFileSync(join(copy, 'ann.seed'), 'utf8')
      .replace('"ann"', '"quinn"')
      .replace(/"seed": "\w+"/, `"seed": "${seedOf('quinn')}"`),
  )
  expect(await drawing('ann.seed', 'rita.seed', 'quinn.seed')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /The lot can never be released, so that no card of it is opened: The seed of quinn was committed \(entry \d+\) when finished units had been seen\. Nothing was drawn\./,
    ),
  })
  expect((await run(copy, ['journal', 'list'])).stdout).not.toContain('lot-sample-drawn')
  const drawn = await draw(place)
  expect(drawn).toMatch(
    /Before you open any: as it stands now L-0042 would not be released.*\n {2}BX0000003 has a critical defect at sealed/,
  )
  expect(drawn).not.toContain('Drawn and not opened')
})
