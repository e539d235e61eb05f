import { expect, test } from 'vitest'
import type { Verdict } from '../harness/core/vocabulary.ts'
import { measurementTable } from './measurement-table.ts'
import { verdictClass } from './verdict-sign.ts'

const gaugeOf = (value: number, limits: { min: number | null; max: number | null }, verdict: Verdict | null) => {
  const { text } = measurementTable([{ name: 'placement-shift', of: 'top-layer', value, unit: 'mm', limits, verdict }])!
  return /<svg class="gauge ?([^"]*)"/.exec(text)?.[1]
}

test('the scale beside a measurement is in the colour of the verdict that its check gave, and of none where none did', () => {
  for (const verdict of ['PASS', 'INCONCLUSIVE', 'FAIL'] as const)
    expect(gaugeOf(0.59, { min: null, max: 0.6 }, verdict)).toBe(verdictClass(verdict))
  expect(gaugeOf(0.59, { min: null, max: 0.6 }, null)).toBe('')
  expect(new Set((['PASS', 'INCONCLUSIVE', 'FAIL'] as const).map(verdictClass)).size).toBe(3)
})

test.each<[number, number | null, number | null]>([
  [0.1, null, 0.6],
  [2, null, 0.6],
  [0.9, 0.37, null],
  [0.1, 0.37, null],
  [0.5, 0.1, 0.9],
  [1.5, 0.1, 0.9],
])('the point at %s lies on the thick part of the line exactly where it is within %s to %s', (value, min, max) => {
  const { text } = measurementTable([
    { name: 'placement-shift', of: 'top-layer', value, unit: 'mm', limits: { min, max }, verdict: 'PASS' },
  ])!
  const [, from, to] = /d="M([\d.]+) 7H([\d.]+)" stroke="#9fb8ab"/.exec(text)!.map(Number)
  const at = Number(/cx="([\d.]+)"/.exec(text)![1])
  expect(at >= from! && at <= to!).toBe((min === null || value >= min) && (max === null || value <= max))
})
