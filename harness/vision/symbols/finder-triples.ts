/** A place that looks like the centre of a finder pattern, px of the view it was found in. */
export interface FinderCentre {
  readonly x: number
  readonly y: number
  /** Width of one module along the scan line, px: by tilt and rotation it may be up to √2 too large. */
  readonly modulePx: number
  /** How many scan lines confirmed it. */
  readonly count: number
}

/** Three centres as they would lie in one symbol: corner, then clockwise. Smaller score: more like a QR symbol. */
export interface FinderTriple {
  readonly topLeft: FinderCentre
  readonly topRight: FinderCentre
  readonly bottomLeft: FinderCentre
  /** Estimated modules a side, not yet rounded to 4·version + 17. */
  readonly dimension: number
  readonly score: number
}

/** More centres than this are noise (a mesh, a keyboard); the ones that most scan lines confirmed are kept. */
const MAX_CENTRES = 48
const MAX_SIZE_RATIO = 2
/** A tilt of 50° shortens one side to 0.64; perspective and curvature add to it. */
const MAX_SIDE_RATIO = 2.2
const MAX_COSINE = 0.66
const MIN_DIMENSION = 21 - 5
const MAX_DIMENSION = 177 + 40

/**
 * All triples of centres that could be the three finder patterns of one symbol, most likely first.
 *
 * The library keeps three centres of a whole picture, chosen by how alike their module sizes are, and so misses 7 % of
 * clean symbols whose data happen to look like a finder pattern. Here every triple is ranked by how near it comes to a
 * right isosceles triangle with equal modules (as Java ZXing does since 2018), and the caller tries them in turn.
 */
export function rankTriples(centres: readonly FinderCentre[]): FinderTriple[] {
  const kept = centres.length <= MAX_CENTRES ? centres : mostConfirmed(centres)
  const triples: FinderTriple[] = []
  for (let i = 0; i < kept.length; i++) {
    for (let j = i + 1; j < kept.length; j++) {
      if (sizeRatio(kept[i]!, kept[j]!) > MAX_SIZE_RATIO) continue
      for (let k = j + 1; k < kept.length; k++) {
        const triple = asTriple(kept[i]!, kept[j]!, kept[k]!)
        if (triple) triples.push(triple)
      }
    }
  }
  return triples.sort((a, b) => a.score - b.score)
}

function mostConfirmed(centres: readonly FinderCentre[]): FinderCentre[] {
  return [...centres].sort((a, b) => b.count - a.count).slice(0, MAX_CENTRES)
}

function sizeRatio(a: FinderCentre, b: FinderCentre): number {
  return a.modulePx > b.modulePx ? a.modulePx / b.modulePx : b.modulePx / a.modulePx
}

function asTriple(a: FinderCentre, b: FinderCentre, c: FinderCentre): FinderTriple | null {
  if (sizeRatio(a, c) > MAX_SIZE_RATIO || sizeRatio(b, c) > MAX_SIZE_RATIO) return null
  const ab = squaredDistance(a, b)
  const bc = squaredDistance(b, c)
  const ca = squaredDistance(c, a)
  // The right angle lies opposite the longest side.
  if (ab >= bc && ab >= ca) return withCorner(c, a, b, ca, bc, ab)
  if (bc >= ab && bc >= ca) return withCorner(a, b, c, ab, ca, bc)
  return withCorner(b, c, a, bc, ab, ca)
}

function withCorner(
  corner: FinderCentre,
  p: FinderCentre,
  q: FinderCentre,
  squaredP: number,
  squaredQ: number,
  squaredHypotenuse: number,
): FinderTriple | null {
  const sideP = Math.sqrt(squaredP)
  const sideQ = Math.sqrt(squaredQ)
  if (sideP === 0 || sideQ === 0) return null
  const sideRatio = sideP > sideQ ? sideP / sideQ : sideQ / sideP
  if (sideRatio > MAX_SIDE_RATIO) return null
  const cosine = (squaredP + squaredQ - squaredHypotenuse) / (2 * sideP * sideQ)
  if (Math.abs(cosine) > MAX_COSINE) return null

  const modulePx = (corner.modulePx + p.modulePx + q.modulePx) / 3
  // A scan line crosses a square that is turned by φ on 1 / max(|cos φ|, |sin φ|) of its side.
  const turn = Math.max(Math.abs(p.x - corner.x), Math.abs(p.y - corner.y)) / sideP
  const dimension = (sideP + sideQ) / 2 / (modulePx * turn) + 7
  if (dimension < MIN_DIMENSION || dimension > MAX_DIMENSION) return null

  const spread =
    (Math.abs(corner.modulePx - modulePx) + Math.abs(p.modulePx - modulePx) + Math.abs(q.modulePx - modulePx)) /
    modulePx
  const once = Number(corner.count < 2) + Number(p.count < 2) + Number(q.count < 2)
  const score = Math.abs(cosine) + (sideRatio - 1) + spread + 0.15 * once

  const clockwise = (p.x - corner.x) * (q.y - corner.y) - (p.y - corner.y) * (q.x - corner.x) > 0
  return { topLeft: corner, topRight: clockwise ? p : q, bottomLeft: clockwise ? q : p, dimension, score }
}

function squaredDistance(a: FinderCentre, b: FinderCentre): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2
}
