import fc from 'fast-check'
import { expect, test } from 'vitest'
import { verdicts } from '../../core/vocabulary.ts'
import { foldFindings } from './folded-findings.ts'

const undecided = (check: string, because: string) => ({
  check: check as 'concealed',
  verdict: 'INCONCLUSIVE' as const,
  because,
})
const failed = { check: 'serials-agree' as const, verdict: 'FAIL' as const, because: 'The serials differ.' }

test('what could not be judged for one reason is named under it, once', () => {
  const covered = 'epk-qr is covered (the top layer lies over it: the top layer shows its symbol)'
  const { causes, single } = foldFindings(
    [
      undecided('code-integrity', `Could not be judged: ${covered}.`),
      undecided('decryption', `Could not be judged: passphrase is covered (the cover lies over it); ${covered}.`),
      undecided('placement', 'Where the sticker sits could not be measured.'),
      failed,
    ],
    failed.because,
  )
  expect(causes).toEqual([
    {
      because: 'The top layer lies over it: the top layer shows its symbol.',
      checks: ['code-integrity', 'decryption'],
    },
  ])
  expect(single.map(({ check }) => check)).toEqual(['placement', 'serials-agree'])
})

test('a sentence that no finding says is the cause of all that was not judged, and hides no failure', () => {
  const because = 'No card in view; take it again with the whole card in view.'
  const { causes, single } = foldFindings([undecided('placement', 'a'), undecided('concealed', 'b'), failed], because)
  expect(causes).toEqual([{ because, checks: ['placement', 'concealed'] }])
  expect(single).toEqual([failed])
})

test('what stands before the sentence of a finding is the cause of what was not judged', () => {
  const lead = 'This card looks sealed, and the station is opened.'
  const { causes, single } = foldFindings([failed, undecided('placement', 'a')], `${lead} ${failed.because}`)
  expect(causes).toEqual([{ because: lead, checks: ['placement'] }])
  expect(single).toEqual([failed])
})

test('no check is lost, none is said twice, and what failed is never folded', () => {
  const finding = fc.record({
    check: fc.uuid().map(name => name as 'concealed'),
    verdict: fc.constantFrom(...verdicts),
    because: fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom('x (a)', 'y (a); z (b (c))', 'w (b (c))', '(', ')('),
    ),
  })
  fc.assert(
    fc.property(fc.array(finding), fc.string({ minLength: 1 }), (findings, because) => {
      const { causes, single } = foldFindings(findings, because)
      const said = [...causes.flatMap(({ checks }) => checks), ...single.map(({ check }) => check)]
      const open = findings.filter(({ verdict }) => verdict !== 'PASS')
      expect(said.toSorted()).toEqual(open.map(({ check }) => check).toSorted())
      for (const { check, verdict } of open)
        if (verdict !== 'INCONCLUSIVE') expect(single.some(one => one.check === check)).toBe(true)
    }),
  )
})
