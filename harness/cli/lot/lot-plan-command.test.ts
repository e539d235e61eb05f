import { expect, test } from 'vitest'
import { type LotPlanOptions, sayLotPlan } from './lot-plan-command.ts'

function said(options: Partial<LotPlanOptions>): string {
  const lines: string[] = []
  sayLotPlan({ units: 500, standard: 'iso2859-1', accept: 0, ...options }, line => lines.push(line))
  return lines.join('\n')
}

test('a plan of the table, and what it can promise', () => {
  const text = said({ level: 'S-4', aql: '1.0', destructive: true })
  expect(text).toContain('ISO 2859-1:1999, single sampling, normal inspection, level S-4, AQL 1.0: letter E.')
  expect(text).toContain('Inspect 13 of 500 units. Accept the lot with at most 0 bad, refuse it with 1 or more.')
  expect(text).toContain('487 units are left to ship')
  expect(text).toContain('95 % sure: at most 101 of the 500 units are bad')
  expect(text).toMatch(/5 \(1\.0 %\) +87\.6 %/)
})

test('an arrow of the table is told', () => {
  expect(said({ level: 'S-4', aql: '0.65' })).toContain('letter E, whose arrow leads to F.')
})

test('the reduced plans of both standards differ, and the gap is told', () => {
  const options = { level: 'III', aql: '1.0', inspection: 'reduced' } as const
  expect(said(options)).toContain('at most 1 bad, refuse it with 2 or more.')
  expect(said({ ...options, standard: 'ansi-z1.4' })).toContain(
    'at most 1 bad, refuse it with 3 or more; 2: accept it, and go back to normal inspection.',
  )
})

test('a claim that the sample proves', () => {
  const text = said({ atMost: 1, confidence: 95 })
  expect(text).toContain('Inspect 225 of 500 units.')
  expect(text).toContain('95 % sure that less than 1 % of the lot are bad')
  expect(JSON.parse(said({ atMost: 5, json: true }))).toMatchObject({ sample: 56, accept: 0, reject: 1, left: null })
})

test('units opened one after the other: how many decide', () => {
  const text = said({ atMost: 10, good: 1 })
  expect(text).toMatch(/^ +0 +24 +–$/m)
  expect(text).toMatch(/^ +2 +74 +19$/m)
  expect(() => said({ atMost: 1, good: 10 })).toThrow('smaller of the two')
  expect(() => said({ good: 1 })).toThrow('--at-most')
})

test('the lots before decide how strict the next is inspected', () => {
  const options = { level: 'II', aql: '1.0' } as const
  expect(said({ ...options, previous: 'AAARAR' })).toContain('tightened inspection')
  expect(said({ ...options, previous: 'A'.repeat(15), mayReduce: true })).toContain('reduced inspection')
  expect(() => said({ ...options, previous: 'RR'.repeat(4) })).toThrow('After proven corrective action')
})

test('what cannot be is refused with what to do', () => {
  expect(() => said({ units: 10, level: 'III', aql: '0.010', destructive: true })).toThrow(
    'nothing would be left to ship',
  )
  expect(said({ units: 10, level: 'III', aql: '0.010' })).toContain('Inspect every one of the 10 units.')
  expect(() => said({})).toThrow('--level and --aql')
  expect(() => said({ level: 'II' })).toThrow('--level and --aql')
  expect(() => said({ level: 'II', aql: '1.0', atMost: 1 })).toThrow('--level and --aql')
  expect(() => said({ level: 'II', aql: '1.0', previous: 'A', inspection: 'normal' })).toThrow('leave out --inspection')
})
