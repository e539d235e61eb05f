// @module-tag long
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openBrowser } from '../core/browser.testing.ts'
import { serve } from '../core/serving.node.ts'
import { customerPage } from './customer-page.node.ts'
import { installablePaths, serviceWorker } from './installable.ts'
import { heldBy, openOwnersPage } from './owner.testing.ts'

/*
 * What stays behind when an owner has done, left, or come back: in the page, in the clipboard, in a browser's memory of pages.
 */

const passphrase = '3515-H0EP-J513-IUL6-0K5Y'
const epk = '6PoLpHU8jZaMsv9dZNNFxfBJfJJnkNMCZapeSESH3bZgQdH5SMt4SRJEiX'
const wif = 'KxLWB4zErsEWYRvyFa4NBstmGM4heXAk8U81rbDkZrgE5kiVqEWK'

const folder = mkdtempSync(join(tmpdir(), 'assay-left-behind-'))
const file = (name: string) => pathToFileURL(join(folder, name)).href
let browser: Browser
let page: Page
beforeAll(async () => {
  writeFileSync(join(folder, 'card.html'), (await customerPage()).html)
  writeFileSync(join(folder, 'elsewhere.html'), '<!doctype html><title>Elsewhere</title>')
  writeFileSync(join(folder, 'around.html'), '<!doctype html><iframe src="card.html"></iframe>')
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await page?.context().close()
  ;({ page } = await openOwnersPage(browser, file('card.html'), { permissions: ['clipboard-read', 'clipboard-write'] }))
})

async function typeSecrets(): Promise<void> {
  await page.locator('#product').selectOption('any')
  await page.locator('#passphrase').fill(passphrase)
  await page.getByLabel('Open the card with').check()
  await page.locator('#code').fill(epk)
}

const held = async () => {
  const text = await heldBy(page)
  return [passphrase, epk, wif].filter(secret => text.includes(secret)).length
}
const clipboard = () => page.evaluate(() => navigator.clipboard.readText())

test('a key that was copied is taken out of the clipboard, and an address is left in it', async () => {
  await typeSecrets()
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'Show the private key' }).click({ timeout: 60_000 })
  await page.locator('.keys').getByRole('button', { name: 'Copy' }).first().click()
  await expect.poll(async () => (await clipboard()) === wif).toBe(true)
  // Hidden when the page is: another tab may be shown to somebody.
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  })
  await page.locator('.keys code').first().waitFor({ state: 'detached' })
  expect((await page.content()).includes(wif)).toBe(false)
  await page.locator('tbody').getByRole('button', { name: 'Copy' }).first().click()
  await expect.poll(clipboard).toBe('14Q5eNrbgVfDPcrtQLPN2P2iL29dWbiDtZ')
  // What the page showed itself says nothing of a card.
  await page.locator('#address').focus()
  await page.keyboard.press('Control+v')
  await expect.poll(() => page.getByRole('alert').allTextContents()).toContainEqual(expect.stringContaining('itself'))
  expect(await page.locator('#address').inputValue()).toBe('')
  // By hand, as much as by the button.
  await page.getByRole('button', { name: 'Show the private key' }).click()
  await page
    .locator('.keys code')
    .first()
    .evaluate(key => getSelection()?.selectAllChildren(key))
  await page.keyboard.press('Control+c')
  await expect.poll(async () => (await clipboard()) === wif).toBe(true)
  await page.getByRole('button', { name: 'Clear everything' }).click()
  await expect.poll(clipboard).toBe('')
  expect(await page.getByText('so the clipboard was emptied').isVisible()).toBe(true)
  expect(await held()).toBe(0)
})

test('what was cleared is in the memory of the page no more', async () => {
  const cdp = await page.context().newCDPSession(page)
  const inMemory = async (parts: readonly string[]) => {
    const chunks: string[] = []
    const hear = ({ chunk }: { chunk: string }) => void chunks.push(chunk)
    await cdp.send('HeapProfiler.collectGarbage')
    cdp.on('HeapProfiler.addHeapSnapshotChunk', hear)
    await cdp.send('HeapProfiler.takeHeapSnapshot', {})
    cdp.off('HeapProfiler.addHeapSnapshotChunk', hear)
    const heap = chunks.join('')
    return parts.filter(part => heap.includes(part))
  }
  // By keys, and in parts: what a test hands in stands in memory itself.
  await page.getByLabel('Character 1 of 20').focus()
  await page.keyboard.type(passphrase.replaceAll('-', ''))
  await page.getByLabel('Open the card with').check()
  await page.locator('#code').focus()
  await page.keyboard.insertText(epk)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('button', { name: 'Show the private key' }).click({ timeout: 60_000 })
  const parts = [wif.slice(0, 20), epk.slice(0, 20), passphrase.slice(0, 9)]
  expect(await inMemory(parts)).toHaveLength(3)
  await page.getByRole('button', { name: 'Clear everything' }).click()
  await expect.poll(async () => (await inMemory(parts)).length, { timeout: 30_000 }).toBe(0)
})

test('a page that was left for another, or loaded anew in the middle of a sum, is empty', async () => {
  await typeSecrets()
  await page.goto(file('elsewhere.html'))
  await page.goBack()
  expect(await page.title()).toBe('Open your card')
  expect(await held()).toBe(0)
  await typeSecrets()
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.reload()
  expect(await held()).toBe(0)
  expect(await page.getByRole('progressbar').count()).toBe(0)
})

test('a copy that a browser made of the page, without its program, says nothing that stood in it', async () => {
  await page.locator('#product').selectOption('any')
  const cdp = await page.context().newCDPSession(page)
  const { data } = await cdp.send('Page.captureSnapshot', { format: 'mhtml' })
  writeFileSync(join(folder, 'copy.mhtml'), data)
  await page.goto(file('copy.mhtml'))
  expect(await page.getByText('This is a copy that a browser made').isVisible()).toBe(true)
  expect(await page.locator('main').isVisible()).toBe(false)
})

test('no field is one that a browser keeps passwords of, or completes by asking somebody', async () => {
  await page.locator('#product').selectOption('any')
  await page.getByText('Make an intermediate code').click()
  await page.getByLabel('Show what is typed').uncheck()
  const fields = await page
    .locator('input:not([type=file], [type=radio], [type=checkbox]), textarea')
    .evaluateAll(all =>
      all.map(field => [
        (field as HTMLInputElement).type,
        ...['autocomplete', 'writingsuggestions', 'data-gramm', 'data-lt-active'].map(name => field.getAttribute(name)),
      ]),
    )
  expect(fields.length).toBeGreaterThan(3)
  for (const [type, ...kept] of fields) {
    expect(type).not.toBe('password')
    expect(kept).toEqual(['off', 'false', 'false', 'false'])
  }
  const masked = page.locator('#passphrase, #own-passphrase, #own-passphrase-again')
  expect(
    await masked.evaluateAll(all => all.map(one => getComputedStyle(one).getPropertyValue('-webkit-text-security'))),
  ).toEqual(['disc', 'disc', 'disc'])
})

test('inside of another page it asks for nothing', async () => {
  await page.goto(file('around.html'))
  const inside = page.frameLocator('iframe')
  await inside.locator('main:not(:empty)').waitFor()
  await expect.poll(() => inside.getByRole('alert').textContent()).toContain('works only by itself')
  expect(await inside.locator('input, textarea').count()).toBe(0)
})

test('an installed page is never older than what its server has, and is there when that never answers', async () => {
  let body = 'first'
  let hangs = false
  const server = createServer((request, response) => {
    const isWorker = request.url === `/${installablePaths.serviceWorker}`
    if (hangs && !isWorker) return
    response.writeHead(200, { 'content-type': isWorker ? 'text/javascript' : 'text/html' })
    response.end(isWorker ? serviceWorker(createHash('sha256').update(body).digest('hex')) : body)
  })
  await using serving = await serve(server, '127.0.0.1', 0)
  await page.goto(serving.url)
  await page.evaluate(async path => {
    await navigator.serviceWorker.register(path)
    await navigator.serviceWorker.ready
  }, installablePaths.serviceWorker)
  body = 'second'
  await page.reload()
  const shown = () => page.locator('body').textContent()
  expect(await shown()).toBe('second')
  hangs = true
  await page.reload()
  expect(await shown()).toBe('second')
  server.closeAllConnections()
})
