// @module-tag long
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readLotFile } from '../checks/lot/read-lot-file.ts'
import { openBrowser } from '../core/browser.testing.ts'
import { openCustomerServer } from './customer-server.node.ts'
import { installablePaths, serviceWorker } from './installable.ts'
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
  expect(await page.locator('main h1').textContent()).toBe('Open your card')
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

test('whatever answers in the place of the server, the kept page stays; a new page of the server takes its place', async () => {
  const first = await openCustomerServer({ lots: [] })
  const { url } = first
  const { port } = new URL(url)
  const { page } = await openOwnersPage(browser, url, { beside: Object.values(installablePaths) })
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => null))
  const html = await (await fetch(url)).text()
  await first[Symbol.asyncDispose]()
  const programOf = (of: string) => serviceWorker(createHash('sha256').update(of).digest('hex'))
  const newer = html.replace('<title>', '<title>Newer: ')
  const portal = '<!doctype html><title>Hotel</title><h1>Log in</h1>'
  const others: readonly (readonly [who: string, answer: RequestListener])[] = [
    ['a portal for every path', (_, response) => response.setHeader('content-type', 'text/html').end(portal)],
    [
      'a portal in the place of the page alone',
      ({ url: path }, response) =>
        path === '/'
          ? response.setHeader('content-type', 'text/html').end(portal)
          : response.setHeader('content-type', 'text/javascript').end(programOf(html)),
    ],
    ['one that leads elsewhere', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    [
      'a page that ends in the middle',
      ({ url: path }, response) =>
        path === '/'
          ? response.setHeader('content-type', 'text/html').end(newer.slice(0, 1000))
          : response.setHeader('content-type', 'text/javascript').end(programOf(newer)),
    ],
    [
      'one that never ends',
      (_, response) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<h1>'),
    ],
    ['an error', (_, response) => response.writeHead(500, { 'content-type': 'text/html' }).end(portal)],
  ]
  for (const [who, answer] of others) {
    const server = createServer(answer).listen(Number(port), '127.0.0.1')
    await once(server, 'listening')
    await page.goto(url)
    expect([who, await page.locator('main h1').textContent()]).toEqual([who, 'Open your card'])
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  await page.goto(url)
  expect(await page.locator('main h1').textContent()).toBe('Open your card')
  const server = createServer(({ url: path }, response) => {
    response.setHeader('content-type', path === '/' ? 'text/html' : 'text/javascript')
    response.end(path === '/' ? newer : programOf(newer))
  }).listen(Number(port), '127.0.0.1')
  await once(server, 'listening')
  await page.goto(url)
  const keptTitle = () =>
    page.evaluate(async () => {
      const answer = await caches.match(location.href)
      return /<title>(.*?)<\/title>/.exec(await answer!.text())![1]
    })
  await expect.poll(keptTitle).toBe('Newer: Open your card')
  server.closeAllConnections()
  server.close()
  await page.context().close()
})
