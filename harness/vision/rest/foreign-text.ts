import { findBlobs } from '../../imaging/blobs.ts'
import type { BoxPx } from '../../imaging/crop.ts'
import { grown } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'
import { type SearchedSurface, unexplainedMask } from './searched-surface.ts'

/** A line of text where the profile has none. */
export interface ForeignText {
  /** Around the line's ink, mm of the surface. */
  readonly rect: RectMm
  /** The detector's greatest certainty in it, 0..1. */
  readonly certainty: number
}

/** 115 good cards have at most 0.003 where nothing stands; with more than this it is text. */
export const LEAST_CERTAINTY = 0.3
/** What is faint or small is seen with less, of which nobody can be sure: still twenty times what good cards have. */
export const FAINT_CERTAINTY = 0.06
/** Less is no line, px. */
export const LEAST_AREA_PX = 6
/** The detector gives the core of a line: its outline lies farther out, by this share of area over perimeter (DB's own). */
export const UNCLIP = 1.5

/** The core of a line is longer than it is high, at two characters already; a crumb of scratch-off is not. */
const LEAST_ASPECT = 1.6

export function isLong({ left, top, right, bottom }: BoxPx): boolean {
  const [width, height] = [right - left, bottom - top]
  return Math.max(width, height) >= LEAST_ASPECT * Math.min(width, height)
}

/** Lines of text that no mark explains, by what the detector found on the flat surface. */
export function foreignTexts(surface: SearchedSurface, certainties: Float32Array): ForeignText[] {
  const { width } = surface.flat.raster
  const unexplained = unexplainedMask(surface)
  const scale = surface.flat.pixelsPerMm
  const linesAbove = (least: number) => {
    const isText = unexplained.map((open, at) => Number(open === 1 && certainties[at]! > least))
    return findBlobs(isText, width)
      .filter(blob => blob.areaPx >= LEAST_AREA_PX && isLong(blob))
      .map(({ left, top, right, bottom }): ForeignText => {
        let certainty = 0
        for (let y = top; y < bottom; y++)
          for (let x = left; x < right; x++)
            if (isText[y * width + x]) certainty = Math.max(certainty, certainties[y * width + x]!)
        const core = { x: left / scale, y: top / scale, width: (right - left) / scale, height: (bottom - top) / scale }
        const more = (UNCLIP * core.width * core.height) / (2 * (core.width + core.height))
        return { rect: grown(core, more), certainty }
      })
  }
  const clear = linesAbove(LEAST_CERTAINTY)
  const faint = linesAbove(FAINT_CERTAINTY).filter(({ certainty }) => certainty <= LEAST_CERTAINTY)
  return [...clear, ...faint]
}
