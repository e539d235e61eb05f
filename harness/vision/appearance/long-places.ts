import { findBlobs } from '../../imaging/blobs.ts'
import type { AppearanceMap, LearnedSurface } from '../../products/appearance.ts'
import type { RectMm } from '../../products/profile.ts'
import type { SurfaceMaps } from './surface-maps.ts'

/** What stands out in one map and hangs together. */
export interface LongPlace {
  /** mm from the surface's top left corner. */
  readonly rect: RectMm
  /** Its length as a multiple of the longest crumb's. */
  readonly strength: number
}

/**
 * The longest crumb of a scratch-off, as it stands in each map, mm: in 11 photographs of opened cards 1.5, 1.5 and 2.1. A character of 2.4 mm
 * has 2.5, a bar of 3 mm 2.5 and the side of a label 3.3 and more.
 */
const LONGEST_CRUMB_MM: Readonly<Partial<Record<AppearanceMap, number>>> = { dot: 2, level: 2.1, upright: 2.8 }

/** What stands out of its surroundings and is too long for a crumb. */
export function longPlaces(maps: SurfaceMaps, own: LearnedSurface, pixelsPerMm: number): LongPlace[] {
  return (Object.entries(LONGEST_CRUMB_MM) as [AppearanceMap, number][]).flatMap(([map, longest]) => {
    const [field, known] = [maps.get(map), own.maps[map]]
    if (field === undefined || known === undefined) return []
    const { width, data } = field
    const cellPx = own.cellMm * pixelsPerMm
    const mask = new Uint8Array(data.length)
    for (let i = 0; i < mask.length; i++) {
      const row = Math.floor(i / width)
      const spread = known.rms[Math.floor(row / cellPx) * own.columns + Math.floor((i - row * width) / cellPx)]!
      mask[i] = Number(spread > 0 && Math.abs(data[i]!) > known.most * spread)
    }
    return findBlobs(mask, width).flatMap(({ left, top, right, bottom }) => {
      const [x, y, wide, high] = [left, top, right - left, bottom - top].map(px => px / pixelsPerMm) as [
        number,
        number,
        number,
        number,
      ]
      const strength = Math.max(wide, high) / longest
      return strength < 1 ? [] : [{ rect: { x, y, width: wide, height: high }, strength }]
    })
  })
}
