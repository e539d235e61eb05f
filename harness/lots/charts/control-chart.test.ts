import { expect, test } from 'vitest'
import { individualsChart, type NelsonRule, shareChart } from './control-chart.ts'

test('the example of the NIST/SEMATECH e-Handbook, 6.3.2.2: flow rates of ten batches', () => {
  const chart = individualsChart([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
  expect(chart.mean).toBeCloseTo(50.81, 10)
  expect(chart.upper).toBeCloseTo(55.8041, 4)
  expect(chart.lower).toBeCloseTo(45.8159, 4)
  expect(chart.signals).toEqual([])
})

test('the example of the NIST/SEMATECH e-Handbook, 6.3.3.2: defective chips on thirty wafers', () => {
  const bad = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
  ]
  const chart = shareChart(bad.map(count => ({ bad: count, all: 50 })))
  expect(chart.mean).toBeCloseTo(0.2313, 4)
  expect(chart.points[0]!.upper).toBeCloseTo(0.4102, 4)
  expect(chart.points[0]!.lower).toBeCloseTo(0.0524, 4)
  expect(chart.signals.map(at => at + 1)).toEqual([15, 23])
})

test('a jump, a shift and a drift are told', () => {
  const steady = Array.from({ length: 20 }, (_, i) => 10 + (i % 2))
  const rules = (values: readonly number[]) => new Set(individualsChart(values).signals.map(({ rule }) => rule))
  expect(rules(steady)).toEqual(new Set())
  expect(rules([...steady, 30])).toContain(1)
  expect(rules([...steady, ...Array.from({ length: 9 }, (_, i) => 11.2 + (i % 2) / 5)])).toContain(2)
  expect(rules([...steady, 9, 9.5, 10, 10.5, 11, 11.5])).toContain(3)
})

test.each<readonly [NelsonRule, readonly number[]]>([
  [4, Array.from({ length: 14 }, (_, i) => 10 + (i % 2 === 0 ? 0.6 : -0.6))],
  [5, [12.9, 10, 13]],
  [6, [11.4, 11.5, 10, 11.4, 11.6]],
  [7, Array.from({ length: 15 }, (_, i) => 10 + [0.1, -0.1, 0.2][i % 3]!)],
  [8, Array.from({ length: 8 }, (_, i) => 10 + (i % 3 === 0 ? -1.7 : 1.7))],
])("Nelson's rule %i is told where its pattern is complete, and not one value before", (rule, pattern) => {
  // Some spread around 10 before it, of about one sigma.
  const before = Array.from({ length: 60 }, (_, i) => 10 + [0.9, -1.1, 0.2, -0.3, 1.0, -0.7][(i * 7) % 6]!)
  const at = (values: readonly number[]) =>
    individualsChart(values, [rule]).signals.some(one => one.at === values.length - 1)
  expect(at([...before, ...pattern])).toBe(true)
  if (rule !== 4 && rule !== 7) expect(at([...before, ...pattern.slice(0, -1)])).toBe(false)
})

test('values that never move are no signal of anything', () => {
  expect(
    individualsChart(
      Array.from({ length: 30 }, () => 7),
      [1, 2, 3, 4, 5, 6, 7, 8],
    ).signals,
  ).toEqual([])
})
