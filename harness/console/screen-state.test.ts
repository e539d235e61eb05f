import { expect, test } from 'vitest'
import type { BenchState } from './bench-state.ts'
import { SentStates } from './screen-state.ts'
import { nobodyYet } from './screens.ts'

test('of a large lot a screen is sent the first units only with each change, and how many of all were judged', () => {
  const units = Array.from({ length: 10_000 }, (_, i) => ({
    unit: `BX${1_000_000 + i}`,
    verdict: i >= 9000 ? ('PASS' as const) : null,
  }))
  const state = { ...nobodyYet, id: 7, units } as unknown as BenchState
  const sent = new SentStates()
  const text = sent.textOf(state)
  expect(text.length).toBeLessThan(30_000)
  const shown = JSON.parse(text)
  expect([shown.id, shown.units.length, shown.units[499].unit, shown.seen]).toEqual([7, 500, 'BX1000499', 1000])
  // All screens get the same text; the next state is another one.
  expect(sent.textOf(state)).toBe(text)
  expect(JSON.parse(sent.textOf({ ...state, id: 8 })).id).toBe(8)
})
