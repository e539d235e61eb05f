import { midpoint } from '../../imaging/quantile.ts'
import type { TextMark } from '../../products/profile.ts'
import type { Measurement } from '../reading.ts'
import type { LineSeen, TextSeen } from './text-marks.ts'

/**
 * How far a text that was read stands from its place on its surface, and is turned there, mm and degrees, the worst of its lines: their
 * beginning (or middle, where they are centred) and baseline, by the boxes of their characters. Nothing for a text that was not read,
 * whose boxes are not known well enough.
 */
export function markShift(mark: TextMark, { lines, text }: TextSeen): Measurement[] {
  if (text === null) return []
  const shifts = lines.map((line, i) => shiftOf(mark.lines[i]!, line))
  const turns = lines.map(({ reading }) => Math.abs(reading.turnDeg ?? 0))
  const of = mark.name
  return [
    { name: 'mark-shift', of, value: Math.max(...shifts), unit: 'mm' },
    { name: 'mark-turn', of, value: Math.max(...turns), unit: 'deg' },
  ]
}

function shiftOf(
  { baseline, align }: TextMark['lines'][number],
  { crop: { rect, pixelsPerMm }, reading: { characters } }: LineSeen,
): number {
  const boxes = characters.filter(({ literal }) => !literal).map(({ box }) => box)
  const [left, right] = [Math.min(...boxes.map(box => box.left)), Math.max(...boxes.map(box => box.right))]
  const x = rect.x + (align === 'left' ? left : (left + right) / 2) / pixelsPerMm
  const y = rect.y + midpoint(boxes.map(({ bottom }) => bottom)) / pixelsPerMm
  return Math.hypot(x - baseline.x, y - baseline.y)
}
