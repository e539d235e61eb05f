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

/** The place of a pose by its name, or of one that is given. @throws RigError `pose-unknown` also for what is no number */
export function targetOf(poses: Poses, pose: string | StagePosition): StagePosition {
  const found = typeof pose === 'string' ? (Object.hasOwn(poses, pose) ? poses[pose] : undefined) : pose
  if (found && axes.every(([, mm]) => Number.isFinite(found[mm]))) return found
  if (found) throw new RigError('pose-unknown', 'a pose has a coordinate that is not a number.')
  throw new RigError(
    'pose-unknown',
    `the rig has no pose "${pose as string}". It has ${Object.keys(poses).join(', ')}; add it to the rig's configuration.`,
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

/** What a line that was not answered in time means for the stage. */
export function notAtRest(line: string, deadlineMs: number, cause: Error): RigError {
  return new RigError(
    'stage-deadline',
    `the stage did not come to rest within ${deadlineMs / 1000} s (${line}). Check that nothing blocks the axes, then run assay rig home.`,
    { cause },
  )
}
