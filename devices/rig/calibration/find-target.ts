import { RigError } from '../../rig-error.ts'
import { type Blob, findBlobs, isRound } from './blobs.ts'
import type { LightPicture } from './picture.ts'
import { dotPlace, type GridStep, isKey, type Point, type TargetDesign } from './target.ts'

/** A dot of the target and where the photograph shows it. */
export interface SeenDot {
  readonly step: GridStep
  /** mm from the target's origin. */
  readonly place: Point
  /** px, pixel-corner origin. */
  readonly at: Point
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
  const round = findBlobs(picture).filter(isRound)
  if (round.length < fewestDots) throw unseen(`only ${round.length} dots were seen where ${design.dots.length} stand`)
  const keys = keyDots(round, design)
  const steps = walkGrid(round, keys)
  const known = new Set(design.dots.map(String))
  const seen = [...steps]
    .filter(([step]) => known.has(step))
    .map(([text, { x, y }]): SeenDot => {
      const step = text.split(',').map(Number) as unknown as GridStep
      return { step, place: dotPlace(design, step), at: [x, y] }
    })
  if (seen.length < fewestDots) throw unseen(`only ${seen.length} of its ${design.dots.length} dots were found`)
  return seen
}

interface Keys {
  readonly origin: Blob
  /** Picture px for one grid step. */
  readonly right: Point
  readonly down: Point
}

/** The three largest dots, and which of them is which. */
function keyDots(round: readonly Blob[], design: TargetDesign): Keys {
  const usual = median(round.map(({ area }) => area))
  const ratio = (design.keyMm / design.dotMm) ** 2
  const large = round.filter(({ area }) => area > usual * (1 + ratio) * 0.5 && area < usual * ratio * 1.6)
  for (const origin of large) {
    for (const x of large) {
      for (const y of large) {
        if (x === origin || y === origin || x === y) continue
        const right: Point = [(x.x - origin.x) / 2, (x.y - origin.y) / 2]
        const down: Point = [y.x - origin.x, y.y - origin.y]
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
function walkGrid(round: readonly Blob[], { origin, right, down }: Keys): Map<string, Blob> {
  const cell = Math.hypot(...right)
  const index = new Map<string, Blob[]>()
  const keyAt = (x: number, y: number): string => `${Math.floor(x / cell)},${Math.floor(y / cell)}`
  for (const blob of round) index.set(keyAt(blob.x, blob.y), [...(index.get(keyAt(blob.x, blob.y)) ?? []), blob])
  const nearest = (x: number, y: number): Blob | null => {
    let best: Blob | null = null
    let least = 0.3 * cell
    for (const dx of [-cell, 0, cell]) {
      for (const dy of [-cell, 0, cell]) {
        for (const blob of index.get(keyAt(x + dx, y + dy)) ?? []) {
          const away = Math.hypot(blob.x - x, blob.y - y)
          if (away < least) {
            least = away
            best = blob
          }
        }
      }
    }
    return best
  }
  const found = new Map<string, Blob>([['0,0', origin]])
  const used = new Set<Blob>([origin])
  const queue: { step: GridStep; blob: Blob; right: Point; down: Point }[] = [
    { step: [0, 0], blob: origin, right, down },
  ]
  for (let head = 0; head < queue.length; head++) {
    const from = queue[head]!
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ] as const) {
      const step: GridStep = [from.step[0] + dx, from.step[1] + dy]
      if (found.has(String(step))) continue
      const away: Point = [dx * from.right[0] + dy * from.down[0], dx * from.right[1] + dy * from.down[1]]
      const blob = nearest(from.blob.x + away[0], from.blob.y + away[1])
      if (blob === null || used.has(blob)) continue
      found.set(String(step), blob)
      used.add(blob)
      const real: Point = [(blob.x - from.blob.x) * (dx + dy), (blob.y - from.blob.y) * (dx + dy)]
      queue.push({ step, blob, right: dx === 0 ? from.right : real, down: dy === 0 ? from.down : real })
    }
  }
  return found
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
}

function unseen(why: string): RigError {
  return new RigError(
    'target-unseen',
    `the target was not recognised: ${why}. Lay it face up, flat and whole into the view, put the light on, and look at it with assay rig shoot.`,
  )
}

/** Whether the target's key dots are among those seen. */
export function seesKeys(dots: readonly SeenDot[]): boolean {
  return dots.filter(({ step }) => isKey(step)).length === 3
}
