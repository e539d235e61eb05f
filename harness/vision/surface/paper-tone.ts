import { findBlobs } from '../../imaging/blobs.ts'
import type { GreyRaster } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import { linearLeastSquares } from '../../imaging/least-squares.ts'
import { median, quantile } from '../../imaging/quantile.ts'
import { rectify } from '../../imaging/rectify.ts'
import { placedMarks } from '../../products/geometry.ts'
import type { ProductProfile, RectMm } from '../../products/profile.ts'

const PIXELS_PER_MM = 4
const TILE_MM = 1.5
/** The sticker's place is known to about this, and its edges are worn. */
const INSET_MM = 0.9
/** Print may sit off by this. */
const CLEAR_MM = 0.7
/** Share of a tile that must be clear paper. */
const MIN_CLEAR = 0.6
/** Paper of one layer differs by less under any light that a plane describes; the layer below is about 18 % darker. */
const STEP = 0.09
const MIN_TILES = 24

/**
 * The largest patch of the top layer's blank paper that is darker than the rest of it, as a part of that paper, 0..1: in a
 * monochrome picture, what a lifted or torn corner leaves to be seen of a coloured layer below. Light is taken out as a
 * plane. Null when too little blank paper is there to compare.
 */
export function darkPaperShare(grey: GreyRaster, profile: ProductProfile, cardToPixels: Homography): number | null {
  const { sticker } = profile
  if (sticker === null) return null
  const { x, y, width, height } = sticker.rect
  const inner = { x: x + INSET_MM, y: y + INSET_MM, width: width - 2 * INSET_MM, height: height - 2 * INSET_MM }
  const patch = rectify(grey, cardToPixels, inner, PIXELS_PER_MM)
  const isBlank = blankPaper(profile, inner, patch.width, patch.height)
  const side = Math.round(TILE_MM * PIXELS_PER_MM)
  const [columns, rows] = [Math.floor(patch.width / side), Math.floor(patch.height / side)]
  const tones = new Float64Array(columns * rows).fill(Number.NaN)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const levels: number[] = []
      for (let v = row * side; v < (row + 1) * side; v++) {
        for (let u = column * side; u < (column + 1) * side; u++) {
          const at = v * patch.width + u
          if (isBlank[at]) levels.push(patch.data[at]!)
        }
      }
      if (levels.length < MIN_CLEAR * side * side) continue
      tones[row * columns + column] = Math.log(median(levels) + 4)
    }
  }
  const dark = darkerThanPlane(tones, columns)
  if (dark === null) return null
  const largest = Math.max(0, ...findBlobs(dark, columns).map(({ areaPx }) => areaPx))
  return largest / tones.reduce((count, tone) => count + Number(Number.isFinite(tone)), 0)
}

/** 1 where the top layer carries no mark. */
function blankPaper(profile: ProductProfile, inner: RectMm, width: number, height: number): Uint8Array {
  const blank = new Uint8Array(width * height).fill(1)
  for (const { on, rectOnCard: rect } of placedMarks(profile)) {
    if (on !== 'top-layer') continue
    const toColumn = (mm: number) => Math.round((mm - inner.x) * PIXELS_PER_MM)
    const toRow = (mm: number) => Math.round((mm - inner.y) * PIXELS_PER_MM)
    const [left, right] = [toColumn(rect.x - CLEAR_MM), toColumn(rect.x + rect.width + CLEAR_MM)]
    for (
      let v = Math.max(0, toRow(rect.y - CLEAR_MM));
      v < Math.min(height, toRow(rect.y + rect.height + CLEAR_MM));
      v++
    ) {
      blank.fill(0, v * width + Math.max(0, left), v * width + Math.min(width, right))
    }
  }
  return blank
}

/** Tiles below the plane that most of them lie on; null when there are too few to tell. */
function darkerThanPlane(tones: Float64Array, columns: number): Uint8Array | null {
  const known = [...tones.keys()].filter(at => Number.isFinite(tones[at]!))
  if (known.length < MIN_TILES) return null
  const rows = tones.length / columns
  const u = (at: number) => (at % columns) / columns - 0.5
  const v = (at: number) => Math.floor(at / columns) / rows - 0.5
  const typical = quantile(
    known.map(at => tones[at]!),
    0.6,
  )
  let plane: ArrayLike<number> = [typical, 0, 0]
  const expected = (at: number) => plane[0]! + plane[1]! * u(at) + plane[2]! * v(at)
  for (let pass = 0; pass < 6; pass++) {
    const next = linearLeastSquares(3, observe => {
      for (const at of known) {
        const rest = tones[at]! - expected(at)
        // A patch of another layer is far below; light that is no plane is only a little off.
        observe([1, u(at), v(at)], tones[at]!, 1 / (1 + (rest / (0.5 * STEP)) ** 4))
      }
    })
    if (next === null) return null
    plane = next
  }
  const dark = new Uint8Array(tones.length)
  for (const at of known) dark[at] = Number(tones[at]! - expected(at) < -STEP)
  return dark
}
