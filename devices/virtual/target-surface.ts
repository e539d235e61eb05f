import { levelOf, lightOf } from '../../harness/imaging/srgb.ts'
import { dotPlaceMm, isKey, squareCornersMm, type TargetDesign } from '../rig/calibration/target.ts'
import type { CardSurface } from './card-surface.ts'

/** Paper and ink of a good printer, sRGB. */
const paper = 238
const ink = 30

/** A printed target as it lies in the nest, as thick as a card so that its face is where a card's is. */
export function targetSurface(design: TargetDesign, pixelsPerMm = 16): CardSurface {
  const width = Math.round(design.widthMm * pixelsPerMm)
  const height = Math.round(design.heightMm * pixelsPerMm)
  const colour = new Uint8Array(3 * width * height).fill(paper)
  const toSample = (x: number, y: number): readonly [number, number] => [
    (x + design.originMm[0]) * pixelsPerMm,
    (y + design.originMm[1]) * pixelsPerMm,
  ]
  /** Inks each sample by how much of it lies inside, from the distance to the edge in samples. */
  const print = (x0: number, y0: number, x1: number, y1: number, outside: (x: number, y: number) => number): void => {
    for (let y = Math.max(0, Math.floor(y0)); y <= Math.min(height - 1, Math.ceil(y1)); y++) {
      for (let x = Math.max(0, Math.floor(x0)); x <= Math.min(width - 1, Math.ceil(x1)); x++) {
        const cover = Math.min(1, Math.max(0, 0.5 - outside(x + 0.5, y + 0.5)))
        if (cover === 0) continue
        const i = 3 * (y * width + x)
        colour.fill(Math.round(encoded(cover)), i, i + 3)
      }
    }
  }
  for (const step of design.dots) {
    const [x, y] = toSample(...dotPlaceMm(design, step))
    const radiusPx = ((isKey(step) ? design.keyMm : design.dotMm) / 2) * pixelsPerMm
    print(x - radiusPx, y - radiusPx, x + radiusPx, y + radiusPx, (u, v) => Math.hypot(u - x, v - y) - radiusPx)
  }
  const corners = squareCornersMm(design).map(([x, y]) => toSample(x, y))
  const xs = corners.map(([x]) => x)
  const ys = corners.map(([, y]) => y)
  print(Math.min(...xs) - 1, Math.min(...ys) - 1, Math.max(...xs) + 1, Math.max(...ys) + 1, (x, y) =>
    Math.max(
      ...corners.map(([ax, ay], i) => {
        const [bx, by] = corners[(i + 1) % 4]!
        return ((by - ay) * (x - ax) - (bx - ax) * (y - ay)) / Math.hypot(bx - ax, by - ay)
      }),
    ),
  )
  return {
    widthMm: width / pixelsPerMm,
    heightMm: height / pixelsPerMm,
    thicknessMm: 1.2,
    cornerRadiusMm: 0.5,
    pixelsPerMm,
    width,
    height,
    colour,
    metal: new Uint8Array(width * height),
    gloss: new Uint8Array(width * height),
    heightUm: new Int16Array(width * height),
    brushAngleDeg: 0,
    metalTint: [0.6, 0.58, 0.55],
  }
}

/** A sample that is partly ink: the light of both is added, then encoded. */
function encoded(cover: number): number {
  return levelOf(cover * lightOf(ink) + (1 - cover) * lightOf(paper))
}
