import { expect, test } from 'vitest'
import { type Change, goodPaper, symbolMm } from './good-paper.testing.ts'
import { onPaper } from './on-paper.ts'

const UNITS = [1, 2, 3, 4]
const seen = (unit: number, change?: Change) => onPaper(goodPaper(unit, change), [symbolMm])

/** A label's outline: its edge darker by `share`, inside a breath brighter. @param askew tangent of its turn */
const label =
  (left: number, top: number, width: number, height: number, share: number, askew = 0): Change =>
  (x, y) => {
    const [u, v] = [x + askew * (y - 18), y - askew * (x - 15)]
    const inside = Math.min(u - left, left + width - u, v - top, top + height - v)
    return inside < 0 ? 1 : inside < 0.13 ? 1 - share : 1.02
  }

/** Lit from one side: brighter on one flank, darker on the other. */
const bubble =
  (atX: number, atY: number, radius: number, share: number): Change =>
  (x, y) => {
    const [dx, dy] = [(x - atX) / radius, (y - atY) / radius]
    const r = Math.hypot(dx, dy)
    return r > 1 ? 1 : 1 - share * 1.7 * 0.7 * (dx + dy) * Math.sin(Math.PI * r)
  }

test('a good sheet has no line, no fold, no bubble, however it bends', () => {
  for (const unit of UNITS) expect(seen(unit), `unit ${unit}`).toEqual([])
})

test.each<[string, Change]>([
  ['around a symbol', label(3.6, 1.6, 22.8, 22.8, 0.1)],
  ['around a symbol, a degree askew', label(3.6, 1.8, 22.6, 22.6, 0.1, 0.0175)],
  ['around the lines of a text, larger than they are', label(2, 24.4, 26, 8.4, 0.1)],
])('the outline of a label %s is found', (_, change) => {
  for (const unit of UNITS) {
    const found = seen(unit, change)
    expect(found.map(({ what }) => what)).toContain('a fine dark line')
  }
})

test('a line is told where it is', () => {
  const [line] = seen(5, (x, y) => (Math.abs(x - 3.5) < 0.07 && y > 4 && y < 20 ? 0.88 : 1))
  expect(line!.what).toBe('a fine dark line')
  expect(Math.abs(line!.rect.x - 3.5)).toBeLessThan(0.3)
  expect(line!.rect.y).toBeGreaterThan(3)
  expect(line!.rect.y + line!.rect.height).toBeLessThan(21)
})

test('a soft fold between lines of text and the rim is found', () => {
  const fold: Change = (_, y) => 1 - 0.1 * Math.exp(-(((y - 32.3) / 0.5) ** 2))
  for (const unit of UNITS) expect(seen(unit, fold).map(({ what }) => what)).toContain('a fine dark line')
})

test('a bubble is seen by both of its flanks beside what is printed', () => {
  for (const unit of UNITS)
    expect(seen(unit, bubble(4.4, 28, 2.6, 0.1)).map(({ what }) => what)).toEqual(
      expect.arrayContaining(['a brighter place that fades out', 'a darker place that fades out']),
    )
})

test('a bubble below a symbol is seen by its bright flank', () => {
  for (const unit of UNITS) {
    const [found] = seen(unit, bubble(14, 12, 4.5, 0.14))
    expect(found!.what).toBe('a brighter place that fades out')
    expect(Math.hypot(found!.rect.x + 1.25 - 14, found!.rect.y + 1.25 - 12)).toBeLessThan(4)
  }
})

test('light that falls off across a sheet is no place of it', () => {
  const lamp: Change = (x, y) => 0.8 + 0.3 * Math.exp(-(((x - 22) / 14) ** 2) - ((y - 5) / 14) ** 2)
  for (const unit of UNITS) expect(seen(unit, lamp)).toEqual([])
})

test('a sheet of which next to nothing lies open says nothing', () => {
  const view = goodPaper(1, bubble(4.4, 28, 2.6, 0.1))
  expect(onPaper({ ...view, valid: new Uint8Array(view.valid.length) }, [])).toEqual([])
})
