import { describe, expect, test, vi } from 'vitest'
import { coinBook } from '../coins/index.ts'
import { checkNames } from '../core/vocabulary.ts'
import type { CheckInput } from './check.ts'
import { checkInputOf, unitRecord } from './check-input.testing.ts'
import { checks } from './checks.ts'
import { blankReading, readingOf, referenceProfile } from './reference-unit.testing.ts'
import { runChecks } from './run-checks.ts'

const nothingKnown: CheckInput = {
  profile: referenceProfile,
  state: 'sealed',
  marks: new Map(),
  required: [],
  hidden: [],
  measurements: [],
  leftovers: [],
  lookedBy: [],
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

describe('what a check cannot do without', () => {
  const codes = { ...unitRecord, intermediateCode: 'passphrase…', confirmationCode: 'cfrm38…' }
  const passing: CheckInput['crypto'] = {
    judge: async () => ({ verdict: 'PASS', because: 'The core says so.', marks: [] }),
    all: () => Promise.reject(new Error('not asked')),
  }
  const input = (over: Parameters<typeof checkInputOf>[1] = {}, rest: Partial<CheckInput> = {}) =>
    checkInputOf('printed', over, { unit: codes, crypto: passing, ...rest })

  test('is there: the check is judged', async () => {
    expect(await runChecks(['address-hash'], input())).toMatchObject([{ verdict: 'PASS' }])
  })

  test.each(['intermediateCode', 'confirmationCode'] as const)('a record without %s', async field => {
    const { [field]: _, ...unit } = codes
    const [finding] = await runChecks(['owner-entropy'], input({}, { unit }))
    expect(finding).toMatchObject({ verdict: 'INCONCLUSIVE', because: expect.stringMatching(/the records hold no/) })
  })

  test('a printed address that could not be read: the record’s own does not stand in for it', async () => {
    const unread = { 'address-qr': blankReading('address-qr', 'unread', 'blur') }
    const [finding] = await runChecks(['address-hash'], input(unread))
    expect(finding).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['address-qr'] })
  })

  test('of two symbols that the station reads, each', async () => {
    const given = input()
    const mark = { ...given.marks.get('epk-qr')!.mark, name: 'epk-qr-2' }
    const withSecond = (reading: ReturnType<typeof readingOf>) =>
      runChecks(['owner-entropy'], {
        ...given,
        marks: new Map([...given.marks, ['epk-qr-2', { mark, reading, photographId: null, conflict: null }]]),
        required: [...given.required, 'epk-qr-2'],
      })
    expect(await withSecond(readingOf('epk-qr-2', 'x'))).toMatchObject([{ verdict: 'PASS' }])
    const unread = await withSecond(blankReading('epk-qr-2', 'unread', 'blur'))
    expect(unread).toMatchObject([{ verdict: 'INCONCLUSIVE', marks: ['epk-qr-2'] }])
  })

  test('nothing that the station does not read: an EPK under its cover is not missed', async () => {
    const given = checkInputOf('sealed', {}, { unit: codes, crypto: passing })
    expect(await runChecks(['code-integrity'], given)).toMatchObject([{ verdict: 'PASS', marks: ['address-qr'] }])
  })

  test('a text that nobody could read is counted as unreadable', async () => {
    const unread = { passphrase: blankReading('passphrase', 'unread', 'glare') }
    const given = checkInputOf('opened', unread, { unit: codes, crypto: passing })
    expect(await runChecks(['passphrase-commitment', 'owner-entropy'], given)).toMatchObject([
      { verdict: 'INCONCLUSIVE', comparison: 'unreadable' },
      { verdict: 'PASS' },
    ])
  })
})
