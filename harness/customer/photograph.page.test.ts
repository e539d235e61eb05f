// @module-tag long
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { accessibilityFaults } from '../core/accessibility.testing.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { decodePicture } from '../imaging/decode.node.ts'
import { shippedFonts } from '../products/font.ts'
import { loadProfile } from '../products/load-profile.ts'
import { openInstalledDetector } from '../vision/rest/text-detector.node.ts'
import { openTextReader } from '../vision/text/text-reader.node.ts'
import { customerPage } from './customer-page.node.ts'
import { judgePhotograph } from './photograph/judge-photograph.ts'
import type { OwnedState } from './photograph/photograph-messages.ts'

/*
 * The page that reads photographs, from a file and without a network, against the same work in this process.
 */

const product = 'pure'
// With the font that the card is etched in: what is etched is read by it, as far as 0 and O.
const plain = loadProfile(product)
const profile = { ...plain, fonts: { ...plain.fonts, etching: shippedFonts.etching } }
const folder = mkdtempSync(join(tmpdir(), 'assay-photograph-'))
const at = (name: string) => join(folder, name)
let browser: Browser
let page: Page
let list = ''
const stray: string[] = []

beforeAll(async () => {
  const { html } = await customerPage({ products: [profile], reader: true })
  expect(Buffer.byteLength(html)).toBeLessThan(40_000_000)
  writeFileSync(at('card.html'), html)
  await using line = await VirtualLine.make({ profile, seed: 31, count: 2, share: 1, defects: ['other-address'] })
  list = line.records
  writeFileSync(at('cards.json'), list)
  await using good = await VirtualLine.make({ profile, seed: 31, count: 1, share: 0 })
  await using rig = await openRig({ kind: 'virtual', seed: 31 })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  for (const [name, card] of [
    ['good', await good.card(0, 'sealed')],
    ['opened', await good.card(0, 'opened')],
    ['bad', await line.card(0, 'sealed')],
  ] as const) {
    rig.place(card)
    const { bytes } = await rig.camera.photograph()
    // By hand a card is photographed as it lies.
    const isTurned = name === 'good'
    writeFileSync(at(`${name}.jpg`), isTurned ? await sharp(bytes).rotate(90).jpeg({ quality: 95 }).toBuffer() : bytes)
  }
  browser = await openBrowser()
  page = await (await browser.newContext({ offline: true, locale: 'en' })).newPage()
  page.on('request', request => {
    if (!/^(?:blob|file):/.test(request.url())) stray.push(request.url())
  })
  page.on('console', message => stray.push(message.text()))
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

const section = () => page.locator('section[aria-labelledby=photograph]')

/** Lays a photograph in, as its owner does, and waits for what the page says. */
async function judgedOnPage(file: string, state: OwnedState) {
  // One after another on the same page, as with a retake.
  const url = pathToFileURL(at('card.html')).href
  if (page.url() === url) await page.getByRole('button', { name: 'Clear everything' }).click()
  else await page.goto(url)
  await page
    .locator('input[name=state]')
    .nth(state === 'opened' ? 1 : 0)
    .check()
  await page.getByLabel('Choose the maker’s list of cards').setInputFiles(at('cards.json'))
  await page.getByLabel('List chosen').waitFor({ state: 'attached' })
  await page.getByLabel('Take or choose a photograph').setInputFiles(at(file))
  const said = section().locator('p.good, p.bad').first()
  await said.waitFor({ timeout: 150_000 })
  const findings = await section().locator('details li').allTextContents()
  return { said: await said.textContent(), findings }
}

const marks = { PASS: '✓', INCONCLUSIVE: '?', FAIL: '✗', ERROR: '!' }

/** The same work in this process, with native networks and libvips. */
async function judgedHere(file: string, state: OwnedState) {
  const bytes = new Uint8Array(readFileSync(at(file)))
  const pixels = await decodePicture(bytes)
  await using text = await openTextReader()
  await using detector = await openInstalledDetector()
  const answer = await judgePhotograph(
    {
      file: bytes,
      pixels,
      unfit: Promise.resolve(null),
      profile,
      state,
      list: new TextEncoder().encode(list),
      version: 'here',
    },
    { text, detector },
  )
  if (answer.outcome !== 'judged') throw new Error(answer.outcome)
  return answer.photograph
}

test('a good card that lies on its side, as this process judges it, check by check', { timeout: 300_000 }, async () => {
  const there = await judgedOnPage('good.jpg', 'sealed')
  const here = await judgedHere('good.jpg', 'sealed')
  expect(there.said).toBe('✓ All that a photograph can show is in order.')
  expect(there.findings.length).toBeGreaterThan(8)
  expect(there.findings.map(one => one[0])).toEqual(here.findings.map(({ verdict }) => marks[verdict]))
  // What is said of numbers differs by their last digits.
  expect(there.findings[0]).toBe(`✓ The card is in the maker’s list${here.findings[0]!.because}`)
  expect(await section().textContent()).toContain('What this photograph does not prove')
})

test('a card with the address of another key', { timeout: 300_000 }, async () => {
  const { said, findings } = await judgedOnPage('bad.jpg', 'sealed')
  expect(said).toBe('✗ Something is wrong with this card.')
  expect(findings.filter(one => one.startsWith('✗')).length).toBeGreaterThan(0)
})

test('an opened card: its code is put into the field, and no part of its key is said elsewhere', {
  timeout: 300_000,
}, async () => {
  await judgedOnPage('opened.jpg', 'opened')
  const epk = await page.locator('#code').inputValue()
  expect(/^6P[1-9A-HJ-NP-Za-km-z]{56}$/.test(epk)).toBe(true)
  expect((await section().textContent())!.includes(epk.slice(0, 12))).toBe(false)
  // Both halves were read: nothing is left to be typed.
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByText('The passphrase opens this code.').waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Clear everything' }).click()
  expect(await page.locator('#code').inputValue()).toBe('')
})

test('a card in another state than was said is told in the page’s own words, in both languages', {
  timeout: 300_000,
}, async () => {
  const { said } = await judgedOnPage('opened.jpg', 'sealed')
  expect(said).not.toContain('✓')
  const shown = () => section().innerText()
  expect(await shown()).toContain('This card looks opened, and “Sealed” is chosen above.')
  await page.getByRole('button', { name: 'Deutsch' }).click()
  expect(await shown()).toContain('Diese Karte sieht geöffnet aus, und oben ist „Versiegelt“ gewählt.')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 320, height: 700 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    expect(await accessibilityFaults(page)).toEqual([])
  }
  await page.setViewportSize({ width: 1280, height: 720 })
  // What stands open, without the checks, is of the page alone.
  for (const text of [await shown(), await section().textContent()]) expect(text).not.toMatch(/--[a-z]|\bassay /)
  expect(await section().locator('small[lang=en]:visible').count()).toBe(0)
  await page.getByRole('button', { name: 'English' }).click()
})

test('what is still being read when the page is cleared, or asked about another state, is read no further', async () => {
  const answers = [
    () => page.getByRole('button', { name: 'Clear everything' }).click(),
    () => page.locator('input[name=state]').nth(0).check(),
  ]
  for (const end of answers) {
    await page.goto(pathToFileURL(at('card.html')).href)
    const started = page.waitForEvent('worker')
    await page.locator('input[name=state]').nth(1).check()
    await page.getByLabel('Take or choose a photograph').setInputFiles(at('opened.jpg'))
    await page.getByRole('button', { name: 'Stop' }).waitFor()
    // The thread holds all that was read: it is gone, long before it could have answered.
    const gone = (await started).waitForEvent('close', { timeout: 3000 })
    await end()
    await gone
    expect(await section().locator('p.good, p.bad').count()).toBe(0)
  }
})

test('pictures that are none, or that are not whole', { timeout: 300_000 }, async () => {
  const bytes = readFileSync(at('good.jpg'))
  writeFileSync(at('cut.jpg'), bytes.subarray(0, bytes.length - 2000))
  writeFileSync(at('none.jpg'), 'no picture')
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(2000)])
  writeFileSync(at('phone.heic'), heic)
  for (const [file, said] of [
    ['cut.jpg', 'damaged or was cut off'],
    ['none.jpg', 'no photograph'],
    ['phone.heic', 'choose “Most compatible” (JPEG)'],
  ] as const) {
    expect((await judgedOnPage(file, 'sealed')).said, file).toContain(said)
  }
})

test('nothing was asked for, and the console stayed empty', () => {
  expect(stray).toEqual([])
})
