// @module-tag long
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'
import type { Browser, Page } from 'playwright'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { customerPage } from './customer-page.node.ts'
import { openCustomerServer } from './customer-server.node.ts'
import { installablePaths } from './installable.ts'
import { hasBegun, heldBy, type OwnersPage, openOwnersPage, pasteInto, pictureOf } from './owner.testing.ts'

/*
 * What somebody else may put before the page or its owner: codes, pictures, lists, a hurried hand, a browser without a fast engine.
 */

const passphrase = '0511-FRXU-01MJ-QCAY-MEZ8'
const confirmationCode = 'cfrm38VXJ22tKoLqTmChreQrd2MEY5Z6qRwGbkxTFnKbHm2ex73kBbm8Ssh6TQoFTKVzL6dNoCS'
const otherConfirmationCode = 'cfrm38V5rpAGAnc3ek4Wpra1S52UG4qaTL42GPbvNubHFxAG8vV6T82zZuPxNCjNedkCmUsNztm'
const epk = '6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX'

const folder = mkdtempSync(join(tmpdir(), 'assay-hostile-'))
const at = (name: string) => join(folder, name)
let browser: Browser
let page: Page
let stray: string[] = []
/** One page for all that ask for nothing special of a browser: loaded anew, it knows of nothing before. */
let plain: OwnersPage
beforeAll(async () => {
  writeFileSync(at('card.html'), (await customerPage()).html)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})
afterEach(async () => {
  if (page !== plain?.page) await page.context().close()
  expect(stray).toEqual([])
})

async function open(): Promise<void> {
  if (plain === undefined) plain = await openAnew()
  else {
    await plain.page.emulateMedia({ media: null })
    await plain.page.reload()
    await hasBegun(plain.page)
  }
  ;({ page, stray } = plain)
}
const openAnew = () => openOwnersPage(browser, pathToFileURL(at('card.html')).href, { offline: true })
const code = () => page.locator('#code')
const check = () => page.getByRole('button', { name: 'Check', exact: true })
const result = () => page.locator('section[aria-labelledby="step-3"]')
const settled = () => page.waitForTimeout(3000)

test('an answer is never shown beside other fields than it was of', async () => {
  await open()
  await pasteInto(page, 'Character 1 of 20', passphrase)
  await code().fill(confirmationCode)
  await check().click()
  await code().fill(otherConfirmationCode)
  await settled()
  expect(await result().isVisible()).toBe(false)
  expect(await page.getByRole('progressbar').count()).toBe(0)
})

test('nothing that is still being read is put into fields that were cleared', async () => {
  await open()
  await page
    .getByLabel('Take it from a photograph')
    .first()
    .setInputFiles(await pictureOf(at('code.png'), confirmationCode))
  await page.getByRole('button', { name: 'Clear everything' }).click()
  await settled()
  expect(await code().inputValue()).toBe('')
})

test.each([
  ['a script', '<script>document.title = "x"</script>'],
  ['an address of a script', 'javascript:document.title="x"'],
  ['a link around the code', `https://example.com/?code=${confirmationCode}`],
  ['a code with something after it', `${confirmationCode}\u202e<b>`],
  ['a code with one wrong character', `${confirmationCode.slice(0, -1)}T`],
  ['an encrypted key where a confirmation code is asked for', epk],
])('%s in a QR code is not taken', async (_, payload) => {
  await open()
  await page
    .getByLabel('Take it from a photograph')
    .first()
    .setInputFiles(await pictureOf(at('hostile.png'), payload))
  await expect
    .poll(async () => (await page.getByRole('alert').allTextContents()).join(), { timeout: 30_000 })
    .toContain('not the one that is asked for')
  expect(await code().inputValue()).toBe('')
  expect(await page.title()).toBe('Open your card')
})

test('a picture of one column holds no code, and one that is no picture inside is none', async () => {
  await open()
  const line = await sharp({ create: { width: 1, height: 16_000, channels: 3, background: 'white' } })
    .png()
    .toBuffer()
  writeFileSync(at('line.png'), line)
  writeFileSync(at('cut.png'), line.subarray(0, 60))
  for (const [name, said] of [
    ['line.png', 'There is no code in this picture'],
    ['cut.png', 'no picture that a browser can open'],
  ] as const) {
    await page.getByLabel('Take it from a photograph').first().setInputFiles(at(name))
    await expect
      .poll(async () => (await page.getByRole('alert').allTextContents()).join(), { timeout: 30_000 })
      .toContain(said)
  }
})

test('a list says nothing but text, whatever stands in it', async () => {
  await open()
  const script = "<img src=x onerror=document.title='x'>"
  await page.getByText('Find the code by the serial').click()
  const said = () => page.locator('details[open] > [aria-live]').textContent()
  const choose = (unit: string) =>
    page.getByLabel('Read the maker’s list of cards').setInputFiles({
      name: 'cards.json',
      mimeType: 'application/json',
      buffer: Buffer.from(`{"units":[${unit}]}`),
    })
  await choose(`{"serial":"${script}"}`)
  await expect.poll(said, { timeout: 30_000 }).toContain('This list is wrong (card 1, field “serial”)')
  await page.locator('#wanted').fill('B2')
  expect(await page.getByRole('button', { name: 'Find', exact: true }).isDisabled()).toBe(true)
  expect(await said()).toContain('This list is wrong (card 1, field “serial”)')
  // Its fields are no object's: nothing of it is taken.
  await choose(`{"serial":"B2","__proto__":{"confirmationCode":"${confirmationCode}"}}`)
  await expect.poll(said, { timeout: 30_000 }).toBe('This file is no list of cards, or it is not sound.')
  expect(await page.evaluate(() => 'confirmationCode' in {})).toBe(false)
  await choose('{"serial":"B2"}')
  for (const [wanted, answer] of [
    [script, 'No card of this list'],
    ['B2', 'has no confirmation code'],
  ] as const) {
    await page.locator('#wanted').fill(wanted)
    await page.getByRole('button', { name: 'Find', exact: true }).click()
    await expect.poll(said, { timeout: 30_000 }).toContain(answer)
  }
  expect(await page.locator('img').count()).toBe(0)
  expect(await page.title()).toBe('Open your card')
  // A card of another product than the one chosen, and a list that must not be.
  await choose(`{"serial":"B2","product":"pure","confirmationCode":"${confirmationCode}"}`)
  await page.locator('#wanted').fill('B2')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await expect
    .poll(said, { timeout: 30_000 })
    .toMatch(/^Card B2 is a .+ by the list, which is not the product chosen above/)
  expect(await page.locator('#code').inputValue()).toBe('')
  await choose('{"serial":"B2","remark":"QK7R-9XMB-T3ZD-W8HF-P2VN"}')
  await expect.poll(said, { timeout: 30_000 }).toContain('a key or a passphrase (card B2, field “remark”)')
  await choose(
    `{"serial":"B2","address":"1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH","confirmationCode":"${confirmationCode}"}`,
  )
  await expect.poll(said, { timeout: 30_000 }).toContain('This list is wrong (card B2, field “address”)')
})

test('a maker’s server is never asked for a key or a passphrase', async () => {
  await using server = await openCustomerServer({ lots: [readLotFile('{"units":[{"serial":"AB123456"}]}').lot] })
  // Beside these nothing may be asked for: what strays fails the test.
  ;({ page, stray } = await openOwnersPage(browser, server.url, { beside: Object.values(installablePaths) }))
  await page.getByText('Find the code by the serial').click()
  const said = () => page.locator('details[open] > [aria-live]').textContent()
  for (const secret of [
    epk,
    passphrase,
    passphrase.toLowerCase(),
    'KxLWB4zErsEWYRvyFa4NBstmGM4heXAk8U81rbDkZrgE5kiVqEWK',
  ]) {
    await page.locator('#wanted').fill(secret)
    await page.getByRole('button', { name: 'Find', exact: true }).click()
    await expect.poll(said).toContain('a key or a passphrase')
    expect(await page.locator('#wanted').inputValue()).toBe('')
    await page.locator('#wanted').fill('A')
    await expect.poll(said).toBe('')
  }
  const lookUp = page.locator('details[open]')
  await lookUp.getByLabel('Take it from a photograph').setInputFiles(await pictureOf(at('epk.png'), epk))
  await expect
    .poll(() => lookUp.getByRole('alert').allTextContents(), { timeout: 30_000 })
    .toEqual(['There is a code in this picture, but not the one that is asked for here.'])
  // What has no form of a serial or an address is not sent either: it may be somebody's own words.
  await page.locator('#wanted').fill('hunter2')
  await page.getByRole('button', { name: 'Find', exact: true }).click()
  await expect.poll(said).toContain('neither an address nor a serial')
})

test('a server is believed only where it answers with a sound code of the card that was asked for', async () => {
  await using server = await openCustomerServer({ lots: [] })
  const beside = [...Object.values(installablePaths), 'cards/AB123456']
  ;({ page, stray } = await openOwnersPage(browser, server.url, { beside, serviceWorkers: 'block' }))
  let card: unknown
  await page.route('**/cards/*', route => route.fulfill({ json: card }))
  await page.getByText('Find the code by the serial').click()
  await page.locator('#wanted').fill('AB123456')
  const said = () => page.locator('details[open] > [aria-live]').textContent()
  const find = page.getByRole('button', { name: 'Find', exact: true })
  for (const [answer, refusal] of [
    [{ serial: 'ZZ999999', confirmationCode }, 'answered with another card'],
    [{ serial: 'AB123456', confirmationCode: [confirmationCode] }, 'no card'],
    [{ serial: 'ZZ999999', confirmationCode: `${confirmationCode.slice(0, -1)}T` }, 'answered with another card'],
    ['<script>document.title = "x"</script>', 'no card'],
  ] as const) {
    card = answer
    await find.click()
    await expect.poll(said).toContain(refusal)
    expect(await code().inputValue()).toBe('')
  }
  card = { serial: 'AB123456', confirmationCode }
  await find.click()
  await expect.poll(() => code().inputValue()).toBe(confirmationCode)
  stray = stray.filter(one => one !== 'Service Worker registration blocked by Playwright')
})

/** What is said of a code only once the address on the card is one of its own. */
const claim = 'Passphrase, code and card belong together.'

/** The page, with a passphrase and a code that fit. */
async function openFitting(): Promise<void> {
  await open()
  await pasteInto(page, 'Character 1 of 20', passphrase)
  await code().fill(confirmationCode)
  await check().click()
  await expect.poll(() => result().textContent(), { timeout: 60_000 }).toContain('The passphrase fits this code.')
}

test('a code that a passphrase opens is not said to be the card’s, before the card’s own address is', async () => {
  await openFitting()
  expect(await result().textContent()).not.toContain(claim)
  const scan = result().getByLabel('Take it from a photograph')
  await scan.setInputFiles(await pictureOf(at('own.png'), 'bitcoin:1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR'))
  await expect.poll(() => result().textContent(), { timeout: 30_000 }).toContain(claim)
  // A code with a character beside the address that nobody sees is none that a maker prints; the field shows it.
  await scan.setInputFiles(await pictureOf(at('mark.png'), '\ufeff1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR'))
  await expect.poll(() => result().textContent(), { timeout: 30_000 }).toContain('says more than an address')
  expect(await result().textContent()).not.toContain(claim)
  expect(await page.locator('#address').inputValue()).toContain('‹U+FEFF›')
  // Nor is a key in its place put into the field: it is said to be one.
  await scan.setInputFiles(await pictureOf(at('key.png'), 'L1YLRFGbLVqcHS1o2WJ96ZkrZdDDnxxX4qPoG1H6GDWNNhtEhxNx'))
  await expect
    .poll(async () => (await result().getByRole('alert').allTextContents()).join(), { timeout: 30_000 })
    .toContain('That is a private key')
  expect(await page.locator('#address').inputValue()).toBe('')
  // What was compared is compared with the next code as well: of another card it is another's.
  await page.locator('#address').fill('1BoatSLRHtKNngkdXEeobR76b53LETtpyT')
  expect(await result().textContent()).not.toContain(claim)
  expect(await result().textContent()).toContain('It is NOT an address of this card.')
  // Nor does the page offer those of the code, to copy, scan or print.
  expect(await result().locator('table').count()).toBe(0)
  await page.locator('#address').fill('')
  expect(await result().locator('table').count()).toBe(1)
})

test('a translator that takes the place of the page’s texts leaves no old verdict, and is asked not to look', async () => {
  await openFitting()
  expect(await page.evaluate(() => document.documentElement.translate)).toBe(false)
  const translate = () =>
    page.locator('main').evaluate(main => {
      const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
      const texts: Node[] = []
      while (walker.nextNode()) texts.push(walker.currentNode)
      for (const text of texts) {
        const font = document.createElement('font')
        font.textContent = text.textContent
        text.parentNode!.replaceChild(font, text)
      }
    })
  await page.locator('#address').fill('1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR')
  await expect.poll(() => result().textContent()).toContain(claim)
  await translate()
  for (const next of ['1BoatSLRHtKNngkdXEeobR76b53LETtpyT', '']) {
    await page.locator('#address').fill(next)
    await page.waitForTimeout(200)
    expect(await page.locator('#address-said').textContent()).not.toContain(claim)
  }
})

test('a new photograph empties what the one before said, and two cards in one are refused', async () => {
  await openFitting()
  const own = '1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR'
  const other = await pictureOf(at('of-another.png'), '1BoatSLRHtKNngkdXEeobR76b53LETtpyT')
  await sharp(await pictureOf(at('own.png'), own))
    .extend({ right: 400, background: 'white' })
    .composite([{ input: other, gravity: 'east' }])
    .toFile(at('two.png'))
  const scan = result().getByLabel('Take it from a photograph')
  const alerts = async () => (await result().getByRole('alert').allTextContents()).join()
  writeFileSync(at('broken.png'), 'no picture')
  for (const [file, said] of [
    [at('two.png'), 'two different ones'],
    [await pictureOf(at('hello.png'), 'hello'), 'not the one that is asked for'],
    [at('broken.png'), 'no picture that a browser can open'],
  ] as const) {
    await page.locator('#address').fill(own)
    await expect.poll(() => result().textContent()).toContain(claim)
    await scan.setInputFiles(file)
    // While it is still being read, too.
    expect(await result().textContent()).not.toContain(claim)
    await expect.poll(alerts, { timeout: 30_000 }).toContain(said)
    expect(await result().textContent()).not.toContain(claim)
    expect(await page.locator('#address').inputValue()).toBe('')
  }
})

test('a phone’s picture that a browser cannot open, and one larger than its memory, are said to be that', async () => {
  await open()
  writeFileSync(
    at('phone.heic'),
    Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic'), Buffer.alloc(99)]),
  )
  // A head of 30,000 by 30,000 pixels before a picture of one.
  const huge = await sharp({ create: { width: 1, height: 1, channels: 3, background: 'white' } })
    .png()
    .toBuffer()
  huge.writeUInt32BE(30_000, 16)
  huge.writeUInt32BE(30_000, 20)
  huge.writeUInt32BE(crc32(huge.subarray(12, 29)), 29)
  writeFileSync(at('huge.png'), huge)
  for (const [name, said] of [
    ['phone.heic', 'choose “Most compatible”'],
    ['huge.png', 'too large'],
  ] as const) {
    await page.getByLabel('Take it from a photograph').first().setInputFiles(at(name))
    await expect.poll(async () => (await page.getByRole('alert').allTextContents()).join()).toContain(said)
  }
})

test('a code in a photograph that a phone stored lying on its side', async () => {
  await open()
  const upright = await pictureOf(at('upright.png'), confirmationCode)
  await sharp(upright).rotate(90).withMetadata({ orientation: 8 }).jpeg().toFile(at('turned.jpg'))
  await page.getByLabel('Take it from a photograph').first().setInputFiles(at('turned.jpg'))
  await expect.poll(() => code().inputValue(), { timeout: 30_000 }).toBe(confirmationCode)
})

test('whoever comes back to a page that was left finds it empty', async () => {
  await open()
  await page.locator('#product').selectOption('any')
  await page.getByText('Make an intermediate code').click()
  for (const field of ['Your passphrase', 'The same once more']) {
    await page.getByRole('textbox', { name: field }).fill('my own words')
  }
  await page.locator('#passphrase').fill(passphrase)
  await page.getByLabel('Open the card with').check()
  await code().fill(epk)
  expect(await heldBy(page)).toContain(epk)
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
  const held = await heldBy(page)
  for (const secret of [passphrase, epk, 'my own words']) expect(held.includes(secret)).toBe(false)
})

test('a file that is dropped beside a field does not take the page’s place', async () => {
  await open()
  const stays = await page.evaluate(() => {
    const event = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() })
    return !document.querySelector('h1')!.dispatchEvent(event)
  })
  expect(stays).toBe(true)
})

test('a printed sheet shows neither passphrase nor key that was not asked for', async () => {
  await open()
  await page.locator('#product').selectOption('any')
  await page.locator('#passphrase').fill('3515-H0EP-J513-IUL6-0K5Y')
  await page.getByLabel('Open the card with').check()
  await code().fill(epk)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'Show the private key' }).waitFor({ timeout: 60_000 })
  // Whose card it is, nobody has said yet: the sheet says so.
  await page.locator('#address').fill('1BoatSLRHtKNngkdXEeobR76b53LETtpyT')
  await page.emulateMedia({ media: 'print' })
  const sheet = await page.locator('body').innerText()
  expect(sheet).toContain('14Q5eNrbgVfDPcrtQLPN2P2iL29dWbiDtZ')
  expect(sheet).not.toContain('Private key')
  expect(sheet).toMatch(/only if the deposit address on your card[\s\S]*1BoatSLRHtKNngkdXEeobR76b53LETtpyT ✗ It is NOT/)
  for (const secret of ['3515', epk, 'KxLWB4zE']) expect(sheet.includes(secret)).toBe(false)
  expect(await page.locator('#passphrase').isVisible()).toBe(false)
})

test('a browser without WebAssembly opens the same card, by scrypt-js', async () => {
  ;({ page, stray } = await openAnew())
  await page.addInitScript(() => {
    const Plain = Blob
    const without = 'WebAssembly.validate = () => false; WebAssembly.compile = WebAssembly.instantiate = undefined;'
    Object.assign(globalThis, {
      Blob: class extends Plain {
        constructor(parts: BlobPart[], options?: BlobPropertyBag) {
          super([without, ...parts], options)
        }
      },
    })
  })
  await page.reload()
  await pasteInto(page, 'Character 1 of 20', passphrase)
  await code().fill(confirmationCode)
  await check().click()
  await expect.poll(() => result().textContent(), { timeout: 90_000 }).toContain('The passphrase fits this code.')
  expect(await result().textContent()).toContain('1MwWPJpapWfMyCJuEsp24Aut3M2Yda8xBR')
}, 120_000)
