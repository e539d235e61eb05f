import { expect, test } from 'vitest'
import { lineBoxes, textMarks } from '../../products/geometry.ts'
import { loadProfile } from '../../products/load-profile.ts'
import { noLine } from '../text/line-reading.ts'
import type { CutLine } from '../text/text-line.ts'
import { inkOfText } from './ink-of-text.ts'
import type { LineSeen } from './text-marks.ts'

const mark = textMarks(loadProfile('assay-reference')).find(({ name }) => name === 'serial-card')!
const [{ rect: nominal, capHeightMm }] = lineBoxes(mark) as [ReturnType<typeof lineBoxes>[number]]
const PX = 10

/** Characters of a line that stands `downMm` below its place, each 1.5 mm wide. */
function line(symbols: string, outcome: 'read' | 'unread', downMm = 0): LineSeen {
  const characters = [...symbols].map((symbol, i) => ({
    symbol,
    probability: 1,
    alternatives: [],
    literal: false,
    box: {
      left: (1 + 1.5 * i) * PX,
      right: (2.2 + 1.5 * i) * PX,
      // The box of the second reaches up to a dot over it.
      top: (downMm - (i === 1 ? 0.8 : 0)) * PX,
      bottom: (capHeightMm + downMm) * PX,
    },
  }))
  return {
    crop: { rect: nominal, pixelsPerMm: PX } as CutLine,
    reading: { ...noLine('not read'), outcome, characters },
  }
}

test('the ink of a line that was read begins, ends and stands where its characters do, and a dot over one is not of it', () => {
  const [ink] = inkOfText(mark, { lines: [line('BX24', 'read', 0.3)] })
  expect(ink!.x).toBeCloseTo(nominal.x + 1)
  expect(ink!.width).toBeCloseTo(5.7)
  expect(ink!.y).toBeCloseTo(nominal.y + 0.3)
  expect(ink!.height).toBeCloseTo(capHeightMm)
})

test('letters that reach below the baseline have room there', () => {
  expect(inkOfText(mark, { lines: [line('Bxyz', 'read')] })[0]!.height).toBeCloseTo(1.3 * capHeightMm)
})

test('of a line that was not read nobody knows where its ink is', () => {
  expect(inkOfText(mark, { lines: [line('BX24', 'unread')] })).toEqual([null])
  expect(inkOfText(mark, { lines: [] })).toEqual([null])
})
