import type { AppearanceMap, LearnedMap } from '../../products/appearance.ts'
import type { SurfaceCells } from './cells.ts'

/**
 * How far the furthest sample of each cell is from what good units show, as a multiple of their spread; 0 where nothing is
 * known or nothing was seen.
 */
export function mapScores({ maps }: SurfaceCells, map: AppearanceMap, known: Omit<LearnedMap, 'most'>): Float32Array {
  const { mean, rms } = known
  const scores = new Float32Array(rms.length)
  const seen = maps.get(map)
  if (seen === undefined) return scores
  for (let i = 0; i < scores.length; i++) {
    const spread = rms[i]!
    if (seen.count[i] === 0 || !(spread > 0)) continue
    const middle = mean?.[i] ?? 0
    scores[i] = Math.max(seen.most[i]! - middle, middle - seen.least[i]!) / spread
  }
  return scores
}
