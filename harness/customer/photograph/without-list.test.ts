import { expect, test } from 'vitest'
import type { InspectionRecord } from '../../record/inspection-record.ts'
import { withoutList } from './without-list.ts'

type Finding = Pick<InspectionRecord['findings'][number], 'check' | 'verdict' | 'because'>
const foreign: Finding = { check: 'known-unit', verdict: 'FAIL', because: 'no record holds it' }
const good: Finding = { check: 'placement', verdict: 'PASS', because: 'in place' }
const cut: Finding = { check: 'cover-intact', verdict: 'FAIL', because: 'a scratch' }

function judged(findings: readonly Finding[], verdict: InspectionRecord['verdict'], because: string) {
  const plannedChecks = findings.map(({ check }) => check)
  const record = { findings, verdict, because, plannedChecks, alarm: null, error: null, unproved: [] }
  return withoutList(record as unknown as InspectionRecord)
}

test('a card that no list was chosen for is not condemned by the list that is missing', () => {
  const { verdict, because, findings } = judged([foreign, good], 'FAIL', foreign.because)
  expect([verdict, because]).toEqual(['INCONCLUSIVE', findings[0]!.because])
  expect(findings.map(one => one.verdict)).toEqual(['INCONCLUSIVE', 'PASS'])
  expect(because).toContain('No list of cards was chosen')
})

test('what else is wrong with it is, and is said first', () => {
  const { verdict, because } = judged([foreign, good, cut], 'FAIL', foreign.because)
  expect([verdict, because]).toEqual(['FAIL', cut.because])
})
