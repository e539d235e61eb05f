import { RigError } from '../rig-error.ts'
import type { Poses, StagePosition } from './stage.ts'

/** How far the axes go, mm, in the board's own coordinates. */
export interface AxisLimits {
  readonly min: StagePosition
  readonly max: StagePosition
}

/** The axes by the letter that G-code has for them. */
export const axes = [
  ['X', 'xMm'],
  ['Y', 'yMm'],
  ['Z', 'zMm'],
] as const

/** What boards tell of a place has two decimals. */
const closeMm = 0.02

/** @throws RigError `pose-unknown` */
export function namedPose(poses: Poses, pose: string): StagePosition {
  const found = poses[pose]
  if (found && Object.hasOwn(poses, pose)) return found
  throw new RigError(
    'pose-unknown',
    `the rig has no pose "${pose}". It has ${Object.keys(poses).join(', ')}; add it to the rig's configuration.`,
  )
}

/** @throws RigError `stage-limits`; nothing was moved */
export function assertWithin(target: StagePosition, { min, max }: AxisLimits): void {
  for (const [axis, mm] of axes) {
    if (target[mm] >= min[mm] && target[mm] <= max[mm]) continue
    throw new RigError(
      'stage-limits',
      `${axis}${target[mm].toFixed(3)} is beyond the axis, which goes from ${min[mm]} to ${max[mm]} mm; nothing was moved. Correct the pose.`,
    )
  }
}

/** @throws RigError `stage-off-target` */
export function assertArrived(at: StagePosition, target: StagePosition, move: string): void {
  const offMm = Math.max(...axes.map(([, mm]) => Math.abs(at[mm] - target[mm])))
  if (offMm <= closeMm) return
  throw new RigError(
    'stage-off-target',
    `the stage is ${offMm.toFixed(3)} mm off after ${move}. Check that no other program drives it, then run assay rig home.`,
  )
}
