import { expect, it } from 'vitest'
import { bodyOf } from '../../custody/journal/entry.ts'
import { goldenCard, madeIdentity } from '../release/made-lot.testing.ts'
import { nightState } from './night.ts'
import { GoldenTrends } from './trends.ts'

const lot = madeIdentity(1)
const card = (index: number, value: number | null, rig = 'bench', over: object = {}) => {
  const { facts, ...said } = goldenCard(lot)
  const { record } = facts as { record: { rig: object; measurements: readonly object[] } }
  const measurements = [{ ...record.measurements[0], value }]
  const its = { ...record, rig: { ...record.rig, name: rig }, measurements, ...over }
  return { index, at: '2026-07-20T08:00:00.000Z', ...bodyOf({ ...said, facts: { ...facts, record: its } }) }
}
const trendsOf = (values: readonly (number | null)[], rig = 'bench', newest = 3) => {
  const golden = new GoldenTrends('bench')
  values.forEach((value, i) => void golden.take(card(i, value, rig)))
  return golden.trends(newest).find(({ name }) => name === 'placement-shift')
}
const steady = Array.from({ length: 40 }, (_, i) => 1 + [0.01, -0.02, 0.015, -0.005][i % 4]!)

it('a rig that stays as it is has no drift, and one that slides is named by its newest values', () => {
  expect(trendsOf(steady)).toMatchObject({ drift: [], values: { length: 40 } })
  expect(trendsOf([...steady, 1.02, 1.03, 1.04, 1.05, 1.06, 1.07])!.drift).toContain('six rising or falling')
  expect(trendsOf([...steady, 2])!.drift).toContain('beyond three sigmas')
})

it('what was told on earlier nights is not told again', () => {
  expect(trendsOf([...steady.slice(0, 20), 1.09, ...steady.slice(0, 19)])!.drift).toEqual([])
})

it('a value that was measured at every look and is not any more is named, once', () => {
  expect(trendsOf([...steady, null, null, null])!.drift).toEqual(['not measured any more'])
  expect(trendsOf([...steady, null], 'bench', 1)!.drift).toEqual(['not measured any more'])
  expect(trendsOf([...steady, 1, null, null])!.drift).toEqual([])
  // Told the night before, or never there at every look.
  expect(trendsOf([...steady, null, null, null, null])!.drift).toEqual([])
  expect(trendsOf([...steady.slice(0, -2), null, 1, null, null, null])!.drift).toEqual([])
})

it('values that differ behind their fourth digit are the same', () => {
  const still = Array.from({ length: 40 }, (_, i) => 0.0043 + (i < 30 ? 0 : 1e-9) + (i % 2) * 1e-10)
  expect(trendsOf(still)!.drift).toEqual([])
})

it('few values, values that are none, and other rigs give no chart', () => {
  expect(trendsOf(steady.slice(0, 7))).toMatchObject({ chart: null, drift: [] })
  expect(trendsOf([null, null])).toBeUndefined()
  expect(trendsOf(steady, 'other')).toBeUndefined()
})

it('another card in the nest, a look that was broken off and a clock that was set back are no drift', () => {
  const over = [
    { unit: 'BX0000009' },
    { error: { code: 'interrupted', message: 'stopped.' } },
    { started: '2026-07-20T09:00:00.000Z', ended: '2026-07-20T08:00:00.000Z' },
  ]
  for (const [i, its] of over.entries()) {
    const golden = new GoldenTrends('bench')
    for (const [at, value] of steady.entries()) golden.take(card(at, value))
    golden.take(card(steady.length, i === 2 ? 1 : 9, 'bench', its))
    expect(golden.trends(1).filter(({ drift }) => drift.length > 0)).toEqual([])
  }
})

it('a new golden card has values of its own', () => {
  const golden = new GoldenTrends('bench')
  for (const [at, value] of steady.entries()) golden.take(card(at, value))
  const other = card(steady.length, 9)
  golden.take({
    ...other,
    facts: { ...other.facts, serial: 'GG0000002', record: { ...(other.facts['record'] as object), unit: 'GG0000002' } },
  })
  expect(golden.trends(1).map(({ values, chart }) => [values.length, chart])).not.toContainEqual([
    41,
    expect.anything(),
  ])
  expect(golden.trends(1).every(({ values }) => values.length === 1)).toBe(true)
})

it('a night is good only at its end, and never with a bad part', () => {
  const step = (state: 'good' | 'doubt' | 'bad' | 'left-out') => ({ name: 'soak' as const, state, because: '' })
  expect(nightState({ ended: null, steps: [step('good')] })).toBe('bad')
  expect(nightState({ ended: 'x', steps: [step('good'), step('left-out')] })).toBe('good')
  expect(nightState({ ended: 'x', steps: [step('doubt'), step('bad')] })).toBe('bad')
})
