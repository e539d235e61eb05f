import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Measurement } from '../vision/reading.ts'
import {
  describeMeasurement,
  judgeMeasurement,
  judgeMeasurements,
  MARGINAL_SHARE,
  measurementsFor,
} from './measured.ts'

const of = (value: number, min: number | null, max: number | null): Measurement => ({
  name: 'placement-shift',
  of: 'top-layer',
  value,
  unit: 'mm',
  limits: { min, max },
})

test('well inside passes, well outside fails, near a limit on either side is for another photograph', () => {
  expect(judgeMeasurement(of(0.5, null, 0.6))).toBe('PASS')
  expect(judgeMeasurement(of(0.58, null, 0.6))).toBe('INCONCLUSIVE')
  expect(judgeMeasurement(of(0.62, null, 0.6))).toBe('INCONCLUSIVE')
  expect(judgeMeasurement(of(0.64, null, 0.6))).toBe('FAIL')
  expect(judgeMeasurement(of(0.3, 0.37, null))).toBe('FAIL')
  expect(judgeMeasurement(of(-2, -1, 1))).toBe('FAIL')
})

test('zero is a limit and a value: at most 0 means 0', () => {
  expect(judgeMeasurement(of(0, null, 0))).toBe('PASS')
  expect(judgeMeasurement(of(0.001, null, 0))).toBe('FAIL')
  expect(judgeMeasurement(of(0, 0, null))).toBe('PASS')
})

test('no value outside its limits ever passes, and what is not a number neither passes nor fails', () => {
  fc.assert(
    fc.property(
      fc.double(),
      fc.double({ min: -10, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 10, noNaN: true }),
      (value, min, span) => {
        const measurement = of(value, min, min + span)
        const verdict = judgeMeasurement(measurement)
        if (!Number.isFinite(value)) expect(verdict).toBe('INCONCLUSIVE')
        else if (value < min || value > min + span) expect(verdict).not.toBe('PASS')
        else expect(verdict).not.toBe('FAIL')
      },
    ),
  )
})

test('the worst of several speaks, and names the measurement with value and limit', () => {
  const judgement = judgeMeasurements([of(0.1, null, 0.6), of(2, null, 0.6)])
  expect(judgement).toMatchObject({
    verdict: 'FAIL',
    because: 'Outside the limits: top-layer: distance from its place 2 mm (at most 0.6).',
  })
})

test('measurements without limits are no judgement at all', () => {
  expect(judgeMeasurements([{ ...of(1, null, null), limits: null }])).toBeNull()
  expect(judgeMeasurements([of(1, null, null)])).toBeNull()
})

test('every measurement belongs to exactly one check, so that no limit goes unjudged', () => {
  const checks = ['cover-intact', 'layer-intact', 'placement', 'print-quality', 'legibility'] as const
  fc.assert(
    fc.property(fc.string(), name => {
      const all = [{ ...of(1, 0, 2), name }]
      expect(checks.filter(check => measurementsFor(check, all).length === 1)).toHaveLength(1)
    }),
  )
})

test('a measurement that could not be taken says so', () => {
  expect(describeMeasurement(of(Number.NaN, null, 0.6))).toMatch(/not measured/)
  expect(MARGINAL_SHARE).toBeLessThan(0.2)
})
