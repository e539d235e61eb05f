import type { CardSurface } from './card-surface.ts'

/**
 * A card for the tests of this room: bare steel with a white paper square, a black cross in it and an etched bar. Made
 * here so that the devices' tests need nothing of the production line.
 */
export function testCard(pixelsPerMm = 8): CardSurface {
  const widthMm = 86
  const heightMm = 54
  const width = Math.round(widthMm * pixelsPerMm)
  const height = Math.round(heightMm * pixelsPerMm)
  const colour = new Uint8Array(3 * width * height).fill(188)
  const metal = new Uint8Array(width * height).fill(255)
  const gloss = new Uint8Array(width * height)
  const heightUm = new Int16Array(width * height)
  const fill = (left: number, top: number, right: number, bottom: number, paint: (i: number) => void): void => {
    for (let y = Math.round(top * pixelsPerMm); y < Math.round(bottom * pixelsPerMm); y++) {
      for (let x = Math.round(left * pixelsPerMm); x < Math.round(right * pixelsPerMm); x++) paint(y * width + x)
    }
  }
  fill(10, 10, 40, 44, i => {
    colour.fill(235, 3 * i, 3 * i + 3)
    metal[i] = 0
    gloss[i] = 160
    heightUm[i] = 150
  })
  for (const [left, top, right, bottom] of [
    [24, 14, 26, 40],
    [14, 26, 36, 28],
  ] as const) {
    fill(left, top, right, bottom, i => colour.fill(20, 3 * i, 3 * i + 3))
  }
  fill(50, 25, 80, 27, i => {
    colour.fill(50, 3 * i, 3 * i + 3)
    metal[i] = 30
    heightUm[i] = -18
  })
  return {
    widthMm,
    heightMm,
    thicknessMm: 1.2,
    cornerRadiusMm: 3.2,
    pixelsPerMm,
    width,
    height,
    colour,
    metal,
    gloss,
    heightUm,
    brushAngleDeg: 0,
    metalTint: [0.6, 0.58, 0.55],
  }
}
