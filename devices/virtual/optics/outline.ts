/** A card's outline: a rectangle with round corners, around its middle, mm. */
export interface Outline {
  readonly halfWidthMm: number
  readonly halfHeightMm: number
  readonly radiusMm: number
}

/** Distance from the outline, mm: below 0 inside. */
export function outside(outline: Outline, x: number, y: number): number {
  const dx = Math.abs(x) - (outline.halfWidthMm - outline.radiusMm)
  const dy = Math.abs(y) - (outline.halfHeightMm - outline.radiusMm)
  if (dx > 0 && dy > 0) return Math.sqrt(dx * dx + dy * dy) - outline.radiusMm
  return (dx > dy ? dx : dy) - outline.radiusMm
}
