import { expect, test } from 'vitest'
import { type CoverFeatures, distanceFromLearned, learnCover } from './cover-features.ts'

const good: CoverFeatures = { tone: -0.15, across: -5.14, along: -5.13, brushing: -0.01, fine: -5.1, 'edge-top': 0.15 }
/** Ten units of a lot that hardly differ. */
const learned = learnCover(
  Array.from({ length: 10 }, (_, i) => ({
    ...good,
    across: good['across']! + 0.001 * (i % 3),
    brushing: good['brushing']! + 0.002 * (i % 2),
  })),
)
const distanceOf = (more: CoverFeatures) => distanceFromLearned({ ...good, ...more }, learned)!

test('a good cover whose roughness lies one step of the camera’s grey levels beside the others is one of them', () => {
  expect(distanceOf({ across: -5.32, brushing: -0.19 })).toBeLessThan(1)
})

test('a smooth one, a brushed one and one of another tone are none', () => {
  expect(distanceOf({ fine: -6.1 })).toBeGreaterThan(3)
  expect(distanceOf({ across: -3.4, brushing: 1.8 })).toBeGreaterThan(3)
  expect(distanceOf({ tone: -0.02 })).toBeGreaterThan(3)
})
