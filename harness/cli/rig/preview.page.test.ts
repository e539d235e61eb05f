import type { IncomingMessage } from 'node:http'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPreviewPage, type PreviewPage } from './preview-page.ts'

const root = new URL('../../../', import.meta.url)

/** Chromium as `npm test` finds it. Without one this test fails and says what to do: it is never left out. */
async function launched() {
  const { findBrowser } = await import(new URL('bin/browser.mjs', root).href)
  const found: { executablePath: string | null } | null = findBrowser(process.env, fileURLToPath(root))
  if (found === null) throw new Error('No Chromium is installed: set ASSAY_CHROMIUM to one.')
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  return await chromium.launch({ args, ...(found.executablePath !== null && { executablePath: found.executablePath }) })
}

let browser: Awaited<ReturnType<typeof launched>>
beforeAll(async () => {
  browser = await launched()
})
afterAll(async () => await browser?.close())

async function show(preview: PreviewPage, colour: string): Promise<void> {
  const bytes = await sharp({ create: { width: 1800, height: 1200, channels: 3, background: colour } })
    .jpeg()
    .toBuffer()
  preview.show({ bytes, mime: 'image/jpeg', arrivedAt: '2026-01-01T00:00:00.000Z' })
}

test('a browser shows each frame as soon as it is there, all of it, and says when there will be none', {
  timeout: 60_000,
}, async () => {
  const preview = await openPreviewPage(0, 'bench-1', 'dome')
  const page = await browser.newPage({ viewport: { width: 900, height: 700 } })
  const complaints: string[] = []
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', error => complaints.push(error.message))
  await page.goto(preview.url, { waitUntil: 'domcontentloaded' })
  expect(await page.textContent('header')).toContain('bench-1 under light dome')
  const picture = page.locator('img')
  /** Colour in the middle of what the page shows. */
  const middle = async () => {
    const { data } = await sharp(await picture.screenshot())
      .resize(1, 1)
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    return [...data]
  }
  for (const [colour, channel] of [
    ['#c00000', 0],
    ['#00c000', 1],
    ['#0000c0', 2],
  ] as const) {
    // One frame, and none after it: it has to be on the page all the same.
    await show(preview, colour)
    await expect.poll(async () => (await middle())[channel]!, { timeout: 8000 }).toBeGreaterThan(150)
  }
  const box = (await picture.boundingBox())!
  expect(box.width / box.height).toBeCloseTo(1.5, 1)
  expect(box.y + box.height).toBeLessThanOrEqual(701)
  await picture.click()
  expect((await picture.boundingBox())!.width).toBe(1800)
  expect(complaints).toEqual([])

  await preview[Symbol.asyncDispose]()
  await expect
    .poll(() => page.textContent('output'), { timeout: 8000 })
    .toBe('The preview has ended: this picture is old.')
  await page.close()
})

describe('whoever was not told the address', () => {
  /** What another program of this machine, or a page of another site in a browser of it, is answered. */
  const answered = async (url: URL, path: string, headers: Readonly<Record<string, string>> = {}) => {
    const { request } = await import('node:http')
    return await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: '127.0.0.1', port: url.port, path, headers }, answer => {
        answer.destroy()
        resolve(answer)
      })
        .on('error', reject)
        .end()
    })
  }

  test('sees nothing: not at any path that can be guessed, nor under a name that points here', async () => {
    await using preview = await openPreviewPage(0, 'bench-1', 'dome')
    const url = new URL(preview.url)
    expect(url.pathname).toMatch(/^\/[0-9a-f]{32}\/$/)
    await using other = await openPreviewPage(0, 'bench-1', 'dome')
    expect(new URL(other.url).pathname).not.toBe(url.pathname)
    for (const path of ['/', '/live', '/alive', '/index.html', `/${'0'.repeat(32)}/live`, `${url.pathname}../live`]) {
      expect((await answered(url, path)).statusCode).toBe(404)
    }
    expect((await answered(url, url.pathname, { host: 'evil.example' })).statusCode).toBe(403)
  })

  test('a page of another site may not take the pictures in', async () => {
    await using preview = await openPreviewPage(0, 'bench-1', 'dome')
    const url = new URL(preview.url)
    for (const path of ['', 'live', 'alive']) {
      const { statusCode, headers } = await answered(url, `${url.pathname}${path}`)
      expect(statusCode).toBeLessThan(300)
      expect(headers).toMatchObject({
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      })
    }
  })
})
