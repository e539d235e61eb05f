import { expect, test } from 'vitest'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { GoldenCardError, proveByGoldenCard } from './golden-card.ts'

const record = (verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE' | 'ERROR', unit: string | null = 'GOLD') => ({
  ...sampleRecord({}),
  verdict,
  unit,
})

test('the golden card that passes proves the rig', async () => {
  expect(await proveByGoldenCard(async () => record('PASS'), 'GOLD')).toMatchObject({ unit: 'GOLD' })
})

test.each(['FAIL', 'INCONCLUSIVE', 'ERROR'] as const)('%s is the fault of the rig and not of a unit', async verdict => {
  const proof = proveByGoldenCard(async () => record(verdict), 'GOLD')
  await expect(proof).rejects.toBeInstanceOf(GoldenCardError)
  await expect(proof).rejects.toMatchObject({ code: 'golden-card-failed', exitCode: 3, record: { verdict } })
})

test('seen badly after the last unit, it casts doubt on what was judged', async () => {
  await expect(proveByGoldenCard(async () => record('FAIL'), 'GOLD', 'after')).rejects.toThrow(
    'what it judged since it saw it as good is in doubt',
  )
})

test.each(['OTHER', null])('a card that passes but is %s proves nothing', async unit => {
  await expect(proveByGoldenCard(async () => record('PASS', unit), 'GOLD')).rejects.toMatchObject({
    code: 'golden-card-failed',
    message: expect.stringContaining('not the golden card GOLD'),
    record: { verdict: 'ERROR' },
  })
})
