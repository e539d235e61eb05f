import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BrowserContext, chromium, expect, type Page, test } from 'playwright/test'
import { customerPage } from '../../harness/customer/customer-page.node.ts'
import { type Leak, LeakScan } from '../../harness/guard/leaks/leak-scan.node.ts'
import { scanPaths } from '../../harness/guard/leaks/scan-paths.node.ts'
import { loadProfile } from '../../harness/products/load-profile.ts'
import '../no-page-snapshots.ts'
import { type OwnedCard, ownedUnit } from './owned-unit.ts'
import { filmOf } from './webcam.ts'

// The owner's path: a unit as the rig sees it, opened by a page in a real browser. No trace, no screenshot: all of it is secret.

const folder = mkdtempSync(join(tmpdir(), 'assay-owner-'))
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

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

async function typePassphrase(page: Page, { passphrase }: OwnedCard): Promise<void> {
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
