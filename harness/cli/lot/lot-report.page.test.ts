// @module-tag long
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessibilityFaults } from '../../core/accessibility.testing.ts'
import { openBrowser } from '../../core/browser.testing.ts'
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
