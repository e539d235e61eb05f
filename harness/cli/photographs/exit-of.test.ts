import { expect, it } from 'vitest'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { exitOf } from './inspection-results.ts'

it.each([
  ['PASS', null, 'files', 0],
  ['FAIL', null, 'virtual', 1],
  ['INCONCLUSIVE', null, 'files', 4],
  ['ERROR', 'interrupted', 'files', 130],
  ['ERROR', 'lot-faulty', 'files', 2],
  ['ERROR', 'internal', 'files', 70],
  ['ERROR', 'internal', 'grbl', 70],
  ['ERROR', 'port-lost', 'grbl', 3],
  ['ERROR', 'camera-timeout', 'virtual', 3],
])('%s, %s, by %s ends with %i', (verdict, code, kind, exitCode) => {
  const error = code === null ? null : { code, message: 'Something happened.' }
  const record = { verdict, error, rig: { kind } } as unknown as InspectionRecord
  expect(exitOf(record)).toBe(exitCode)
})
