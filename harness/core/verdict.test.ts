import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Verdict, worst } from './verdict.ts'

const verdict = fc.constantFrom<Verdict[]>('PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR')

test('a verdict can only get worse, in any order of findings', () => {
  fc.assert(
    fc.property(fc.array(verdict, { minLength: 1 }), verdict, (before, more) => {
      const rank = (v: Verdict) => ['PASS', 'INCONCLUSIVE', 'FAIL', 'ERROR'].indexOf(v)
      expect(rank(worst([...before, more]))).toBeGreaterThanOrEqual(rank(worst(before)))
      expect(worst([more, ...before])).toBe(worst([...before, more]))
    }),
  )
})

test('nothing checked is not a pass', () => {
  expect(worst([])).toBe('INCONCLUSIVE')
})

test('a fail outweighs what could not be judged, and an error outweighs a fail', () => {
  expect(worst(['PASS', 'INCONCLUSIVE'])).toBe('INCONCLUSIVE')
  expect(worst(['FAIL', 'INCONCLUSIVE'])).toBe('FAIL')
  expect(worst(['ERROR', 'FAIL'])).toBe('ERROR')
})
