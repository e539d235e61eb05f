// @module-tag long
import type { Browser } from 'playwright'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accessibilityFaults } from '../../harness/core/accessibility.testing.ts'
import { openBrowser } from '../../harness/core/browser.testing.ts'
import { bodyOf, type Said } from '../../harness/custody/journal/entry.ts'
import type { Night } from '../../harness/lots/nightly/night.ts'
import { GoldenTrends } from '../../harness/lots/nightly/trends.ts'
import {
  failing,
  goldenCard,
  inspection,
  madeIdentity,
  madeLot,
  madeRecord,
  signedByMade,
} from '../../harness/lots/release/made-lot.testing.ts'
import { Gallery } from '../../harness/lots/yield/gallery-view.ts'
import { greyFaults } from '../grey.testing.ts'
import { nightPage } from '../nightly/night-page.ts'
import { galleryPage } from './gallery-page.ts'

const lot = madeIdentity(20)
const entryAt = (said: Said, index: number) => ({
  index,
  at: new Date(Date.UTC(2026, 6, 20, 8) + 60_000 * index).toISOString(),
  ...bodyOf(signedByMade(said)),
})

const manifestSha256 = 'a'.repeat(64)
const closed = { lot: lot.lot, decision: 'RELEASED', manifestSha256, size: 9, root: 'b'.repeat(64) }
const signed = (who: string, meaning: string): Said => ({
  kind: 'lot-signed',
  who,
  facts: { lot: lot.lot, manifestSha256, meaning, envelopeSha256: 'c'.repeat(64) },
})
/** A workplace with a lot, a unit that failed, a run with its report, and one whose folder is gone. */
function gallery(...more: readonly Said[]): string {
  const its = new Gallery()
  const run = (out: string): Said => ({
    kind: 'run-begun',
    who: 'tom',
    station: 'sealed',
    facts: { rig: 'bench', lot: lot.lot, units: 20, out },
  })
  const all = [
    run('/srv/assay/runs/a-folder-with-a-long-name-of-the-lot-L-0042'),
    ...madeLot(lot),
    inspection(lot, lot.serials[3]!, 'sealed', failing('sealed', 'nothing-else')),
    run('/srv/x'),
    { kind: 'lot-closed', who: 'ann', facts: closed },
    signed('ann', 'inspector'),
    ...more,
  ]
  for (const [i, said] of all.entries()) its.take(entryAt(said, i))
  const linkOf = (out: string) => (out === '/srv/x' ? 'x/report.html' : null)
  return galleryPage(its.view('week'), {
    version: '0.1.0',
    place: '/srv/assay/assay-journal-of-the-first-bench',
    linkOf,
  })
}

/** A night in which something drifts and a planted defect was missed. */
function night(): string {
  const golden = new GoldenTrends('bench')
  for (let i = 0; i < 40; i++) {
    const record = madeRecord(lot, 'GG0000001', 'sealed', {
      measurements: [
        {
          ...{ name: 'text-contrast', of: 'address-text', unit: '%', limits: null, verdict: null },
          value: 40 + 2 * Math.sin(i) + (i > 34 ? 6 : 0),
        },
      ],
    })
    golden.take(entryAt({ ...goldenCard(lot), facts: { ...goldenCard(lot).facts, record } }, i))
  }
  const trends = golden.trends(3)
  const drift = trends.flatMap(one => one.drift.map(word => `${one.name} of ${one.of}: ${word}`)).join('; ')
  const steps: Night['steps'] = [
    { name: 'health', state: 'good', because: 'Calibrated, and every device answers as it should.' },
    { name: 'soak', state: 'left-out', because: 'Not asked for (--soak).' },
    { name: 'planted defects', state: 'bad', because: '7 of 8 verdicts right on 4 units of the twin, seed 7.' },
    { name: 'trends', state: 'doubt', because: drift },
  ]
  const [started, ended] = ['2026-07-20T02:30:00.000Z', '2026-07-20T03:00:00.000Z']
  return nightPage({ rig: 'bench', product: 'assay-reference', version: '0.1.0', started, ended, steps, trends }, 'bad')
}

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => await browser?.close())

const pages = [
  ['gallery', gallery],
  ['night', night],
] as const

test.each(
  pages.flatMap(([name, write]) =>
    (['light', 'dark'] as const).flatMap(colours => [320, 1100].map(width => [name, colours, width, write] as const)),
  ),
)('everybody can read the %s, %s, %i px wide', async (_, colorScheme, width, write) => {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, bypassCSP: true })
  const page = await context.newPage()
  const asked: string[] = []
  page.on('request', request => asked.push(request.url()))
  await page.setContent(write())
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  expect(await accessibilityFaults(page)).toEqual([])
  expect(await greyFaults(page)).toEqual([])
  expect(asked).toEqual([])
  await context.close()
})

test.each(pages)('the %s fits on A4', async (_, write) => {
  // 210 mm less its margins.
  const page = await browser.newPage({ viewport: { width: 688, height: 1000 } })
  await page.emulateMedia({ media: 'print' })
  await page.setContent(write())
  const cut = await page.evaluate(
    () =>
      [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1).length,
  )
  expect(cut).toBe(0)
  await page.close()
})

test.each(['screen', 'print'] as const)('a lot and a time stand on one line in the gallery (%s)', async media => {
  const page = await browser.newPage({ viewport: { width: media === 'print' ? 688 : 1100, height: 800 } })
  await page.emulateMedia({ media })
  for (const name of [lot.lot, 'L-2026-0042', 'Lot.of-2026_0042-B.rev-2'.slice(0, 24)]) {
    await page.setContent(gallery().replaceAll(lot.lot, name))
    const broken = await page.evaluate(
      ([its]) =>
        [...document.querySelectorAll('td, th')].flatMap(cell => {
          const text = (cell.textContent ?? '').trim()
          if (!text.startsWith(its!) && !/^\d{4}-\d\d-\d\d \d\d:\d\d$/.test(text)) return []
          const range = document.createRange()
          range.selectNodeContents(cell)
          return new Set([...range.getClientRects()].map(({ bottom }) => Math.round(bottom))).size > 1 ? [text] : []
        }),
      [name],
    )
    expect(broken).toEqual([])
  }
  await page.close()
})

test('a lot reads as released once its releaser has signed, and no sooner', () => {
  const cell = (html: string) => /<td class="(\w+)">(RELEASED[^<]*)</.exec(html)!.slice(1)
  expect(cell(gallery())).toEqual(['open', 'RELEASED, if it is signed'])
  expect(cell(gallery(signed('rita', 'releaser')))).toEqual(['pass', 'RELEASED'])
})
