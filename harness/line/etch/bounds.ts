import { coverOf, markNamed } from '../../products/geometry.ts'
import type { ProductProfile, RectMm } from '../../products/profile.ts'
import { EtchError } from '../line-error.ts'
import type { Polyline } from './polyline.ts'

/**
 * Refuses ways that leave the card, run under the sticker, or would look out from under the cover of their mark. The
 * sentence gives numbers, never what is etched.
 * @param marginMm how far the beam keeps from the card's edge
 * @throws EtchError `etch-outside-card`, `etch-under-sticker`, `etch-outside-cover`
 */
export function assertInBounds(
  profile: ProductProfile,
  mark: string,
  lines: readonly Polyline[],
  marginMm: number,
): void {
  const { card, sticker } = profile
  const offending = lines.flat().find(([x, y]) => !(distanceInside(profile, x, y) >= marginMm))
  if (offending !== undefined) {
    throw new EtchError(
      'etch-outside-card',
      `The mark «${mark}» reaches to x ${offending[0].toFixed(2)}, y ${offending[1].toFixed(2)} mm: less than ${marginMm} mm inside a card of ${card.width} × ${card.height} mm. Set it smaller or elsewhere in the product profile; the laser was not told anything.`,
    )
  }
  const box = boxOf(lines)
  if (box === null) return
  if (sticker !== null && overlap(box, sticker.rect)) {
    throw new EtchError(
      'etch-under-sticker',
      `The mark «${mark}» (${told(box)}) would run under the sticker (${told(sticker.rect)}). Set it smaller or elsewhere in the product profile.`,
    )
  }
  const cover = coverOf(profile, markNamed(profile, mark))
  if (cover === null) return
  const covered = cover.rectOnCard
  if (!holds(covered, box)) {
    throw new EtchError(
      'etch-outside-cover',
      `The mark «${mark}» (${told(box)}) is not wholly under its cover «${cover.name}» (${told(covered)}): a part of it would stay readable.`,
    )
  }
}

/** How far inside the card's rounded outline a point lies, mm; negative outside. */
function distanceInside({ card }: ProductProfile, x: number, y: number): number {
  const { width, height, cornerRadius: radiusMm } = card
  const dx = Math.min(x, width - x)
  const dy = Math.min(y, height - y)
  if (dx >= radiusMm || dy >= radiusMm) return Math.min(dx, dy)
  return radiusMm - Math.hypot(radiusMm - dx, radiusMm - dy)
}

function boxOf(lines: readonly Polyline[]): RectMm | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of lines.flat()) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  return left > right ? null : { x: left, y: top, width: right - left, height: bottom - top }
}

const overlap = (a: RectMm, b: RectMm) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

const holds = (outer: RectMm, inner: RectMm) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

const told = ({ x, y, width, height }: RectMm) =>
  `x ${x.toFixed(1)}–${(x + width).toFixed(1)}, y ${y.toFixed(1)}–${(y + height).toFixed(1)} mm`
