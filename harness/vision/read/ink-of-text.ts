import { midpoint } from '../../imaging/quantile.ts'
import { lineBoxes } from '../../products/geometry.ts'
import type { RectMm, TextMark } from '../../products/profile.ts'
import type { LineSeen, TextSeen } from './text-marks.ts'

/** Letters that reach below the baseline, and how far, in heights of a capital. */
const BELOW = /[gjpqyQJ,;]/
const DESCENT = 0.3

/**
 * Where the ink of each line is, mm of the mark's surface: by the characters of a line that was read, which tell where it begins, ends and
 * stands; null for one that was not.
 */
export function inkOfText(mark: TextMark, { lines }: Pick<TextSeen, 'lines'>): readonly (RectMm | null)[] {
  return lineBoxes(mark).map(({ capHeightMm }, i) => {
    const line = lines[i]
    return line === undefined || line.reading.outcome !== 'read' ? null : inkOfLine(line, capHeightMm)
  })
}

/** A character's own box may reach to whatever stands over or under it: the height is that of capitals on their baseline. */
function inkOfLine({ crop: { rect, pixelsPerMm }, reading: { characters } }: LineSeen, capHeightMm: number): RectMm {
  const boxes = characters.filter(({ literal }) => !literal).map(({ box }) => box)
  const [left, right] = [Math.min(...boxes.map(box => box.left)), Math.max(...boxes.map(box => box.right))]
  const baseline = rect.y + midpoint(boxes.map(({ bottom }) => bottom)) / pixelsPerMm
  const below = characters.some(({ symbol }) => BELOW.test(symbol)) ? DESCENT * capHeightMm : 0
  return {
    x: rect.x + left / pixelsPerMm,
    y: baseline - capHeightMm,
    width: (right - left) / pixelsPerMm,
    height: capHeightMm + below,
  }
}
