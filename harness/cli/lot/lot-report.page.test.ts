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

describe('page one', () => {
  // What is left of the paper between its margins.
  test.each([
    ['a4', 703, 1020],
    ['letter', 725, 954],
  ] as const)(
    'has everything down to the signatures, however much there is to say, on %s',
    async (_, width, height) => {
      const lot = madeIdentity(20)
      const plain = await madeView(lot, madeLot(lot))
      const text = 'Judged on rig bench, which did not see its golden card as good before or after: 20 units'
      const many = [...Array(12).keys()].map(i => `${text}, ${i} (${lot.serials.join(', ')}).`)
      const reasons = many.map(because => ({ code: 'rig-unfit', decision: 'HELD' as const, because }))
      const signer = {
        keyid: '',
        name: 'ann',
        as: 'inspector',
        means: 'm'.repeat(70),
        at: plain.document.closedAt,
      } as const
      const signed = {
        ...plain,
        ...{ unsigned: [], signatures: [{ signer, publicKey: '' }], fingerprints: ['5D4D '.repeat(8)] },
        signatures: [signer, { ...signer, name: 'rita' }].map(one => ({ signer: one, publicKey: '' })),
        fingerprints: Array(2).fill('5D4D 5FA9 FD17 F770 3880 8FA7 C389 EAB0'),
      }
      const page = await browser.newPage({ viewport: { width, height } })
      await page.emulateMedia({ media: 'print' })
      for (const view of [
        { ...signed, deviations: many },
        { ...signed, reasons, deviations: many },
        { ...signed, reasons: reasons.slice(0, 3), deviations: many.map(one => one.replace(/ \(.*/, '')) },
      ]) {
        await page.setContent(releaseReport(view))
        const first = page.locator('main > section').first()
        expect(await first.evaluate(it => it.getBoundingClientRect().height)).toBeLessThanOrEqual(height)
        // What has no room there stands behind it, word by word.
        await expect.poll(() => page.locator('#reasons').count()).toBe(1)
        const all = await page.locator('section[aria-labelledby="reasons"]').innerText()
        for (const one of [...view.reasons.map(({ because }) => because), ...view.deviations])
          expect(all).toContain(one)
      }
      await page.close()
    },
  )
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
