import { centreOf, type Point } from './quad.ts'

/** A turn and a scale about the middles of two sets of points. */
export interface Similarity {
  readonly fromMiddle: Point
  readonly toMiddle: Point
  /** Clockwise as seen (y down). */
  readonly turnRad: number
  readonly scale: number
}

/** The turn and scale that bring `from` nearest to `to`, point by point, in the sense of least squares. */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const fromMiddle = centreOf(from)
  const toMiddle = centreOf(to)
  let dot = 0
  let cross = 0
  let power = 0
  for (const [i, [x, y]] of from.entries()) {
    const [a, b] = [x - fromMiddle[0], y - fromMiddle[1]]
    const [c, d] = [to[i]![0] - toMiddle[0], to[i]![1] - toMiddle[1]]
    dot += a * c + b * d
    cross += a * d - b * c
    power += a * a + b * b
  }
  return { fromMiddle, toMiddle, turnRad: Math.atan2(cross, dot), scale: Math.hypot(dot, cross) / power }
}

/** What is left of each point of `to` once its own of `from` is turned onto it: the scale stays in it. */
export function restAfterTurn(
  from: readonly Point[],
  to: readonly Point[],
  { fromMiddle, toMiddle, turnRad }: Similarity,
): Point[] {
  const [cos, sin] = [Math.cos(turnRad), Math.sin(turnRad)]
  return from.map(([x, y], i) => {
    const [a, b] = [x - fromMiddle[0], y - fromMiddle[1]]
    return [to[i]![0] - (toMiddle[0] + cos * a - sin * b), to[i]![1] - (toMiddle[1] + sin * a + cos * b)]
  })
}
