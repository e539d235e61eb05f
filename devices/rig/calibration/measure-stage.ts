import { centreOf, minus, type Point } from '../../../harness/imaging/quad.ts'
import type { Rig } from '../../rig.ts'
import { RigError } from '../../rig-error.ts'
import type { StagePosition } from '../../stage/stage.ts'
import type { CalibrationContent as Content } from './calibration.ts'
import { type PlaneCamera, planeOfPicture } from './plane-camera.ts'
import { calibrationTarget } from './target.ts'
import type { TargetCamera } from './target-camera.ts'

const pose = 'inspect'
/** Moves for the measurement of axes and repeatability, mm. */
const moveMm = 8
/** Photographs of each place: a camera's mount shakes. */
const looks = 3
const returns = 5

/** How the nest moves in the picture, by the middle of the target in the calibrated plane. */
export async function measureStage(
  targetCamera: TargetCamera,
  camera: PlaneCamera,
  exposureMs: number | null,
  signal: AbortSignal | undefined,
): Promise<Content['stage']> {
  const home = await targetCamera.stage.position(signal)
  const placesMm = async (): Promise<Map<string, Point>> =>
    new Map(
      (await targetCamera.dots(calibrationTarget, exposureMs)).map(({ step, atPx }) => [
        String(step),
        planeOfPicture(camera, atPx),
      ]),
    )
  const start = await placesMm()
  const shiftMm = async (dxMm: number, dyMm: number): Promise<Point> => {
    await targetCamera.goTo({ xMm: home.xMm + dxMm, yMm: home.yMm + dyMm, zMm: home.zMm })
    const seen: Point[] = []
    for (let look = 0; look < looks; look++) seen.push(meanShiftMm(start, await placesMm()))
    return centreOf(seen)
  }
  /** How far the picture's plane moves for one mm of the machine, from one end to the other. */
  const perMm = (from: Point, to: Point): [number, number] => {
    const [x, y] = minus(to, from)
    return [x / (2 * moveMm), y / (2 * moveMm)]
  }
  const x = perMm(await shiftMm(-moveMm, 0), await shiftMm(moveMm, 0))
  const y = perMm(await shiftMm(0, -moveMm), await shiftMm(0, moveMm))
  const repeatMm = await measureReturns(targetCamera.stage, start, placesMm, home, returns, signal)
  const angleDeg = (Math.atan2(y[1], y[0]) - Math.atan2(x[1], x[0])) * (180 / Math.PI)
  return { x, y, repeatMm, squarenessDeg: (Math.abs(angleDeg) % 180) - 90 }
}

/** Comes back to the pose from all sides, since play shows only when a direction changes: standard deviation, mm an axis. */
export async function measureReturns(
  stage: Rig['stage'],
  start: ReadonlyMap<string, Point>,
  placesMm: () => Promise<ReadonlyMap<string, Point>>,
  home: StagePosition,
  times: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const awayMm: Point[] = []
  for (let i = 0; i < times; i++) {
    const turn = (i * 2 * Math.PI) / times + 0.4
    const xMm = home.xMm + (moveMm / 2) * Math.cos(turn)
    const yMm = home.yMm + (moveMm / 2) * Math.sin(turn)
    await stage.goTo({ xMm, yMm, zMm: home.zMm }, signal)
    await stage.goTo(pose, signal)
    awayMm.push(meanShiftMm(start, await placesMm()))
  }
  const mean = centreOf(awayMm)
  const squares = awayMm.reduce((sum, [x, y]) => sum + (x - mean[0]) ** 2 + (y - mean[1]) ** 2, 0)
  return Math.sqrt(squares / (awayMm.length - 1) / 2)
}

/** Mean way from the places in `from` to those in `to`, over the dots that both show. */
function meanShiftMm(from: ReadonlyMap<string, Point>, to: ReadonlyMap<string, Point>): Point {
  const ways = [...to].flatMap(([step, placeMm]) => {
    const before = from.get(step)
    return before === undefined ? [] : [minus(placeMm, before)]
  })
  if (ways.length === 0) throw new RigError('target-unseen', 'the target left the view while the stage moved.')
  return centreOf(ways)
}
