import type { Rig } from '../../rig.ts'
import { RigError } from '../../rig-error.ts'
import type { StagePosition } from '../../stage/stage.ts'
import type { CalibrationContent as Content } from './calibration.ts'
import type { Looker } from './looker.ts'
import { type PlaneCamera, unproject } from './plane-camera.ts'
import { calibrationTarget, type Point } from './target.ts'

const pose = 'inspect'
/** Moves for the measurement of axes and repeatability, mm. */
const moveMm = 8
/** Photographs of each place: a camera's mount shakes. */
const looks = 3
const returns = 5

/** How the nest moves in the picture, by the middle of the target in the calibrated plane. */
export async function measureStage(
  looker: Looker,
  camera: PlaneCamera,
  exposureMs: number | null,
  signal: AbortSignal | undefined,
): Promise<Content['stage']> {
  const home = await looker.stage.position(signal)
  const placeOf = async (): Promise<Map<string, Point>> =>
    new Map(
      (await looker.dots(calibrationTarget, exposureMs)).map(({ step, at }) => [String(step), unproject(camera, at)]),
    )
  const start = await placeOf()
  const shifted = async (dx: number, dy: number): Promise<Point> => {
    await looker.goTo({ xMm: home.xMm + dx, yMm: home.yMm + dy, zMm: home.zMm })
    let sum: Point = [0, 0]
    for (let i = 0; i < looks; i++) {
      const [x, y] = meanShift(start, await placeOf())
      sum = [sum[0] + x, sum[1] + y]
    }
    return scaled(sum, 1 / looks)
  }
  const left = await shifted(-moveMm, 0)
  const right = await shifted(moveMm, 0)
  const near = await shifted(0, -moveMm)
  const far = await shifted(0, moveMm)
  const x: Point = scaled([right[0] - left[0], right[1] - left[1]], 1 / (2 * moveMm))
  const y: Point = scaled([far[0] - near[0], far[1] - near[1]], 1 / (2 * moveMm))
  // Back to the pose from all sides: play shows only when a direction changes.
  const repeatMm = await measureReturns(looker.stage, start, placeOf, home, returns, signal)
  const angle = (Math.atan2(...reversed(y)) - Math.atan2(...reversed(x))) * (180 / Math.PI)
  return {
    x: [x[0], x[1]],
    y: [y[0], y[1]],
    repeatMm,
    squarenessDeg: (Math.abs(angle) % 180) - 90,
  }
}

/** Comes back to the pose from all sides, since play shows only when a direction changes: standard deviation, mm an axis. */
export async function measureReturns(
  stage: Rig['stage'],
  start: ReadonlyMap<string, Point>,
  placeOf: () => Promise<ReadonlyMap<string, Point>>,
  home: StagePosition,
  times: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const away: Point[] = []
  for (let i = 0; i < times; i++) {
    const turn = (i * 2 * Math.PI) / times + 0.4
    const x = home.xMm + (moveMm / 2) * Math.cos(turn)
    const y = home.yMm + (moveMm / 2) * Math.sin(turn)
    await stage.goTo({ xMm: x, yMm: y, zMm: home.zMm }, signal)
    await stage.goTo(pose, signal)
    away.push(meanShift(start, await placeOf()))
  }
  const mean = scaled(
    away.reduce<Point>(([a, b], [c, d]) => [a + c, b + d], [0, 0]),
    1 / away.length,
  )
  const squares = away.reduce((sum, [a, b]) => sum + (a - mean[0]) ** 2 + (b - mean[1]) ** 2, 0)
  return Math.sqrt(squares / (away.length - 1) / 2)
}

const reversed = ([x, y]: Point): Point => [y, x]
const scaled = ([x, y]: Point, by: number): Point => [x * by, y * by]

/** Mean way from the places in `from` to those in `to`, over the dots that both show. */
export function meanShift(from: ReadonlyMap<string, Point>, to: ReadonlyMap<string, Point>): Point {
  let x = 0
  let y = 0
  let count = 0
  for (const [step, place] of to) {
    const before = from.get(step)
    if (!before) continue
    x += place[0] - before[0]
    y += place[1] - before[1]
    count++
  }
  if (count === 0) throw new RigError('target-unseen', 'the target left the view while the stage moved.')
  return [x / count, y / count]
}
