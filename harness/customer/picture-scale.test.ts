import { expect, test } from 'vitest'
import { photographScale } from './picture-scale.ts'

test.each([
  ['12 megapixels', 4032, 1],
  ['12 megapixels of others', 4080, 1],
  ['24 megapixels', 5712, 1 / 2],
  ['48 megapixels', 8064, 1 / 2],
  ['a panorama', 16_000, 1 / 4],
  ['a small one', 640, 1],
])('a phone’s picture of %s keeps its rows alike', (_, longestPx, scale) => {
  expect(photographScale(longestPx)).toBe(scale)
})
