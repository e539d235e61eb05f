import { expect, test } from 'vitest'
import type { Identification } from './check.ts'
import { checkInputOf, unitRecord } from './check-input.testing.ts'
import { knownUnit } from './known-unit.ts'

const judge = (outcome: Identification['outcome'], unit = outcome === 'found' ? unitRecord : null) =>
  knownUnit.judge(checkInputOf('sealed', {}, { unit, identification: { outcome, because: 'So it is.', marks: [] } }))

test('only a unit that was found passes, one of another lot fails, all else is open', () => {
  expect(judge('found')).toMatchObject({ verdict: 'PASS' })
  expect(judge('foreign')).toMatchObject({ verdict: 'FAIL' })
  for (const outcome of ['ambiguous', 'unread'] as const)
    expect(judge(outcome)).toMatchObject({ verdict: 'INCONCLUSIVE' })
  expect(judge('found', null)).toMatchObject({ verdict: 'INCONCLUSIVE' })
})
