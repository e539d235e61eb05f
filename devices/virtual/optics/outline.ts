/** A card's outline: a rectangle with round corners, around its middle, mm. */
export interface Outline {
  readonly halfWidth: number
  readonly halfHeight: number
  readonly radius: number
}

/** Distance from the outline, mm: below 0 inside. */
export function outside(outline: Outline, x: number, y: number): number {
  const dx = Math.abs(x) - (outline.halfWidth - outline.radius)
  const dy = Math.abs(y) - (outline.halfHeight - outline.radius)
  if (dx > 0 && dy > 0) return Math.sqrt(dx * dx + dy * dy) - outline.radius
  return (dx > dy ? dx : dy) - outline.radius
}
