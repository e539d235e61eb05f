import { exactText } from '../core/exact-text.ts'
import { type GreyRaster, toGrey } from '../imaging/grey.ts'
import type { Raster } from '../imaging/raster.ts'
import { shrunk } from '../imaging/shrink.ts'
import { findSymbols } from '../vision/symbols/find-symbols.ts'

/**
 * A still picture is also looked at smaller: a code that fills it has more pixels a module than readers like. Always, as of two codes
 * each may be read in another size.
 */
const shrinkings = [1, 2, 4]
const leastSidePx = 200

/**
 * The texts of the QR codes in a picture of a camera or a file, without doubles. One look for a moving picture, which
 * brings the next one soon; several for a still one.
 */
export async function readCodesIn(picture: Raster, still: boolean): Promise<string[]> {
  const all = new Set<string>()
  const grey: GreyRaster = toGrey(picture)
  for (const by of still ? shrinkings : [1]) {
    if (Math.min(grey.width, grey.height) / by < leastSidePx && by > 1) break
    const found = await findSymbols(by === 1 ? grey : shrunk(grey, by), { effort: 'quick', secondReader: false })
    const texts = found.flatMap(({ bytes, disputed }) => (bytes === null || disputed ? [] : [exactText(bytes)]))
    for (const text of texts) all.add(text)
  }
  return [...all]
}
