import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { openCustomerServer } from './customer-server.node.ts'
import { installablePaths } from './installable.ts'
import { openOwnersPage } from './owner.testing.ts'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser?.close())

test('the served page is kept for when there is no network, and nothing besides it', async () => {
  const lot = readLotFile('{"units":[{"serial":"AB123456"}]}').lot
  const server = await openCustomerServer({ lots: [lot] })
  const beside = [...Object.values(installablePaths), 'cards/AB123456']
  const { page, stray } = await openOwnersPage(browser, server.url, { beside })
  const find = async () => {
    await page.getByText('Find the code by the serial').click()
    await page.locator('#wanted').fill('AB123456')
    await page.getByRole('button', { name: 'Find', exact: true }).click()
  }
  try {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => null))
    await page.reload()
    await find()
    await expect.poll(() => page.getByText('Card AB123456.').isVisible()).toBe(true)
    const kept = await page.evaluate(async () => {
      const named = await caches.keys()
      const requests = await Promise.all(named.map(async name => (await caches.open(name)).keys()))
      return [named, requests.flat().map(({ url }) => url)]
    })
    expect(kept).toEqual([['page'], [server.url]])
    expect(stray).toEqual([])
  } finally {
    await server[Symbol.asyncDispose]()
  }
  // Its server is gone: the page is the same, and the look-up says so.
  await page.reload()
  expect(await page.locator('h1').textContent()).toBe('Open your card')
  await find()
  await expect.poll(() => page.getByText('The maker’s server does not answer.').isVisible()).toBe(true)
  await page.context().close()
})

test('a browser takes the manifest as it is', async () => {
  await using server = await openCustomerServer({ lots: [] })
  const { page } = await openOwnersPage(browser, server.url)
  const cdp = await page.context().newCDPSession(page)
  const { data, errors } = await cdp.send('Page.getAppManifest')
  expect(errors).toEqual([])
  expect(JSON.parse(data!)).toMatchObject({ start_url: './', display: 'standalone' })
  await page.context().close()
})
