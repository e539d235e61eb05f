import { greyOf } from '../../imaging/grey-image.ts'
import { median, quantile } from '../../imaging/quantile.ts'
import type { LineCrop } from './line-crop.ts'
import type { Box } from './line-reading.ts'
import type { TextBand } from './text-band.ts'

/** The camera's range ends here, and so much of a character beyond it hides strokes. */
const CLIPPED = 250
const MOST_CLIPPED = 0.12
/** The ground of a character over that of the line's usual one: beyond these it has a light or a shadow of its own. */
const EVEN = [0.55, 1.6] as const
/** Share of a character's pixels below its ground: strokes lie on the other side. */
const GROUND = { dark: 0.8, bright: 0.3 } as const

/** For each character: is it lit as the line is? A glare spot fills strokes, and a dark corner swallows them. */
export function evenlyLit(crop: LineCrop, band: TextBand, boxes: readonly Box[]): readonly boolean[] {
  const grey = greyOf(crop.raster)
  const shift = (x: number) => band.slope * (x - grey.width / 2)
  const each = boxes.map(({ left, right, top, bottom }) => {
    const levels: number[] = []
    for (let x = Math.max(0, Math.round(left)); x < Math.min(grey.width, right); x++)
      for (let y = Math.max(0, Math.round(top - shift(x))); y < Math.min(grey.height, bottom - shift(x)); y++)
        levels.push(grey.data[y * grey.width + x]!)
    const clipped = levels.filter(level => level >= CLIPPED).length / Math.max(1, levels.length)
    return { ground: quantile(levels, GROUND[band.strokes], 0), clipped }
  })
  const usual = median(
    each.map(({ ground }) => ground),
    1,
  )
  const isUsuallyClipped = median(
    each.map(({ clipped }) => clipped),
    0,
  )
  return each.map(
    ({ ground, clipped }) =>
      ground >= EVEN[0] * usual && ground <= EVEN[1] * usual && clipped <= Math.max(MOST_CLIPPED, isUsuallyClipped),
  )
}
