import type { Homography } from '../../imaging/homography.ts'
import { quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { balanced, type Cast, NO_CAST } from './white-balance.ts'

const PIXELS_PER_MM = 2
/** Edges of a sticker are worn, and its place is known to half a millimetre. */
const INSET_MM = 1
const MIN_SATURATION = 0.5
const MAX_HUE_TURN_DEG = 32
/** Chroma (of 255) that only compression gives a grey picture, and the part of a picture that has more where there is colour. */
const GREY_CHROMA = 6
const COLOURED_SHARE = 0.003

/**
 * Which part of the sticker's place shows the bottom layer's colour, 0..1; null when colour cannot tell (a monochrome
 * picture, or a product whose bottom layer has no colour of its own). Dark ink is left out.
 * @param cast of the light, which is taken out first
 */
export function bottomColourShare(
  raster: Raster,
  profile: ProductProfile,
  cardToPixels: Homography,
  cast: Cast = NO_CAST,
): number | null {
  const { sticker } = profile
  if (sticker === null || raster.channels === 1 || isMonochrome(raster)) return null
  const wanted = hueOf(...rgbOf(sticker.bottomColour))
  if (wanted === null || saturationOf(...rgbOf(sticker.topColour)) > 0.3) return null
  const { x, y, width, height } = sticker.rect
  const inner = { x: x + INSET_MM, y: y + INSET_MM, width: width - 2 * INSET_MM, height: height - 2 * INSET_MM }
  const { data } = rectify(raster, cardToPixels, inner, PIXELS_PER_MM)
  // Paper is brighter than ink: the upper half of the brightnesses.
  const brightness: number[] = []
  for (let i = 0; i < data.length; i += 3) brightness.push(Math.max(data[i]!, data[i + 1]!, data[i + 2]!))
  const paper = quantile(brightness, 0.6)
  let seen = 0
  let coloured = 0
  for (let i = 0, k = 0; i < data.length; i += 3, k++) {
    if (brightness[k]! < 0.6 * paper) continue
    seen++
    const rgb = balanced([data[i]!, data[i + 1]!, data[i + 2]!], cast)
    const hue = hueOf(...rgb)
    if (hue === null || saturationOf(...rgb) < MIN_SATURATION) continue
    const turn = Math.abs(hue - wanted)
    if (Math.min(turn, 360 - turn) <= MAX_HUE_TURN_DEG) coloured++
  }
  return seen === 0 ? null : coloured / seen
}

/**
 * From a monochrome camera? By its most colourful part: on the whole, white paper on steel under one lamp is hardly more
 * colourful than a grey picture, and a strip of yellow in it must not be overlooked for that.
 */
export function isMonochrome({ data, width, height }: Raster): boolean {
  const step = 3 * Math.max(1, Math.floor((width * height) / 60_000))
  let coloured = 0
  let count = 0
  for (let i = 0; i + 2 < data.length; i += step, count++) {
    const chroma = Math.max(data[i]!, data[i + 1]!, data[i + 2]!) - Math.min(data[i]!, data[i + 1]!, data[i + 2]!)
    if (chroma > GREY_CHROMA) coloured++
  }
  return coloured < COLOURED_SHARE * count
}

export function rgbOf(colour: string): [number, number, number] {
  return [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number]
}

function saturationOf(r: number, g: number, b: number): number {
  const most = Math.max(r, g, b)
  return most === 0 ? 0 : (most - Math.min(r, g, b)) / most
}

/** Hue in degrees; null for grey. */
function hueOf(r: number, g: number, b: number): number | null {
  const most = Math.max(r, g, b)
  const chroma = most - Math.min(r, g, b)
  if (chroma < 8) return null
  const sixth = most === r ? (g - b) / chroma : most === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma
  return (((sixth * 60) % 360) + 360) % 360
}
