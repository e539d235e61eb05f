import { expect, test } from 'vitest'
import { standing as standingOf } from '../checks/measured.ts'
import { type Standing, standing } from '../lots/attempts.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import type { Measurement } from '../vision/reading.ts'
import { resultView } from './result-view.ts'

test('an alarm names the unit whose card it shows, as the journal knows it', () => {
  const alarm = { code: 'epk-exposed' as const, because: 'it can be seen', marks: [], acknowledged: false }
  const record = sampleRecord({ unit: null, verdict: 'FAIL', alarm })
  const entry = { index: 1, at: record.ended, kind: 'inspection', who: null, why: null, facts: { record } }
  const known = standing([{ ...entry, unit: 'BX0000001', station: record.station }], 'BX0000001', record.station)
  expect(resultView({ record, crops: [] }, 1, null, known)).toMatchObject({ unit: 'BX0000001', isAlarm: true })
  expect(resultView({ record, crops: [] }, 1, null, null).unit).toBeNull()
})

test('a unit that counts as something worse than was seen is shown as that, and waits to be seen', () => {
  const record = sampleRecord({ verdict: 'PASS' })
  const before = { unit: record.unit!, station: record.station, attempts: [], failed: null }
  for (const verdict of ['INCONCLUSIVE', 'FAIL'] as const) {
    const known = { ...before, verdict, because: 'it was shown in photographs of before only' } as unknown as Standing
    expect(resultView({ record, crops: [] }, 1, null, known)).toMatchObject({
      ...{ verdict: 'PASS', counts: verdict },
      held: { verdict, because: 'it was shown in photographs of before only' },
    })
  }
  const good = { ...before, verdict: 'PASS', because: '' } as unknown as Standing
  expect(resultView({ record, crops: [] }, 1, null, good)).toMatchObject({ counts: 'PASS', held: null })
})

test('beside each limit stands how near to it nobody can tell, as values are judged', () => {
  const limits = { min: 0.4, max: 0.9 }
  const one = { of: 'scratch-off', value: 0.5, unit: 'mm', limits, verdict: 'PASS' } as const
  const names = ['cover-edge-bend', 'cover-edge-left', 'symbol-version']
  const record = sampleRecord({ measurements: names.map(name => ({ ...one, name })) as never })
  const shown = resultView({ record, crops: [] }, 1, null, null).measurements
  expect(shown.map(({ nearMin, nearMax }) => nearMin > 0 && nearMax > nearMin)).toEqual([true, true, false])
  for (const [at, { nearMin, nearMax }] of shown.entries()) {
    const judged = (value: number) => standingOf({ ...one, name: names[at]!, value } as Measurement, limits)
    const tiny = 1e-9
    expect(judged(limits.max + nearMax + tiny)).toBe('FAIL')
    expect(judged(limits.min - nearMin - tiny)).toBe('FAIL')
    if (nearMin === 0) continue
    expect([judged(limits.max - nearMax + tiny), judged(limits.max + nearMax - tiny)]).toEqual(
      Array(2).fill('INCONCLUSIVE'),
    )
    expect(judged(limits.min + nearMin - tiny)).toBe('INCONCLUSIVE')
  }
})
