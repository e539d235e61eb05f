import { minus, type Point } from '../../../harness/imaging/quad.ts'
import { median } from '../../../harness/imaging/quantile.ts'
import { RigError } from '../../rig-error.ts'
import { type DarkSpot, findDarkSpots, isRound } from './dark-spots.ts'
import type { LightPicture } from './picture.ts'
import { dotPlaceMm, type GridStep, type TargetDesign } from './target.ts'

/** A dot of the target and where the photograph shows it. */
export interface SeenDot {
  readonly step: GridStep
  /** From the target's origin. */
  readonly placeMm: Point
  readonly atPx: Point
}

/** Fewer dots than this say too little about a lens. */
const fewestDots = 40

/**
 * Finds the target's dots, each with its place on the target. The target may lie at any angle and be partly out of view,
 * but its key dots must be seen.
 *
 * @throws RigError `target-unseen` which says what is wrong with the view, `picture-mirrored`
 */
export function findTarget(picture: LightPicture, design: TargetDesign): SeenDot[] {
  const round = findDarkSpots(picture).filter(isRound)
  if (round.length < fewestDots) throw unseen(`only ${round.length} dots were seen where ${design.dots.length} stand`)
  const keys = keyDots(round, design)
  const steps = walkGrid(round, keys)
  const known = new Set(design.dots.map(String))
  const seen = [...steps]
    .filter(([step]) => known.has(step))
    .map(([text, { centrePx }]): SeenDot => {
      const step = text.split(',').map(Number) as unknown as GridStep
      return { step, placeMm: dotPlaceMm(design, step), atPx: centrePx }
    })
  if (seen.length < fewestDots) throw unseen(`only ${seen.length} of its ${design.dots.length} dots were found`)
  return seen
}

interface Keys {
  readonly origin: DarkSpot
  /** Picture px for one grid step. */
  readonly right: Point
  readonly down: Point
}

/** The three largest dots, and which of them is which. */
function keyDots(round: readonly DarkSpot[], design: TargetDesign): Keys {
  const usual = median(round.map(({ areaPx }) => areaPx))
  const ratio = (design.keyMm / design.dotMm) ** 2
  const large = round.filter(({ areaPx }) => areaPx > usual * (1 + ratio) * 0.5 && areaPx < usual * ratio * 1.6)
  for (const origin of large) {
    for (const x of large) {
      for (const y of large) {
        if (x === origin || y === origin || x === y) continue
        const [twoRight, down] = [minus(x.centrePx, origin.centrePx), minus(y.centrePx, origin.centrePx)]
        const right: Point = [twoRight[0] / 2, twoRight[1] / 2]
        const a = Math.hypot(...right)
        const b = Math.hypot(...down)
        const dot = (right[0] * down[0] + right[1] * down[1]) / (a * b)
        if (Math.abs(a / b - 1) > 0.12 || Math.abs(dot) > 0.12) continue
        // Only what leaves as much room between dots as the design does.
        if (Math.abs(a / Math.sqrt(usual / Math.PI) / (design.pitchMm / (design.dotMm / 2)) - 1) > 0.25) continue
        if (right[0] * down[1] - right[1] * down[0] < 0) {
          throw new RigError(
            'picture-mirrored',
            'the camera delivers mirrored pictures. Switch mirroring off in the camera.',
          )
        }
        return { origin, right, down }
      }
    }
  }
  throw unseen('its three large dots were not found together')
}

/** From dot to neighbouring dot, each step guessed from the one before it: a lens may bend the grid. */
function walkGrid(round: readonly DarkSpot[], { origin, right, down }: Keys): Map<string, DarkSpot> {
  const nearest = nearestOf(round, Math.hypot(...right))
  const found = new Map<string, DarkSpot>([['0,0', origin]])
  const used = new Set<DarkSpot>([origin])
  const queue: { step: GridStep; spot: DarkSpot; right: Point; down: Point }[] = [
    { step: [0, 0], spot: origin, right, down },
  ]
  for (let head = 0; head < queue.length; head++) {
    const from = queue[head]!
    const [x, y] = from.spot.centrePx
    for (const [dx, dy] of neighbours) {
      const step: GridStep = [from.step[0] + dx, from.step[1] + dy]
      if (found.has(String(step))) continue
      const spot = nearest([x + dx * from.right[0] + dy * from.down[0], y + dx * from.right[1] + dy * from.down[1]])
      if (spot === null || used.has(spot)) continue
      found.set(String(step), spot)
      used.add(spot)
      const along = dx + dy === 1 ? minus(spot.centrePx, from.spot.centrePx) : minus(from.spot.centrePx, spot.centrePx)
      queue.push({ step, spot, right: dx === 0 ? from.right : along, down: dy === 0 ? from.down : along })
    }
  }
  return found
}

const neighbours = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const

/** Finds the spot next to a place, none farther off than a third of a grid step; looks only at those in the cells around. */
function nearestOf(spots: readonly DarkSpot[], stepPx: number): (at: Point) => DarkSpot | null {
  const keyAt = (x: number, y: number): string => `${Math.floor(x / stepPx)},${Math.floor(y / stepPx)}`
  const cells = Map.groupBy(spots, ({ centrePx }) => keyAt(...centrePx))
  return ([x, y]) => {
    let best: DarkSpot | null = null
    let leastPx = 0.3 * stepPx
    for (const dx of [-stepPx, 0, stepPx]) {
      for (const dy of [-stepPx, 0, stepPx]) {
        for (const spot of cells.get(keyAt(x + dx, y + dy)) ?? []) {
          const awayPx = Math.hypot(...minus(spot.centrePx, [x, y]))
          if (awayPx >= leastPx) continue
          leastPx = awayPx
          best = spot
        }
      }
    }
    return best
  }
}

function unseen(why: string): RigError {
  return new RigError(
    'target-unseen',
    `the target was not recognised: ${why}. Lay it face up, flat and whole into the view, put the light on, and look at it with assay rig shoot.`,
  )
}
