import { describe, expect, test } from 'vitest'
import { textMarks } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { markShift } from './mark-shift.ts'
import type { TextSeen } from './text-marks.ts'

const mark = textMarks(loadProfile('assay-reference')).find(({ name }) => name === 'address-text')!
const PX_PER_MM = 10

/** Every line in its place, but for one. */
function seen(change: {
  readonly line: number
  readonly xMm?: number
  readonly yMm?: number
  readonly turnDeg?: number
}) {
  const lines = mark.lines.map(({ baseline, align }, i) => {
    const { xMm = 0, yMm = 0, turnDeg = 0 } = i === change.line ? change : {}
    const width = 20 * PX_PER_MM
    const left = align === 'left' ? 0 : -width / 2
    const box = { left, right: left + width, top: -20, bottom: 0 }
    const characters = [{ box, literal: false }]
    const rect = { x: baseline.x + xMm, y: baseline.y + yMm, width: 0, height: 0 }
    return { crop: { rect, pixelsPerMm: PX_PER_MM }, reading: { characters, turnDeg } }
  })
  return { lines, text: 'as it was read' } as unknown as TextSeen
}
const of = 'address-text'

describe('where a text stands', () => {
  test('in its place', () => {
    const [shift, turn] = markShift(mark, seen({ line: 0 }))
    expect(shift!.value).toBeCloseTo(0)
    expect(turn).toEqual({ name: 'mark-turn', of, value: 0, unit: 'deg' })
  })

  test.each([0, 1, 2])('line %i by itself beside or below it, or turned', line => {
    expect(markShift(mark, seen({ line, xMm: -1.6 }))[0]!.value).toBeCloseTo(1.6)
    expect(markShift(mark, seen({ line, xMm: 0.3, yMm: 0.4 }))[0]!.value).toBeCloseTo(0.5)
    expect(markShift(mark, seen({ line, turnDeg: -1.7 }))[1]).toEqual({
      name: 'mark-turn',
      of,
      value: 1.7,
      unit: 'deg',
    })
  })

  test('nobody knows of a text that was not read', () => {
    expect(markShift(mark, { ...seen({ line: 0, xMm: 3 }), text: null })).toEqual([])
  })
})
