import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atMost, badInSample } from './distributions.ts'
import { acceptanceLimits, codeLetter, inspectionLevels, planOf, type Severity } from './iso-2859-1.ts'
import { leastSample, mostBadInLot, operatingCharacteristic } from './sample-proves.ts'
import { acceptedFrom, refusedUpTo, sequentialLines } from './sequential.ts'
import { afterLot, firstLot, isLaxer, type LotOutcome, laxestAfter, type SwitchingState } from './switching.ts'

describe('distributions', () => {
  /** C(n, k), exact. */
  function choose(n: number, k: number): bigint {
    if (k < 0 || k > n) return 0n
    let result = 1n
    for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i)
    return result
  }
  const quotient = (a: bigint, b: bigint) => Number((a * 10n ** 40n) / b) / 1e40

  test('hypergeometric probabilities are exact fractions to 1e-12', () => {
    const lots = fc
      .integer({ min: 2, max: 400 })
      .chain(lot => fc.record({ lot: fc.constant(lot), bad: fc.nat(lot), sample: fc.nat(lot) }))
    fc.assert(
      fc.property(lots, ({ lot, bad, sample }) => {
        const probabilities = badInSample(lot, bad, sample)
        for (const [k, probability] of probabilities.entries()) {
          const exact = quotient(choose(bad, k) * choose(lot - bad, sample - k), choose(lot, sample))
          if (Math.abs(probability - exact) > 1e-12) return false
        }
        return true
      }),
      { numRuns: 60 },
    )
  })

  test('large lots do not underflow: half of 100,000 bad', () => {
    const probabilities = badInSample(100_000, 50_000, 2000)
    expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
    expect(atMost(probabilities, 1000)).toBeGreaterThan(0.5)
  })
})

describe('ISO 2859-1', () => {
  const cells = readFileSync(new URL('../../../fixtures/vectors/iso-2859-1.tsv', import.meta.url), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => line.split('\t'))

  test('every cell of the four tables, arrows followed', () => {
    expect(cells).toHaveLength(4 * 256)
    for (const [severity, letter, limit, planLetter, sample, accept, reject] of cells) {
      const plan = planOf(letter!, acceptanceLimits.find(known => known === limit)!, severity as Severity)
      const expected = { letter, planLetter, sample: Number(sample), accept: Number(accept), reject: Number(reject) }
      expect(plan, `${severity} ${letter} ${limit}`).toEqual(expected)
    }
  })

  test('letters: the edges of table 1, and its well-known cells', () => {
    expect(inspectionLevels.map(level => codeLetter(500, level)).join('')).toBe('BCDEFHJ')
    expect(inspectionLevels.map(level => codeLetter(501, level)).join('')).toBe('CCEFGJK')
    expect([codeLetter(2, 'II'), codeLetter(9, 'II'), codeLetter(500_001, 'III')]).toEqual(['A', 'B', 'R'])
    expect(() => codeLetter(1, 'II')).toThrow('two at least')
  })

  test('mistakes of other programs: an arrow changes the sample, a diagonal is not shifted, Ac is no product', () => {
    // C at 6.5 % is no 0/1 but follows its arrow; letter E at 0.65 takes F's sample with it.
    expect(planOf('C', '6.5', 'normal')).toMatchObject({ planLetter: 'D', sample: 8, accept: 1 })
    expect(planOf('E', '1.0', 'normal')).toMatchObject({ planLetter: 'E', sample: 13, accept: 0 })
    expect(planOf('E', '0.65', 'normal')).toMatchObject({ planLetter: 'F', sample: 20, accept: 0 })
  })
})

describe('what a sample proves', () => {
  test('zero acceptance, hypergeometric: exact sizes', () => {
    const table = {
      50: [18, 31, 48, 50],
      100: [20, 45, 95, 99],
      200: [21, 51, 155, 180],
      500: [22, 56, 225, 300],
      1000: [22, 57, 258, 368],
      10000: [22, 59, 294, 448],
    }
    const claims = [
      [0.1, 0.9],
      [0.05, 0.95],
      [0.01, 0.95],
      [0.01, 0.99],
    ] as const
    for (const [lot, sizes] of Object.entries(table))
      expect(
        claims.map(([share, confidence]) => leastSample(Number(lot), share, confidence)),
        lot,
      ).toEqual(sizes)
  })

  test('one unit less would not be enough', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 800 }),
        fc.constantFrom(0.01, 0.05, 0.1),
        fc.nat(2),
        (lot, share, accept) => {
          const sample = leastSample(lot, share, 0.95, accept)
          const bad = Math.max(1, Math.ceil(share * lot - 1e-9))
          const accepted = (size: number) => atMost(badInSample(lot, bad, size), accept)
          return (
            (sample === lot || accepted(sample) <= 0.05 + 1e-12) &&
            (sample - 1 <= accept || accepted(sample - 1) > 0.05)
          )
        },
      ),
      { numRuns: 80 },
    )
  })

  test('0 of 13 of 500 leaves up to 101 bad ones at 95 %', () => {
    expect(mostBadInLot(500, 13, 0, 0.95)).toBe(101)
    expect(mostBadInLot(500, 500, 3, 0.95)).toBe(3)
    expect(mostBadInLot(20, 0, 0, 0.95)).toBe(20)
  })

  test('the operating characteristic of 13 of 500 with none allowed', () => {
    const [none, one, many] = operatingCharacteristic(500, { sample: 13, accept: 0 }, [0, 5, 101])
    expect(none).toEqual({ bad: 0, accepted: 1 })
    expect(one!.accepted).toBeCloseTo(0.876, 3)
    expect(many!.accepted).toBeGreaterThan(0.05)
  })
})

describe('switching', () => {
  const lot = (accepted: boolean, accept = 0, acceptedOneStepTighter = false): LotOutcome => ({
    accepted,
    accept,
    acceptedOneStepTighter,
  })
  const run = (lots: readonly LotOutcome[], mayReduce = false, from: SwitchingState = firstLot) =>
    lots.reduce((state, next) => afterLot(state, next, { mayReduce }), from)
  const [good, bad] = [lot(true), lot(false)]

  test('two of five refused: tightened; of six, not', () => {
    expect(run([bad, good, good, good, bad]).inspection).toBe('tightened')
    expect(run([bad, good, good, good, good, bad]).inspection).toBe('normal')
  })

  test('five accepted in a row: back; five refused in all: stopped, and it stays so', () => {
    const tightened = run([bad, bad])
    expect(run([good, good, good, good, good], false, tightened)).toEqual(firstLot)
    expect(run([good, bad, good, bad, good, bad, good, bad], false, tightened).inspection).toBe('tightened')
    const stopped = run([bad, good, bad, bad, bad, bad], false, tightened)
    expect(stopped.inspection).toBe('stopped')
    expect(run([good, good, good, good, good, good], true, stopped).inspection).toBe('stopped')
  })

  test('reduced after a score of 30, only where it is wanted; one refused: back', () => {
    const fifteen = Array.from({ length: 15 }, () => good)
    expect(run(fifteen.slice(1), true).inspection).toBe('normal')
    expect(run(fifteen, true).inspection).toBe('reduced')
    expect(run(fifteen).inspection).toBe('normal')
    expect(run([...fifteen, bad], true)).toEqual(firstLot)
    const ten = Array.from({ length: 10 }, () => lot(true, 3, true))
    expect(run(ten, true).inspection).toBe('reduced')
    // Accepted, but not at the next lower limit: the score begins anew.
    expect(run([...ten.slice(1), lot(true, 3, false)], true).score).toBe(0)
  })
})

test('a sequential test has the lines of the NIST handbook, and decides by them', () => {
  const lines = sequentialLines({ goodShare: 0.01, badShare: 0.1, producersRisk: 0.05, consumersRisk: 0.1 })
  expect(lines.acceptAt).toBeCloseTo(0.938862, 6)
  expect(lines.refuseAt).toBeCloseTo(1.205379, 6)
  expect(lines.slope).toBeCloseTo(0.039747, 6)
  expect([0, 1, 2].map(bad => acceptedFrom(lines, bad))).toEqual([24, 49, 74])
  expect([1, 2, 3].map(bad => refusedUpTo(lines, bad))).toEqual([null, 19, 45])
})

test('what is known of the lots before is held against who says that inspection may be laxer', () => {
  const lots = (words: string, accept = 2) => [...words].map(word => ({ accepted: word === 'A', accept }))
  const allowed = (words: string, accept?: number) => laxestAfter(lots(words, accept))
  expect([allowed(''), allowed('A'.repeat(9)), allowed('A'.repeat(10))]).toEqual(['normal', 'normal', 'reduced'])
  expect([allowed('A'.repeat(14), 0), allowed('A'.repeat(15), 0)]).toEqual(['normal', 'reduced'])
  expect([allowed('ARAR'), allowed('ARARAAAAA'), allowed('RRRRRRR')]).toEqual(['tightened', 'normal', 'stopped'])
  expect([isLaxer('reduced', 'normal'), isLaxer('normal', 'tightened'), isLaxer('normal', 'stopped')]).toEqual([
    true,
    true,
    true,
  ])
  expect([isLaxer('tightened', 'stopped'), isLaxer('normal', 'reduced'), isLaxer('normal', 'normal')]).toEqual([
    false,
    false,
    false,
  ])
})
