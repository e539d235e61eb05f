import fc from 'fast-check'
import { expect, test } from 'vitest'
import { align, scoreOf } from './alignment.ts'
import { beamSearch } from './beam-search.ts'
import { type FieldPosteriors, underField } from './field-posteriors.ts'
import type { Posteriors } from './line-recogniser.ts'
import { freeField, templateField } from './text-field.ts'

const charset = ['', 'A', 'B', '1', 'x']

/** Random posteriors over `charset`, rows summing to one. */
const posteriors = fc
  .integer({ min: 2, max: 6 })
  .chain(steps =>
    fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), {
      minLength: steps * charset.length,
      maxLength: steps * charset.length,
    }),
  )
  .map((weights): Posteriors => {
    const steps = weights.length / charset.length
    const logProbabilities = new Float32Array(weights.length)
    for (let t = 0; t < steps; t++) {
      const row = weights.slice(t * charset.length, (t + 1) * charset.length)
      const sum = row.reduce((a, b) => a + b, 0)
      for (const [c, weight] of row.entries()) logProbabilities[t * charset.length + c] = Math.log(weight / sum)
    }
    return { steps, classes: charset.length, logProbabilities, blank: 0, charset }
  })

/** Every text with its probability, by walking every path: the definition of CTC (Graves et al. 2006, eq. 3). */
function byDefinition(field: FieldPosteriors, symbols: readonly string[]): Map<string, number> {
  const texts = new Map<string, number>()
  const kind = field.places[0]!
  const walk = (t: number, text: string, last: string, log: number): void => {
    if (t === field.steps) {
      texts.set(text, (texts.get(text) ?? 0) + Math.exp(log))
      return
    }
    walk(t + 1, text, '', log + field.blank[t]!)
    for (const [k, symbol] of symbols.entries())
      walk(t + 1, symbol === last ? text : text + symbol, symbol, log + kind.logProbabilities[t * symbols.length + k]!)
  }
  walk(0, '', '', 0)
  return texts
}

test('a text has the probability of all its paths', () => {
  fc.assert(
    fc.property(posteriors, given => {
      const field = underField(given, freeField('AB', 1, 6, 'printed'))
      for (const [text, probability] of byDefinition(field, ['A', 'B'])) {
        if (text.length === 0 || text.length > 6) continue
        const indexes = [...text].map(symbol => 'AB'.indexOf(symbol))
        expect(Math.exp(scoreOf(field, indexes))).toBeCloseTo(probability, 6)
        expect(Math.exp(align(field, indexes).logProbability)).toBeCloseTo(probability, 6)
      }
    }),
    { numRuns: 40 },
  )
})

test('every single substitution is scored as if it had been the text', () => {
  fc.assert(
    fc.property(posteriors, fc.array(fc.nat(1), { minLength: 1, maxLength: 3 }), (given, text) => {
      const field = underField(given, freeField('AB', 1, 6, 'printed'))
      fc.pre(Number.isFinite(scoreOf(field, text)))
      const { substitutions } = align(field, text)
      for (const [place, scores] of substitutions.entries())
        for (const k of [0, 1]) {
          const changed = scoreOf(field, text.with(place, k))
          expect(Math.exp(scores[k]!)).toBeCloseTo(Math.exp(changed), 6)
        }
    }),
    { numRuns: 60 },
  )
})

test('a wide beam finds the most probable text of the field', () => {
  fc.assert(
    fc.property(posteriors, given => {
      const field = underField(given, freeField('AB', 2, 3, 'printed'))
      const allowed = [...byDefinition(field, ['A', 'B'])].filter(([text]) => text.length === 2 || text.length === 3)
      const best = Math.max(...allowed.map(([, probability]) => probability))
      const found = beamSearch(field, 500)
      fc.pre(allowed.length > 0)
      expect(Math.exp(found[0]!.logProbability)).toBeCloseTo(best, 6)
      expect(found.every(({ symbols }) => symbols.length >= 2 && symbols.length <= 3)).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test('a template decides what may stand where, and its own signs are no evidence', () => {
  fc.assert(
    fc.property(posteriors, given => {
      const field = underField(given, templateField('A9', 'AB1', 'etched'))
      for (const { symbols } of beamSearch(field)) {
        expect('AB').toContain(field.places[0]!.symbols[symbols[0]!])
        expect(field.places[1]!.symbols[symbols[1]!]).toBe('1')
      }
    }),
    { numRuns: 20 },
  )
  const dashed = underField(
    { steps: 1, classes: 2, logProbabilities: new Float32Array(2), blank: 0, charset: ['', 'A'] },
    templateField('*-*', 'A', 'etched'),
  )
  expect(dashed.places.map(({ literal }) => literal)).toEqual([false, true, false])
})

test('marks drawn alike count for the one that may stand there; others are kept as mass outside the alphabet', () => {
  const given: Posteriors = {
    steps: 1,
    classes: 5,
    logProbabilities: Float32Array.from([0.05, 0.4, 0.3, 0.2, 0.05], Math.log),
    blank: 0,
    charset: ['', 'O', '0', '#', 'o'],
  }
  const digits = underField(given, freeField('0123456789', 1, 1, 'printed')).places[0]!
  expect(Math.exp(digits.logProbabilities[0]!)).toBeCloseTo(0.75, 5)
  expect(digits.outside[0]).toBeCloseTo(0.2, 5)
  const both = underField(given, freeField('0O', 1, 1, 'printed')).places[0]!
  expect(Math.exp(both.logProbabilities[0]!)).toBeCloseTo(0.35, 5)
  expect(Math.exp(both.logProbabilities[1]!)).toBeCloseTo(0.45, 5)
})
