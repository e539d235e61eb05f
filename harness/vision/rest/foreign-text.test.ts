import { expect, test } from 'vitest'
import { scaling } from '../../imaging/homography.ts'
import { foreignTexts } from './foreign-text.ts'
import type { SearchedSurface } from './searched-surface.ts'

const [width, height, pixelsPerMm] = [240, 160, 8]
const surface: SearchedSurface = {
  flat: { raster: { width, height, channels: 1, data: new Uint8Array(width * height) }, pixelsPerMm },
  mmToPixels: scaling(pixelsPerMm),
  shape: { width: 30, height: 20, cornerRadius: 2 },
  origin: [0, 0],
  explained: [],
  worn: [],
}

/** What a detector is sure of in bands of 60 px: [top, bottom, certainty]. */
function seen(...bands: readonly (readonly [number, number, number])[]) {
  const certainties = new Float32Array(width * height)
  for (const [top, bottom, certainty] of bands)
    for (let y = top; y < bottom; y++) certainties.fill(certainty, y * width + 80, y * width + 140)
  return foreignTexts(surface, certainties).map(one => one.certainty.toFixed(2))
}

test('a line is told with how sure the detector is of it, and noise is none', () => {
  expect(seen([70, 80, 0.8])).toEqual(['0.80'])
  expect(seen([70, 80, 0.12])).toEqual(['0.12'])
  expect(seen([70, 80, 0.04])).toEqual([])
})

test('what is faint about a clear line is that line, and beside one another line', () => {
  expect(seen([66, 84, 0.1], [70, 80, 0.8])).toEqual(['0.80'])
  expect(seen([30, 40, 0.1], [70, 80, 0.8])).toEqual(['0.80', '0.10'])
})
