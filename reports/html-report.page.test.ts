// @module-tag long
import type { Browser, Page } from 'playwright'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openBrowser } from '../harness/core/browser.testing.ts'
import { sampleRecord } from '../harness/record/sample-record.testing.ts'
import { htmlReport } from './html-report.ts'

const [differing, passing] = sampleRecord({}).findings
const long = 'W'.repeat(90)
const report = htmlReport(
  [
    sampleRecord({ unit: 'BX0000003', plannedChecks: ['concealed'], findings: [passing!], verdict: 'PASS' }),
    sampleRecord({ unit: 'BX0000004', findings: [passing!], verdict: 'INCONCLUSIVE', because: long }),
    sampleRecord({ findings: [differing!, passing!] }),
  ].map(record => ({ record, files: [`/photographs/${long}.jpg`], pictures: [], remark: long })),
  { files: [{ file: `${long}.jpg`, code: 'picture-damaged', because: long, isSettled: false }] },
)

let browser: Browser
let page: Page
beforeAll(async () => {
  browser = await openBrowser()
})
beforeEach(async () => {
  page = await browser.newPage()
  await page.setContent(report)
})
afterAll(async () => await browser?.close())

test.each(['light', 'dark'] as const)('fits a phone of 390 px, %s', async colorScheme => {
  await page.emulateMedia({ colorScheme })
  await page.setViewportSize({ width: 390, height: 844 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  expect(ground).toBe(colorScheme === 'dark' ? 'rgb(21, 25, 29)' : 'rgb(244, 245, 247)')
})

test('shows the worst first, and only what has not passed where that is asked for', async () => {
  const units = page.locator('.overview').first().locator('tbody tr th a')
  expect(await units.allTextContents()).toEqual(['BX0000001', 'BX0000004', 'BX0000003'])
  await page.getByLabel('Show only what has not passed').check()
  expect(await units.evaluateAll(all => all.map(one => one.checkVisibility()))).toEqual([true, true, false])
})

test('printed, opens what is closed, and numbers its pages', async () => {
  const measured = page.locator('details td').first()
  const isShown = () => measured.evaluate(cell => cell.checkVisibility({ contentVisibilityAuto: true }))
  await page.emulateMedia({ media: 'print' })
  expect(await isShown()).toBe(true)
  const margins = await page.evaluate(() =>
    [...document.styleSheets]
      .flatMap(sheet => [...sheet.cssRules])
      .map(rule => rule.cssText)
      .join('\n'),
  )
  expect(margins).toMatch(/@bottom-right.*counter\(page\).*counter\(pages\)/s)
  await page.emulateMedia({ media: 'screen' })
  expect(await isShown()).toBe(false)
})
