// @module-tag long
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openConsoleServer } from '../../console/console-server.ts'
import { benchByHand } from '../../console/hand-bench.testing.ts'
import { until } from '../../console/quick-bench.testing.ts'
import { accessibilityFaults } from '../../core/accessibility.testing.ts'
import { openBrowser } from '../../core/browser.testing.ts'
import { decodePicture } from '../../imaging/decode.node.ts'
import { findSymbols } from '../../vision/symbols/find-symbols.ts'
import { certificateFor } from './network-door.ts'

const film = { width: 1280, height: 720 }
let folder: string
let browser: Browser

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-hand-in-'))
  // What a webcam sends: one frame, again and again. Grey with a dark square to the left, so that a mirrored one would be seen.
  const y = Buffer.alloc(film.width * film.height, 170)
  for (let row = 100; row < 300; row++) y.fill(40, row * film.width + 100, row * film.width + 300)
  const frame = Buffer.concat([Buffer.from('FRAME\n'), y, Buffer.alloc((film.width * film.height) / 2, 128)])
  const head = Buffer.from(`YUV4MPEG2 W${film.width} H${film.height} F10:1 Ip A1:1 C420jpeg\n`)
  writeFileSync(join(folder, 'film.y4m'), Buffer.concat([head, frame]))
  const args = [
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${join(folder, 'film.y4m')}`,
  ]
  browser = await openBrowser({ args })
})
afterAll(async () => {
  await browser?.close()
  rmSync(folder, { recursive: true, force: true })
})

test('a phone that scanned the code at the bench takes a photograph with its camera, whole and as large as the camera sees', async () => {
  const { bench, cards } = benchByHand()
  await using _ = bench
  const address = '127.0.0.1'
  const nobody = async () => Promise.reject(new Error('no journal is asked for here'))
  const lot = () => ({ lot: 'L-0', units: [], recordsSha256: '0' })
  await using server = await openConsoleServer({
    bench,
    useJournal: nobody,
    lot,
    network: { address, port: 0, ...certificateFor(address, new Date()) },
  })

  const desk = await (await browser.newContext({ locale: 'en' })).newPage()
  await desk.goto(server.url)
  await desk.getByRole('heading', { name: 'Nothing is judged yet.' }).waitFor()
  await desk.keyboard.press('Enter')
  await desk.getByText('With a phone', { exact: true }).click()
  const shown = await desk.locator('.phone svg').screenshot()
  const [symbol] = await findSymbols(await decodePicture(shown, { name: 'the code', minSidePx: 100 }))
  const scanned = Buffer.from(symbol!.bytes!).toString()
  expect(scanned).toBe(server.network!.url)
  expect(await desk.locator('.phone').textContent()).toContain(server.network!.fingerprint)
  expect(await accessibilityFaults(desk)).toEqual([])
  const shots = process.env['ASSAY_SHOTS']
  if (shots !== undefined) await desk.screenshot({ path: join(shots, 'desk.png'), fullPage: true })

  const phone = await browser.newContext({
    locale: 'de',
    viewport: { width: 390, height: 760 },
    ignoreHTTPSErrors: true,
  })
  const page = await phone.newPage()
  await page.goto(scanned)
  // Whoever came by the code needs none.
  await page.getByRole('button', { name: 'Kamera dieses Geräts benutzen' }).click()
  expect(await page.locator('.phone').count()).toBe(0)
  await page.waitForFunction(() => (document.querySelector('video')?.videoWidth ?? 0) > 0)
  await page.getByRole('button', { name: 'Aufnehmen' }).click()
  await until(bench, ({ pictures }) => pictures.length === 1)
  await page.getByText(/1 für die nächste Karte/).waitFor()
  expect(await accessibilityFaults(page)).toEqual([])
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  if (shots !== undefined) await page.screenshot({ path: join(shots, 'phone.png'), fullPage: true })
  await page.getByRole('button', { name: 'Kamera schließen' }).click()
  expect(await page.locator('video').count()).toBe(0)

  // At the bench it is there, and the card is judged by it.
  await desk.getByText(/1 for the next card: camera-\d{6}\.jpg/).waitFor()
  await desk.keyboard.press('Enter')
  await until(bench, ({ phase }) => phase === 'waiting' && cards.length === 1)
  const picture = await decodePicture(cards[0]![0]!.bytes, { name: 'the photograph', minSidePx: 100 })
  expect([picture.width, picture.height]).toEqual([film.width, film.height])
  const { data } = await sharp(Buffer.from(cards[0]![0]!.bytes)).greyscale().raw().toBuffer({ resolveWithObject: true })
  expect(data[200 * film.width + 200]).toBeLessThan(60)
  expect(data[200 * film.width + 1100]).toBeGreaterThan(140)

  // The verdict of the card before is not taken for that of one which came to none.
  await desk.locator('.verdict.pass:not(.past)').waitFor()
  expect(bench.hand({ name: 'torn.jpg', bytes: new Uint8Array(1) }, bench.state.card)).toBeNull()
  await desk.getByText(/1 for the next card: torn\.jpg/).waitFor()
  await desk.keyboard.press('Enter')
  await desk.getByRole('heading', { name: 'NO RESULT' }).waitFor()
  await desk.getByText('torn.jpg is no picture.').waitFor()
  await desk.locator('.verdict.pass.past').waitFor()
  expect(await accessibilityFaults(desk)).toEqual([])
})
