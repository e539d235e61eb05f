import { expect, test, vi } from 'vitest'
import { coinBook } from '../coins/index.ts'
import { checkNames } from '../core/vocabulary.ts'
import type { CheckInput } from './check.ts'
import { checks } from './checks.ts'
import { referenceProfile } from './reference-unit.testing.ts'
import { runChecks } from './run-checks.ts'

const nothingKnown: CheckInput = {
  profile: referenceProfile,
  state: 'sealed',
  marks: new Map(),
  required: [],
  hidden: [],
  measurements: [],
  states: [],
  identification: { outcome: 'unread', because: 'Nothing could be read.', marks: [] },
  unit: null,
  crypto: { judge: async () => null, all: () => Promise.reject(new Error('secret 6Pn')) },
  book: coinBook,
}

test('with nothing known every check answers INCONCLUSIVE, in the order that was asked for', async () => {
  const findings = await runChecks(checkNames, nothingKnown)
  expect(findings.map(({ check }) => check)).toEqual(checkNames)
  for (const { verdict, because } of findings) {
    expect(verdict).toBe('INCONCLUSIVE')
    expect(because).toMatch(/^[A-Z].*\.$/)
  }
})

test('a check that throws is an ERROR finding, quotes nothing of the error, and the others still run', async () => {
  const spy = vi.spyOn(checks.legibility, 'judge').mockImplementation(() => {
    throw new Error('cannot parse 6PnZaGufX2oQQ3DKxcXNmsF5fucvgGm8eVocJXvTQPDHVvxdJTyH2yqSkf')
  })
  const findings = await runChecks(['legibility', 'serials-agree'], { ...nothingKnown, required: ['serial-card'] })
  spy.mockRestore()
  expect(findings.map(({ verdict }) => verdict)).toEqual(['ERROR', 'INCONCLUSIVE'])
  expect(JSON.stringify(findings)).not.toContain('6Pn')
})

test('an interruption stops the checks', async () => {
  const reason = new Error('stop')
  await expect(runChecks(checkNames, nothingKnown, AbortSignal.abort(reason))).rejects.toBe(reason)
})

test('every check of the table is known by its own name', () => {
  for (const name of checkNames) expect(checks[name].name).toBe(name)
})
