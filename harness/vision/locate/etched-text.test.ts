import { describe, expect, it } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import { toGrey } from '../../imaging/grey.ts'
import { compose, rigid } from '../../imaging/homography.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { etchedTextContrast } from './etched-text.ts'
import { drawScene, type Paint, paintOf, viewOf } from './synthetic-card.testing.ts'

const profile = loadProfile('assay-reference')
const { card } = profile
const truth = viewOf(card, { turnDeg: 11, tiltDeg: 12, tiltAxisDeg: 30, pixelsPerMm: 6, middle: [340, 230] })

function see(paint: Paint, noise: number, at = truth) {
  const random = seeded(3)
  const wide = () => 0.5 + noise * (random() - 0.5)
  const shown = { mmToPixels: truth, card, paint }
  return etchedTextContrast(toGrey(drawScene(680, 460, [shown], () => 90, wide)), profile, at)
}

const sealed = paintOf(profile, 'sealed', 5)

describe('etched text stands out where a pose has it', () => {
  it.each([1, 5])('in the right place, in noise of %d', noise => {
    expect(see(sealed, noise)).toBeGreaterThan(4)
  })

  it('and not on a card that bears none, nor where the pose is 2 mm off', () => {
    expect(see(() => 150, 4)).toBeLessThan(2)
    for (const dy of [-2, 2]) expect(see(sealed, 4, compose(truth, rigid(0, 0, dy)))).toBeLessThan(3)
  })
})
