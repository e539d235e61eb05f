// @module-tag long
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../core/accessibility.testing.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { peopleOf } from '../custody/journal/people.ts'
import { type ConsoleServer, openConsoleServer } from './console-server.ts'
import { type QuickBench, quickBench, sealed } from './quick-bench.testing.ts'

let browser: Browser
let page: Page
let quick: QuickBench
let server: ConsoleServer
/** What the page's console said, and whatever it asked others for. */
let stray: string[]

beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => await browser?.close())
beforeEach(async () => {
  stray = []
  quick = await quickBench()
  server = await openConsoleServer(quick)
})
afterEach(async () => {
  await page.context().close()
  await server[Symbol.asyncDispose]()
  await quick[Symbol.asyncDispose]()
  expect(stray).toEqual([])
})

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1280, height: 800 }, ...options })
  page = await context.newPage()
  page.on('request', request => {
    if (!request.url().startsWith(server.url) && !request.url().startsWith('blob:')) stray.push(request.url())
  })
  page.on('console', message => stray.push(message.text()))
  page.on('pageerror', error => stray.push(error.message))
  await page.goto(server.url)
  await page.getByRole('heading', { name: 'Nothing is judged yet.' }).waitFor()
  return page
}

const prompt = async (text: string) => await page.locator('#prompt', { hasText: text }).waitFor()
const verdict = async (word: string) => await page.locator('#verdict', { hasText: word }).waitFor()

/** By keys alone, as with gloves on. */
async function begin(): Promise<void> {
  await page.keyboard.press('Enter')
  await page.getByText('Lay the golden card in').waitFor()
  await page.keyboard.press('Enter')
  await prompt('Lay a card in.')
}

/** As a scanner types, by its own clock: whatever a busy machine does between two keys, they are 5 ms apart. */
const scan = async (text: string) => await typeKeys([...text, 'Enter'], 5)

const typeKeys = async (typed: readonly string[], gapMs: number) =>
  await page.evaluate(
    ({ keys, apart }) => {
      const from = performance.now()
      for (const [at, key] of keys.entries()) {
        const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
        Object.defineProperty(event, 'timeStamp', { value: from + at * apart })
        document.activeElement!.dispatchEvent(event)
      }
    },
    { keys: typed, apart: gapMs },
  )

const axe = async () => expect(await accessibilityFaults(page)).toEqual([])

test('a card is judged by the keys that the buttons show, and the result stays while the next is waited for', async () => {
  await open()
  await begin()
  await page.keyboard.press('Enter')
  await verdict('PASS')
  await prompt('Lay a card in.')
  expect(await page.locator('.verdict').getAttribute('class')).toBe('verdict pass')
  await page.keyboard.press('r')
  await page.getByText('Inspection 2 of this card here').waitFor()
  await page.keyboard.press('q')
  await prompt('The run has ended.')
  await verdict('PASS')
})

test('a FAIL says which check, with what was seen, and nothing goes on before it is acknowledged', async () => {
  await open()
  await begin()
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await page.keyboard.press('Enter')
  await verdict('FAIL')
  await prompt('Look at the result first.')
  await page.getByRole('list').filter({ hasText: 'serials-agree' }).first().waitFor()
  const folder = process.env['ASSAY_BENCH_PICTURES']
  if (folder !== undefined) await page.screenshot({ path: join(folder, 'bench-fail.png') })
  await page.keyboard.press('Enter')
  expect(quick.looks.photographs).toBe(1)
  await page.keyboard.press('a')
  await prompt('Lay a card in.')
})

describe('a scanner', () => {
  test('is heard anywhere on the page, and a second scan of a judged card asks first', async () => {
    await open()
    await begin()
    await page.getByText('The lot').click()
    await scan(quick.units[0]!.record.serial)
    await verdict('PASS')
    await prompt('Lay a card in.')
    await scan(quick.units[0]!.record.address!)
    await prompt('BX0000001 was judged already.')
    await page.keyboard.press('Escape')
    await prompt('Lay a card in.')
    expect(quick.looks.photographs).toBe(1)
  })

  test('that reads a key is refused, and the page does not show it', async () => {
    await open()
    await begin()
    const { epk } = quick.units[0]!.card
    await scan(epk)
    await page.getByText('That code is secret.').waitFor()
    expect(await page.content()).not.toContain(epk.slice(0, 12))
  })

  test('that types letters which are keys of the page does nothing by them', async () => {
    await open()
    await begin()
    await scan('QQSSRRAA')
    await page.getByText('No card of this lot has that code.').waitFor()
    await page.waitForTimeout(200)
    await prompt('Lay a card in.')
  })
})

test('the verdict of the card before is small while the next is looked at', async () => {
  await open()
  await begin()
  await page.keyboard.press('Enter')
  await verdict('PASS')
  await prompt('Lay a card in.')
  const { promise, resolve } = Promise.withResolvers<void>()
  quick.eyes = promise
  await page.keyboard.press('Enter')
  await prompt('Looking at the card.')
  await page.locator('.verdict.past').waitFor()
  const box = await page.locator('#verdict').boundingBox()
  expect(box!.height).toBeLessThan(40)
  resolve()
  await page.getByText('Inspection 2 of this card here').waitFor()
  await page.locator('.verdict:not(.past)').waitFor()
})

test('who looks at an older result is shown the new one when there is one', async () => {
  await open()
  await begin()
  for (const number of [1, 2]) {
    await page.keyboard.press('Enter')
    await page.locator(`[data-number="${number}"]`).waitFor()
    await prompt('Lay a card in.')
  }
  await page.getByRole('button', { name: 'BX0000001' }).last().click()
  await page.locator('.verdict.past [data-number="1"]').waitFor()
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await quick.bench.act({ do: 'judge' })
  await verdict('FAIL')
})

test('letters of a slow scanner are none of the keys that the buttons show', async () => {
  await open()
  await begin()
  await typeKeys([...'12qras', 'Enter'], 150)
  await page.getByText('No card of this lot has that code.').waitFor()
  await prompt('Lay a card in.')
  expect(await page.locator('dialog').count()).toBe(0)
})

test('Enter after a tap on another button is what the page says, not that button once more', async () => {
  await open()
  await page.getByRole('button', { name: 'Rig 3' }).click()
  await page.getByRole('button', { name: 'Bench 1' }).click()
  await begin()
  await page.getByRole('button', { name: 'Deutsch' }).click()
  await page.keyboard.press('Enter')
  await page.locator('[data-verdict=PASS]').waitFor()
})

test('no old picture is shown for what is in view when the camera gives none', async () => {
  await open()
  await begin()
  await page.locator('.view img:visible').waitFor()
  quick.camera = 'fails'
  await page.getByText('The camera gives no picture yet.').waitFor()
  expect(await page.locator('.view img:visible').count()).toBe(0)
  stray = []
  quick.camera = 'well'
  await page.locator('.view img:visible').waitFor()
  stray = []
})

test('pages that nobody sees take no line from the one that acts, and show the newest when they are seen', async () => {
  await open()
  const hide = `Object.defineProperty(document, 'hidden', { configurable: true, value: true })`
  const hidden: Page[] = []
  for (let count = 0; count < 7; count++) {
    const other = await page.context().newPage()
    await other.addInitScript(hide)
    await other.goto(server.url)
    await other.locator('[data-phase=closed]').waitFor()
    hidden.push(other)
  }
  await page.bringToFront()
  await begin()
  const [one] = hidden
  await one!.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, value: false })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await one!.locator('[data-phase=waiting]').waitFor()
})

test('a FAIL sounds again and again until it is acknowledged, and a PASS never', async () => {
  const context = await browser.newContext({ locale: 'en' })
  page = await context.newPage()
  await page.addInitScript(() => {
    const sounds = { tones: 0 }
    Object.assign(globalThis, { sounds })
    const start = OscillatorNode.prototype.start
    OscillatorNode.prototype.start = function (when) {
      sounds.tones++
      start.call(this, when)
    }
  })
  const tones = async () =>
    await page.evaluate(() => (globalThis as unknown as { sounds: { tones: number } }).sounds.tones)
  await page.goto(server.url)
  await page.locator('[data-phase=closed]').waitFor()
  await begin()
  await page.keyboard.press('Enter')
  await verdict('PASS')
  await prompt('Lay a card in.')
  expect(await tones()).toBe(0)
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await page.keyboard.press('Enter')
  await verdict('FAIL')
  await expect.poll(tones, { timeout: 20_000 }).toBeGreaterThanOrEqual(4)
  await page.keyboard.press('a')
  await prompt('Lay a card in.')
  const heard = await tones()
  await page.waitForTimeout(3000)
  expect(await tones()).toBe(heard)
})

test('who reads the page by its outline hears what to do, the keys, the verdict and why', async () => {
  await open()
  await begin()
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await page.keyboard.press('Enter')
  await verdict('FAIL')
  expect(await page.locator('.prompt').ariaSnapshot()).toBe(
    [
      '- region "Look at the result first.":',
      '  - heading "Look at the result first." [level=2]',
      '  - status',
      '  - button "I have seen it A"',
      '  - button "Stop S"',
    ].join('\n'),
  )
  const because =
    'The serials differ: serial-top is BX0000002 and serial-card is BX0000009, the record is BX0000002; serial-card does not belong to this unit.'
  expect(await page.locator('.verdict').ariaSnapshot()).toBe(
    [
      '- region "FAIL":',
      '  - heading "FAIL" [level=2]',
      '  - paragraph: BX0000002',
      `  - paragraph: "${because}"`,
      '  - paragraph: Something is wrong with the card. Put it aside.',
      '  - paragraph: "Not proved: faint-marks (accepted)"',
    ].join('\n'),
  )
})

test('stopping asks why, and can be taken back', async () => {
  await open()
  await begin()
  await page.keyboard.press('s')
  await page.getByRole('textbox', { name: 'Why do you stop?' }).waitFor()
  await axe()
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  await prompt('Lay a card in.')
  await page.keyboard.press('s')
  await page.getByRole('textbox', { name: 'Why do you stop?' }).fill('the lamp flickers')
  await page.keyboard.press('Enter')
  await prompt('The run has ended.')
  await page.getByText('the lamp flickers').waitFor()
})

test('the journal shows what happened, and a second person decides what becomes of a FAIL', async () => {
  const people = await peopleOf(quick.journal.entriesOn('people'))
  await quick.journal.append(people.adding({ name: 'quinn', roles: ['quality'], publicKey: null }, null))
  await open()
  await begin()
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await page.keyboard.press('Enter')
  await verdict('FAIL')
  await page.getByRole('button', { name: 'Journal' }).click()
  await page.getByRole('button', { name: 'Decide' }).click()
  await axe()
  await page.getByLabel('Inspect it again').check()
  // A reason that is none is not sent.
  await page.getByRole('textbox', { name: 'Why' }).fill('  ')
  await page.getByRole('button', { name: 'Decide' }).click()
  await page.locator('input[name=why]:invalid').waitFor()
  await page.getByRole('textbox', { name: 'Why' }).fill('the lens was dirty')
  await page.getByRole('button', { name: 'Decide' }).click()
  await page.getByText('No unit counts as failed.').waitFor()
  await page.getByLabel('Find').fill('dirty')
  await page.getByText('1 of 1 shown').waitFor()
  await axe()
})

test('the lot shows where every unit stands, and how the day went', async () => {
  await open()
  await begin()
  await page.keyboard.press('Enter')
  await verdict('PASS')
  await prompt('Lay a card in.')
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await page.keyboard.press('Enter')
  await verdict('FAIL')
  await page.keyboard.press('a')
  await page.getByRole('button', { name: 'Lot 2' }).click()
  await page.getByRole('heading', { name: 'Lot L-0: 2 units' }).waitFor()
  const sealedRow = page.getByRole('row', { name: /^sealed 2 of 2/ })
  expect((await sealedRow.innerText()).trim().split(/\s+/)).toEqual(['sealed', '2', 'of', '2', '1', '0', '1', '0'])
  await page.getByText('BX0000002', { exact: true }).waitFor()
  await page.getByText('No release is planned').waitFor()
  expect(await page.getByRole('row', { name: /50 %/ }).count()).toBe(1)
})

test('every page is reached, and everything on it done, by the keys that are shown', async () => {
  const people = await peopleOf(quick.journal.entriesOn('people'))
  await quick.journal.append(people.adding({ name: 'quinn', roles: ['quality'], publicKey: null }, null))
  await open()
  await begin()
  quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
  await page.keyboard.press('Enter')
  await verdict('FAIL')
  await page.keyboard.press('a')
  await prompt('Lay a card in.')
  quick.card = sealed(quick.units[0]!)
  await page.keyboard.press('Enter')
  await verdict('PASS')
  await page.keyboard.press('v')
  await page.locator('.verdict.past', { hasText: 'BX0000002' }).waitFor()
  await page.keyboard.press('v')
  await page.locator('.verdict:not(.past)', { hasText: 'BX0000001' }).waitFor()

  await page.keyboard.press('2')
  await page.getByRole('heading', { name: 'The way to a release' }).waitFor()
  await page.keyboard.press('c')
  await page.getByText('Made 2 = to ship 2 + opened 0 + scrapped 0 + held 0.').waitFor()
  await page.getByText('To ship, and not seen to be good: 1.').waitFor()
  await page.keyboard.press('d')
  await page.getByText('Too few values').waitFor()
  await axe()

  await page.keyboard.press('3')
  await page.getByRole('button', { name: 'left', pressed: false }).waitFor()
  await page.keyboard.press('l')
  await page.getByRole('button', { name: 'left', pressed: true }).waitFor()
  await page.keyboard.press('p')
  await page.getByRole('button', { name: 'home', pressed: true }).waitFor()

  await page.keyboard.press('4')
  await page.getByRole('heading', { name: 'Counting as failed' }).waitFor()
  await page.keyboard.press('d')
  await page.locator('form.decision select:focus').waitFor()
  await axe()
  await page.keyboard.press('Escape')
  await page.locator('form.decision').waitFor({ state: 'detached' })
  await page.keyboard.press('f')
  await page.locator('input[type=search]:focus').waitFor()
  await page.keyboard.type('inspection')
  await page.getByText('2 of 2 shown').waitFor()
  await page.locator('body').evaluate(() => (document.activeElement as HTMLElement).blur())

  await page.keyboard.press('g')
  await page.getByRole('heading', { name: 'Was geschah' }).waitFor()
  await page.keyboard.press('g')
  await page.getByRole('heading', { name: 'What happened' }).waitFor()

  // A code that is scanned there is a card at the bench.
  await scan('BX0000001')
  await prompt('BX0000001 was judged already')
  await page.keyboard.press('Escape')
  await prompt('Lay a card in.')

  await page.keyboard.press('q')
  await page.locator('#prompt[data-phase="ended"]').waitFor()
  await page.keyboard.press('3')
  await page.getByRole('button', { name: 'Examine the rig' }).waitFor()
  await page.keyboard.press('e')
  await page.getByText('Plug the lamp in.').waitFor()
})

test('the rig is examined at a press, and shows what is in view under another light', async () => {
  await open()
  await begin()
  await page.getByRole('button', { name: 'Rig 3' }).click()
  await page.getByRole('button', { name: 'left' }).click()
  await expect.poll(() => quick.looks.under).toBe('left inspect')
  await page.locator('.view img:visible').waitFor()
  expect(await page.getByRole('button', { name: 'Examine the rig' }).count()).toBe(0)
  await quick.bench.act({ do: 'finish' })
  await page.getByRole('button', { name: 'Examine the rig' }).click()
  await page.getByText('bench: 1 good, 1 bad, 0 not measured.').waitFor()
  await page.getByText('Plug the lamp in.').waitFor()
})

test('several screens show the same, and each may act', async () => {
  await open()
  const first = page
  const second = await page.context().newPage()
  await second.goto(server.url)
  await second.getByRole('heading', { name: 'Nothing is judged yet.' }).waitFor()
  await begin()
  page = second
  await page.keyboard.press('Enter')
  await verdict('PASS')
  page = first
  await verdict('PASS')
  expect(quick.looks.photographs).toBe(1)
})

test('a page whose server is gone says so, and goes on by itself when it is back', async () => {
  await open()
  const { port, pathname } = new URL(server.url)
  await server[Symbol.asyncDispose]()
  await page.getByText('The console does not answer.').waitFor()
  stray = []
  server = await openConsoleServer({ ...quick, port: Number(port), path: pathname })
  await page.getByText('The console does not answer.').waitFor({ state: 'detached', timeout: 20_000 })
  stray = []
})

describe.each([
  ['touch panel, light', { colorScheme: 'light' }],
  ['touch panel, dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 360, height: 740 } }],
  ['German', { locale: 'de-AT' }],
] as const)('%s', (_, options) => {
  test('every screen is accessible, and nothing is wider than it', async () => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en', ...options })
    page = await context.newPage()
    await page.goto(server.url)
    await page.locator('#prompt').waitFor()
    await axe()
    await quick.bench.act({ do: 'examine' })
    await page.locator('.said', { hasText: '1 bad' }).waitFor()
    await page.keyboard.press('Enter')
    await page.locator('.question').waitFor()
    await axe()
    await page.keyboard.press('Enter')
    await page.locator('[data-phase=waiting]').waitFor()
    quick.card = sealed(quick.units[1]!, { serialCard: 'BX0000009' })
    await page.keyboard.press('Enter')
    await page.locator('#verdict').waitFor()
    for (const summary of await page.locator('summary').all()) await summary.click()
    await quick.bench.act({ do: 'acknowledge', number: 1 })
    let drawn = 0
    const places = page.locator('header nav').first().getByRole('button')
    for (const place of await places.all()) {
      await place.click()
      await page.locator('main table, main details').first().waitFor()
      const asked = await page.getByRole('button', { name: /^(Draw|Count|Regelkarten|Zählen)/ }).all()
      for (const one of asked) await one.click()
      drawn += asked.length
      await axe()
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    }
    expect(drawn).toBe(3)
  })
})
