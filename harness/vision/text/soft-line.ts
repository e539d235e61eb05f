import { boxBlur, greyOf } from '../../imaging/grey-image.ts'
import type { Witness } from './acceptance.ts'
import type { LineCrop } from './line-crop.ts'
import type { LineReading } from './line-reading.ts'
import { blurInCapsAt } from './line-sharpness.ts'

/**
 * Sharpness (line-sharpness.ts) up to which networks make one symbol of another and are sure of it: of 1,560 photographed lines
 * under a blur of 0.29 cap heights and more 26 wrong texts were accepted, of 650 under less none.
 */
export const SOFT = 3.6
/** Sharpness up to which blur may have taken a stroke that is there. */
export const HIDES_STROKES = 4
/** What both networks must give to every character of a soft line. */
const VERY_SURE = 0.98
/** Radius of the blur under which a soft line is read again, cap heights. */
const MORE_BLUR_CAPS = 0.1

/** Are the networks so sure of a soft line that it is worth to be read again? */
export function isVerySure(witness: Witness | null): boolean {
  const networks = witness?.opinions.filter(({ name }) => name !== 'ocv') ?? []
  return networks.length > 1 && networks.every(({ weakest }) => weakest >= VERY_SURE)
}

/** The line under more blur along it, and across it: a text that is there is seen in both. */
export function softened(crop: LineCrop): readonly LineCrop[] {
  const radius = Math.max(1, Math.round(MORE_BLUR_CAPS * crop.capHeightPx))
  return [boxBlur(greyOf(crop.raster), radius, 0), boxBlur(greyOf(crop.raster), 0, radius)].map(
    ({ width, height, data }) => ({
      ...crop,
      raster: { width, height, channels: 1, data: Uint8Array.from(data, level => level + 0.5) },
    }),
  )
}

/** A text that was read in a soft line, and not believed; its own checksum may uphold it. */
export function unreadForBlur(reading: LineReading, sharpness: number): LineReading {
  const blur = blurInCapsAt(sharpness).toFixed(2)
  return {
    ...reading,
    text: null,
    outcome: 'unread',
    doubt: 'weak',
    because: `the line is soft, blur about ${blur} of a capital’s height: closer, steadier or more light`,
  }
}
