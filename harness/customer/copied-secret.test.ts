import { expect, test } from 'vitest'
import { afterCopy } from './copied-secret.ts'

test.each([
  [[true], 'last'],
  [[true, false], 'covered'],
  [[true, false, false], 'covered'],
  [[true, false, true], 'last'],
  [[false], 'never'],
])('secrets among what is copied: %j', (copies, last) => {
  expect(copies.reduce(afterCopy, 'never')).toBe(last)
})
