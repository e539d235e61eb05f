import { project } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { FoundSymbol } from './found-symbol.ts'

/** Are all symbols that were decoded light on dark? Then light and dark have changed places in the picture, or on all that it shows. */
export function isNegative(raster: Raster, symbols: readonly FoundSymbol[]): boolean {
  const decoded = symbols.flatMap(({ modules, toPixels }) => (modules === null ? [] : [{ modules, toPixels }]))
  return decoded.length > 0 && decoded.every(symbol => darkLessLight(raster, symbol) > 0)
}

/** Mean level of the dark modules less that of the light ones, each at its middle. */
function darkLessLight(
  { data, width, height, channels }: Raster,
  {
    modules: { size, dark },
    toPixels,
  }: { modules: NonNullable<FoundSymbol['modules']> } & Pick<FoundSymbol, 'toPixels'>,
): number {
  const [sums, counts] = [
    [0, 0],
    [0, 0],
  ]
  for (const [i, isDark] of dark.entries()) {
    const [x, y] = project(toPixels, [(i % size) + 0.5, Math.floor(i / size) + 0.5]).map(Math.floor) as [number, number]
    if (x < 0 || y < 0 || x >= width || y >= height) continue
    const at = channels * (y * width + x)
    for (let channel = 0; channel < channels; channel++) sums[isDark]! += data[at + channel]!
    counts[isDark]!++
  }
  return counts.includes(0) ? 0 : sums[1]! / counts[1]! - sums[0]! / counts[0]!
}
