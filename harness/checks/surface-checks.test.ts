import { describe, expect, test } from 'vitest'
import type { StationName } from '../core/vocabulary.ts'
import { checkNames } from '../core/vocabulary.ts'
import type { Measurement, Reading } from '../vision/reading.ts'
import type { CheckInput, Finding } from './check.ts'
import { checkInputOf } from './check-input.testing.ts'
import { concealed } from './concealed.ts'
import { layerIntact } from './layer-intact.ts'
import { judgeMeasurements } from './measured.ts'
import { measurementRows } from './measurements.ts'
import { blankReading, readingOf } from './reference-unit.testing.ts'
import { coverIntact, legibility, placement, printQuality } from './surface-checks.ts'

interface Seen {
  readonly marks?: Readonly<Record<string, Reading>>
  readonly measured?: readonly Measurement[]
  readonly rest?: Partial<CheckInput>
}

const good: readonly Measurement[] = [
  { name: 'unused-error-correction', of: 'address-qr', value: 0.9, unit: 'index' },
  { name: 'unused-error-correction', of: 'epk-qr', value: 0.9, unit: 'index' },
  { name: 'placement-shift', of: 'sticker', value: 0.1, unit: 'mm' },
]

/** A unit at a station as the checks see it: good, but for what is given. */
function at(station: StationName, { marks = {}, measured = good, rest = {} }: Seen = {}): CheckInput {
  const input = checkInputOf(station, marks, rest)
  return { ...input, measurements: judgeMeasurements(input, checkNames, measured) }
}
const unread = (mark: string) => ({ [mark]: blankReading(mark, 'unread', 'glare') })
const absent = (mark: string) => ({ [mark]: blankReading(mark, 'absent', 'bare steel') })
const cover = (outcome: 'broken' | 'missing' | 'unsure') => ({
  'scratch-off': blankReading('scratch-off', outcome, 'strokes'),
})
/** The place of a mark on which photographs contradict each other. */
function disputed(input: CheckInput, mark: string): CheckInput {
  const seen = { ...input.marks.get(mark)!, conflict: 'one shows it covered, another shows it readable' }
  return { ...input, marks: new Map([...input.marks, [mark, seen]]) }
}

describe('a text', () => {
  test('that is read, with whole strokes, is legible', () => {
    expect(legibility.judge(at('sealed'))).toMatchObject({ verdict: 'PASS' })
  })

  test('that is seen not to be there fails; one that could not be read is open', () => {
    expect(legibility.judge(at('sealed', { marks: absent('serial-top') }))).toMatchObject({
      verdict: 'FAIL',
      marks: ['serial-top'],
    })
    expect(legibility.judge(at('sealed', { marks: unread('serial-top') }))).toMatchObject({
      verdict: 'INCONCLUSIVE',
      marks: ['serial-top'],
    })
  })

  test('with a missing stroke fails, where it was read', () => {
    const measured: Measurement[] = [{ name: 'text-weakest-stroke', of: 'serial-card', value: 0.05, unit: 'ratio' }]
    expect(legibility.judge(at('sealed', { measured }))).toMatchObject({ verdict: 'FAIL', marks: ['serial-card'] })
    expect(legibility.judge(at('sealed', { measured, marks: unread('serial-card') }))).toMatchObject({
      verdict: 'INCONCLUSIVE',
    })
  })

  test.each([
    ['words', 1.67, 'PASS'],
    ['words', 2.5, 'INCONCLUSIVE'],
    ['serial-card', 6, 'FAIL'],
  ])('%s with a level stroke of %d heights of a capital is %s, read or not', (of, value, verdict) => {
    const measured: Measurement[] = [{ name: 'line-through', of, value, unit: 'ratio' }]
    expect(legibility.judge(at('sealed', { measured }))).toMatchObject({ verdict })
  })

  test('over what a cover left behind a line is only worth a look', () => {
    const measured: Measurement[] = [{ name: 'line-through', of: 'passphrase', value: 6, unit: 'ratio', fit: false }]
    expect(legibility.judge(at('sealed', { measured }))).toMatchObject({ verdict: 'INCONCLUSIVE' })
  })
})

describe('a cover', () => {
  test('that is whole passes, one that is not there fails, all else is open', () => {
    expect(coverIntact.judge(at('sealed'))).toMatchObject({ verdict: 'PASS', marks: ['scratch-off'] })
    expect(coverIntact.judge(at('sealed', { marks: cover('missing') }))).toMatchObject({ verdict: 'FAIL' })
    for (const outcome of ['unsure', 'broken'] as const)
      expect(coverIntact.judge(at('sealed', { marks: cover(outcome) }))).toMatchObject({ verdict: 'INCONCLUSIVE' })
  })

  test('beside which strokes stand open fails', () => {
    const measured: Measurement[] = [{ name: 'cover-open-strokes', of: 'scratch-off', value: 12, unit: 'mm' }]
    expect(coverIntact.judge(at('sealed', { measured, marks: cover('broken') }))).toMatchObject({ verdict: 'FAIL' })
  })
})

test('a sticker sits where it must only when that was measured', () => {
  expect(placement.judge(at('sealed'))).toMatchObject({ verdict: 'PASS' })
  expect(placement.judge(at('sealed', { measured: [] }))).toMatchObject({ verdict: 'INCONCLUSIVE' })
})

test('a symbol is printed well only when it was read and its print was measured', () => {
  const judge = (seen: Seen) => printQuality.judge(at('sealed', seen))
  expect(judge({})).toMatchObject({ verdict: 'PASS' })
  expect(judge({ measured: [] })).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['address-qr'] })
  expect(judge({ marks: unread('address-qr') })).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['address-qr'] })
  expect(judge({ marks: absent('address-qr') })).toMatchObject({ verdict: 'FAIL' })
})

describe('the layers of the sticker', () => {
  test('are there when something is read on the upper one', () => {
    for (const station of ['printed', 'etched', 'sealed', 'opened'] as const)
      expect([station, layerIntact.judge(at(station))]).toMatchObject([station, { verdict: 'PASS' }])
  })

  test('fail when the lower one shows, when the upper one is gone, or lifted', () => {
    const through = { 'serial-bottom': readingOf('serial-bottom', 'BX0000001') }
    expect(layerIntact.judge(at('sealed', { marks: through }))).toMatchObject({
      verdict: 'FAIL',
      marks: ['serial-bottom'],
    })
    const gone = { ...absent('address-qr'), ...absent('address-text'), ...absent('serial-top') }
    expect(layerIntact.judge(at('sealed', { marks: gone }))).toMatchObject({ verdict: 'FAIL' })
    const measured: Measurement[] = [{ name: 'layer-exposed', of: 'bottom-layer', value: 30, unit: '%' }]
    expect(layerIntact.judge(at('sealed', { measured }))).toMatchObject({ verdict: 'FAIL' })
  })

  test('are open when the card looks like another state, or when nothing of a loose one was read', () => {
    expect(layerIntact.judge(at('sealed', { rest: { states: ['opened'] } }))).toMatchObject({ verdict: 'INCONCLUSIVE' })
    const marks = { ...unread('epk-qr'), ...unread('serial-bottom') }
    expect(layerIntact.judge(at('printed', { marks }))).toMatchObject({
      verdict: 'INCONCLUSIVE',
      marks: ['epk-qr', 'serial-bottom'],
    })
  })
})

describe('what must be covered', () => {
  const judge = (seen: Seen) => concealed.judge(at('sealed', seen))

  test('passes only when all of it is seen to be covered', () => {
    expect(judge({})).toMatchObject({ verdict: 'PASS', marks: expect.arrayContaining(['passphrase', 'epk-qr']) })
    expect(judge({ marks: unread('passphrase') })).toMatchObject({ verdict: 'INCONCLUSIVE', marks: ['passphrase'] })
    expect(concealed.judge(disputed(at('sealed'), 'passphrase'))).toMatchObject({ verdict: 'INCONCLUSIVE' })
    expect(judge({ rest: { hidden: [] } })).toMatchObject({ verdict: 'INCONCLUSIVE' })
  })

  test('fails when it can be read, or when strokes of it stand open', () => {
    const open = { passphrase: readingOf('passphrase', 'x') }
    expect(judge({ marks: open })).toMatchObject({ verdict: 'FAIL', marks: ['passphrase'] })
    const measured: Measurement[] = [{ name: 'cover-open-strokes', of: 'scratch-off', value: 12, unit: 'mm' }]
    expect(judge({ marks: unread('passphrase'), measured })).toMatchObject({ verdict: 'FAIL', marks: ['passphrase'] })
  })
})

describe('a cover of which only its look is known', () => {
  const material = (value: number, more: Partial<Measurement> = {}): Measurement[] => [
    ...good,
    { name: 'cover-material', of: 'scratch-off', value, unit: 'ratio', ...more },
  ]

  test('passes, and says that its material is not proved', () => {
    const { verdict, unproved } = coverIntact.judge(at('sealed')) as Finding
    expect(verdict).toBe('PASS')
    expect(unproved).toEqual([{ name: 'cover-material', because: expect.stringMatching(/tape or paint/) }])
  })

  test('is proved by the appearance of good units alone', () => {
    expect(coverIntact.judge(at('sealed', { measured: material(0.8) }))).toMatchObject({
      verdict: 'PASS',
      unproved: [],
    })
    for (const [value, verdict] of [
      [1.6, 'INCONCLUSIVE'],
      [2.9, 'INCONCLUSIVE'],
      [3.1, 'FAIL'],
    ] as const)
      expect(coverIntact.judge(at('sealed', { measured: material(value) })), `${value}`).toMatchObject({ verdict })
    expect(coverIntact.judge(at('sealed', { measured: material(9, { fit: false }) }))).toMatchObject({
      verdict: 'INCONCLUSIVE',
    })
  })

  test.each<[string, number, string]>([
    ['cover-edge-left', -0.4, 'FAIL'],
    ['cover-edge-top', 0.1, 'INCONCLUSIVE'],
    ['cover-edge-bottom', 0.9, 'PASS'],
    // Nobody knows where a text in an unknown font ends.
    ['cover-edge-right', -6, 'PASS'],
    ['cover-turn', 2, 'FAIL'],
    ['cover-edge-bend', 1.3, 'FAIL'],
    ['cover-seam', 7, 'FAIL'],
    ['cover-brushing', 0.29, 'PASS'],
    ['cover-brushing', 0.9, 'FAIL'],
    ['cover-colour', 0.07, 'PASS'],
    ['cover-colour', 0.14, 'INCONCLUSIVE'],
    ['cover-colour', 0.27, 'FAIL'],
    ['cover-colour-spread', 0.084, 'INCONCLUSIVE'],
    ['cover-colour-spread', 0.044, 'PASS'],
    ['cover-colour-spread', 0.6, 'FAIL'],
    ['cover-texture-spread', 0.39, 'PASS'],
    ['cover-texture-spread', 0.47, 'PASS'],
    ['cover-texture-spread', 0.7, 'INCONCLUSIVE'],
    ['cover-tone', -0.63, 'PASS'],
    ['cover-tone', -1.5, 'INCONCLUSIVE'],
    ['cover-tone', -1.8, 'FAIL'],
    ['cover-texture', 0.54, 'PASS'],
    ['cover-texture', 0.4, 'INCONCLUSIVE'],
  ])('%s of %d is %s', (name, value, verdict) => {
    const unit = measurementRows[name]!.unit
    const measured: Measurement[] = [...good, { name, of: 'scratch-off', value, unit }]
    expect(coverIntact.judge(at('sealed', { measured }))).toMatchObject({ verdict })
  })
})
