import type { RectMm } from '../../products/profile.ts'
import type { Patch } from './patch.ts'

/** Places that are looked at, mm, and how far apart. */
const PLACE_MM = 2.4
const EVERY_MM = 0.8
/** Rougher than this over a length of, mm. */
const ROUGH_MM = 1.2

/** What a part of a cover has more or less than its mean over {@link ROUGH_MM}, across the card and along it. */
export function roughnessOf(patch: Patch, inner: RectMm): Roughness {
  const rough = Math.round(ROUGH_MM * patch.pixelsPerMm)
  return {
    across: patch.lessMean(patch.luminance, 1, rough, inner),
    along: patch.lessMean(patch.luminance, rough, 1, inner),
  }
}

export interface Roughness {
  readonly across: Float32Array
  readonly along: Float32Array
}

/** Less roughness than this is none, and so is what a camera's noise makes. */
const FAINTEST = 0.004

/**
 * The most brushed place of a cover: ln of the roughness across the card over the one along it. A scratch-off has none; bare
 * steel, which shows where a piece of it is missing, about 1.8, however bright it is.
 *
 * @param inner what the cover's edges leave, mm
 */
export function mostBrushed(patch: Patch, inner: RectMm, { across, along }: Roughness): number {
  const { pixelsPerMm } = patch
  const width = patch.column(inner.x + inner.width) - patch.column(inner.x)
  const energies = [across, along].map(plane => {
    const values = patch.within(plane, inner)
    return summed(
      values.map(value => value * value),
      width,
    )
  })
  const height = width === 0 ? 0 : energies[0]!.length / (width + 1) - 1
  const side = Math.round(PLACE_MM * pixelsPerMm)
  const step = Math.round(EVERY_MM * pixelsPerMm)
  let most = Number.NEGATIVE_INFINITY
  for (let y = 0; y + side <= height; y += step)
    for (let x = 0; x + side <= width; x += step) {
      const [across, along] = energies.map(sums => Math.sqrt(boxOf(sums, width + 1, x, y, side) / side ** 2))
      most = Math.max(most, Math.log((across! + FAINTEST) / (along! + FAINTEST)))
    }
  return most
}

/** The sum over all above and to the left of each corner. */
function summed(values: Float32Array, width: number): Float64Array {
  const height = width === 0 ? 0 : values.length / width
  const sums = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += values[y * width + x]!
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row
    }
  }
  return sums
}

const boxOf = (sums: Float64Array, width: number, x: number, y: number, side: number) =>
  sums[(y + side) * width + x + side]! -
  sums[y * width + x + side]! -
  sums[(y + side) * width + x]! +
  sums[y * width + x]!
