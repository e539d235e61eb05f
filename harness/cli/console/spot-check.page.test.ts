// @module-tag long
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  blankReading,
  makeReferenceUnit,
  photographOf,
  type ReferenceUnit,
} from '../../checks/reference-unit.testing.ts'
import { Bench } from '../../console/bench.ts'
import { type ConsoleServer, openConsoleServer } from '../../console/console-server.ts'
import { accessibilityFaults } from '../../core/accessibility.testing.ts'
import { openBrowser } from '../../core/browser.testing.ts'
import { openJournal, readJournal } from '../../custody/journal/journal-folder.ts'
import { peopleOf } from '../../custody/journal/people.ts'
import type { State } from '../../products/profile.ts'
import type { PhotographReading } from '../../vision/reading.ts'
import { benchAtHand, benchSession, benchSettings, bench as nest } from '../lot/bench.testing.ts'
import { openUnits } from './rig-at-desk.ts'

vi.mock('../lot/rig-session.ts', async original => ({ ...(await original<object>()), ...benchSession }))
vi.mock('../rig/chosen-rig.ts', async original => ({ ...(await original<object>()), ...benchAtHand }))
vi.mock('../photographs/chosen-settings.ts', async original => ({ ...(await original<object>()), ...benchSettings }))

/*
 * Spot checks at the screen, in Chromium and by keys alone: rig and eyes take no time; loop, walk, journal, server and page are real.
 * Pictures of the steps in docs/bench.md are made here (`ASSAY_BENCH_PICTURES=docs`), that of a FAIL in console.page.test.ts, the others by
 * `npm run bench -- console-walk --out docs`.
 */

let units: readonly ReferenceUnit[]
let browser: Browser
beforeAll(async () => {
  units = await Promise.all([0, 1].map(at => makeReferenceUnit(`BX000000${at + 1}`, at, 'AAAABBBBCCCCDDDDEEEEFFFF')))
  browser = await openBrowser()
})
afterAll(async () => await browser?.close())

let here: string
let console_: Bench
let server: ConsoleServer
let page: Page
const workplace = process.cwd()

beforeEach(async () => {
  here = mkdtempSync(join(tmpdir(), 'assay-console-spot-'))
  process.chdir(here)
  writeFileSync('lot.json', JSON.stringify({ lot: 'L-0', units: units.map(({ record }) => record) }))
  const options = { rig: 'bench', records: 'lot.json', acceptUnproved: ['cover-material'], operator: 'ann' }
  const never = async () => Promise.reject(new Error('cards are opened here'))
  console_ = new Bench({ work: never, spotCheck: async (desk, stop) => await openUnits(options, desk, stop) })
  const clock = () => new Date()
  server = await openConsoleServer({
    bench: console_,
    useJournal: async use => {
      await using journal = await openJournal('assay-journal', { clock, password: never })
      return await use(journal)
    },
    lot: () => ({ lot: 'L-0', units: units.map(({ record: { serial } }) => ({ serial })), recordsSha256: '0' }),
  })
})
afterEach(async () => {
  await page.context().close()
  await server[Symbol.asyncDispose]()
  await console_[Symbol.asyncDispose]()
  process.chdir(workplace)
  rmSync(here, { recursive: true, force: true })
})

async function open(options: object = {}): Promise<void> {
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1280, height: 800 }, ...options })
  page = await context.newPage()
  await page.goto(server.url)
  await page.locator('[data-phase=closed]').waitFor()
}

/** As it is seen without scrolling. */
async function photograph(name: string): Promise<void> {
  const folder = process.env['ASSAY_BENCH_PICTURES']
  if (folder !== undefined) await page.screenshot({ path: resolve(workplace, folder, `bench-${name}.png`) })
}

let shown = 0
/** A unit as it lies there now, in a photograph of its own. */
const laysIn = (state: State, over: Parameters<typeof photographOf>[2] = {}, unit = units[0]!): void => {
  nest.card = photographOf(state, unit.card, over, { photographId: (++shown).toString(16).padStart(64, '0') })
}
const unread = (mark: string): Record<string, PhotographReading['marks'][number]> => ({
  [mark]: blankReading(mark, 'unread', 'glare'),
})

const asked = async (text: string) => await page.locator('#prompt', { hasText: text }).waitFor()
const came = async (word: string) => await page.locator(`[data-came=${word}]`).waitFor()
const press = async (key: string) => await page.keyboard.press(key)
const scan = async (text: string) =>
  await page.evaluate(typed => {
    for (const key of [...typed, 'Enter'])
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  }, text)

async function kept(kind: RegExp) {
  await using journal = await readJournal(join(here, 'assay-journal'))
  const all = await Array.fromAsync(journal.entries())
  expect((await journal.verify()).faults).toEqual([])
  return all.filter(one => kind.test(one.kind))
}

/** Whichever is laid in. */
async function chosen(): Promise<void> {
  await press('Enter')
  await page.locator('[data-phase=step]').waitFor()
}

/** Until a card is asked for. */
async function begun(): Promise<void> {
  await press('o')
  await asked('Which card is opened?')
}

async function seenSealed(): Promise<void> {
  laysIn('sealed')
  await press('Enter')
  await asked('Scratch the passphrase')
}

async function opened(): Promise<void> {
  await seenSealed()
  laysIn('etched')
  await press('Enter')
  await asked('Peel the top layer')
  laysIn('opened')
  await press('Enter')
}

test('a unit is opened step by step by the keys on the buttons, and each step is seen to be done before the next', async () => {
  await open()
  await begun()
  await scan('BX0000001')
  await asked('Lay BX0000001 in, sealed as it is.')
  await page.getByRole('img', { name: /is laid into the nest/ }).waitFor()
  await photograph('step-sealed')
  laysIn('sealed')
  await press('Enter')
  await asked('Scratch the passphrase of BX0000001 free.')
  await page.getByRole('img', { name: /coin scratches/ }).waitFor()
  await photograph('step-scratched')
  expect((await kept(/^unit-destroyed$/)).map(({ unit, who }) => [unit, who])).toEqual([['BX0000001', 'ann']])
  // Nobody has scratched it.
  laysIn('sealed')
  await press('Enter')
  await page.getByText('Photograph 1 does not do.').waitFor()
  await photograph('step-again')
  await asked('Scratch the passphrase of BX0000001 free.')
  laysIn('etched')
  await press('Enter')
  await asked('Peel the top layer of BX0000001 off.')
  await page.getByRole('img', { name: /peeled off from a corner/ }).waitFor()
  await photograph('step-opened')
  expect(await page.locator('[data-done=true]').count()).toBe(2)
  laysIn('opened')
  await press('Enter')
  await asked('Which card is opened?')
  await came('PASS')
  await page.getByText('passphrase and encrypted key open the printed address').waitFor()
  await photograph('opened')
  const whole = await kept(/^spot-check$/)
  expect(whole.map(({ unit, who, facts }) => [unit, who, facts['verdict']])).toEqual([['BX0000001', 'ann', 'PASS']])
  expect((await kept(/^inspection$/)).map(({ station }) => station)).toEqual(['sealed', 'etched', 'etched', 'opened'])
  await scan('BX0000001')
  await page.getByText('opened in a spot check already').waitFor()
  await press('q')
  await asked('The run has ended.')
  await came('PASS')
})

test('nothing of passphrase or key reaches the page', async () => {
  const answers: string[] = []
  await open()
  page.on('response', async answer => void answers.push(await answer.text().catch(() => '')))
  await page.reload()
  await page.locator('[data-phase=closed]').waitFor()
  await begun()
  await chosen()
  await opened()
  await came('PASS')
  const result = await page.evaluate(async () => await (await fetch('results/3')).text())
  const states = await page.evaluate(async () => await (await fetch('state')).text())
  expect(result).toContain('"station":"opened"')
  const { epk, passphrase } = units[0]!.card
  for (const text of [...answers, result, states, await page.content()])
    for (const secret of [epk, passphrase, passphrase.replaceAll('-', ''), epk.slice(2, 14)])
      expect(text).not.toContain(secret)
})

describe('a look that judges nothing', () => {
  test('is taken again, with its count, and the last one counts', async () => {
    await open()
    await begun()
    await chosen()
    laysIn('sealed', unread('address-qr'))
    await press('Enter')
    await page.getByText('Photograph 1 does not do.').waitFor()
    await press('Enter')
    await page.getByText('Photograph 2 does not do.').waitFor()
    expect(await page.getByRole('button', { name: /stand/ }).count()).toBe(0)
    await opened()
    await came('PASS')
    expect(await kept(/^spot-check-again$/)).toHaveLength(2)
  })

  test('stands at E once the unit is open, and the whole is none the better for it', async () => {
    await open()
    await begun()
    await chosen()
    await seenSealed()
    laysIn('etched', unread('address-qr'))
    await press('Enter')
    await page.getByRole('button', { name: /Let this result stand/ }).waitFor()
    // What was sent of another look, or for another step, comes too late.
    expect(await console_.act({ do: 'stand', number: 1 })).toBe('not-now')
    expect(await console_.act({ do: 'photograph', step: 'sealed' })).toBe('not-now')
    expect(console_.state.spotCheck).toMatchObject({ at: 'scratched', looks: 1 })
    await press('e')
    await asked('Peel')
    laysIn('opened')
    await press('Enter')
    await came('INCONCLUSIVE')
  })

  test('of a unit that cannot be read on ends it at E: spent, and proved neither good nor bad', async () => {
    await open()
    await begun()
    await chosen()
    await seenSealed()
    laysIn('etched', unread('passphrase'))
    await press('Enter')
    await page.getByRole('button', { name: /It cannot be read: end it/ }).waitFor()
    await press('e')
    await came('INCONCLUSIVE')
    expect((await kept(/^spot-check$/))[0]!.facts).toMatchObject({ isWhole: false, isGivenUp: true })
  })
})

test('a unit that is not good while it is sealed is not opened, once somebody has seen that', async () => {
  await open()
  await begun()
  laysIn('sealed', {}, { ...units[0]!, card: { ...units[0]!.card, serialCard: 'BX0000009' } })
  await chosen()
  await press('Enter')
  await came('FAIL')
  await asked('Look at the result first.')
  expect(await console_.act({ do: 'choose' })).toBe('acknowledge-first')
  await press('a')
  await asked('Which card is opened?')
  expect(await kept(/^unit-destroyed$/)).toEqual([])
})

test('one that was left, or stopped for a reason, goes on where it was', async () => {
  await open()
  await begun()
  await chosen()
  laysIn('sealed')
  await press('Enter')
  await asked('Scratch')
  await press('q')
  await page.getByText('It was left, and goes on later.').waitFor()
  await page.getByRole('button', { name: /Go on with BX0000001/ }).waitFor()
  await chosen()
  await asked('Scratch the passphrase of BX0000001 free.')
  laysIn('etched')
  await press('Enter')
  await asked('Peel')
  await press('s')
  await page.getByRole('textbox', { name: 'Why do you stop?' }).fill('the fire bell')
  await press('Enter')
  await asked('The run has ended.')
  expect((await kept(/^run-ended$/))[0]!.why).toContain('the fire bell')
  await press('o')
  await page.getByRole('button', { name: /Go on with BX0000001/ }).waitFor()
  await chosen()
  await asked('Peel the top layer of BX0000001 off.')
  expect(await page.locator('[data-done=true]').count()).toBe(2)
  laysIn('opened')
  await press('Enter')
  await came('PASS')
  expect(await kept(/^(?:unit-destroyed|spot-check)$/)).toHaveLength(2)
})

test('another card than the one that is opened is not opened in its name', async () => {
  await open()
  await begun()
  await scan('BX0000002')
  await asked('Lay BX0000002 in')
  laysIn('sealed')
  await press('Enter')
  await page.getByText('This is BX0000001, and the spot check is of BX0000002.').waitFor()
  await scan('BX0000001')
  await page.getByText('the code of another card').waitFor()
  expect(await kept(/^unit-destroyed$/)).toEqual([])
})

test('who has retired meanwhile opens nothing more', async () => {
  await using journal = await openJournal('assay-journal', {
    clock: () => new Date(),
    password: async () => null as never,
  })
  const told = async () => await peopleOf(journal.entriesOn('people'))
  await journal.append((await told()).adding({ name: 'quinn', roles: ['quality'], publicKey: null }, null))
  await journal.append((await told()).adding({ name: 'ann', roles: ['operator'], publicKey: null }, 'quinn'))
  await open()
  await begun()
  await chosen()
  await journal.append((await told()).retiring('ann', 'quinn', null))
  laysIn('sealed')
  await press('Enter')
  await asked('Look at the result first.')
  await page.getByText('ann does not inspect here').first().waitFor()
  expect(await kept(/^(?:unit-destroyed|spot-check-step)$/)).toEqual([])
  expect((await kept(/^inspection$/)).map(({ facts }) => (facts['record'] as { verdict: string }).verdict)).toEqual([
    'ERROR',
  ])
})

describe.each([
  ['touch panel, dark', { colorScheme: 'dark' }],
  ['phone, German', { viewport: { width: 390, height: 844 }, locale: 'de-AT' }],
] as const)('%s', (_, options) => {
  test('every step is accessible, and nothing is wider than the screen', async () => {
    const look = async () => {
      expect(await accessibilityFaults(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    }
    await open(options)
    await press('o')
    await page.locator('[data-phase=choosing]').waitFor()
    await look()
    await press('Enter')
    for (const state of ['sealed', 'etched', 'opened'] as const) {
      laysIn(state, unread('serial-card'))
      await page.locator('[data-phase=step]').waitFor()
      await press('Enter')
      await page.locator('.again').waitFor()
      await look()
      laysIn(state)
      await press('Enter')
      await page.locator('.again').waitFor({ state: 'detached' })
    }
    await came('PASS')
    await look()
  })
})
