import type { Homography } from '../../imaging/homography.ts'
import { median } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { lightOf } from '../../imaging/srgb.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { isMonochrome, rgbOf } from './bottom-colour.ts'
import type { LinearColour } from './white-balance.ts'

/** The colours of the top layer's paper and of the card's blank, as natural logarithms of linear light: brightness is out of them. */
export interface PaperColour {
  /** How far the two differ besides what paper and finish differ by themselves: one of them has another colour. */
  readonly toBlank: number
  /** How far the paper is from its own colour: that of the light, or of something over all of the card. */
  readonly ofLight: number
}

const PIXELS_PER_MM = 2
/** Nothing is printed within a strip inside the sticker's outline, from here to there. */
const [RIM_FROM_MM, RIM_TO_MM] = [0.5, 1.8]
const CLIPPED = 250
const channels = [0, 1, 2]
/** What gold takes from white light, of which steel takes all alike: red and blue against green. */
const FINISHES: Readonly<Partial<Record<ProductProfile['card']['finish'], readonly [red: number, blue: number]>>> = {
  'brushed-steel': [0, 0],
  gold: [0.4, -1.3],
}

/**
 * Null in a monochrome picture, and for finishes of any colour.
 * @param blank the card's own colour in the photograph
 * @param layerToPixels from the sticker's mm to the photograph
 */
export function paperColour(
  raster: Raster,
  { card, sticker }: ProductProfile,
  blank: LinearColour | null,
  layerToPixels: Homography,
): PaperColour | null {
  const finish = FINISHES[card.finish]
  if (finish === undefined || sticker === null || blank === null || isMonochrome(raster)) return null
  const { width, height } = sticker.rect
  const flat = rectify(raster, layerToPixels, { x: 0, y: 0, width, height }, PIXELS_PER_MM)
  const rim: number[] = []
  for (let i = 0; i < flat.width * flat.height; i++) {
    const [x, y] = [i % flat.width, Math.floor(i / flat.width)]
    const insideMm = (Math.min(x, y, flat.width - 1 - x, flat.height - 1 - y) + 0.5) / PIXELS_PER_MM
    if (insideMm > RIM_FROM_MM && insideMm < RIM_TO_MM) rim.push(3 * i)
  }
  const paperAt = rim.filter(at => Math.max(flat.data[at]!, flat.data[at + 1]!, flat.data[at + 2]!) < CLIPPED)
  if (paperAt.length === 0) return null
  const seen = chromaOf(
    channels.map(of => lightOf(median(paperAt.map(at => flat.data[at + of]!)))) as unknown as LinearColour,
  )
  const own = chromaOf(rgbOf(sticker.topColour).map(lightOf) as unknown as LinearColour)
  const paper = [seen[0] - own[0], seen[1] - own[1]] as const
  const metal = chromaOf(blank)
  return {
    toBlank: Math.hypot(paper[0] - metal[0] + finish[0], paper[1] - metal[1] + finish[1]),
    ofLight: Math.max(Math.abs(paper[0]), Math.abs(paper[1])),
  }
}

/** How far the card's own metal is from its finish's colour: that of the light, or of another finish. Null for finishes of any colour. */
export function blankColourOff({ card }: ProductProfile, blank: LinearColour | null): number | null {
  const finish = FINISHES[card.finish]
  if (finish === undefined || blank === null) return null
  const [red, blue] = chromaOf(blank)
  return Math.max(Math.abs(red - finish[0]), Math.abs(blue - finish[1]))
}

/** So little light is noise. */
const DARK = 0.002

function chromaOf([red, green, blue]: LinearColour): readonly [red: number, blue: number] {
  const level = Math.log(green + DARK)
  return [Math.log(red + DARK) - level, Math.log(blue + DARK) - level]
}
