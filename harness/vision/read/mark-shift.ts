import { midpoint } from '../../imaging/quantile.ts'
import type { TextMark } from '../../products/profile.ts'
import type { Measurement } from '../reading.ts'
import type { LineSeen, TextSeen } from './text-marks.ts'

/**
 * How far a text that was read stands from its place on its surface, and is turned there, mm and degrees: its lines' beginning (or middle, where it is centred) and
 * baselines, by the boxes of its characters. Nothing for a text that was not read, whose boxes are not known well enough.
 */
export function markShift(mark: TextMark, { lines, text }: TextSeen): Measurement[] {
  if (text === null) return []
  const shifts = lines.map((line, i) => lineShift(mark.lines[i]!, line))
  const across = midpoint(shifts.map(([x]) => x))
  const down = midpoint(shifts.map(([, y]) => y))
  const of = mark.name
  const turns = lines.map(({ reading }) => Math.abs(reading.turnDeg ?? 0))
  return [
    { name: 'mark-shift', of, value: Math.hypot(across, down), unit: 'mm' },
    { name: 'mark-turn', of, value: midpoint(turns), unit: 'deg' },
  ]
}

function lineShift(
  { baseline, align }: TextMark['lines'][number],
  { crop: { rect, pixelsPerMm }, reading: { characters } }: LineSeen,
): readonly [across: number, down: number] {
  const boxes = characters.filter(({ literal }) => !literal).map(({ box }) => box)
  const [left, right] = [Math.min(...boxes.map(box => box.left)), Math.max(...boxes.map(box => box.right))]
  const x = rect.x + (align === 'left' ? left : (left + right) / 2) / pixelsPerMm
  const y = rect.y + midpoint(boxes.map(({ bottom }) => bottom)) / pixelsPerMm
  return [x - baseline.x, y - baseline.y]
}
