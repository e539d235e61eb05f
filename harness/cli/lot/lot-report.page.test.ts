// @module-tag long
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { madeView } from '../../../reports/release/made-view.testing.ts'
import { releaseReport } from '../../../reports/release/release-report.ts'
import { accessibilityFaults } from '../../core/accessibility.testing.ts'
import { openBrowser } from '../../core/browser.testing.ts'
import { madeIdentity, madeLot } from '../../lots/release/made-lot.testing.ts'
import { printPdf } from './print-pdf.ts'
import { guided } from './release-place.testing.ts'

const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'sign-off.md'), 'utf8')
let browser: Browser
let place: string
let report: string
beforeAll(async () => {
  browser = await openBrowser()
  ;({ place } = await guided(guide, args => args[1] !== 'verify'))
  report = join(place, 'LR-0042', 'report.html')
})
afterAll(async () => {
  await browser?.close()
  rmSync(place, { recursive: true, force: true })
})

describe.each(['light', 'dark'] as const)('%s', colorScheme => {
  test.each([1100, 320])('everybody can read the report, %i px wide', async width => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true })
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', request => asked.push(request.url()))
    await page.goto(pathToFileURL(report).href)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    expect(await accessibilityFaults(page)).toEqual([])
    expect(asked).toEqual([pathToFileURL(report).href])
    await context.close()
  })
})

test.each([
  ['a4', '595.9'],
  ['letter', '612'],
] as const)('the PDF is tagged, on %s', async (paper, widthPt) => {
  const pdf = await printPdf(readFileSync(report, 'utf8'), paper, 'LR-0042', '', new AbortController().signal)
  const text = Buffer.from(pdf).toString('latin1')
  expect(text).toMatch(/\/MarkInfo\s*<<[^>]*\/Marked true/)
  expect(text).toContain('/StructTreeRoot')
  expect(text).toMatch(new RegExp(`/MediaBox \\[0 0 ${widthPt}`))
})

describe('the report of a large lot', () => {
  const lot = madeIdentity(410)
  let html: string
  beforeAll(async () => {
    html = releaseReport(await madeView(lot, madeLot(lot)))
  })

  test.each(['light', 'dark'] as const)(
    'folds the serials of units that passed at once, and prints them, %s',
    async scheme => {
      const context = await browser.newContext({ colorScheme: scheme, bypassCSP: true, javaScriptEnabled: true })
      const page = await context.newPage()
      await page.setContent(html)
      const heightOf = () => page.locator('.serials').evaluate(it => it.getBoundingClientRect().height)
      expect(await heightOf()).toBe(0)
      expect(await accessibilityFaults(page)).toEqual([])
      await page.emulateMedia({ media: 'print' })
      expect(await heightOf()).toBeGreaterThan(100)
      await page.emulateMedia({ media: 'screen' })
      await page.locator('summary', { hasText: 'units that passed everything at once' }).click()
      expect(await heightOf()).toBeGreaterThan(100)
      expect(await accessibilityFaults(page)).toEqual([])
      const shown = (await page.locator('.serials').innerText()).split(/\s+/)
      expect(shown.length).toBeGreaterThan(380)
      expect(lot.serials).toEqual(expect.arrayContaining(shown))
      await context.close()
    },
  )
})
