// @module-tag long
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from '../harness/core/browser.testing.ts'
import { failing, inspection, madeIdentity, madeLot } from '../harness/lots/release/made-lot.testing.ts'
import { sampleRecord } from '../harness/record/sample-record.testing.ts'
import { greyFaults } from './grey.testing.ts'
import { htmlReport } from './html-report.ts'
import { madeView } from './release/made-view.testing.ts'
import { releaseReport } from './release/release-report.ts'

const lot = madeIdentity(20)
const good = [...madeLot(lot)]
const bad = good.findIndex(said => said.kind === 'inspection' && said.station === 'sealed')
const spoilt = (check: 'nothing-else' | 'concealed') =>
  good.with(bad, inspection(lot, good[bad]!.unit!, 'sealed', failing('sealed', check)))
const lots = { RELEASED: good, HELD: spoilt('nothing-else'), REJECTED: spoilt('concealed') }

const [, passing] = sampleRecord({}).findings
const inspections = [
  sampleRecord({}),
  sampleRecord({ unit: 'BX0000003', plannedChecks: ['concealed'], findings: [passing!], verdict: 'PASS' }),
  sampleRecord({ unit: 'BX0000004', findings: [passing!], verdict: 'INCONCLUSIVE' }),
  sampleRecord({ unit: 'BX0000005', error: { code: 'camera-failed', message: 'No picture.' }, verdict: 'ERROR' }),
].map(record => ({ record, pictures: [] }))

let browser: Browser
const reports = new Map<string, string>()
beforeAll(async () => {
  browser = await openBrowser()
  for (const [decision, said] of Object.entries(lots)) {
    const view = await madeView(lot, said)
    expect(view.decided.decision).toBe(decision)
    reports.set(decision, releaseReport({ ...view, unsigned: [] }))
    if (decision === 'RELEASED') reports.set('UNSIGNED', releaseReport(view))
  }
  reports.set('inspected one by one', htmlReport(inspections))
})
afterAll(async () => await browser?.close())

/** Millimetres between the margins, at 96 px to the inch. */
const printed = { A4: 182, Letter: 187.9 }

test.each(
  [...Object.keys(lots), 'UNSIGNED', 'inspected one by one'].flatMap(decision => [
    ...(['light', 'dark'] as const).map(scheme => [decision, `on a ${scheme} screen`, scheme, 1100, 'screen'] as const),
    ...Object.entries(printed).map(
      ([paper, widthMm]) => [decision, `on ${paper}`, 'light', Math.floor((widthMm / 25.4) * 96), 'print'] as const,
    ),
  ]),
)('whoever sees no colours can read a lot that is %s, %s', async (decision, _, colorScheme, width, media) => {
  const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } })
  await page.emulateMedia({ media })
  await page.setContent(reports.get(decision)!)
  expect(await greyFaults(page)).toEqual([])
  await page.close()
})

test('each decision has a shape of its own', () => {
  const shapes = [...Object.keys(lots), 'UNSIGNED'].map(
    decision => /class="verdict [^>]*><svg[^>]*><path d="([^"]+)"/.exec(reports.get(decision)!)![1],
  )
  expect(new Set(shapes).size).toBe(4)
})

test('faint text, a word that two colours mean, and lines that only colours tell apart are found', async () => {
  const page = await browser.newPage()
  await page.setContent(`<main><p style="color:#ff0000;background:#008200">faint in grey</p>
    <p class="pass" style="color:#12663c">1</p><p class="fail" style="color:#a51b16">1</p>
    <svg class="chart" aria-label="two"><path class="a" d="M0 0H9" stroke="red"/><path class="b" d="M0 5H9" stroke="blue"/></svg></main>`)
  expect(await greyFaults(page)).toEqual([
    expect.stringContaining('«faint in grey» has a contrast of 1.0'),
    '«1» means two things by its colour',
    'a and b differ by their colour alone: two',
  ])
  await page.close()
})
