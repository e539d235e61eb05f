import { expect, test } from 'vitest'
import { individualsChart, shareChart } from './control-chart.ts'

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
