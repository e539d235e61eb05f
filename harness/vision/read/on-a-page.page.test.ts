// @module-tag long
import { fileURLToPath } from 'node:url'
import qrcode from 'qrcode'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { openBrowser } from '../../core/browser.testing.ts'
import { seeded } from '../../core/seeded.testing.ts'
import { markNamed } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { drawScene, type Paint, paintOf, viewOf } from '../locate/synthetic-card.testing.ts'
import { readZxingBinary } from '../symbols/zxing-wasm.node.ts'
import { type PageRequest, readRaster } from './on-a-page.testing.ts'

const profile = loadProfile('assay-reference')
const address = '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'

/** A sealed card with a real symbol, in the view of a camera. */
function photograph() {
  const mmToPixels = viewOf(profile.card, {
    turnDeg: 5,
    tiltDeg: 4,
    tiltAxisDeg: 20,
    pixelsPerMm: 9,
    middle: [480, 330],
  })
  const { x, y, width } = markNamed(profile, 'address-qr').rectOnCard
  const { modules } = qrcode.create([{ data: new TextEncoder().encode(address), mode: 'byte' }], {
    errorCorrectionLevel: 'M',
  })
  const card = paintOf(profile, 'sealed', 2)
  const paint: Paint = (u, v) => {
    const [column, row] = [(u - x) / width, (v - y) / width].map(share => Math.floor(share * modules.size)) as [
      number,
      number,
    ]
    const isSymbol = column >= 0 && row >= 0 && column < modules.size && row < modules.size
    return isSymbol ? (modules.data[row * modules.size + column] ? 30 : 235) : card(u, v)
  }
  return drawScene(960, 660, [{ mmToPixels, card: profile.card, paint }], () => 60, seeded(1))
}

async function scriptForPages(): Promise<string> {
  const bundle = await rolldown({
    input: fileURLToPath(new URL('on-a-page.testing.ts', import.meta.url)),
    platform: 'browser',
    external: /\.node\.ts$/,
    onLog: (_level, log) => expect(log.code).toBeUndefined(),
  })
  const { output } = await bundle.generate({ format: 'iife', name: 'page', codeSplitting: false })
  await bundle.close()
  return output[0].code
}

test('a page of a real browser reads a photograph as this process does, without Node', {
  timeout: 120_000,
}, async () => {
  const { data, ...raster } = photograph()
  const here = await readRaster({ ...raster, data }, profile)
  expect(here.marks.find(({ mark }) => mark === 'address-qr')).toMatchObject({
    outcome: 'read',
    text: address,
    because: 'two readers agree',
  })
  const request: PageRequest = {
    raster,
    data: Buffer.from(data).toString('base64'),
    profile,
    zxing: Buffer.from(await readZxingBinary()).toString('base64'),
  }
  const [browser, script] = await Promise.all([openBrowser(), scriptForPages()])
  try {
    const page = await browser.newPage()
    await page.addScriptTag({ content: script })
    const { reading, hasNode } = await page.evaluate(
      asked => (globalThis as unknown as { page: typeof import('./on-a-page.testing.ts') }).page.readOnPage(asked),
      request,
    )
    expect(hasNode).toBe(false)
    expect(reading.marks.map(({ mark, outcome, text, because }) => ({ mark, outcome, text, because }))).toEqual(
      here.marks.map(({ mark, outcome, text, because }) => ({ mark, outcome, text, because })),
    )
    for (const [i, [x, y]] of here.card!.corners.entries()) {
      expect(reading.card!.corners[i]![0]).toBeCloseTo(x, 6)
      expect(reading.card!.corners[i]![1]).toBeCloseTo(y, 6)
    }
  } finally {
    await browser.close()
  }
})
