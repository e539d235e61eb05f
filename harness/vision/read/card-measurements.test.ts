import { expect, test } from 'vitest'
import { scaling } from '../../imaging/homography.ts'
import { loadProfile } from '../../products/load-profile.ts'
import type { Photograph } from '../photograph.ts'
import { type MeasuredCard, measurementsOf } from './card-measurements.ts'

test('where a sticker sits is told to the right and down, and as one distance', () => {
  // 10 px/mm. Of the sticker's own edge nothing is to be seen.
  const mmToPixels = scaling(10)
  const grey = { width: 900, height: 600, data: new Uint8Array(900 * 600).fill(128) }
  const placement = { shiftXMm: 0.3, shiftYMm: -0.4, turnDeg: -0.2, distortionMm: 0 }
  const seen = {
    grey,
    located: { pose: { mmToPixels, pixelsPerMm: 10, residualPx: 0 }, refined: { edges: [] } },
    poses: new Map([['top-layer', { mmToPixels, placement }]]),
    ...{ atMarks: [], layers: { measurements: [] }, texts: new Map(), covers: new Map(), poseOf: () => mmToPixels },
  } as unknown as MeasuredCard
  const photograph = { pixels: grey, how: { light: 'dome' } } as unknown as Photograph
  const its = measurementsOf(photograph, loadProfile('assay-reference'), seen).filter(({ of }) => of === 'sticker')
  expect(its.map(({ name, value, unit }) => [name, value, unit])).toEqual([
    ['placement-shift-by-print', 0.5, 'mm'],
    ['placement-x', 0.3, 'mm'],
    ['placement-y', -0.4, 'mm'],
    ['placement-turn', 0.2, 'deg'],
  ])
})
