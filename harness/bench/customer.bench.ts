/**
 * The owner's page in Chromium against the core in Node and npm `bip38`: `npm run bench -- customer --units 20`. Random units with
 * and without lot, compressed and not: whether all three open each to the same key and address, and how long the page takes.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import bip38 from 'bip38'
import type { Page } from 'playwright'
import { toHex } from '../bip38/bytes.ts'
import { createIntermediateCode, decrypt, generateUnit } from '../bip38/index.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { systemRandom, uniformBelow } from '../core/random.ts'
import { customerPage } from '../customer/customer-page.node.ts'

const { values } = parseArgs({ options: { units: { type: 'string', default: '20' } } })
const count = Number(values.units)
const symbols = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 -äöß'

async function randomUnit(compressed: boolean, withLot: boolean) {
  const random = systemRandom
  const passphrase = Array.from(
    { length: 8 + uniformBelow(random, 20) },
    () => symbols[uniformBelow(random, symbols.length)],
  ).join('')
  const owner = withLot
    ? { ownerSalt: random.bytes(4), lot: uniformBelow(random, 2 ** 20), sequence: uniformBelow(random, 4096) }
    : { ownerSalt: random.bytes(8) }
  const intermediateCode = await createIntermediateCode({ passphrase, ...owner })
  return { passphrase, ...(await generateUnit({ intermediateCode, seedb: random.bytes(24), compressed })) }
}

/** By the page's own fields and buttons, as an owner does it. */
async function openInPage(page: Page, passphrase: string, epk: string) {
  await page.locator('#passphrase').fill(passphrase)
  await page.locator('#code').fill(epk)
  // A person looks before he clicks; the page gets ready meanwhile.
  await page.waitForTimeout(1000)
  const began = performance.now()
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'Show the private key' }).click({ timeout: 120_000 })
  const tookMs = performance.now() - began
  const [wif, hex] = await page.locator('.keys code').allTextContents()
  const address = await page.locator('tbody code').first().textContent()
  await page.getByRole('button', { name: 'Clear everything' }).click()
  return { wif, hex, address, tookMs }
}

const median = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN

const folder = mkdtempSync(join(tmpdir(), 'assay-owner-'))
const browser = await openBrowser()
try {
  const file = join(folder, 'card.html')
  writeFileSync(file, (await customerPage()).html)
  const page = await (await browser.newContext({ offline: true, locale: 'en' })).newPage()
  await page.goto(pathToFileURL(file).href)
  const paint = await page
    .waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
    .then(seen => seen.jsonValue())
  await page.selectOption('#product', 'any')
  await page.getByLabel('Open the card with').check()
  let agree = 0
  const [pageMs, coreMs]: [number[], number[]] = [[], []]
  for (let i = 0; i < count; i++) {
    const { passphrase, epk, address } = await randomUnit(i % 2 === 0, i % 4 < 2)
    const shown = await openInPage(page, passphrase, epk)
    const began = performance.now()
    const ours = await decrypt({ epk, passphrase })
    coreMs.push(performance.now() - began)
    pageMs.push(shown.tookMs)
    const theirs = await bip38.decryptAsync(epk, passphrase)
    const hex = toHex(ours.privateKey)
    const same = [
      shown.hex === hex,
      toHex(theirs.privateKey) === hex,
      shown.address === address,
      ours.address === address,
    ]
    if (same.every(one => one)) agree++
    else
      console.log(
        `unit ${i + 1}: page ${same[0]}, npm bip38 ${same[1]}, address of the page ${same[2]}, of the core ${same[3]}`,
      )
  }
  const worst = (times: readonly number[]) => Math.max(...times)
  console.log(`${agree} of ${count} units: page, core and npm bip38 agree`)
  console.log(`first contentful paint ${paint?.toFixed(0)} ms`)
  console.log(`opening, from click to key: page ${median(pageMs).toFixed(0)} ms (worst ${worst(pageMs).toFixed(0)})`)
  console.log(`the core in Node, next to it: ${median(coreMs).toFixed(0)} ms (worst ${worst(coreMs).toFixed(0)})`)
  console.log(`page / core ${(median(pageMs) / median(coreMs)).toFixed(2)}`)
} finally {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
}
