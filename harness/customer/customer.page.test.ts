// @module-tag long
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { accessibilityFaults } from '../core/accessibility.testing.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { customerPage } from './customer-page.node.ts'
import { openCustomerServer } from './customer-server.node.ts'
import { installablePaths } from './installable.ts'
import { languages } from './messages/index.ts'
import { hasBegun, heldBy, openOwnersPage, pasteInto, pictureOf } from './owner.testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'assay-customer-'))
const file = join(folder, 'card.html')
let browser: Browser
let html = ''
let page: Page
/** Whatever the page asked for besides itself and its own workers, and everything that its console said. */
let stray: string[]

// Ballet's published vectors (fixtures/vectors/bip38-ballet-vectors.json).
const verified = {
  passphrase: '0511-FRXU-01MJ-QCAY-MEZ8',
  code: 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS',
  address: '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR',
}
const opened = {
  passphrase: '3515-H0EP-J513-IUL6-0K5Y',
  code: '6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX',
  wif: 'KxLWB4zErsEWYRvyFa4NBstmGM4heXAk8U81rbDkZrgE5kiVqEWK',
}

beforeAll(async () => {
  ;({ html } = await customerPage())
  writeFileSync(file, html)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  stray = []
})
afterEach(async () => {
  await page.context().close()
  expect(stray).toEqual([])
})

/** The page from its file, in a browser without a network. */
async function openFile(options: BrowserContextOptions = {}): Promise<Page> {
  return openAt(pathToFileURL(file).href, { offline: true, ...options })
}

async function openAt(url: string, options: Parameters<typeof openOwnersPage>[2] = {}): Promise<Page> {
  ;({ page, stray } = await openOwnersPage(browser, url, options))
  return page
}

const typePassphrase = (text: string) => pasteInto(page, 'Character 1 of 20', text)
const code = () => page.locator('#code')
const choose = (way: string) => page.getByLabel(way).check()
const result = () => page.locator('section[aria-labelledby="step-3"]')

describe('the file', () => {
  test('is smaller than 600 kB, and the same whenever it is made', async () => {
    expect(Buffer.byteLength(html)).toBeLessThan(600_000)
    const digest = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(digest((await customerPage()).html)).toBe(digest(html))
    await openFile()
  })

  test('holds nothing that a page could be asked to load', async () => {
    const { policy } = await customerPage()
    expect(policy).toMatch(
      /^default-src 'none'; script-src (?:'sha256-[^']+' ){3}'wasm-unsafe-eval'; style-src 'sha256-[^']+';/,
    )
    expect(policy).toContain("connect-src 'none'")
    expect(html).not.toMatch(/<(?:link|script|img)[^>]+(?:src|href)="(?!data:,)/)
    await openFile()
    // The policy holds where the page is opened from a file.
    const answer = await page.evaluate(() =>
      fetch('https://example.com/').then(
        () => 'sent',
        () => 'refused',
      ),
    )
    expect(answer).toBe('refused')
    stray = stray.filter(one => !one.includes('Content Security Policy'))
    expect(stray).toEqual([])
  })
})

describe('what is seen first', () => {
  const head = (locale: string) => page.locator(`#first > [lang=${locale}]`)

  test.each(['en', 'de'])(
    'stands in the file, in %s, and is shown before the program of the page is begun',
    async locale => {
      const context = await browser.newContext({ offline: true, locale })
      page = await context.newPage()
      // A browser that shows no frame, and whose clock stands.
      await page.addInitScript(() => Object.assign(globalThis, { requestAnimationFrame: () => 0, setTimeout: () => 0 }))
      await page.goto(pathToFileURL(file).href)
      expect(await head(locale).innerText()).toContain(languages[locale]!.lead)
      expect(await page.locator('#first > :visible').count()).toBe(1)
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale)
      expect(await page.locator('main:empty').count()).toBe(1)
    },
  )

  test('has the same place as when the program has begun, which needs no frame', async () => {
    const placesOf = (where: string) =>
      page
        .locator(where)
        .locator('h1, p')
        .evaluateAll(all => all.map(one => one.getBoundingClientRect().top).slice(0, 2))
    page = await (await browser.newContext({ offline: true, locale: 'en' })).newPage()
    await page.addInitScript(() => {
      Object.assign(globalThis, { requestAnimationFrame: () => 0, begin: globalThis.setTimeout })
      globalThis.setTimeout = ((...late: [() => void]) => Object.assign(globalThis, { late })) as never
    })
    await page.goto(pathToFileURL(file).href)
    const before = await placesOf('#first > [lang=en]')
    await page.evaluate(() => {
      const { begin, late } = globalThis as unknown as { begin: typeof setTimeout; late: [() => void] }
      globalThis.setTimeout = begin
      late[0]()
    })
    await hasBegun(page)
    expect(await placesOf('main > header')).toEqual(before)
    expect(await page.locator('#first').count()).toBe(0)
  })

  test('stands before all that is large, of ASCII alone', async () => {
    await openFile()
    const at = ['id="first"', 'id="page-data"', 'id="program"', 'assayThreads='].map(text => html.indexOf(text))
    expect(at).toEqual(at.toSorted((a, b) => a - b))
    expect(at[0]).toBeLessThan(20_000)
    expect(/[^\0-\x7f]/.test(html)).toBe(false)
  })
})

describe('an owner', () => {
  test('checks a card by its confirmation code', async () => {
    await openFile()
    await typePassphrase(verified.passphrase.toLowerCase())
    await code().fill(verified.code)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await expect.poll(() => result().textContent(), { timeout: 60_000 }).toContain('The passphrase fits this code.')
    expect(await result().textContent()).toContain(verified.address)
    expect(await result().textContent()).toContain('Lot 0, sequence 77.')
    expect(await page.getByText('Private key', { exact: true }).count()).toBe(0)

    const compare = page.getByLabel('Deposit address on the card')
    await compare.fill(verified.address)
    await expect
      .poll(() => page.locator('#address-said').textContent())
      .toContain('It is the card’s own: Bitcoin, legacy')
    await compare.fill('1BoatSLRHtKNngkdXEeobR76b53LETtpyT')
    await expect.poll(() => page.locator('#address-said').textContent()).toContain('NOT')
    await compare.fill(verified.address.replace('8', '9'))
    await expect.poll(() => page.locator('#address-said').textContent()).toMatch(/✗.*checksum/)
  })

  test('opens a card, and sees the key only when he asks for it', async () => {
    await openFile()
    await typePassphrase(opened.passphrase)
    await choose('Open the card with')
    await code().fill(opened.code)
    await page.getByRole('button', { name: 'Open', exact: true }).click()
    await expect.poll(() => result().textContent(), { timeout: 60_000 }).toContain('The passphrase opens this code.')
    expect(await page.content()).not.toContain(opened.wif)
    await page.getByRole('button', { name: 'Show the private key' }).click()
    expect(await page.content()).toContain(opened.wif)
    await page.getByRole('button', { name: 'Hide it' }).click()
    expect(await page.content()).not.toContain(opened.wif)

    await page.getByRole('button', { name: 'Clear everything' }).click()
    const held = await heldBy(page)
    for (const secret of ['3515', 'H0EP', opened.code, opened.wif]) expect(held.includes(secret)).toBe(false)
    expect(await code().inputValue()).toBe('')
    expect(await page.getByLabel('Character 1 of 20').inputValue()).toBe('')
    await expect.poll(() => result().isVisible()).toBe(false)
  })

  test('is told that a character was misread, and finds it among what looks alike', async () => {
    await openFile()
    await typePassphrase(verified.passphrase.replace('0511', 'O511'))
    await code().fill(verified.code)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    const alike = page.getByRole('button', { name: /^Try what looks alike/ })
    await alike.click({ timeout: 60_000 })
    await expect.poll(() => result().textContent(), { timeout: 60_000 }).toContain('It opens with 0511-FRXU')
    // The field says what the answer is of, and no more is seen of it than of what is typed.
    expect(await page.getByLabel('Character 1 of 20').inputValue()).toBe('0')
    await page.getByLabel('Show what is typed').uncheck()
    expect(await result().textContent()).not.toContain('0511')
    expect(await result().textContent()).toContain('It opens with another reading')
    await page.getByLabel('Show what is typed').check()
    await page.evaluate(() => {
      Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await expect.poll(() => result().textContent()).not.toContain('0511')
  })

  test('is told of a broken code before anything is worked out', async () => {
    await openFile()
    await typePassphrase(verified.passphrase)
    const said = () => page.locator('#code-said').textContent()
    await code().fill(`${verified.code.slice(0, -1)}T`)
    await expect.poll(said).toContain('checksum does not fit')
    await code().fill(opened.code)
    await expect.poll(said).toContain('This is an encrypted private key')
    await code().fill(verified.address)
    await expect.poll(said).toBe('This is a deposit address: it belongs in another field.')
    await code().fill(verified.code.slice(0, 40))
    await expect.poll(said).toContain('40 of 75 characters.')
    expect(await page.getByRole('button', { name: 'Check', exact: true }).isDisabled()).toBe(true)
  })

  test('stops what takes too long', async () => {
    await openFile()
    await typePassphrase(verified.passphrase.replace('0511', 'O511'))
    await code().fill(verified.code)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await page.getByRole('button', { name: /^Try what looks alike/ }).click({ timeout: 60_000 })
    // At once: a click that first waits until nothing moves would come after the end on a busy machine.
    await page.getByRole('button', { name: 'Stop' }).dispatchEvent('click')
    await expect.poll(() => page.getByRole('progressbar').count()).toBe(0)
    expect(await result().isVisible()).toBe(false)
  })

  test('works with the keyboard alone', async () => {
    await openFile()
    await page.getByLabel('Character 1 of 20').focus()
    await page.keyboard.type('0511frxu01mjqcaymez8')
    expect(await page.locator('#passphrase-said').textContent()).toBe('Complete.')
    await page.keyboard.press('Backspace')
    await expect.poll(() => page.locator('#passphrase-said').textContent()).toBe('19 of 20 characters so far.')
    await page.keyboard.type('o')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.type('8')
    expect(await page.locator('#passphrase-said').textContent()).toBe('Complete.')
    await code().focus()
    await page.keyboard.insertText(verified.code)
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Check', exact: true }).focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => result().textContent(), { timeout: 60_000 }).toContain('fits this code')
  })

  test('goes to its answer, where it is below what a phone shows', async () => {
    await openFile({ viewport: { width: 320, height: 640 } })
    await typePassphrase(verified.passphrase)
    await code().fill(verified.code)
    await page.getByRole('button', { name: 'Check', exact: true }).click()
    await expect.poll(() => result().textContent(), { timeout: 60_000 }).toContain('fits this code')
    const bottomOf = () => page.locator('#step-3 + p').evaluate(said => said.getBoundingClientRect().bottom)
    await expect.poll(bottomOf).toBeLessThan(320)
  })

  test('of a PRO card makes an intermediate code', async () => {
    await openFile()
    await page.getByText('Make an intermediate code').click()
    await page.getByRole('textbox', { name: 'Your passphrase' }).fill('my own words')
    await page.getByLabel('The same once more').fill('my own word')
    await expect.poll(() => page.getByText('The two are not the same.').isVisible()).toBe(true)
    await page.getByLabel('The same once more').fill('my own words')
    await page.getByRole('button', { name: 'Make it' }).click()
    await expect
      .poll(() => page.locator('details code').textContent(), { timeout: 60_000 })
      .toMatch(/^passphrase\w{62}$/)
  })

  test('takes the code from a photograph', async () => {
    await openFile()
    const photograph = page.getByLabel('Take it from a photograph').first()
    await photograph.setInputFiles(await pictureOf(join(folder, 'code.png'), verified.code))
    await expect.poll(() => code().inputValue(), { timeout: 30_000 }).toBe(verified.code)
    // A code of another kind is not written into the field, and the one of the picture before does not stay.
    await photograph.setInputFiles(await pictureOf(join(folder, 'address.png'), verified.address))
    await expect
      .poll(() => page.getByRole('alert').allTextContents(), { timeout: 30_000 })
      .toContain('There is a code in this picture, but not the one that is asked for here.')
    expect(await code().inputValue()).toBe('')
    const noPicture = join(folder, 'none.png')
    writeFileSync(noPicture, 'no picture')
    await photograph.setInputFiles(noPicture)
    await expect
      .poll(async () => (await page.getByRole('alert').allTextContents()).join(), { timeout: 30_000 })
      .toContain('no picture that a browser can open')
  })

  test('finds the confirmation code in a list of the maker', async () => {
    await openFile()
    const list = join(folder, 'cards.json')
    const { address, code: confirmationCode } = verified
    writeFileSync(list, JSON.stringify({ units: [{ serial: 'AB123456', address, confirmationCode }] }))
    await page.getByText('Find the code by the serial').click()
    await page.getByLabel('Read the maker’s list of cards').setInputFiles(list)
    await page.locator('#wanted').fill('AB 123456')
    await page.getByRole('button', { name: 'Find', exact: true }).click()
    await expect.poll(() => code().inputValue(), { timeout: 30_000 }).toBe(confirmationCode)
  })
})

test('the maker’s server answers the page that it serves', async () => {
  const units = [{ serial: 'AB123456', confirmationCode: verified.code }]
  await using server = await openCustomerServer({ lots: [readLotFile(JSON.stringify({ units })).lot] })
  await openAt(server.url, { beside: [...Object.values(installablePaths), 'cards/AB123456', 'cards/AB123457'] })
  await page.getByText('Find the code by the serial').click()
  await page.locator('#wanted').fill('AB123456')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await expect.poll(() => code().inputValue(), { timeout: 30_000 }).toBe(verified.code)
  await page.locator('#wanted').fill('AB123457')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await expect.poll(() => page.getByText('No card of this list').isVisible()).toBe(true)
  // The browser itself says in the console that an answer was 404.
  stray = stray.filter(one => !one.includes('404'))
})

describe.each(['light', 'dark'] as const)('%s', colorScheme => {
  test.each(['en', 'de'])('everybody can use it, in %s', async locale => {
    await openFile({ colorScheme, locale, viewport: { width: 320, height: 700 } })
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale)
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth)
    expect(await wide()).toBeLessThanOrEqual(320)
    const faults = () => accessibilityFaults(page)
    expect(await faults()).toEqual([])

    await page.locator('.boxes input').first().focus()
    await page.keyboard.type(opened.passphrase.replaceAll('-', ''))
    await page.locator('input[name=way]').nth(1).check()
    await code().fill(opened.code)
    await page.locator('button.main').click()
    await page.locator('section[aria-labelledby="step-3"] .good').first().waitFor({ timeout: 60_000 })
    await page.locator('.keys button').click()
    await page.locator('.qr summary').first().click()
    for (const summary of await page.locator('main > details > summary').all()) await summary.click()
    expect(await wide()).toBeLessThanOrEqual(320)
    expect(await faults()).toEqual([])

    // Two doubts, each by itself: the second letter is a Cyrillic one, and two blanks stand together.
    await page.selectOption('#product', 'any')
    await page.locator('#passphrase').fill('p\u0430ss  words')
    expect(await page.locator('#passphrase-said .doubt').count()).toBe(2)
    expect(await page.locator('#passphrase-said .doubt').last().innerText()).toContain('2')
    expect(await wide()).toBeLessThanOrEqual(320)
    expect(await faults()).toEqual([])
  })
})
