import { expect, test } from 'vitest'
import { standing } from '../lots/attempts.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { resultView } from './result-view.ts'

test('an alarm names the unit whose card it shows, as the journal knows it', () => {
  const alarm = { code: 'epk-exposed' as const, because: 'it can be seen', marks: [], acknowledged: false }
  const record = sampleRecord({ unit: null, verdict: 'FAIL', alarm })
  const entry = { index: 1, at: record.ended, kind: 'inspection', who: null, why: null, facts: { record } }
  const known = standing([{ ...entry, unit: 'BX0000001', station: record.station }], 'BX0000001', record.station)
  expect(resultView({ record, crops: [] }, 1, null, known)).toMatchObject({ unit: 'BX0000001', isAlarm: true })
  expect(resultView({ record, crops: [] }, 1, null, null).unit).toBeNull()
})
