import { expect, test } from 'vitest'
import type { GreyRaster } from '../../imaging/grey.ts'
import { project } from '../../imaging/homography.ts'
import { rectify } from '../../imaging/rectify.ts'
import { MODULE_PX, QUIET_MODULES } from './print-quality.ts'
import { symbolResidual } from './symbol-residual.ts'
import { encode, payload, placed, renderSymbol } from './synthetic-symbol.testing.ts'

// As a camera sees it: 7 px a module, turned by 4°.
const symbol = encode(payload(5, 0).text, 'M')
const toPixels = placed(symbol.size, 7, 4, 160, 160)
const seen = (blurPx: number, light = 235, dark = 20) =>
  renderSymbol(symbol, { width: 320, height: 320, toPixels, light, dark, blurPx, noise: 3 })
const sharp = seen(0.8)

/** The picture with a line through the symbol, in modules, as wide as `width` modules, that multiplies what is seen. */
function scratched(picture: GreyRaster, width: number, factor: number, lift = 0): GreyRaster {
  const data = Uint8Array.from(picture.data)
  for (let i = 0; i <= 2000; i++)
    for (let j = -4; j <= 4; j++) {
      const [u, v] = [2 + (29 * i) / 2000, 8 + (14 * i) / 2000 + (j / 8) * width]
      const [x, y] = project(toPixels, [u, v]).map(Math.floor) as [number, number]
      const at = y * picture.width + x
      data[at] = Math.round(picture.data[at]! * factor + lift * (255 - picture.data[at]!))
    }
  return { ...picture, data }
}

function residualOf(picture: GreyRaster) {
  const side = symbol.size + 2 * QUIET_MODULES
  const rect = { x: -QUIET_MODULES, y: -QUIET_MODULES, width: side, height: side }
  const { data, ...size } = rectify(picture, toPixels, rect, MODULE_PX)
  return symbolResidual({ ...size, channels: 1, data }, symbol, (column, row) => column < symbol.size || row < 4)!
}

test('a good symbol shows no line and no spot, sharp or soft, in bright and in faint print', () => {
  for (const picture of [sharp, seen(2.2), seen(1, 140, 70)]) {
    const { darkLine, brightLine, spot, quiet } = residualOf(picture)
    for (const strength of [darkLine, brightLine, spot / 2, quiet!]) expect(strength).toBeLessThan(0.12)
  }
})

test('a symbol under a lamp at one side shows none', () => {
  const data = sharp.data.map((level, i) => level * (0.5 + ((i % 320) / 320) * 0.5))
  expect(residualOf({ ...sharp, data }).darkLine).toBeLessThan(0.12)
})

test('a dark slit a third of a module wide and a bright scratch stand out, each by itself', () => {
  const slit = residualOf(scratched(sharp, 0.3, 0.45))
  expect(slit.darkLine).toBeGreaterThan(0.3)
  expect(slit.brightLine).toBeLessThan(0.15)
  const scratch = residualOf(scratched(sharp, 0.3, 1, 0.7))
  expect(scratch.brightLine).toBeGreaterThan(0.3)
  expect(scratch.darkLine).toBeLessThan(0.15)
})

test('a dot of a module and a half between modules is a spot, though it makes none of them wrong', () => {
  const data = Uint8Array.from(sharp.data)
  const [cx, cy] = project(toPixels, [16, 14])
  for (let i = 0; i < data.length; i++)
    if (Math.hypot((i % 320) + 0.5 - cx, Math.floor(i / 320) + 0.5 - cy) < 5) data[i] = 0.3 * data[i]!
  expect(residualOf({ ...sharp, data }).spot).toBeGreaterThan(0.4)
})

test('a dot half as large as a module stands out beside the symbol, where nothing may stand', () => {
  const dotted = (u: number, v: number) => {
    const data = Uint8Array.from(sharp.data)
    const [cx, cy] = project(toPixels, [u, v])
    for (let i = 0; i < data.length; i++)
      if (Math.hypot((i % 320) + 0.5 - cx, Math.floor(i / 320) + 0.5 - cy) < 2) data[i] = 0.3 * data[i]!
    return residualOf({ ...sharp, data })
  }
  for (const [u, v] of [
    [-0.6, 9],
    [14, -1.3],
    [12.5, symbol.size + 0.7],
  ] as const)
    expect(dotted(u, v).quiet).toBeGreaterThan(0.3)
  // What stands there by right.
  expect(dotted(symbol.size + 0.8, 9).quiet).toBeLessThan(0.12)
  expect(dotted(-0.6, 9).spot).toBeLessThan(0.15)
})

test('what has no contrast cannot be drawn again', () => {
  expect(
    symbolResidual({ width: 328, height: 328, channels: 1, data: new Uint8Array(328 ** 2) }, symbol)?.darkLine,
  ).toBe(0)
})
