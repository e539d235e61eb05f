// @module-tag long
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { BenchState } from '../../console/bench-state.ts'
import type { LotView } from '../../console/lot-view.ts'
import { openBrowser } from '../../core/browser.testing.ts'
import { readJournal } from '../../custody/journal/journal-folder.ts'

/*
 * What somebody sees who has read nothing: the console of a virtual rig, by the key on each button. The pictures of docs/bench.md are
 * made here: `ASSAY_BENCH_PICTURES=docs npx vitest run harness/cli/console/newcomer.page.test.ts` (those of a spot check's steps in
 * spot-check.page.test.ts).
 */

const program = join(import.meta.dirname, '..', '..', '..', 'bin', 'assay.js')
let here: string
let pictures: string
let console_: ChildProcess
let browser: Browser
let page: Page

/** What was judged before units are opened. */
let judged: BenchState

beforeAll(async () => {
  here = mkdtempSync(join(tmpdir(), 'assay-newcomer-'))
  pictures = process.env['ASSAY_BENCH_PICTURES'] ?? join(here, 'pictures')
  mkdirSync(pictures, { recursive: true })
  browser = await openBrowser()
  page = await (await browser.newContext({ locale: 'en', viewport: { width: 1280, height: 800 } })).newPage()
})
afterAll(async () => {
  await browser.close()
  console_.kill('SIGKILL')
  rmSync(here, { recursive: true, force: true })
})

async function started(): Promise<string> {
  console_ = spawn(process.execPath, [program, 'console', '--port', '0'], { cwd: here })
  let said = ''
  return await new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk
      const found = /http:\S+/.exec(said)
      if (found) resolve(found[0])
    }
    console_.stdout!.on('data', hear)
    console_.stderr!.on('data', hear)
    console_.on('exit', () => reject(new Error(said)))
  })
}

/** As it is seen without scrolling. */
const photograph = async (name: string) => await page.screenshot({ path: join(pictures, `bench-${name}.png`) })
const phase = async (is: BenchState['phase']) => await page.locator(`[data-phase=${is}]`).waitFor({ timeout: 0 })
const stateNow = async () => (await page.evaluate(async () => await (await fetch('state')).json())) as BenchState

/** Whatever waits to be seen is seen. */
async function acknowledged(): Promise<void> {
  if ((await stateNow()).unacknowledged !== null) await page.keyboard.press('a')
}

// One console, from its start to its end.
test('a newcomer is told to begin, and has the rig examined', async () => {
  await page.goto(await started())
  await phase('closed')
  await photograph('begin')

  await page.getByRole('button', { name: 'Rig', exact: true }).click()
  await page.getByRole('button', { name: 'Examine the rig' }).click()
  await page.locator('.said', { hasText: /^virtual: \d+ good, / }).waitFor({ timeout: 0 })
  // How fast devices answer is the machine's, which may be busy.
  for (const seen of ['lamp dome', 'lamp left', 'repeatability'])
    expect((await stateNow()).symptoms).toContainEqual(expect.objectContaining({ name: seen, state: 'good' }))
  await page.getByRole('button', { name: 'Bench', exact: true }).click()
})

test('and then judges cards until a good and a bad one were seen', async () => {
  await page.keyboard.press('Enter')
  await phase('waiting')
  await page.locator('.view img:visible').waitFor({ timeout: 0 })
  await photograph('waiting')
  const { units, bench, looks } = await stateNow()
  expect(looks).toMatchObject({ light: 'dome', pose: 'inspect', lights: expect.arrayContaining(['left']) })
  expect([units.length, bench?.source, bench?.station]).toEqual([8, 'virtual', 'sealed'])

  // Half of them have a planted defect.
  const seen = new Set<string>()
  for (let number = 1; number <= units.length && !(seen.has('PASS') && seen.has('FAIL')); number++) {
    await page.keyboard.press('Enter')
    const verdict = page.locator(`#verdict[data-number="${number}"]`)
    await verdict.waitFor({ timeout: 0 })
    await phase('waiting')
    const word = (await verdict.getAttribute('data-verdict'))!
    if (!seen.has(word)) await photograph(word.toLowerCase())
    seen.add(word)
    await acknowledged()
  }
  judged = await stateNow()
  const { done: lot } = (await page.evaluate(async () => await (await fetch('lot')).json())) as { done: LotView }
  expect(lot.stations).toMatchObject([{ station: 'sealed', seen: judged.results.length }])
  await page.getByRole('button', { name: 'Lot', exact: true }).click()
  await page.getByRole('heading', { name: /8 units$/ }).waitFor()
  await photograph('lot')
  await page.getByRole('button', { name: 'Bench', exact: true }).click()
  await page.keyboard.press('q')
  await phase('ended')
})

test('and opens a good one step by step; all of it is in the journal when the console is interrupted', async () => {
  await page.keyboard.press('o')
  await phase('choosing')
  await page.getByText('The lot', { exact: false }).last().click()
  const good = judged.units.find(({ verdict }) => verdict === 'PASS')!.unit
  await page.getByRole('button', { name: good }).last().click()
  for (const step of ['sealed', 'scratched', 'opened'] as const) {
    await phase('step')
    expect(await page.locator('[aria-current=step]').getAttribute('data-step')).toBe(step)
    await page.keyboard.press('Enter')
    await phase('judging')
    // What fails there, by a planted defect that shows in this state only, is opened all the same.
    await page.locator('[data-phase=step], [data-phase=choosing]').waitFor({ timeout: 0 })
    await acknowledged()
  }
  await phase('choosing')
  const whole = (await page.locator('[data-came]').getAttribute('data-came'))!

  const exit = new Promise(resolve => console_.once('exit', resolve))
  console_.kill('SIGINT')
  expect(await exit).toBe(130)
  const [run] = readdirSync(join(here, 'runs'))
  await using journal = await readJournal(join(here, 'runs', run!, 'assay-journal'))
  expect((await journal.verify()).faults).toEqual([])
  const kept = await Array.fromAsync(journal.entries())
  const inspected = kept.filter(({ kind }) => kind === 'inspection').map(({ unit }) => unit)
  expect(inspected).toEqual([...judged.results.map(({ unit }) => unit).reverse(), good, good, good])
  const opened = kept.filter(({ kind }) => kind === 'spot-check').map(({ unit, facts }) => [unit, facts['verdict']])
  expect(opened).toEqual([[good, whole]])
  expect(JSON.parse(readFileSync(join(here, 'runs', run!, 'lot.json'), 'utf8')).units).toHaveLength(8)
  expect(readdirSync(here).sort()).toEqual(pictures.startsWith(here) ? ['pictures', 'runs'] : ['runs'])
})
