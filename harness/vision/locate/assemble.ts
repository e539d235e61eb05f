import {
  compose,
  type Homography,
  hasFiniteEntries,
  inverseOf,
  keepsOrientation,
  projectQuad,
  quadToQuad,
} from '../../imaging/homography.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { mapQuad } from '../../imaging/quad.ts'
import { fitSimilarity, restAfterTurn } from '../../imaging/similarity.ts'
import type { Side } from './card-outline.ts'
import type { SideLine, SideSearch } from './side-lines.ts'

/** A card made of one line a side. */
export interface Assembled {
  readonly mmToPixels: Homography
  /** Edge support of each side, 0..1. */
  readonly support: readonly number[]
  /** Higher is better; comparable between hypotheses of one photograph. */
  readonly score: number
}

/** What speaks against a pose for another reason than its edges: a penalty ≥ 0, Infinity to forbid it. */
export type Objection = (mmToPixels: Homography) => number

const UNSEEN: SideLine = { startMm: 0, endMm: 0, support: 0 }
/** How much one side with full support counts, in units of the objection. */
const SUPPORT_WEIGHT = 12
/** From about here on, misplacement counts by its logarithm. */
const FORGIVEN = 6

/**
 * Every combination of one candidate line a side, as a card, best first. A side with no candidate keeps the place that
 * the hypothesis gave it.
 */
export function assembleCards(
  hypothesis: Homography,
  sides: readonly Side[],
  found: readonly SideSearch[],
  objection: Objection,
): Assembled[] {
  const corners = startsOf(sides)
  const choices = found.map(search => (search.lines.length > 0 ? search.lines : [UNSEEN]))
  const cards: Assembled[] = []
  for (const top of choices[0]!) {
    for (const right of choices[1]!) {
      for (const bottom of choices[2]!) {
        for (const left of choices[3]!) {
          const lines = [top, right, bottom, left]
          const quad = cornersOf(sides, lines)
          if (quad === null) continue
          const correction = quadToQuad(corners, quad)
          if (correction === null) continue
          const mmToPixels = compose(hypothesis, correction)
          if (!hasFiniteEntries(mmToPixels) || !keepsOrientation(mmToPixels, [43, 27])) continue
          const support = lines.map(line => line.support)
          const score = SUPPORT_WEIGHT * support.reduce((sum, value) => sum + value, 0) - objection(mmToPixels)
          if (score > Number.NEGATIVE_INFINITY) cards.push({ mmToPixels, support, score })
        }
      }
    }
  }
  return cards.sort((a, b) => b.score - a.score)
}

/** Where each side's line meets the one before it, in the hypothesis's millimetres. */
function cornersOf(sides: readonly Side[], lines: readonly SideLine[]): Quad | null {
  const ends = sides.map((side, i) => {
    const { startMm, endMm } = lines[i]!
    return [offset(side.from, side.normal, startMm), offset(side.to, side.normal, endMm)] as const
  })
  const corners = mapQuad(startsOf(sides), (_, i) => {
    const [a, b] = ends[(i + 3) % 4]!
    const [c, d] = ends[i]!
    const rx = b[0] - a[0]
    const ry = b[1] - a[1]
    const sx = d[0] - c[0]
    const sy = d[1] - c[1]
    const cross = rx * sy - ry * sx
    // Parallel neighbours never meet: not a number, seen below.
    if (Math.abs(cross) < 1e-6) return [Number.NaN, Number.NaN]
    const t = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross
    return [a[0] + t * rx, a[1] + t * ry]
  })
  return corners.flat().every(Number.isFinite) ? corners : null
}

function startsOf(sides: readonly Side[]): Quad {
  return [sides[0]!.from, sides[1]!.from, sides[2]!.from, sides[3]!.from]
}

function offset(point: Point, normal: Point, by: number): Point {
  return [point[0] + normal[0] * by, point[1] + normal[1] * by]
}

/**
 * How badly a symbol sits on a card: squares of its shift, turn and distortion from where the profile has it, each over
 * what is usual, so that about 10 still is a good card and 50 is another place. Shift and turn count ever less the
 * greater they are: a badly placed sticker is what the harness is there to find, and must not pull the card along. A
 * square symbol that a pose makes oblong is the pose's own fault, and counts in full.
 */
export function placementObjection(
  seen: Quad,
  expectedMm: Quad,
  mmToPixels: Homography,
  usual: UsualPlacement,
): number {
  const back = inverseOf(mmToPixels)
  const placement = back && placementOf(seen, expectedMm, back)
  if (placement === null) return Number.POSITIVE_INFINITY
  const misplaced =
    (placement.shiftXMm / usual.shiftMm) ** 2 +
    (placement.shiftYMm / usual.shiftMm) ** 2 +
    (placement.turnDeg / usual.turnDeg) ** 2
  return FORGIVEN * Math.log1p(misplaced / FORGIVEN) + placement.distortionMm ** 2 / usual.distortionMm ** 2
}

export interface UsualPlacement {
  readonly shiftMm: number
  readonly turnDeg: number
  readonly distortionMm: number
}

/** How a quad sits against where it is expected, in mm of the expected quad's frame. */
export interface Placement {
  readonly shiftXMm: number
  readonly shiftYMm: number
  /** Clockwise as seen. */
  readonly turnDeg: number
  /** RMS of what shift and turn do not explain, mm. */
  readonly distortionMm: number
}

/** Best shift and turn (least squares) from the expected quad to the seen one. Null when it does not project. */
export function placementOf(seen: Quad, expectedMm: Quad, pixelsToMm: Homography): Placement | null {
  const mapped = projectQuad(pixelsToMm, seen)
  if (!mapped.flat().every(Number.isFinite)) return null
  const fit = fitSimilarity(expectedMm, mapped)
  const rest = restAfterTurn(expectedMm, mapped, fit).reduce((sum, [x, y]) => sum + (x ** 2 + y ** 2), 0)
  return {
    shiftXMm: fit.toMiddle[0] - fit.fromMiddle[0],
    shiftYMm: fit.toMiddle[1] - fit.fromMiddle[1],
    turnDeg: (fit.turnRad * 180) / Math.PI,
    distortionMm: Math.sqrt(rest / 4),
  }
}
