import type { CoverMark, ProductProfile } from '../../products/profile.ts'
import type { Homography } from '../locate/homography.ts'
import type { TextSeen } from '../marks/text-marks.ts'
import type { Raster } from '../photograph.ts'
import type { Measurement, Outcome } from '../reading.ts'

/** What was seen of a cover (scratch-off). */
export interface CoverSeen {
  readonly mark: CoverMark
  /** `read`: there and whole; `unread`: there but shifted, broken or uncertain; `absent`: what it covers lies open. */
  readonly outcome: Extract<Outcome, 'read' | 'unread' | 'absent'>
  readonly confidence: number
  readonly because: string
  readonly measurements: readonly Measurement[]
}

/** Looks at a cover: is it there, and is nothing of what it should cover to be seen? */
export function seeCover(
  _raster: Raster,
  _profile: ProductProfile,
  mark: CoverMark,
  _cardToPixels: Homography,
  texts: ReadonlyMap<string, TextSeen>,
): CoverSeen {
  const lines = texts.get(mark.covers)?.lines ?? []
  const inked = lines.filter(({ reading }) => reading.inkPresent).length
  const measurements: Measurement[] = []
  const seen = { mark, confidence: 0.9, measurements }
  if (lines.length > 0 && inked === lines.length)
    return { ...seen, outcome: 'absent', because: 'strokes stand open in every line that it should cover' }
  if (inked > 0)
    return { ...seen, outcome: 'unread', because: `strokes stand open in ${inked} of ${lines.length} lines` }
  return { ...seen, outcome: 'unread', because: 'the cover was not judged' }
}
