// @module-tag long
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../../core/browser.testing.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { readZxingBinary } from '../../vision/symbols/zxing-wasm.node.ts'

let browser: Browser
let page: Page
let zxing: string

beforeAll(async () => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('drawn-card.testing.ts', import.meta.url)),
    platform: 'browser',
    external: /\.node\.ts$/,
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'page', codeSplitting: false })
  await bundle.close()
  zxing = Buffer.from(await readZxingBinary()).toString('base64')
  browser = await openBrowser()
  page = await browser.newPage()
  await page.addScriptTag({ content: output[0].code })
})
afterAll(() => browser?.close())

type OnPage = { readonly page: typeof import('./drawn-card.testing.ts') }

const asked = (product: string, stopAfter = Number.POSITIVE_INFINITY) =>
  page.evaluate(
    ([profile, binary, after]) => (globalThis as unknown as OnPage).page.askedOfDrawnCard(profile, binary, after),
    [loadProfile(product), zxing, stopAfter] as const,
  )

test.each(['real', 'pure', 'pro', 'block', 'assay-reference'])(
  'a drawn card of the product %s is read all the way, its code included',
  { timeout: 120_000 },
  async product => {
    const { lines, pictures, ended } = await asked(product)
    expect(ended).toBe(1)
    expect(lines).toBeGreaterThan(2)
    expect(pictures).toBeGreaterThan(0)
  },
)

test('a drawn card is read no further than the line at which it is told to stop', { timeout: 120_000 }, async () => {
  expect(await asked('real', 1)).toEqual({ lines: 1, pictures: 0, ended: 'AbortError' })
})
