import { type Blob, findBlobs } from '../../imaging/blobs.ts'
import { type BoxPx, cropped } from '../../imaging/crop.ts'
import { compose, type Homography, rigid, scaling } from '../../imaging/homography.ts'
import { insideOf, type Quad, type Rect } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { shrunk } from '../../imaging/shrink.ts'
import { grown } from '../../products/geometry.ts'
import { isLong, LEAST_AREA_PX, LEAST_CERTAINTY, UNCLIP } from './foreign-text.ts'
import type { TextDetector } from './text-detector.ts'

/** A line of text in the picture, in a frame of its own: x along the line, its middle at 0, 0; px of the picture. */
export interface OffCardLine {
  readonly rect: Rect
  readonly toPicture: Homography
}

/** The longer side of what the detector is shown, px: at 14 px/mm of a rig it sees capitals of 2 mm and more there. */
const LONGEST_SIDE_PX = 640
/** Ground is looked at in squares of this side, px of the small picture. */
const TILE_PX = 16
/** Levels from one pixel to the next but one: a stroke that anybody can read has more, a table's grain and shadows less. */
const LEAST_STEP = 14
/** Steps in a square that may be a piece of a line, across and down: grain goes one way. */
const LEAST_STEPS = 12

/**
 * Lines of text outside of what was looked at by itself (the card, loose layers), wherever in the picture. Where nothing stands
 * out of the ground, the detector is not asked.
 * @param taken px of the picture
 */
export async function offCardLines(
  raster: Raster,
  taken: readonly Quad[],
  detector: TextDetector,
): Promise<OffCardLine[]> {
  const factor = Math.ceil(Math.max(raster.width, raster.height) / LONGEST_SIDE_PX)
  const small = shrunk(raster, factor)
  const isOff = offMask(small, taken, factor)
  const lines: OffCardLine[] = []
  for (const box of busyBoxes(small, isOff)) {
    const certainties = await detector.detect(cropped(small, box))
    const width = box.right - box.left
    const isText = certainties.map((certainty, at) => {
      const [x, y] = [box.left + (at % width), box.top + Math.floor(at / width)]
      return Number(certainty > LEAST_CERTAINTY && isOff[y * small.width + x] === 1)
    })
    const mask = Uint8Array.from(isText)
    for (const blob of findBlobs(mask, width))
      if (blob.areaPx >= LEAST_AREA_PX && isLong(blob)) lines.push(lineOf(mask, width, blob, box, factor))
  }
  return lines
}

/** 1 where the small picture shows nothing that was looked at by itself. */
function offMask({ width, height }: Raster, taken: readonly Quad[], factor: number): Uint8Array {
  const isOff = new Uint8Array(width * height).fill(1)
  for (const quad of taken) {
    const isInside = insideOf(quad)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) if (isInside((x + 0.5) * factor, (y + 0.5) * factor)) isOff[y * width + x] = 0
  }
  return isOff
}

/** The parts of the small picture where something stands out of the ground off the card, with a square of room each. */
function busyBoxes(small: Raster, isOff: Uint8Array): BoxPx[] {
  const { width, height } = small
  const columns = Math.ceil(width / TILE_PX)
  const [across, down] = [stepsIn(small, isOff, columns, 1), stepsIn(small, isOff, columns, width)]
  const isBusy = across.map((count, tile) => Number(Math.min(count, down[tile]!) >= LEAST_STEPS))
  const boxes = findBlobs(withNeighbours(Uint8Array.from(isBusy), columns), columns).map(
    ({ left, top, right, bottom }) => ({
      left: left * TILE_PX,
      top: top * TILE_PX,
      right: Math.min(width, right * TILE_PX),
      bottom: Math.min(height, bottom * TILE_PX),
    }),
  )
  const areaPx = boxes.reduce((sum, box) => sum + (box.right - box.left) * (box.bottom - box.top), 0)
  return areaPx < width * height ? boxes : [{ left: 0, top: 0, right: width, bottom: height }]
}

/** How often each square steps from one pixel to the next but one, in any channel. @param next 1 across, the width down */
function stepsIn({ width, channels, data }: Raster, isOff: Uint8Array, columns: number, next: number): Uint16Array {
  const steps = new Uint16Array(columns * Math.ceil(isOff.length / width / TILE_PX))
  const before = 2 * next
  for (let at = before; at < isOff.length; at++) {
    if (isOff[at] === 0 || isOff[at - before] === 0) continue
    for (let c = 0; c < channels; c++) {
      if (Math.abs(data[at * channels + c]! - data[(at - before) * channels + c]!) < LEAST_STEP) continue
      steps[Math.floor(at / width / TILE_PX) * columns + Math.floor((at % width) / TILE_PX)]!++
      break
    }
  }
  return steps
}

/** Squares around busy ones too: a line goes on a little, and the detector wants to see around it. */
function withNeighbours(isBusy: Uint8Array, columns: number): Uint8Array {
  return isBusy.map((_, at) => {
    const x = at % columns
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) if (x + dx >= 0 && x + dx < columns && isBusy[at + dy * columns + dx]) return 1
    return 0
  })
}

/** A line lies along the longer axis of its core. */
function lineOf(mask: Uint8Array, width: number, blob: Blob, box: BoxPx, factor: number): OffCardLine {
  const points: (readonly [number, number])[] = []
  for (let y = blob.top; y < blob.bottom; y++)
    for (let x = blob.left; x < blob.right; x++) if (mask[y * width + x]) points.push([x + 0.5, y + 0.5])
  const mean = (of: (point: readonly [number, number]) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length
  const [cx, cy] = [mean(([x]) => x), mean(([, y]) => y)]
  const xx = mean(([x]) => (x - cx) ** 2)
  const yy = mean(([, y]) => (y - cy) ** 2)
  const xy = mean(([x, y]) => (x - cx) * (y - cy))
  const angle = Math.atan2(2 * xy, xx - yy) / 2
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const along = points.map(([x, y]) => (x - cx) * cos + (y - cy) * sin)
  const across = points.map(([x, y]) => (y - cy) * cos - (x - cx) * sin)
  const [left, right, top, bottom] = [Math.min(...along), Math.max(...along), Math.min(...across), Math.max(...across)]
  const core = { x: left - 0.5, y: top - 0.5, width: right - left + 1, height: bottom - top + 1 }
  const more = (UNCLIP * core.width * core.height) / (2 * (core.width + core.height))
  const { x, y, width: long, height: high } = grown(core, more)
  return {
    rect: { x: x * factor, y: y * factor, width: long * factor, height: high * factor },
    toPicture: compose(
      scaling(factor),
      compose(rigid((angle * 180) / Math.PI, cx + box.left, cy + box.top), scaling(1 / factor)),
    ),
  }
}
