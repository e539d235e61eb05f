// @module-tag long
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import bip38 from 'bip38'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toHex } from '../bip38/bytes.ts'
import { createIntermediateCode, decodeWif, decrypt, generateUnit } from '../bip38/index.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { systemRandom } from '../core/random.ts'
import { customerPage } from './customer-page.node.ts'
import { openOwnersPage, withoutWarmUp } from './owner.testing.ts'

/*
 * The page against the core and npm `bip38`, on all published vectors and two random units; `npm run bench -- customer` takes more.
 */

const folder = mkdtempSync(join(tmpdir(), 'assay-agreement-'))
let browser: Browser
let page: Page
let stray: string[]
beforeAll(async () => {
  const file = join(folder, 'card.html')
  writeFileSync(file, (await customerPage()).html)
  browser = await openBrowser()
  ;({ page, stray } = await openOwnersPage(browser, pathToFileURL(file).href, { offline: true }))
  await withoutWarmUp(page)
  await page.reload()
  await page.selectOption('#product', 'any')
  await page.getByLabel('Open the card with').check()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
  expect(stray).toEqual([])
})

/** WIF, hexadecimal key and Bitcoin's own address, as the page shows them. */
async function opened(epk: string, passphrase: string) {
  await page.locator('#passphrase').fill(passphrase)
  await page.locator('#code').fill(epk)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'Show the private key' }).click({ timeout: 90_000 })
  const [wif, hex] = await page.locator('.keys code').allTextContents()
  const address = await page.locator('tbody code').first().textContent()
  await page.getByRole('button', { name: 'Clear everything' }).click()
  return { wif, hex, address }
}

const vectorsIn = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/vectors/${name}`, import.meta.url), 'utf8'))
const ofTheBip = vectorsIn('bip38-bip-vectors.json').vectors as { encrypted: string; passphrase: string; wif: string }[]
const ofBallet = vectorsIn('bip38-ballet-vectors.json').epks as { epk: string; passphrase: string; wif: string }[]

describe('published units', () => {
  test.each([...ofTheBip.map(({ encrypted, ...rest }) => ({ ...rest, epk: encrypted })), ...ofBallet])(
    '$epk opens to its published key',
    async ({ epk, passphrase, wif }) => {
      expect(await opened(epk, passphrase)).toMatchObject({ wif, hex: toHex(decodeWif(wif).privateKey) })
    },
    120_000,
  )
})

test.each([
  ['with lot, compressed', true, { ownerSalt: toHex(systemRandom.bytes(4)), lot: 1, sequence: 4095 }],
  ['without lot, uncompressed', false, { ownerSalt: toHex(systemRandom.bytes(8)) }],
])(
  'a random unit %s: page, core and npm bip38 agree',
  async (_, compressed, owner) => {
    const passphrase = `${toHex(systemRandom.bytes(6))} ÄA\u0308`
    const intermediateCode = await createIntermediateCode({ passphrase, ...owner })
    const { epk, address } = await generateUnit({ intermediateCode, seedb: systemRandom.bytes(24), compressed })
    const shown = await opened(epk, passphrase)
    const ours = toHex((await decrypt({ epk, passphrase })).privateKey)
    const theirs = toHex((await bip38.decryptAsync(epk, passphrase)).privateKey)
    // Compared, not printed.
    expect([shown.hex === ours, theirs === ours, shown.address === address, ours.length]).toEqual([
      true,
      true,
      true,
      64,
    ])
  },
  120_000,
)
