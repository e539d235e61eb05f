import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FontError } from '../products/font.ts'
import { parseGlyphs } from '../products/learned-glyphs.ts'
import { loadProfile } from '../products/load-profile.ts'
import { passphraseForm } from './learned-profile.ts'
import { badLessons } from './lessons.ts'
import { squareOf } from './locate-unknown.ts'
import type { Shown } from './shown.ts'
import { spreadOf, standardError, toleranceFactor } from './spread.ts'
import { parseTaught, TeachError, withEdits } from './taught-file.ts'
import { partLike, placesOf } from './told-texts.ts'
import { traced } from './trace-glyph.ts'

const line = (text: string, y = 0) => ({ text, rect: { x: 0, y, width: 10, height: 2 } })

test('a told text is found in parts, whatever a reader takes for a look-alike, and nothing else is', () => {
  const told = [
    { content: 'passphrase' as const, text: 'ABCD-EF0H-JK1M' },
    { content: 'serial' as const, text: 'BX2409708' },
  ]
  const places = placesOf(told, [line('ABCD—EFOH'), line('JKlM'), line('BX24O97O8'), line('SOMETHING ELSE'), line('X')])
  expect(places.map(({ content, from, to, errors }) => [content, from, to, errors])).toEqual([
    ['passphrase', 0, 9, 0],
    ['passphrase', 10, 14, 0],
    ['serial', 0, 9, 0],
  ])
})

test('the most alike part is the one with the fewest differences', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6, maxLength: 30 }), fc.nat(5), fc.nat(20), (text, start, length) => {
      const whole = [...text]
      const from = Math.min(start, whole.length - 1)
      const part = whole.slice(from, from + 1 + length)
      const found = partLike(whole, part)
      expect(found.errors).toBe(0)
      expect(whole.slice(found.from, found.to)).toEqual(part)
    }),
  )
})

test('a unit counts once, and few units say little', () => {
  const spread = spreadOf([
    { unit: 'a', value: 1 },
    { unit: 'a', value: 1 },
    { unit: 'a', value: 1 },
    { unit: 'b', value: 3 },
  ])
  expect(spread).toEqual({ mean: 2, sd: Math.SQRT2, worst: 1, n: 2 })
  expect(standardError(spread)).toBeCloseTo(1)
  expect(toleranceFactor(1)).toBe(Number.POSITIVE_INFINITY)
  expect(toleranceFactor(3)).toBeGreaterThan(toleranceFactor(10))
})

test('four corners give their square, and how far they are from one', () => {
  const turned = squareOf([
    [10, 20],
    [30, 20.2],
    [29.8, 40.2],
    [9.8, 40],
  ])
  expect(turned.xMm).toBeCloseTo(10)
  expect(turned.yMm).toBeCloseTo(20)
  expect(turned.turnDeg).toBeCloseTo(0.573, 2)
  expect(turned.errorMm).toBeCloseTo(0)
  expect(
    squareOf([
      [0, 0],
      [20, 0],
      [20, 21],
      [0, 21],
    ]).errorMm,
  ).toBeGreaterThan(0.2)
})

test('a ring is traced as two lines, the inner one the other way round', () => {
  const size = 40
  const data = Float32Array.from({ length: size * size }, (_, i) => {
    const r = Math.hypot((i % size) + 0.5 - 20, Math.floor(i / size) + 0.5 - 20)
    return Math.max(0, Math.min(1, 3 - Math.abs(r - 10)))
  })
  const areas = traced({ width: size, height: size, data }, 0.5).map(
    points =>
      points.reduce((sum, [x, y], i) => {
        const [u, v] = points[(i + 1) % points.length]!
        return sum + x * v - u * y
      }, 0) / 2,
  )
  expect(areas.map(Math.abs).sort((a, b) => b - a)).toEqual([
    expect.closeTo(Math.PI * 12.5 ** 2, -1),
    expect.closeTo(Math.PI * 7.5 ** 2, -1),
  ])
  expect(Math.sign(areas[0]!)).toBe(-Math.sign(areas[1]!))
})

test('forms of passphrases: groups, separator, alphabet; too few symbols leave the largest', () => {
  expect(passphraseForm(['AB2C-DE3F', 'GH4J-KM5N'])).toMatchObject({
    groups: 2,
    groupLength: 4,
    separator: '-',
    alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  })
  const many = Array.from({ length: 4 }, () => 'ABCD-EFGH-JKMN-PQRS-TUVW-XYZ2')
  expect(passphraseForm(many).alphabet).toBe('ABCDEFGHJKMNPQRSTUVWXYZ23456789')
  expect(passphraseForm(['correct horse', 'battery staple three']).alphabet).toBeNull()
})

test('what a person changed stays when more is learned, and what they left alone gets better', () => {
  const before = structuredClone(loadProfile('assay-reference'))
  const edited = structuredClone(before)
  edited.marks[0]!.rect.x += 1
  edited.limits['placement-shift'] = { min: null, max: 0.4 }
  edited.marks = edited.marks.filter(({ name }) => name !== 'words')
  const now = structuredClone(before)
  now.marks[0]!.rect.x += 0.2
  now.marks[1]!.rect.x += 0.3
  const merged = withEdits(before, edited, now)
  expect(merged.marks[0]!.rect.x).toBe(edited.marks[0]!.rect.x)
  expect(merged.marks[1]!.rect.x).toBe(now.marks[1]!.rect.x)
  expect(merged.limits['placement-shift']).toEqual({ min: null, max: 0.4 })
  expect(merged.marks.some(({ name }) => name === 'words')).toBe(false)
})

const golden = (unit: string, xMm: number, more: Partial<Shown> = {}): Shown =>
  ({
    name: `${unit}.jpg`,
    unit,
    state: 'sealed',
    light: 'dome',
    pixelsPerMm: 16,
    symbols: [
      {
        payload: 'address',
        text: '',
        square: { xMm, yMm: 10, sideMm: 22, turnDeg: 0, errorMm: 0 },
        version: 3,
        level: 'M',
      },
    ],
    lines: [],
    places: [],
    free: [],
    ...more,
  }) as unknown as Shown

test('bad units among golden ones are named, and not learned from', () => {
  const good = ['A', 'B', 'C', 'D'].map((unit, i) => golden(unit, 9 + 0.1 * i))
  const open = golden('G', 9.1, { places: [{ content: 'passphrase' }] as unknown as Shown['places'] })
  const lessons = badLessons([...good, golden('E', 10.6), golden('F', 60), open])
  expect(lessons.filter(({ leavesOut }) => leavesOut).map(({ kind, leavesOut }) => [kind, leavesOut])).toEqual([
    ['sticker-off', 'E'],
    ['other-product', 'F'],
    ['cover-open', 'G'],
  ])
})

test('one unit ten times, too few, one light, missing states: said, with what to photograph next', () => {
  const kinds = badLessons(Array.from({ length: 10 }, () => golden('A', 9))).map(({ kind }) => kind)
  expect(kinds).toEqual(['one-unit-often', 'too-few', 'one-light', 'states-missing'])
  expect(badLessons([golden('A', 9, { pixelsPerMm: 5 })]).map(({ kind }) => kind)).toContain('too-coarse')
})

test('files of glyphs and statements that are none are refused, whatever stands in them', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), text => {
      expect(() => parseGlyphs(new TextEncoder().encode(text), 'x')).toThrow(FontError)
      expect(() => parseTaught(text, 'x')).toThrow(TeachError)
    }),
  )
})
