import { describe, expect, test } from 'vitest'
import type { ProductProfile } from '../products/profile.ts'
import { limitFaults, limitsOf } from './limits.ts'
import { judgeMeasurements } from './measured.ts'
import { measurementRows } from './measurements.ts'
import { referenceProfile } from './reference-unit.testing.ts'

const bare: ProductProfile = { ...referenceProfile, limits: {} }
const sticker = { ...referenceProfile.sticker!, toleranceMm: 1, toleranceDeg: 2 }
const limits = (name: string, of: string, given: Partial<ProductProfile> = {}) =>
  limitsOf({ ...bare, sticker, ...given }, { name, of })
const atMost = (max: number) => ({ min: null, max })

describe('where the profile names no limit', () => {
  // As docs/add-a-product.md tells a maker what holds then.
  test.each([
    ['cover-open-strokes', 'scratch-off', atMost(0)],
    ['layer-bottom-colour', 'bottom-layer', { min: 50, max: null }],
    ['layer-bottom-colour', 'top-layer', atMost(10)],
    ['layer-exposed', 'bottom-layer', atMost(1)],
    ['layer-open-area', 'bottom-layer', atMost(1)],
    ['show-through', 'top-layer', atMost(7)],
    ['wrong-modules', 'address-qr', atMost(2)],
    ['wrong-modules-together', 'address-qr', atMost(2)],
    ['quiet-zone-damage', 'address-qr', atMost(6)],
    ['symbol-dark-line', 'address-qr', atMost(0.22)],
    ['symbol-dark-line', 'epk-qr', atMost(0.36)],
    ['symbol-bright-line', 'epk-qr', atMost(0.46)],
    ['symbol-spot', 'address-qr', atMost(0.33)],
    ['symbol-spot', 'epk-qr', atMost(0.75)],
    ['quiet-zone-spot', 'address-qr', atMost(0.23)],
    ['quiet-zone-spot', 'epk-qr', atMost(0.5)],
    ['symbol-version', 'address-qr', { min: 2, max: 8 }],
    ['symbol-version', 'epk-qr', { min: 4, max: 6 }],
    ['placement-print-offset', 'sticker', atMost(1)],
    // The sticker's own tolerance, and half a millimetre more where only its print shows where it is.
    ['placement-shift', 'sticker', atMost(1)],
    ['placement-shift-by-print', 'sticker', atMost(1.5)],
    ['placement-turn', 'sticker', atMost(2)],
    ['layer-cut-shift', 'top-layer', atMost(1)],
    ['layer-cut-turn', 'top-layer', atMost(2)],
  ])('the usual one holds: %s of %s', (name, of, usual) => {
    expect(limits(name, of)).toEqual(usual)
  })

  test.each(['unused-error-correction', 'text-weakest-stroke', 'tilt'])('none holds where none is usual: %s', name => {
    expect(limits(name, 'address-qr')).toBeNull()
  })
})

describe('where the profile names limits', () => {
  const named = {
    'placement-shift': atMost(0.6),
    'unused-error-correction': { min: 0.3, max: null },
    'unused-error-correction:epk-qr': { min: 0.5, max: null },
    'symbol-modulation': { min: 0.4, max: null },
  }

  test('the one of the place goes before that of the measurement, and that before the usual one', () => {
    expect(limits('placement-shift', 'sticker', { limits: named })).toEqual(atMost(0.6))
    expect(limits('unused-error-correction', 'address-qr', { limits: named })?.min).toBe(0.3)
    expect(limits('unused-error-correction', 'epk-qr', { limits: named })?.min).toBe(0.5)
  })

  test('symbols are known by their older names too', () => {
    expect(limits('modulation', 'address-qr', { limits: named })?.min).toBe(0.4)
    expect(limitFaults({ ...bare, limits: named })).toEqual([])
  })

  test('a misspelt one is named, with the nearest right one', () => {
    const [fault, ...more] = limitFaults({ ...bare, limits: { 'placment-shfit': atMost(0.6) } })
    expect(more).toEqual([])
    expect(fault?.message).toMatch(/«placment-shfit».*placement-shift/)
  })
})

test('what a picture may have made is evidence only on a picture that is fit, or of a text that was read', () => {
  const needs = (name: string) => measurementRows[name]?.needs
  for (const name of [
    'unused-error-correction',
    'modulation',
    'symbol-contrast',
    'quiet-zone-damage',
    'wrong-modules',
    'wrong-modules-together',
    'symbol-dark-line',
    'symbol-bright-line',
    'symbol-spot',
    'quiet-zone-spot',
    'cover-brushing',
    'layer-exposed',
  ])
    expect([name, needs(name)]).toEqual([name, ['fit-picture']])
  for (const name of ['text-weakest-stroke', 'text-contrast', 'text-height'])
    expect([name, needs(name)]).toEqual([name, ['read-text', 'fit-picture']])
  for (const name of ['placement-shift', 'cover-open-strokes', 'symbol-version'])
    expect([name, needs(name)]).toEqual([name, []])
})

test('a value within a twentieth of its limit, on either side, is for another photograph', () => {
  const stands = (value: number) =>
    judgeMeasurements(
      { profile: { ...bare, sticker }, marks: new Map(), required: [] },
      ['placement'],
      [{ name: 'placement-shift', of: 'sticker', value, unit: 'mm' }],
    )[0]?.verdict
  expect([0.94, 0.96, 1.04, 1.06].map(stands)).toEqual(['PASS', 'INCONCLUSIVE', 'INCONCLUSIVE', 'FAIL'])
})
