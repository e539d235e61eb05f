import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type CheckName, checkNames } from '../core/vocabulary.ts'
import type { GreyRaster } from '../imaging/grey.ts'
import type { ProductProfile } from '../products/profile.ts'
import type { Measurement } from '../vision/reading.ts'
import type { FoundSymbol } from '../vision/symbols/found-symbol.ts'
import { measurePrintedSymbol } from '../vision/symbols/printed-symbol.ts'
import { encode, renderPlain } from '../vision/symbols/synthetic-symbol.testing.ts'
import type { SeenMark } from './check.ts'
import { judgeMeasurements, measuredJudgement, standing } from './measured.ts'
import type { Limits } from './measurements.ts'
import { blankReading, readingOf, referenceProfile } from './reference-unit.testing.ts'

const of = (value: number): Measurement => ({ name: 'placement-shift', of: 'sticker', value, unit: 'mm' })
const stands = (value: number, min: number | null, max: number | null) => standing(of(value), { min, max })

interface Given {
  readonly limits?: Readonly<Record<string, Limits>>
  readonly planned?: readonly CheckName[]
  readonly unread?: readonly string[]
}

/** Judged with the reference product, whose sticker may sit 1 mm off, for a plan that reads all its marks. */
function judge(measurements: readonly Measurement[], { limits = {}, planned = checkNames, unread = [] }: Given = {}) {
  const profile: ProductProfile = { ...referenceProfile, limits }
  const marks = new Map(
    profile.marks.map((mark): [string, SeenMark] => {
      const { name } = mark
      const reading = unread.includes(name) ? blankReading(name, 'unread', 'glare') : readingOf(name, 'x')
      return [name, { mark, reading, photographId: null, conflict: null }]
    }),
  )
  return judgeMeasurements({ profile, marks, required: [...marks.keys()] }, planned, measurements)
}

describe('a value against its limits', () => {
  test('well inside passes, well outside fails, near a limit on either side is for another photograph', () => {
    expect(stands(0.5, null, 0.6)).toBe('PASS')
    expect(stands(0.58, null, 0.6)).toBe('INCONCLUSIVE')
    expect(stands(0.62, null, 0.6)).toBe('INCONCLUSIVE')
    expect(stands(0.64, null, 0.6)).toBe('FAIL')
    expect(stands(0.3, 0.37, null)).toBe('FAIL')
    expect(stands(-2, -1, 1)).toBe('FAIL')
  })

  test('zero is a limit and a value: at most 0 means 0', () => {
    expect(stands(0, null, 0)).toBe('PASS')
    expect(stands(0.001, null, 0)).toBe('FAIL')
    expect(stands(0, 0, null)).toBe('PASS')
  })

  test('outside never passes, and what is not a number neither passes nor fails', () => {
    fc.assert(
      fc.property(
        fc.double(),
        fc.double({ min: -10, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (value, min, span) => {
          const verdict = stands(value, min, min + span)
          if (!Number.isFinite(value)) expect(verdict).toBe('INCONCLUSIVE')
          else if (value < min || value > min + span) expect(verdict).not.toBe('PASS')
          else expect(verdict).not.toBe('FAIL')
        },
      ),
    )
  })
})

describe('the checks judge measurements', () => {
  test('by the usual limits, or by those of the profile', () => {
    expect(judge([of(0.7)])).toEqual([{ ...of(0.7), limits: { min: null, max: 1 }, verdict: 'PASS' }])
    expect(judge([of(0.7)], { limits: { 'placement-shift': { min: null, max: 0.6 } } })[0]?.verdict).toBe('FAIL')
  })

  test('blur excuses no sticker that is out of its place', () => {
    expect(judge([{ ...of(7), fit: false }])[0]?.verdict).toBe('FAIL')
  })

  test('only where the check is planned and there are limits', () => {
    expect(judge([of(7)], { planned: ['legibility'] })[0]).toMatchObject({ limits: { max: 1 }, verdict: null })
    expect(judge([{ ...of(7), name: 'tilt', unit: 'deg' }])[0]).toMatchObject({ limits: null, verdict: null })
  })

  test('strokes only of a text that was read', () => {
    const stroke: Measurement = { name: 'text-weakest-stroke', of: 'serial-card', value: 0.05, unit: 'ratio' }
    const limits = { 'text-weakest-stroke': { min: 0.16, max: null } }
    expect(judge([stroke], { limits })[0]?.verdict).toBe('FAIL')
    expect(judge([stroke], { limits, unread: ['serial-card'] })[0]?.verdict).toBeNull()
  })

  test('a stroke that may be missing, or be one too many, passes no more than one that is', () => {
    const stroke = (name: string, value: number): Measurement => ({ name, of: 'serial-card', value, unit: 'ratio' })
    const verdicts = (name: string, values: readonly number[]) =>
      judge(values.map(value => stroke(name, value))).map(({ verdict }) => verdict)
    expect(verdicts('text-missing-stroke', [0.5, 1, 1.2, 1.4])).toEqual([
      'PASS',
      'INCONCLUSIVE',
      'INCONCLUSIVE',
      'FAIL',
    ])
    expect(verdicts('text-added-stroke', [0.5, 0.8, 1, 1.2])).toEqual(['PASS', 'INCONCLUSIVE', 'INCONCLUSIVE', 'FAIL'])
  })

  test('the worst of several speaks, and names the measurement with value and limit', () => {
    expect(measuredJudgement('placement', judge([of(0.1), of(2)]))).toEqual({
      verdict: 'FAIL',
      because: 'Outside the limits: sticker: distance from its place 2 mm (at most 1).',
      marks: ['sticker'],
    })
    const turned = { name: 'symbol-turn', of: 'address-qr', value: 90, unit: 'deg' } as const
    expect(measuredJudgement('print-quality', judge([turned]))).toEqual({
      verdict: 'FAIL',
      because: 'Outside the limits: address-qr: turned clockwise in its place by 90 deg (at most 0).',
      marks: ['address-qr'],
    })
    expect(measuredJudgement('placement', judge([of(Number.NaN)]))).toMatchObject({
      verdict: 'INCONCLUSIVE',
      because: expect.stringMatching(/not measured/),
    })
  })

  test('of nothing judged there is no judgement', () => {
    expect(measuredJudgement('placement', judge([]))).toBeNull()
    expect(measuredJudgement('legibility', judge([of(0.1)]))).toBeNull()
  })
})

describe('a bad index in a picture that may have made it', () => {
  const limits = {
    'symbol-unused-error-correction': { min: 0.37, max: null },
    'symbol-cell-contrast': { min: 20, max: null },
  }
  const index = (value: number, more: Partial<Measurement> = {}): Measurement => ({
    name: 'unused-error-correction',
    of: 'address-qr',
    value,
    unit: 'index',
    ...more,
  })
  const unfit = { fit: false } as const
  const printOf = (...measurements: readonly Measurement[]) =>
    measuredJudgement('print-quality', judge(measurements, { limits }))

  test('is INCONCLUSIVE, however good the other indices are: a blurred symbol, end to end', async () => {
    const symbol = encode('1BoatSLRHtKNngkdXEeobR76b53LETtpyT', 'M')
    const { width, height, data } = renderPlain(symbol, 8)
    // Blur of 0.65 module: the contrast of large modules stays, single ones are lost.
    const blurred = await sharp(data, { raw: { width, height, channels: 1 } })
      .blur(5.2)
      .toColourspace('b-w')
      .raw()
      .toBuffer()
    const picture: GreyRaster = { width, height, channels: 1, data: new Uint8Array(blurred) }
    const found = { modules: symbol, toPixels: [8, 0, 32, 0, 8, 32, 0, 0, 1] } as unknown as FoundSymbol
    const measured = measurePrintedSymbol(picture, 'address-qr', found, [8, 0, 0, 0, 8, 0, 0, 0, 1])
    const judged = judge(measured, { limits })
    const verdicts = Object.fromEntries(judged.map(({ name, verdict }) => [name, verdict]))
    expect(verdicts).toMatchObject({ 'unused-error-correction': 'INCONCLUSIVE', 'cell-contrast': 'PASS' })
    expect(measuredJudgement('print-quality', judged)).toMatchObject({
      verdict: 'INCONCLUSIVE',
      because: expect.stringMatching(
        /^Blur, glare, uneven light or something that lies on it .*unused error correction.*look there, and take the photograph again\.$/,
      ),
    })
  })

  test('says nothing beside a photograph that can tell, good or bad', () => {
    expect(judge([index(0.1, unfit), index(0.9)], { limits }).map(({ verdict }) => verdict)).toEqual([null, 'PASS'])
    expect(printOf(index(0.1, unfit), index(0.9))?.verdict).toBe('PASS')
    expect(printOf(index(0.1, unfit), index(0.2))?.verdict).toBe('FAIL')
    expect(printOf(index(0.1, unfit), index(0.9, { of: 'epk-qr' }))?.verdict).toBe('INCONCLUSIVE')
    expect(printOf(index(0.1, unfit), index(0.1, unfit))?.verdict).toBe('INCONCLUSIVE')
  })

  test('fails in a picture that is fit, and a good one passes in any', () => {
    expect(printOf(index(0.1))?.verdict).toBe('FAIL')
    expect(printOf(index(0.9, unfit))?.verdict).toBe('PASS')
  })
})

describe('strokes of what is proved or known otherwise', () => {
  const strokes = (name: string, value: number, fit?: false): Measurement => ({
    name,
    of: name.startsWith('words') ? 'words' : 'address-text',
    value,
    unit: 'ratio',
    ...(fit === false ? { fit } : {}),
  })
  const words = 'ASSAYREFERENCE'
  const saying = (text: string, outcome: 'read' | 'unread' = 'read') => {
    const marks = new Map(
      referenceProfile.marks.map((mark): [string, SeenMark] => {
        const positions = [...text].map(symbol => ({ candidates: [{ symbol, logProbability: 0 }] }))
        const reading = { ...readingOf(mark.name, text), outcome, alternatives: { positions } }
        return [mark.name, { mark, reading, photographId: null, conflict: null }]
      }),
    )
    return (measurement: Measurement) =>
      judgeMeasurements({ profile: referenceProfile, marks, required: [] }, checkNames, [measurement])[0]!.verdict
  }

  test('words are judged where they are the right ones, as read or as the best guess', () => {
    for (const judge of [saying(words), saying(words, 'unread')]) {
      expect(judge(strokes('words-missing-stroke', 1.7))).toBe('FAIL')
      expect(judge(strokes('words-added-stroke', 1.4))).toBe('FAIL')
      expect(judge(strokes('words-missing-stroke', 0.9))).toBe('INCONCLUSIVE')
      expect(judge(strokes('words-missing-stroke', 0.5))).toBe('PASS')
    }
    expect(saying('BSSAYREFERENCX')(strokes('words-missing-stroke', 1.7))).toBeNull()
  })

  test('a value that the picture may have made is good within its limit, and a doubt beyond', () => {
    const unfit = (value: number) => judge([strokes('checked-added-stroke', value, false)])[0]!.verdict
    expect(unfit(0.8)).toBe('PASS')
    expect(unfit(0.9)).toBe('INCONCLUSIVE')
    expect(unfit(Number.POSITIVE_INFINITY)).toBe('INCONCLUSIVE')
    expect(judge([strokes('checked-added-stroke', 0.8)])[0]!.verdict).toBe('INCONCLUSIVE')
    expect(judge([strokes('checked-missing-stroke', 1.6)])[0]!.verdict).toBe('FAIL')
  })
})

test('one wrong module asks for another picture, as it may be all that a blot made wrong; four side by side fail', () => {
  const wrong = (value: number) =>
    judge([{ name: 'wrong-modules-together', of: 'address-qr', value, unit: 'count' }])[0]!.verdict
  expect([0, 1, 2, 3, 4].map(wrong)).toEqual(['PASS', 'INCONCLUSIVE', 'INCONCLUSIVE', 'INCONCLUSIVE', 'FAIL'])
})
