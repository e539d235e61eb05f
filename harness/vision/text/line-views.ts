import { boxBlur, type GreyImage, gaussianBlur, greyOf, resample } from '../../imaging/grey-image.ts'
import { levelsAt } from '../../imaging/quantile.ts'
import type { LineCrop } from './line-crop.ts'
import type { TextBand } from './text-band.ts'

/** Height of every view, px: what line recognisers are trained on. */
export const VIEW_HEIGHT = 48

/** One fixed way to look at a line. */
export interface ViewRecipe {
  readonly name: string
  /** Height of the view in cap heights. */
  readonly heightInCaps: number
  /** Divide by the local background? */
  readonly flatten: boolean
  /** Gaussian blur, cap heights. */
  readonly blurInCaps: number
  /** Horizontal stretch: room for a blank between equal neighbours. */
  readonly stretch: number
  /** Margin left and right of the strokes, cap heights. */
  readonly marginInCaps: number
}

/**
 * Decided beforehand and never chosen by what they read. A blur of a stroke's width or more costs defocused pictures
 * more than it gains on grained steel (6 of 74 serials).
 */
export const VIEWS: readonly ViewRecipe[] = [
  { name: 'flat', heightInCaps: 2, flatten: true, blurInCaps: 0.04, stretch: 1.1, marginInCaps: 0.6 },
  { name: 'plain', heightInCaps: 1.7, flatten: false, blurInCaps: 0.06, stretch: 1.15, marginInCaps: 0.5 },
  { name: 'tight', heightInCaps: 1.5, flatten: true, blurInCaps: 0.04, stretch: 1.1, marginInCaps: 0.4 },
  { name: 'wide', heightInCaps: 1.85, flatten: true, blurInCaps: 0, stretch: 1.25, marginInCaps: 0.8 },
]

/** A line as a recogniser sees it, with the way back to the crop. */
export interface LineView {
  readonly recipe: ViewRecipe
  /** 48 px tall, grey levels 0..255, dark strokes on bright ground. */
  readonly image: GreyImage
  /** Crop px of the view's left edge, and crop px a view px across. */
  readonly left: number
  readonly cropPxPerPx: number
}

/** The views of a line, in the order of `recipes`, each made when it is asked for. */
export function* viewsOf(
  crop: LineCrop,
  band: TextBand,
  recipes: readonly ViewRecipe[] = VIEWS,
): Generator<LineView, void, undefined> {
  const { grey, flat } = levelLine(crop, band)
  for (const recipe of recipes) yield viewOf(recipe.flatten ? flat : grey, band, recipe)
}

function viewOf(source: GreyImage, band: TextBand, recipe: ViewRecipe): LineView {
  const cap = band.capHeightPx
  const left = Math.max(0, band.left - recipe.marginInCaps * cap)
  const right = Math.min(source.width, band.right + recipe.marginInCaps * cap)
  const height = recipe.heightInCaps * cap
  const window = { left, top: band.baselineY - cap / 2 - height / 2, width: Math.max(cap, right - left), height }
  const columns = Math.max(16, Math.round(((window.width * VIEW_HEIGHT) / height) * recipe.stretch))
  const resampled = resample(source, window, columns, VIEW_HEIGHT)
  const blurred = gaussianBlur(resampled, (recipe.blurInCaps * VIEW_HEIGHT) / recipe.heightInCaps)
  const image = stretched(blurred, band.strokes)
  return { recipe, image, left, cropPxPerPx: window.width / columns }
}

/** A line lying level, and with its uneven light taken out. */
interface LevelLine {
  readonly grey: GreyImage
  readonly flat: GreyImage
}

/** Several look at a line one after the other. */
const known = new WeakMap<TextBand, LevelLine & { readonly crop: LineCrop }>()

export function levelLine(crop: LineCrop, band: TextBand): LevelLine {
  const seen = known.get(band)
  if (seen?.crop === crop) return seen
  const grey = straightened(greyOf(crop.raster), band.slope)
  const made = { crop, grey, flat: flattened(grey, band.capHeightPx) }
  known.set(band, made)
  return made
}

/** Shears columns so that a sloping baseline lies level. */
function straightened(image: GreyImage, slope: number): GreyImage {
  if (slope === 0) return image
  const { width, height } = image
  const data = new Float32Array(width * height)
  for (let x = 0; x < width; x++) {
    const shift = -slope * (x - width / 2)
    for (let y = 0; y < height; y++) {
      const at = Math.min(height - 1.001, Math.max(0, y + shift))
      const row = Math.floor(at)
      const share = at - row
      const i = row * width + x
      data[y * width + x] = image.data[i]! * (1 - share) + (image.data[i + width] ?? image.data[i]!) * share
    }
  }
  return { width, height, data }
}

/** Divides by the local background, so that uneven light is gone. */
function flattened(image: GreyImage, cap: number): GreyImage {
  const radius = Math.max(2, Math.round(cap * 0.8))
  const around = boxBlur(boxBlur(image, radius, radius), radius >> 1, radius >> 1)
  const data = new Float32Array(image.data.length)
  for (let i = 0; i < data.length; i++) data[i] = (image.data[i]! / Math.max(8, around.data[i]!)) * 160
  return { width: image.width, height: image.height, data }
}

/** Spreads the levels to 0..255 and makes strokes dark. */
function stretched(image: GreyImage, strokes: 'dark' | 'bright'): GreyImage {
  const [low, high] = levelsAt(image.data, [0.01, 0.99]) as [number, number]
  const gain = 235 / Math.max(24, high - low)
  const data = new Float32Array(image.data.length)
  for (let i = 0; i < data.length; i++) {
    const level = 10 + (image.data[i]! - low) * gain
    const within = level < 0 ? 0 : level > 255 ? 255 : level
    data[i] = strokes === 'dark' ? within : 255 - within
  }
  return { width: image.width, height: image.height, data }
}
