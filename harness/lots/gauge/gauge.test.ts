import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cohenKappa, fleissKappa } from './agreement.ts'
import { appraise, betweenKappa, type CardTrials, unfitness } from './attribute-study.ts'
import { crossedGauge, type1Of, type1Study } from './measured-study.ts'
import { exactBounds, fTail, incompleteBeta, normalBelow, normalQuantile } from './special-functions.ts'

describe('agreement', () => {
  test("Cohen's kappa: the three examples of the encyclopedia (en.wikipedia.org/wiki/Cohen's_kappa)", () => {
    const kappas = [
      [
        [20, 5],
        [10, 15],
      ],
      [
        [45, 15],
        [25, 15],
      ],
      [
        [25, 35],
        [5, 35],
      ],
    ].map(table => cohenKappa(table)!.toFixed(4))
    expect(kappas).toEqual(['0.4000', '0.1304', '0.2593'])
  })

  test("Fleiss' kappa: fourteen raters, ten subjects, five categories (en.wikipedia.org/wiki/Fleiss'_kappa)", () => {
    const table = [
      [0, 0, 0, 0, 14],
      [0, 2, 6, 4, 2],
      [0, 0, 3, 5, 6],
      [0, 3, 9, 2, 0],
      [2, 2, 8, 1, 1],
      [7, 7, 0, 0, 0],
      [3, 2, 6, 3, 0],
      [2, 5, 3, 2, 2],
      [6, 5, 2, 1, 0],
      [0, 2, 2, 3, 7],
    ]
    expect(fleissKappa(table)!.kappa.toFixed(3)).toBe('0.210')
  })

  test("Fleiss' kappa with error and Z: the example of QstatLab, ten parts, two trials", () => {
    const table = [...Array(4).fill([2, 0]), ...Array(3).fill([0, 2]), ...Array(3).fill([1, 1])]
    const { kappa, standardError, z } = fleissKappa(table)!
    expect([kappa, standardError, z].map(one => one.toFixed(8))).toEqual(['0.39393939', '0.31622777', '1.24574574'])
  })

  test('of one category only, kappa is not defined, and not 1', () => {
    expect([
      cohenKappa([
        [9, 0],
        [0, 0],
      ]),
      fleissKappa([
        [3, 0],
        [3, 0],
      ]),
    ]).toEqual([null, null])
  })
})

describe('exact bounds', () => {
  test('Clopper and Pearson: 48 of 50 and 96 of 100, as published', () => {
    const percent = (count: number, of: number) => {
      const { low, high } = exactBounds(count, of, 0.025)
      return [(100 * low).toFixed(2), (100 * high).toFixed(2)]
    }
    expect(percent(48, 50)).toEqual(['86.29', '99.51'])
    expect(percent(96, 100).map(one => Number(one).toFixed(1))).toEqual(['90.1', '98.9'])
  })

  test('none of 50 allows 5.8 %, none of 299 1.0 % (one-sided 95 %)', () => {
    expect([exactBounds(0, 50, 0.05).high.toFixed(3), exactBounds(0, 299, 0.05).high.toFixed(3)]).toEqual([
      '0.058',
      '0.010',
    ])
  })

  test('the tail of the binomial is its sum, whatever count and share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.nat(199),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (n, k, p) => {
          fc.pre(k < n)
          let [term, sum] = [(1 - p) ** n, 0]
          for (let i = 0; i <= n; i++) {
            if (i > k) sum += term
            term *= ((n - i) / (i + 1)) * (p / (1 - p))
          }
          fc.pre((1 - p) ** n > 1e-250)
          expect(Math.abs(incompleteBeta(p, k + 1, n - k) - sum)).toBeLessThan(1e-11)
        },
      ),
    )
  })

  test('normal and F: the tables of any textbook', () => {
    expect(normalBelow(1.96)).toBeCloseTo(0.9750021, 7)
    expect([0.5, 0.975, 0.001].map(p => normalQuantile(p).toFixed(5))).toEqual(['0.00000', '1.95996', '-3.09023'])
    expect(fTail(4.9646, 1, 10)).toBeCloseTo(0.05, 4)
    expect(fTail(2.978, 5, 12)).toBeLessThan(0.06)
  })
})

describe('measured values', () => {
  /** The data of AIAG's MSA manual and of Minitab's example: three appraisers, three trials each, ten parts. */
  const appraisers = [
    [
      [0.29, -0.56, 1.34, 0.47, -0.8, 0.02, 0.59, -0.31, 2.26, -1.36],
      [0.41, -0.68, 1.17, 0.5, -0.92, -0.11, 0.75, -0.2, 1.99, -1.25],
      [0.64, -0.58, 1.27, 0.64, -0.84, -0.21, 0.66, -0.17, 2.01, -1.31],
    ],
    [
      [0.08, -0.47, 1.19, 0.01, -0.56, -0.2, 0.47, -0.63, 1.8, -1.68],
      [0.25, -1.22, 0.94, 1.03, -1.2, 0.22, 0.55, 0.08, 2.12, -1.62],
      [0.07, -0.68, 1.34, 0.2, -1.28, 0.06, 0.83, -0.34, 2.19, -1.5],
    ],
    [
      [0.04, -1.38, 0.88, 0.14, -1.46, -0.29, 0.02, -0.46, 1.77, -1.49],
      [-0.11, -1.13, 1.09, 0.2, -1.07, -0.67, 0.01, -0.56, 1.45, -1.77],
      [-0.15, -0.96, 0.67, 0.11, -1.45, -0.49, 0.21, -0.49, 1.87, -2.16],
    ],
  ]
  const values = Array.from({ length: 10 }, (_, part) => appraisers.map(trials => trials.map(its => its[part]!)))

  test('crossed gauge R&R by ANOVA, as printed', () => {
    const { repeatability, reproducibility, gauge, part, total, interactionP, gaugeShare, distinct } =
      crossedGauge(values)
    expect([repeatability, reproducibility, gauge, part, total].map(one => one.toFixed(5))).toEqual([
      '0.03997',
      '0.05146',
      '0.09143',
      '1.08645',
      '1.17788',
    ])
    expect([interactionP.toFixed(3), (100 * gaugeShare).toFixed(2), distinct]).toEqual(['0.974', '27.86', 4])
  })

  test('an interaction that is there is kept', () => {
    const crossed = values.map((its, part) =>
      its.map((trials, a) => trials.map(one => one + (part % 2 === a % 2 ? 1 : -1))),
    )
    const { interactionP, reproducibility } = crossedGauge(crossed)
    expect(interactionP).toBeLessThan(0.001)
    expect(reproducibility).toBeGreaterThan(0.5)
  })

  test('values that never differ are refused, and are no gauge of NaN', () => {
    const same = values.map(its => its.map(trials => trials.map(() => trials[0]!)))
    expect(() => crossedGauge(same)).toThrow(/never differ tell nothing/)
  })

  test('uneven data are refused', () => {
    expect(() =>
      crossedGauge([
        [[1, 2], [1]],
        [
          [1, 2],
          [3, 4],
        ],
      ]),
    ).toThrow(RangeError)
  })

  test("a type 1 study: bias and t of Minitab's report, and Cg and Cgk by their formulas", () => {
    // Printed: bias 0.0015, t 2.185; the deviation stands there with three digits only.
    const { bias, t } = type1Of({ count: 50, average: 12.3055, deviation: 0.00485 }, 12.304, 0.05)
    expect([bias.toFixed(4), t.toFixed(3)]).toEqual(['0.0015', '2.187'])
    const { cg, cgk } = type1Study([9.9, 10, 10.1, 10, 10.05], 10, 6)
    const s = Math.sqrt((0.11 ** 2 + 0.01 ** 2 * 2 + 0.09 ** 2 + 0.04 ** 2) / 4)
    expect([cg, cgk]).toEqual([expect.closeTo(1.2 / (6 * s), 10), expect.closeTo((0.6 - 0.01) / (3 * s), 10)])
  })
})

describe('attribute study', () => {
  const cards = (bad: number, good: number, said: (card: string, truth: 'good' | 'bad') => CardTrials['said']) =>
    [...Array(bad + good).keys()].map((i): CardTrials => {
      const [card, truth] = [`C${i}`, i < bad ? ('bad' as const) : ('good' as const)]
      return { card, truth, said: said(card, truth) }
    })
  const right = (_: string, truth: 'good' | 'bad') => [truth, truth, truth]

  test('who is always right is fit, and the bounds say how little that proves', () => {
    const study = appraise('rig', cards(20, 30, right))
    expect([unfitness(study), study.truthKappa, study.withinKappa]).toEqual([[], 1, 1])
    expect(study.missed).toMatchObject({ count: 0, of: 20, high: expect.closeTo(1 - 0.05 ** (1 / 20), 9) })
    expect(study.signal!.sensitivity).toBeGreaterThan(4)
  })

  test('one bad card that is called good once in three trials makes the instrument unfit', () => {
    const study = appraise(
      'rig',
      cards(20, 30, (card, truth) => (card === 'C3' ? ['bad', 'good', 'bad'] : right(card, truth))),
    )
    expect(unfitness(study)).toEqual(['it passed 1 of 20 bad cards'])
  })

  test('what could not be read is neither accepted nor refused, but is not right either', () => {
    const study = appraise(
      'rig',
      cards(10, 10, () => ['unread', 'unread', 'unread']),
    )
    expect([study.missed.count, study.falseAlarms.count, study.effectiveness.count, study.unread.count]).toEqual([
      0, 0, 0, 20,
    ])
    expect(unfitness(study)).toEqual([
      expect.stringContaining('judged 0 bad and 0 good'),
      expect.stringContaining('0 %'),
    ])
  })

  test('bad cards that were never judged make the bound of those that were passed no better', () => {
    const all = cards(20, 30, right)
    const some = all.map((one, i) => (i < 10 ? { ...one, said: ['unread', 'unread', 'unread'] as const } : one))
    expect(some.filter(({ truth, said }) => truth === 'bad' && said[0] === 'unread')).toHaveLength(10)
    expect(appraise('rig', some).missed).toEqual(appraise('rig', cards(10, 30, right)).missed)
    // Once is enough.
    const once = all.map(one => ({ ...one, said: ['unread', 'unread', one.truth] as const }))
    expect(appraise('rig', once).missed).toEqual(appraise('rig', all).missed)
  })

  test('who refuses everything, or was tried with a few cards, is not fit', () => {
    expect(
      unfitness(
        appraise(
          'rig',
          cards(20, 30, () => ['bad', 'bad']),
        ),
      ),
    ).toHaveLength(2)
    expect(unfitness(appraise('rig', cards(1, 1, right)))[0]).toContain('1 bad and 1 good')
  })

  test('appraisers who guess agree by chance only', () => {
    let state = 1
    const guess = () => {
      state = (state * 48271) % 2147483647
      return state % 2 === 0 ? ('good' as const) : ('bad' as const)
    }
    const studies = [1, 2, 3].map(() => cards(100, 100, () => [guess(), guess(), guess()]))
    expect(Math.abs(betweenKappa(studies)!)).toBeLessThan(0.1)
    expect(Math.abs(appraise('x', studies[0]!).truthKappa!)).toBeLessThan(0.15)
    expect(Math.abs(appraise('x', studies[0]!).signal!.sensitivity)).toBeLessThan(0.4)
  })
})
