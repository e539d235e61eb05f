import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findBlobs } from './blobs.ts'

const mask = (...rows: readonly string[]) => Uint8Array.from(rows.join(''), place => Number(place === '#'))

test('what touches at a side is one, at a corner two, and the next row does not begin where one ends', () => {
  expect(findBlobs(mask('##..', '.#..', '..##', '#...'), 4)).toEqual([
    { left: 0, top: 0, right: 2, bottom: 2, areaPx: 3 },
    { left: 2, top: 2, right: 4, bottom: 3, areaPx: 2 },
    { left: 0, top: 3, right: 1, bottom: 4, areaPx: 1 },
  ])
})

test('every place that is set belongs to one, within its box, and the mask stays as it is', () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 80 }),
      fc.integer({ min: 1, max: 9 }),
      (set, width) => {
        const places = Uint8Array.from({ length: Math.ceil(set.length / width) * width }, (_, i) =>
          Number(set[i] ?? false),
        )
        const before = Uint8Array.from(places)
        const blobs = findBlobs(places, width)
        expect(places).toEqual(before)
        expect(blobs.reduce((sum, { areaPx }) => sum + areaPx, 0)).toBe(set.filter(Boolean).length)
        for (const { left, top, right, bottom, areaPx } of blobs) {
          expect(areaPx).toBeLessThanOrEqual((right - left) * (bottom - top))
          expect(areaPx).toBeGreaterThanOrEqual(right - left + (bottom - top) - 1)
        }
      },
    ),
  )
})
