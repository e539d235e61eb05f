import sharp from 'sharp'
import { levelClamped } from '../../imaging/bilinear.ts'
import {
  compose,
  type Homography,
  invert,
  project,
  projectQuad,
  quadToQuad,
  rigid,
  scaling,
} from '../../imaging/homography.ts'
import type { Quad } from '../../imaging/quad.ts'
import { centreOf } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'

// A darkroom for the stress bench: what becomes of a photograph, with the card's true corners carried along. No production
// code uses this.

/** A photograph in three channels and where the card's sharp corners truly lie in it. */
export interface Shot {
  readonly raster: Raster
  readonly card: Quad
}

export interface ShotView {
  /** How the card's own reading direction lies, clockwise. */
  readonly turnDeg: number
  readonly tiltDeg: number
  /** Direction of the axis that the card is tilted about. */
  readonly axisDeg: number
  /** The card's long side as part of the picture's width. */
  readonly fill: number
  /** Where the card's middle comes to lie, as parts of width and height. */
  readonly at: readonly [x: number, y: number]
  readonly width: number
  readonly height: number
  /** Seen from behind. */
  readonly mirrored?: boolean
}

/** The map that shows a shot's card anew, as a pinhole camera at 1.3 picture widths would. */
function viewOf({ card }: Shot, view: ShotView): Homography {
  const [cx, cy] = centreOf(card)
  const side = (i: number) => Math.hypot(card[(i + 1) % 4]![0] - card[i]![0], card[(i + 1) % 4]![1] - card[i]![1])
  const scale = (view.fill * view.width) / Math.max(side(0), side(1))
  const ownDeg = (Math.atan2(card[1][1] - card[0][1], card[1][0] - card[0][0]) * 180) / Math.PI
  const tilt = (view.tiltDeg * Math.PI) / 180
  const away: Homography = [1, 0, 0, 0, Math.cos(tilt), 0, 0, Math.sin(tilt) / (1.3 * view.width), 1]
  const chain = [
    rigid(-ownDeg, 0, 0),
    scaling(view.mirrored ? -scale : scale, scale),
    rigid(view.turnDeg - view.axisDeg, 0, 0),
    away,
    rigid(view.axisDeg, view.at[0] * view.width, view.at[1] * view.height),
  ]
  return chain.reduce((sum, map) => compose(map, sum), rigid(0, -cx, -cy))
}

/** What lies where the card does not: grey levels of R, G, B at a place, 0..255. */
export type Ground = (x: number, y: number) => readonly [number, number, number]

/**
 * How much of the cut is left away, in parts of the card's long side: an edge that is mixed with the old ground. Corner
 * errors of cut-out cards include it, 0.17 mm a side.
 */
const TRIM = 0.002

/**
 * The card alone, cut out along its rounded outline, laid on another ground under `view`, with a soft shadow.
 * @param cornerShare the corner radius over the card's long side
 */
export function relaid(shot: Shot, view: ShotView, ground: Ground, cornerShare: number): Shot {
  const map = viewOf(shot, view)
  const back = invert(map)
  const flat = toFlat(shot.card)
  const { width, height } = view
  const { raster } = shot
  const data = new Uint8Array(3 * width * height)
  const shadow = 0.012 * width
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const inside = depth(back, flat, x + 0.5, y + 0.5, cornerShare)
      const cover = coverage(inside)
      const px = cover > 0 ? pixel(raster, back, x + 0.5, y + 0.5) : NOTHING
      const below = cover < 1 ? ground(x, y) : NOTHING
      const dark =
        cover < 1 && inside > -REACH ? shadowAt(depth(back, flat, x - 0.4 * shadow, y - 0.6 * shadow, cornerShare)) : 0
      for (let c = 0; c < 3; c++)
        data[at + c] = Math.max(0, Math.round(cover * px[c]! + (1 - cover) * (1 - dark) * below[c]!))
    }
  }
  return { raster: { width, height, channels: 3, data }, card: projectQuad(map, shot.card) }
}

/** From photograph px to card units (long side 1, origin at the card's top left). */
function toFlat(card: Quad): { map: Homography; w: number; h: number } {
  const across = Math.hypot(card[1][0] - card[0][0], card[1][1] - card[0][1])
  const down = Math.hypot(card[3][0] - card[0][0], card[3][1] - card[0][1])
  const [w, h] = across >= down ? [1, 54 / 86] : [54 / 86, 1]
  const unit: Quad = [
    [0, 0],
    [w, 0],
    [w, h],
    [0, h],
  ]
  const map = quadToQuadOrThrow(card, unit)
  return { map, w, h }
}

const NOTHING = [0, 0, 0] as const
/** How far the shadow reaches from the card, in long sides. */
const REACH = 0.05

/** Part of a pixel that shows the card, 0..1. */
function coverage(inside: number): number {
  return Math.min(1, Math.max(0, 0.5 + (inside - TRIM) * 1500))
}

/** How much light the shadow takes, 0..0.35. */
function shadowAt(inside: number): number {
  return 0.35 * Math.min(1, Math.max(0, 0.5 + inside * 40))
}

/** How deep inside the rounded outline a place lies, in long sides; negative outside. */
function depth(back: Homography, { map, w, h }: ReturnType<typeof toFlat>, x: number, y: number, r: number): number {
  const [u, v] = project(map, project(back, [x, y]))
  const dx = Math.abs(u - w / 2) - (w / 2 - r)
  const dy = Math.abs(v - h / 2) - (h / 2 - r)
  return r - Math.hypot(Math.max(0, dx), Math.max(0, dy)) - Math.min(0, Math.max(dx, dy))
}

function pixel(picture: Raster, back: Homography, x: number, y: number): [number, number, number] {
  const [u, v] = project(back, [x, y])
  return [levelClamped(picture, u, v, 0), levelClamped(picture, u, v, 1), levelClamped(picture, u, v, 2)]
}

function quadToQuadOrThrow(from: Quad, to: Quad): Homography {
  const map = quadToQuad(from, to)
  if (map === null) throw new RangeError('the card of a shot has no area')
  return map
}

/** Every sample changed by itself; light is linear to the power 2.2. */
export function developed(
  { raster, card }: Shot,
  change: (light: number, x: number, y: number, channel: number) => number,
): Shot {
  const { width, height, data } = raster
  const light = Float32Array.from({ length: 256 }, (_, level) => (level / 255) ** 2.2)
  const out = new Uint8Array(data.length)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, at++) {
        const value = change(light[data[at]!]!, x, y, c)
        out[at] = Math.round(255 * Math.min(1, Math.max(0, value)) ** (1 / 2.2))
      }
    }
  }
  return { raster: { width, height, channels: 3, data: out }, card }
}

/** The shot at another scale. */
export async function resized({ raster, card }: Shot, factor: number): Promise<Shot> {
  const width = Math.round(raster.width * factor)
  const height = Math.round(raster.height * factor)
  const { data } = await sharp(raster.data, { raw: { width: raster.width, height: raster.height, channels: 3 } })
    .resize(width, height, { fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const map = scaling(width / raster.width, height / raster.height)
  return {
    raster: { width, height, channels: 3, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) },
    card: projectQuad(map, card),
  }
}

/** The shot out of focus. */
export async function blurred({ raster, card }: Shot, sigmaPx: number): Promise<Shot> {
  const { width, height } = raster
  const data = await sharp(raster.data, { raw: { width, height, channels: 3 } })
    .blur(sigmaPx)
    .raw()
    .toBuffer()
  return { raster: { ...raster, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }, card }
}

export interface Encoding {
  readonly quality: number
  readonly orientation?: number
  readonly grey?: boolean
}

/** As a camera would write it; `orientation` turns the stored pixels and says so in EXIF. */
export function encoded({ raster }: Shot, { quality, orientation = 1, grey = false }: Encoding): Promise<Buffer> {
  const { width, height, data } = raster
  let image = sharp(data, { raw: { width, height, channels: 3 } })
  // The inverse of what a reader has to do (EXIF 2.32, 4.6.4 A).
  const undo: Readonly<Record<number, () => typeof image>> = {
    2: () => image.flop(),
    3: () => image.rotate(180),
    4: () => image.flip(),
    6: () => image.rotate(270),
    8: () => image.rotate(90),
  }
  image = undo[orientation]?.() ?? image
  if (grey) image = image.greyscale()
  return image.withMetadata({ orientation }).jpeg({ quality }).toBuffer()
}
