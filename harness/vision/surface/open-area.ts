import { findBlobs } from '../../imaging/blobs.ts'
import { boxBlur, type GreyImage, gaussianBlur } from '../../imaging/grey-image.ts'
import type { Homography } from '../../imaging/homography.ts'
import { median, quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { isMonochrome, rgbOf } from './bottom-colour.ts'

const PIXELS_PER_MM = 10
const BLUR_MM = 0.15
/** The paper that all else is compared with: a strip inside the sticker's outline, from here to there. */
const [RIM_FROM_MM, RIM_TO_MM] = [0.4, 1.8]
/** The outline is known to this, and worn. */
const INSET_MM = 0.35
/** Noise, in grey levels, beside which the ratio of two channels says nothing. */
const NOISE_LEVELS = 6
/** From which share of the way to the bottom layer's colour a place shows that layer. */
const LEAST_SHARE = 0.14
/** And so far off that way at most, or it is something else: a finger, a mirrored colour. */
const MOST_ASIDE = 0.6
/** Papers whose colours differ by less, in the logarithm of two channels' ratio, cannot be told apart. */
const LEAST_DIFFERENCE = 0.4

/** Darker than this share of the paper is ink: a ratio of two small levels is any colour, and so is what the lens mixes beside it. */
const LEAST_BRIGHT = 0.4
const BESIDE_INK_MM = 0.3

/** Where the paper's dark parts are darker than this share of its bright ones, two lights of two colours may lie on it. */
const LEAST_EVENNESS = 0.62

/** What of the bottom layer can be seen beside the top layer. */
export interface OpenLayer {
  readonly areaMm2: number
  /** False where lamps or windows of several colours may have coloured the paper. */
  readonly isEvenlyLit: boolean
}

/**
 * The largest piece of the sticker, in mm², that has turned from the top layer's colour towards the bottom layer's: what a lifted,
 * bent or torn top layer leaves open. The light's colour is the same all over the sticker and drops out. Null where colour cannot
 * tell. Good photographs show up to 1.4 (a worn edge, a finger's shadow), a folded corner with legs of 2 mm 0.9 to 1.2, of 3 mm 3.
 * @param layerToPixels from the sticker's mm to the photograph, by the top layer's own print
 */
export function openLayer(raster: Raster, profile: ProductProfile, layerToPixels: Homography): OpenLayer | null {
  const { sticker } = profile
  if (sticker === null || raster.channels === 1 || isMonochrome(raster)) return null
  const [top, bottom] = [sticker.topColour, sticker.bottomColour].map(colour => chromaOf(...rgbOf(colour)))
  const way = [bottom![0] - top![0], bottom![1] - top![1]] as const
  const distance = Math.hypot(...way)
  if (distance < LEAST_DIFFERENCE) return null
  const { width, height } = sticker.rect
  const flat = rectify(raster, layerToPixels, { x: 0, y: 0, width, height }, PIXELS_PER_MM)
  const chroma = [0, 2].map(channel => blurredChroma(flat, channel)) as [Float32Array, Float32Array]
  const insideMm = (at: number) => {
    const x = at % flat.width
    const y = Math.floor(at / flat.width)
    return (Math.min(x, y, flat.width - 1 - x, flat.height - 1 - y) + 0.5) / PIXELS_PER_MM
  }
  const rim: number[] = []
  for (let at = 0; at < chroma[0].length; at++)
    if (insideMm(at) >= RIM_FROM_MM && insideMm(at) <= RIM_TO_MM) rim.push(at)
  const paper = chroma.map(values => median(rim.map(at => values[at]!))) as [number, number]
  const green = rim.map(at => flat.data[3 * at + 1]!)
  const isInk = inkMask(flat, LEAST_BRIGHT * median(green))
  const isOpen = new Uint8Array(chroma[0].length)
  for (let at = 0; at < isOpen.length; at++) {
    if (isInk[at] === 1) continue
    const across = chroma[0][at]! - paper[0]
    const down = chroma[1][at]! - paper[1]
    const along = (across * way[0] + down * way[1]) / distance
    const aside = Math.abs(across * way[1] - down * way[0]) / distance
    isOpen[at] = Number(along > LEAST_SHARE * distance && aside < MOST_ASIDE * along && insideMm(at) > INSET_MM)
  }
  const largest = Math.max(0, ...findBlobs(isOpen, flat.width).map(({ areaPx }) => areaPx))
  // What lies open is darker by itself, whatever the light.
  const closed = green.filter((_, i) => isOpen[rim[i]!] === 0)
  const isEvenlyLit = quantile(closed, 0.1) > LEAST_EVENNESS * quantile(closed, 0.9)
  return { areaMm2: largest / PIXELS_PER_MM ** 2, isEvenlyLit }
}

/** 1 where something dark stands or is near. */
function inkMask({ width, height, data }: Raster, limit: number): Uint8Array {
  const dark = new Float32Array(width * height)
  for (let at = 0; at < dark.length; at++) dark[at] = Number(data[3 * at + 1]! < limit)
  const near = Math.round(BESIDE_INK_MM * PIXELS_PER_MM)
  const share = boxBlur({ width, height, data: dark }, near, near).data
  const mask = new Uint8Array(share.length)
  for (let at = 0; at < mask.length; at++) mask[at] = Number(share[at]! > 1e-6)
  return mask
}

/** Red and blue against green, as logarithms: the light's brightness drops out. */
function chromaOf(r: number, g: number, b: number): readonly [number, number] {
  const green = Math.log(g + NOISE_LEVELS)
  return [Math.log(r + NOISE_LEVELS) - green, Math.log(b + NOISE_LEVELS) - green]
}

const logs = Float64Array.from({ length: 256 }, (_, level) => Math.log(level + NOISE_LEVELS))

/** {@link chromaOf} of one channel all over, blurred. */
function blurredChroma({ width, height, data }: Raster, channel: number): Float32Array {
  const image: GreyImage = { width, height, data: new Float32Array(width * height) }
  for (let i = 0, at = 0; i < data.length; i += 3, at++)
    image.data[at] = logs[data[i + channel]!]! - logs[data[i + 1]!]!
  return gaussianBlur(image, BLUR_MM * PIXELS_PER_MM).data
}
