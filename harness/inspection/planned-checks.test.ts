import { beforeAll, expect, test, vi } from 'vitest'
import { makeReferenceUnit, photographOf, type ReferenceUnit } from '../checks/reference-unit.testing.ts'
import type { CheckName } from '../core/vocabulary.ts'
import { inspectUnit } from './inspect-unit.ts'
import { requestOf } from './reference-request.testing.ts'

// The runner of the checks gives a finding for each; a runner that does not is made up here.
const leftOut = vi.hoisted(() => ({ check: null as string | null }))
vi.mock('../checks/run-checks.ts', async original => {
  const real = await original<typeof import('../checks/run-checks.ts')>()
  return {
    ...real,
    runChecks: async (...given: Parameters<typeof real.runChecks>) =>
      (await real.runChecks(...given)).filter(({ check }) => check !== leftOut.check),
  }
})

let unit: ReferenceUnit
beforeAll(async () => {
  unit = await makeReferenceUnit('BX0000001', 0, 'AAAABBBBCCCCDDDDEEEEFFFF')
})

const inspectWithout = async (check: CheckName | null) => {
  leftOut.check = check
  const records = () => ({ lot: 'L-0', product: null, units: [unit.record] })
  return await inspectUnit(requestOf('sealed', [photographOf('sealed', unit.card)], { records }))
}

test('a unit passes only when every planned check has a finding', async () => {
  const whole = await inspectWithout(null)
  expect(whole.verdict).toBe('PASS')
  for (const check of whole.plannedChecks) {
    const { verdict, plannedChecks, findings } = await inspectWithout(check)
    expect([check, verdict, findings.length]).toEqual([check, 'INCONCLUSIVE', plannedChecks.length - 1])
  }
})
