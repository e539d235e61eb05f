import { grown, lineBoxes } from '../../products/geometry.ts'
import type { ProductProfile, RectMm, SymbolMark } from '../../products/profile.ts'

/** Another mark's ink may reach so near. */
const ROOM_MM = 0.7
/** Along a sheet's edge paper may be darker: two layers lie there, glue comes out, and it is cut with a tolerance. */
const EDGE_MM = 2

/**
 * Which modules around a symbol must be clear: those of its quiet zone that lie on its surface and where the profile has no other
 * mark.
 * @param size modules a side
 */
export function quietModules(
  profile: ProductProfile,
  mark: SymbolMark,
  size: number,
): (column: number, row: number) => boolean {
  const { card, sticker, marks } = profile
  const { width, height } = mark.on === 'card' || sticker === null ? card : sticker.rect
  const surface = grown({ x: 0, y: 0, width, height }, -EDGE_MM)
  const others = marks
    .filter(other => other.on === mark.on && other !== mark)
    .flatMap(other => (other.kind === 'text' ? lineBoxes(other).map(({ rect }) => rect) : [other.rect]))
    .map(rect => grown(rect, ROOM_MM))
  const moduleMm = mark.rect.width / size
  return (column, row) => {
    const [x, y] = [mark.rect.x + (column + 0.5) * moduleMm, mark.rect.y + (row + 0.5) * moduleMm]
    return holds(surface, x, y) && !others.some(rect => holds(rect, x, y))
  }
}

const holds = (rect: RectMm, x: number, y: number) =>
  x >= rect.x && y >= rect.y && x <= rect.x + rect.width && y <= rect.y + rect.height
