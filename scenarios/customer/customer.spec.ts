import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BrowserContext, chromium, expect, type Page, test } from 'playwright/test'
import { openRig } from '../../devices/rig.ts'
import { VirtualLine } from '../../fixtures/virtual-line/virtual-line.ts'
import { customerPage } from '../../harness/customer/customer-page.node.ts'
import { type Leak, LeakScan } from '../../harness/guard/leaks/leak-scan.node.ts'
import { scanPaths } from '../../harness/guard/leaks/scan-paths.node.ts'
import { loadProfile } from '../../harness/products/load-profile.ts'
import { displayPassphrase } from '../../harness/products/text-setting.ts'
import { outsidePageOf } from './outside-page.ts'
import { filmOf } from './webcam.ts'

// The owner's path: a unit as the rig sees it, opened by a page in a real browser. No trace, no screenshot: all of it is secret.

const folder = mkdtempSync(join(tmpdir(), 'assay-owner-'))
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What an owner has in hand, and what must come out. */
interface Owned {
  readonly passphrase: string
  readonly epk: string
  readonly confirmationCode: string
  readonly address: string
  /** As the rig sees the card with sticker peeled and strip scratched. */
  readonly photograph: Uint8Array
}

async function ownedUnit(product: string): Promise<Owned> {
  const profile = loadProfile(product)
  await using line = await VirtualLine.make({ profile, seed: 31, count: 1, share: 0 })
  await using rig = await openRig({ kind: 'virtual', seed: 31 })
  await rig.stage.goTo('inspect')
  await rig.light.set('dome')
  rig.place(await line.card(0, 'opened'))
  const { record, secrets } = line.lot.units[0]!
  return {
    passphrase: displayPassphrase(profile, secrets.passphrase.exposeText()),
    epk: secrets.epk.exposeText(),
    confirmationCode: record.confirmationCode,
    address: record.address,
    photograph: (await rig.camera.photograph()).bytes,
  }
}

/** The page from a file, in a browser without a network whose webcam shows a photograph. */
async function openPage(context: BrowserContext, product: string): Promise<Page> {
  const { html } = await customerPage({ products: [loadProfile(product)] })
  const file = join(folder, `${product}.html`)
  writeFileSync(file, html)
  const page = await context.newPage()
  page.on('request', request => {
    const url = request.url()
    if (!url.startsWith('file:') && !url.startsWith('blob:')) throw new Error('the page asks for something')
  })
  await page.goto(pathToFileURL(file).href)
  return page
}

/** What a browser has kept of these in its folder, in clear, encoded or packed. */
async function leaksIn(path: string, secrets: readonly (string | null)[]): Promise<Leak[]> {
  const known = secrets.map((text, i) => ({ name: `secret ${i + 1}`, bytes: Buffer.from(text ?? '') }))
  const leaks: Leak[] = []
  const { signal } = new AbortController()
  let files = 0
  const scan = scanPaths([path], new LeakScan(known), null, count => (files = count.files), signal)
  for await (const found of scan) leaks.push(...found.leaks)
  expect(files, 'what the browser keeps').toBeGreaterThan(0)
  return leaks
}

async function typePassphrase(page: Page, { passphrase }: Owned): Promise<void> {
  const free = page.locator('#passphrase')
  if ((await free.count()) > 0) return free.fill(passphrase)
  await page.locator('.boxes input').first().focus()
  await page.keyboard.type(passphrase.replaceAll('-', ''))
}

for (const product of ['real', 'pure', 'pro', 'block', 'assay-reference']) {
  test(`the owner of a ${product} scans it with a webcam and opens it`, async ({ launchOptions }) => {
    const owned = await ownedUnit(product)
    const film = join(folder, `${product}.y4m`)
    await filmOf(owned.photograph, film)
    const camera = [
      'use-fake-device-for-media-stream',
      'use-fake-ui-for-media-stream',
      `use-file-for-fake-video-capture=${film}`,
    ]
    // A browser as a person has one: with a folder in which it keeps what it will.
    const kept = join(folder, `browser-${product}`)
    const context = await chromium.launchPersistentContext(kept, {
      ...launchOptions,
      args: [...(launchOptions.args ?? []), ...camera.map(flag => `--${flag}`)],
      offline: true,
      locale: 'en',
      permissions: ['camera'],
    })
    const keys: (string | null)[] = []
    try {
      const page = await openPage(context, product)
      await typePassphrase(page, owned)
      await page.getByLabel('Open the card with').check()
      await page.getByRole('button', { name: 'Scan with the camera' }).first().click()
      // Compared, not printed: a failure's message would show the key.
      await expect
        .poll(async () => (await page.locator('#code').inputValue()) === owned.epk, { timeout: 60_000 })
        .toBe(true)
      await page.getByRole('button', { name: 'Open', exact: true }).click()
      await expect(page.getByText('The passphrase opens this code.')).toBeVisible({ timeout: 60_000 })
      await page.getByLabel('Deposit address on the card').fill(owned.address)
      await expect(page.locator('#address-said')).toContainText('Passphrase, code and card belong together.')
      await page.getByRole('button', { name: 'Show the private key' }).click()
      keys.push(...(await page.locator('.keys code').allTextContents()))
      await page.getByRole('button', { name: 'Clear everything' }).click()
      expect((await page.content()).includes(owned.epk)).toBe(false)
    } finally {
      await context.close()
      rmSync(film, { force: true })
    }
    expect(await leaksIn(kept, [owned.passphrase, owned.epk, ...keys])).toEqual([])
    expect(keys).toHaveLength(2)
  })
}

test('an outside page opens the unit too, and agrees', async ({ browser }) => {
  test.setTimeout(600_000)
  const file = process.env['ASSAY_CUSTOMER_PAGE']
  test.skip(!file, 'ASSAY_CUSTOMER_PAGE names no page: nobody but Assay has opened the unit here')
  expect(existsSync(file!), 'ASSAY_CUSTOMER_PAGE names a file that is not there').toBe(true)
  const owned = await ownedUnit('real')
  const page = await (await browser.newContext({ offline: true })).newPage()
  const asked: string[] = []
  page.on('request', request => {
    const { protocol, host } = new URL(request.url())
    if (protocol !== 'file:' && protocol !== 'blob:' && protocol !== 'data:') asked.push(`${protocol}//${host}`)
  })
  await page.goto(pathToFileURL(file!).href)
  const outside = await outsidePageOf(page)
  const verified = await outside.verify(page, owned.passphrase, owned.confirmationCode)
  expect([verified.opens, verified.values.includes(owned.address)]).toEqual([true, true])
  await page.reload()
  const opened = await outside.open(page, owned.passphrase, owned.epk)
  expect([opened.opens, opened.values.includes(owned.address)]).toEqual([true, true])
  // What it asks the network for is its own doing, and worth knowing: with a network it would have been asked.
  for (const host of new Set(asked))
    test.info().annotations.push({ type: 'the outside page asks for', description: host })
  await page.context().close()
})
