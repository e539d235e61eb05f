import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Verdict, verdicts } from '../core/vocabulary.ts'
import { sampleRecord } from '../record/sample-record.testing.ts'
import { firstPass, standing, standings } from './attempts.ts'

type Told = Parameters<typeof standing>[0] extends Iterable<infer T> ? T : never

const [photograph] = sampleRecord({}).photographs
let photographs = 0

/** A record that gives this verdict, of a photograph of its own. */
function recordOf(verdict: Verdict, operator: string | null, id = `photograph-${++photographs}`) {
  const finding = {
    check: 'serials-agree' as const,
    verdict: verdict === 'ERROR' ? ('PASS' as const) : verdict,
    because: 'as it is',
    marks: [],
  }
  return sampleRecord({
    operator,
    findings: [finding],
    plannedChecks: ['serials-agree'],
    verdict,
    photographs: [{ ...photograph!, id }],
    because: `it is ${verdict}`,
    error: verdict === 'ERROR' ? { code: 'lost', message: 'lost' } : null,
  })
}

const base = { at: '2026-11-21T08:00:00.000Z', why: null, unit: 'BX0000001', station: 'sealed' }
const inspection = (verdict: Verdict, operator: string | null = 'ann', over: Partial<Told> = {}): Told => ({
  ...base,
  index: 0,
  kind: 'inspection',
  who: operator,
  facts: { record: recordOf(verdict, operator) },
  ...over,
})
const decided = (decision: 'inspect-again' | 'reject', who: string | null, over: Partial<Told> = {}): Told => ({
  ...base,
  index: 0,
  kind: 'disposition',
  who,
  why: 'a speck of dust lay on it',
  facts: { decision },
  ...over,
})
const added = (name: string, ...roles: string[]): Told => ({
  ...base,
  index: 0,
  kind: 'person-added',
  unit: null,
  station: null,
  // Whoever decides is added by who does.
  who: 'ann',
  facts: { name, roles, publicKey: null },
})
const register = [
  added('ann', 'operator', 'quality'),
  added('bob', 'quality'),
  added('eve', 'quality'),
  added('tom', 'operator'),
]
const told = (...entries: readonly Told[]) => [...register, ...entries].map((entry, index) => ({ ...entry, index }))
const verdictAfter = (...entries: readonly Told[]) => standing(told(...entries), 'BX0000001', 'sealed')?.verdict

describe('where a unit stands', () => {
  it('is nowhere before it was inspected, and by station', () => {
    expect(standing(told(), 'BX0000001', 'sealed')).toBeNull()
    const entries = told(inspection('FAIL', 'ann', { station: 'etched' }), inspection('PASS'))
    expect(standing(entries, 'BX0000001', 'etched')?.verdict).toBe('FAIL')
    expect(standing(entries, 'BX0000001', 'sealed')?.verdict).toBe('PASS')
    expect(standing(entries, 'BX0000002', 'sealed')).toBeNull()
  })

  it('numbers its attempts and says which one counts', () => {
    const entries = told(inspection('INCONCLUSIVE'), inspection('ERROR', 'bob'), inspection('PASS', null))
    const { attempts, counts, verdict } = standing(entries, 'BX0000001', 'sealed')!
    expect(attempts.map(one => [one.number, one.index, one.verdict, one.inspector])).toEqual([
      [1, 4, 'INCONCLUSIVE', 'ann'],
      [2, 5, 'ERROR', 'bob'],
      [3, 6, 'PASS', null],
    ])
    expect({ counts, verdict }).toEqual({ counts: 3, verdict: 'PASS' })
  })

  it.each<[string, Verdict, readonly Told[]]>([
    ['a FAIL stands against a later PASS', 'FAIL', [inspection('FAIL'), inspection('PASS', 'bob')]],
    ['a FAIL ends a PASS', 'FAIL', [inspection('PASS'), inspection('FAIL')]],
    ['a second person opens it', 'INCONCLUSIVE', [inspection('FAIL'), decided('inspect-again', 'bob')]],
    ['what comes then counts', 'PASS', [inspection('FAIL'), decided('inspect-again', 'bob'), inspection('PASS')]],
    [
      'and may fail again',
      'FAIL',
      [inspection('FAIL'), decided('inspect-again', 'bob'), inspection('FAIL'), inspection('PASS')],
    ],
    [
      'what came before does not',
      'INCONCLUSIVE',
      [inspection('FAIL'), inspection('PASS'), decided('inspect-again', 'bob')],
    ],
    ['not the same person', 'FAIL', [inspection('FAIL'), decided('inspect-again', 'ann'), inspection('PASS')]],
    [
      'nor the same spelt otherwise',
      'FAIL',
      [inspection('FAIL', ' Ann '), decided('inspect-again', 'ann'), inspection('PASS')],
    ],
    ['nor nobody', 'FAIL', [inspection('FAIL'), decided('inspect-again', null), inspection('PASS')]],
    [
      'nor somebody without that role',
      'FAIL',
      [inspection('FAIL'), decided('inspect-again', 'tom'), inspection('PASS')],
    ],
    ['nor a stranger', 'FAIL', [inspection('FAIL'), decided('inspect-again', 'mallory'), inspection('PASS')]],
    [
      'nor without a reason',
      'FAIL',
      [inspection('FAIL'), decided('inspect-again', 'bob', { why: null }), inspection('PASS')],
    ],
    [
      'nor for an empty reason',
      'FAIL',
      [inspection('FAIL'), decided('inspect-again', 'bob', { why: ' ' }), inspection('PASS')],
    ],
    ['nor before it failed', 'FAIL', [decided('inspect-again', 'bob'), inspection('FAIL'), inspection('PASS')]],
    [
      'one person is not two where nobody said who inspected',
      'FAIL',
      [inspection('FAIL', null), decided('inspect-again', 'ann'), decided('inspect-again', 'ann'), inspection('PASS')],
    ],
    [
      'two are',
      'PASS',
      [inspection('FAIL', null), decided('inspect-again', 'ann'), decided('inspect-again', 'bob'), inspection('PASS')],
    ],
    [
      'a rejected unit is bad, whatever it was',
      'FAIL',
      [inspection('PASS'), decided('reject', 'bob'), inspection('PASS')],
    ],
    [
      'whoever rejects does not take it back',
      'FAIL',
      [inspection('PASS'), decided('reject', 'bob'), decided('inspect-again', 'bob')],
    ],
    ['another may', 'INCONCLUSIVE', [inspection('PASS'), decided('reject', 'bob'), decided('inspect-again', 'eve')]],
    [
      'that another rejects it makes it no easier for whoever found the fault',
      'FAIL',
      [inspection('FAIL'), decided('reject', 'bob'), decided('inspect-again', 'ann')],
    ],
    [
      'nor that another had decided before',
      'FAIL',
      [
        inspection('FAIL'),
        decided('inspect-again', 'bob'),
        decided('reject', 'bob'),
        decided('inspect-again', 'ann'),
        decided('inspect-again', 'bob'),
      ],
    ],
    [
      'a third person may',
      'INCONCLUSIVE',
      [inspection('FAIL'), decided('reject', 'bob'), decided('inspect-again', 'eve')],
    ],
    [
      'nor does a second one who found it too',
      'FAIL',
      [inspection('FAIL'), inspection('FAIL', 'bob'), decided('inspect-again', 'bob')],
    ],
    [
      'nor that another found it again, after a decision of a second person',
      'FAIL',
      [
        inspection('FAIL'),
        decided('inspect-again', 'bob'),
        inspection('FAIL', 'tom'),
        decided('inspect-again', 'ann'),
        inspection('PASS'),
      ],
    ],
    [
      'where nobody said who found it, two who did not reject it',
      'FAIL',
      [
        inspection('FAIL', null),
        decided('reject', 'bob'),
        decided('inspect-again', 'ann'),
        decided('inspect-again', 'bob'),
      ],
    ],
  ])('%s', (_, verdict, entries) => {
    expect(verdictAfter(...entries)).toBe(verdict)
  })

  it('is not proved good again by a photograph of before the decision', () => {
    const good = { facts: { record: recordOf('PASS', 'ann', 'of-monday') } }
    const sentBack = [inspection('PASS', 'ann', good), inspection('FAIL'), decided('inspect-again', 'bob')]
    expect(verdictAfter(...sentBack, inspection('PASS', 'ann', good))).toBe('INCONCLUSIVE')
    const entries = told(...sentBack, inspection('PASS', 'ann', good))
    expect(standing(entries, 'BX0000001', 'sealed')?.because).toMatch(
      /again; since then it was shown in photographs of before only\.$/,
    )
    expect(verdictAfter(...sentBack, inspection('PASS', 'ann', good), inspection('PASS'))).toBe('PASS')
    // The same picture in another file is no new one.
    const saved = (id: string) => ({ facts: { record: recordOf('PASS', 'ann', id), pixelsSha256: ['d1'.repeat(32)] } })
    const fromFiles = [inspection('PASS', 'ann', saved('a.jpg')), inspection('FAIL'), decided('inspect-again', 'bob')]
    expect(verdictAfter(...fromFiles, inspection('PASS', 'ann', saved('a.png')))).toBe('INCONCLUSIVE')
    expect(verdictAfter(...fromFiles, inspection('PASS'))).toBe('PASS')
    // What was left out as if it were a key is no picture that others have, too.
    const unsaid = (id: string) => ({ facts: { record: recordOf('PASS', 'ann', id), pixelsSha256: ['[secret]'] } })
    const sent = [inspection('PASS', 'ann', unsaid('a.jpg')), inspection('FAIL'), decided('inspect-again', 'bob')]
    expect(verdictAfter(...sent, inspection('PASS', 'ann', unsaid('b.jpg')))).toBe('PASS')
    const betweenTimes = [inspection('FAIL'), inspection('PASS', 'ann', good), decided('inspect-again', 'bob')]
    expect(verdictAfter(...betweenTimes, inspection('PASS', 'ann', good))).toBe('INCONCLUSIVE')
  })

  it('stands by its last photographs, however often they are judged, and not by older ones that were better', () => {
    const of = (verdict: Verdict, id: string) =>
      inspection(verdict, 'ann', { facts: { record: recordOf(verdict, 'ann', id) } })
    expect(verdictAfter(of('PASS', 'old'), of('INCONCLUSIVE', 'new'), of('PASS', 'old'))).toBe('INCONCLUSIVE')
    expect(verdictAfter(of('INCONCLUSIVE', 'one'), of('PASS', 'one'))).toBe('PASS')
    expect(verdictAfter(of('PASS', 'old'), of('INCONCLUSIVE', 'new'), of('FAIL', 'old'))).toBe('FAIL')
    expect(verdictAfter(of('PASS', 'old'), of('INCONCLUSIVE', 'new'), of('PASS', 'old'), of('PASS', 'new'))).toBe(
      'PASS',
    )
  })

  it('takes no word of a person before they came, or after they retired', () => {
    const retired: Told = { ...added('bob'), kind: 'person-retired', facts: { name: 'bob' } }
    expect(verdictAfter(inspection('FAIL'), retired, decided('inspect-again', 'bob'))).toBe('FAIL')
    const late = [inspection('FAIL'), decided('inspect-again', 'zoe'), added('zoe', 'quality')]
    expect(verdictAfter(...late)).toBe('FAIL')
    expect(verdictAfter(...late, decided('inspect-again', 'zoe'))).toBe('INCONCLUSIVE')
  })

  it('takes no verdict on trust: a record that says better than it holds is as bad as it holds', () => {
    const record = { ...recordOf('FAIL', 'ann'), verdict: 'PASS' }
    expect(verdictAfter(inspection('PASS', 'ann', { facts: { record } }))).toBe('FAIL')
    expect(verdictAfter(inspection('PASS', 'ann', { facts: { record: { ...record, findings: [] } } }))).toBe(
      'INCONCLUSIVE',
    )
    expect(verdictAfter(inspection('PASS', 'ann', { facts: { record: { verdict: 'PASS' } } }))).toBe('ERROR')
    expect(verdictAfter(inspection('PASS', 'ann', { facts: {} }))).toBe('ERROR')
  })
})

const someone = fc.constantFrom('ann', 'bob', 'eve', 'tom', 'mallory', null)
const units = fc.constantFrom('BX0000001', 'BX0000002')
const step = fc.oneof(
  fc
    .tuple(fc.constantFrom(...verdicts), someone, units)
    .map(([verdict, who, unit]) => inspection(verdict, who, { unit })),
  fc
    .tuple(fc.constantFrom('inspect-again' as const, 'reject' as const), someone, units)
    .map(([decision, who, unit]) => decided(decision, who, { unit })),
)
const steps = fc.array(step, { maxLength: 14 })
const of = (entries: readonly Told[], unit: string) => entries.filter(entry => entry.unit === unit)

describe('whatever happens', () => {
  it('every inspection is an attempt, numbered without a gap', () => {
    fc.assert(
      fc.property(steps, entries => {
        for (const { unit, attempts } of standings(told(...entries))) {
          expect(attempts).toHaveLength(of(entries, unit!).filter(({ kind }) => kind === 'inspection').length)
          expect(attempts.map(({ number }) => number)).toEqual(attempts.map((_, i) => i + 1))
        }
      }),
    )
  })

  it('a unit counts as passed only by its last attempt, and never after a FAIL that nobody disposed of', () => {
    fc.assert(
      fc.property(steps, entries => {
        for (const { unit, attempts, verdict, counts } of standings(told(...entries))) {
          if (verdict !== 'PASS') continue
          expect(attempts.at(-1)).toMatchObject({ verdict: 'PASS', number: counts })
          const own = of(entries, unit!)
          const failed = own.findLastIndex(one => one.kind === 'inspection' && recordVerdict(one) === 'FAIL')
          if (failed < 0) continue
          const after = own
            .slice(failed + 1)
            .filter(one => one.kind === 'disposition' && one.facts['decision'] === 'inspect-again')
          expect(after.some(({ who }) => who !== null)).toBe(true)
        }
      }),
    )
  })

  it('nobody clears what they found themselves', () => {
    const alone = fc.array(
      fc.oneof(
        fc.constantFrom(...verdicts).map(verdict => inspection(verdict, 'ann')),
        fc.constantFrom('inspect-again' as const, 'reject' as const).map(decision => decided(decision, 'ann')),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(alone, alone, (before, later) => {
        expect(verdictAfter(...before, inspection('FAIL', 'ann'), ...later)).toBe('FAIL')
      }),
    )
  })

  it('one unit says nothing of another', () => {
    fc.assert(
      fc.property(steps, entries => {
        const alone = standing(told(...of(entries, 'BX0000001')), 'BX0000001', 'sealed')
        const among = standing(told(...entries), 'BX0000001', 'sealed')
        const bare = (one: typeof alone) =>
          one && { ...one, failed: one.failed?.at, attempts: one.attempts.map(({ index: _, ...rest }) => rest) }
        expect(bare(among)).toEqual(bare(alone))
      }),
    )
  })

  it('first-pass figures count the first attempts', () => {
    fc.assert(
      fc.property(steps, entries => {
        const all = standings(told(...entries))
        const firsts = all.map(({ unit }) =>
          recordVerdict(of(entries, unit).find(({ kind }) => kind === 'inspection')!),
        )
        const counts = firstPass(all, 'sealed')
        for (const verdict of verdicts) expect(counts[verdict]).toBe(firsts.filter(first => first === verdict).length)
      }),
    )
  })
})

function recordVerdict(entry: Told): Verdict {
  return (entry.facts as { record: { verdict: Verdict } }).record.verdict
}
