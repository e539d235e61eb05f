import { expect, test } from 'vitest'
import { RateLimit } from './rate-limit.ts'

test('so many questions at once, then so many a minute, for each asker', () => {
  let now = 0
  const limit = new RateLimit({ atOnce: 3, perMinute: 6 }, () => now)
  const asked = (who: string, times: number) => Array.from({ length: times }, () => limit.allows(who))
  expect(asked('a', 5)).toEqual([true, true, true, false, false])
  expect(asked('b', 1)).toEqual([true])
  now = 9_999
  expect(asked('a', 1)).toEqual([false])
  now = 20_000
  expect(asked('a', 3)).toEqual([true, true, false])
  now = 3_600_000
  expect(asked('a', 4)).toEqual([true, true, true, false])
})

test('a clock that is set back gives nothing away, and takes nothing', () => {
  let now = 60_000
  const limit = new RateLimit({ atOnce: 1, perMinute: 1 }, () => now)
  expect(limit.allows('a')).toBe(true)
  now = 0
  expect(limit.allows('a')).toBe(false)
})

test('ever new askers take no more memory than the limit of them', () => {
  const limit = new RateLimit({ atOnce: 1, perMinute: 0 }, () => 0)
  for (let i = 0; i < 10_001; i++) limit.allows(`asker ${i}`)
  // The first was forgotten, the last was not.
  expect(limit.allows('asker 0')).toBe(true)
  expect(limit.allows('asker 10000')).toBe(false)
})
