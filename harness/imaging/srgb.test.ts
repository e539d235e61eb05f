import { expect, test } from 'vitest'
import { levelOf, levelTable, lightOf, lightTable } from './srgb.ts'

test('every level comes back from the light that it stands for, and the tables say the same', () => {
  const levels = levelTable(1 << 16)
  for (let level = 0; level < 256; level++) {
    expect(levelOf(lightOf(level))).toBeCloseTo(level, 9)
    expect(lightTable[level]).toBe(Math.fround(lightOf(level)))
    expect(levels[Math.round(lightOf(level) * 0xffff)]).toBe(level)
  }
  // IEC 61966-2-1: a level of 188 is half the light.
  expect(lightOf(188)).toBeCloseTo(0.5, 2)
})
