import { describe, expect, test } from 'vitest'
import { measurementTable } from './measurement-table.ts'

const shown = (value: number, min: number | null, max: number | null) =>
  measurementTable([{ name: 'placement-shift', of: 'top-layer', value, unit: 'mm', limits: { min, max } }])!.text

describe('the scale beside a measurement', () => {
  test.each<[number, number | null, number | null]>([
    [0.1, null, 0.6],
    [0.9, 0.37, null],
    [0.5, 0.1, 0.9],
  ])('says that %s is inside of %s to %s', (...given) => {
    expect(shown(...given)).toContain('aria-label="inside its limits"')
  })

  test.each<[number, number | null, number | null]>([
    [2, null, 0.6],
    [0.1, 0.37, null],
    [0.01, 0.1, 0.9],
    [1.5, 0.1, 0.9],
  ])('says that %s is outside of %s to %s, in another colour', (...given) => {
    const outside = shown(...given)
    expect(outside).toContain('aria-label="outside its limits"')
    const colour = (html: string) => /<circle[^>]* fill="(#[0-9a-f]{6})"/.exec(html)?.[1]
    expect(colour(outside)).toMatch(/^#/)
    expect(colour(outside)).not.toBe(colour(shown(0.1, null, 0.6)))
  })
})
