import { describe, expect, it } from 'vitest'
import type { Measurement } from '../reading.ts'
import { decodeMatrix } from './decode-matrix.ts'
import { findSymbols } from './find-symbols.ts'
import { bitMatrixOf, type ModuleMatrix } from './module-matrix.ts'
import { measurePrintQuality } from './print-quality.ts'
import { measurePrintedSymbol } from './printed-symbol.ts'
import { encode, payload, placed, renderPlain, renderSymbol } from './synthetic-symbol.testing.ts'

// Version 4-M: 33 modules a side, two blocks of 32 data and 18 correction codewords (ISO/IEC 18004:2015 table 9).
const symbol = encode(payload(5, 0).text, 'M')
const CORRECTION = 18
const LIGHT = 235
const DARK = 20

const linear = (level: number) => {
  const value = level / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}
const threshold = (linear(LIGHT) + linear(DARK)) / 2
const contrast = linear(LIGHT) - linear(DARK)

/** The picture of the symbol with single modules painted at other grey levels. */
function measured(paint: ReadonlyMap<number, number> = new Map()): Record<string, number> {
  const patch = renderPlain(symbol, 8)
  for (const [module, level] of paint) {
    const left = ((module % 33) + 4) * 8
    const top = (Math.floor(module / 33) + 4) * 8
    for (let y = top; y < top + 8; y++) patch.data.fill(level, y * patch.width + left, y * patch.width + left + 8)
  }
  return named(measurePrintQuality(patch, symbol, 'epk-qr'))
}

function named(measurements: readonly Measurement[]): Record<string, number> {
  return Object.fromEntries(measurements.map(({ name, value }) => [name, value]))
}

const flipped = (modules: readonly number[]) => new Map(modules.map(m => [m, symbol.dark[m] ? LIGHT : DARK]))
const module = (x: number, y: number) => y * 33 + x

/**
 * The first module of codeword n, by hand from the standard: bits go up columns 32 and 31 from the bottom, four rows a
 * codeword, to the format information at row 8; down columns 30 and 29; up 28 and 27, past the alignment pattern in rows 24
 * to 28. With two blocks, codewords of even n are of the first.
 */
const places: Readonly<Record<number, readonly [x: number, y: number]>> = {
  0: [32, 32],
  1: [32, 28],
  2: [32, 24],
  4: [32, 16],
  6: [30, 9],
  8: [30, 17],
  10: [30, 25],
  12: [28, 32],
  14: [28, 19],
  16: [28, 11],
  18: [26, 14],
}
const ofCodeword = (n: number) => module(...places[n]!)

describe('print-quality indices', () => {
  it('are perfect on a perfect print, with the contrast that was printed', () => {
    const values = measured()
    expect(values['symbol-contrast']).toBeCloseTo(100 * contrast, 3)
    expect(values['cell-contrast']).toBeCloseTo((100 * contrast) / linear(LIGHT), 3)
    expect(values).toMatchObject({ modulation: 1, 'reflectance-margin': 1, 'unused-error-correction': 1 })
    const damages = Object.entries(values).filter(([name]) => name.endsWith('-damage'))
    expect(damages.map(([name]) => name)).toHaveLength(9)
    for (const [name, value] of damages) expect([name, value]).toEqual([name, 0])
  })

  it('count exactly what error correction has to mend, in the worst block', () => {
    for (const [codewords, expected] of [
      [[0], 1 - 2 / CORRECTION],
      [[0, 2], 1 - 4 / CORRECTION],
      // One in each block: the worst block has one.
      [[0, 1], 1 - 2 / CORRECTION],
      [[0, 2, 4, 1], 1 - 6 / CORRECTION],
    ] as const) {
      const values = measured(flipped(codewords.map(ofCodeword)))
      expect(values['unused-error-correction']).toBeCloseTo(expected, 9)
      expect(values['reflectance-margin']).toBeCloseTo(expected, 9)
    }
  })

  it('agree with the decoder about the error correction that is left', () => {
    const flips = [0, 2, 4, 6].map(ofCodeword)
    const seen: ModuleMatrix = { size: 33, dark: Uint8Array.from(symbol.dark) }
    for (const m of flips) seen.dark[m]! ^= 1
    const decoded = decodeMatrix(bitMatrixOf(seen))
    expect(decoded?.unusedErrorCorrection).toBeCloseTo(1 - 8 / CORRECTION, 9)
    expect(decoded?.modules.dark).toEqual(symbol.dark)
    expect(measured(flipped(flips))['unused-error-correction']).toBeCloseTo(decoded!.unusedErrorCorrection, 9)
  })

  it('go below zero when more is wrong than can be mended', () => {
    const values = measured(flipped([0, 2, 4, 6, 8, 10, 12, 14, 16, 18].map(ofCodeword)))
    expect(values['unused-error-correction']).toBeCloseTo(1 - 20 / CORRECTION, 9)
  })

  it('count wrong modules of each fixed pattern by itself', () => {
    const values = measured(
      flipped([
        module(0, 0),
        module(3, 3),
        module(6, 2),
        module(30, 3),
        module(7, 32),
        module(10, 6),
        module(11, 6),
        module(6, 20),
        module(26, 26),
      ]),
    )
    expect(values).toMatchObject({
      'finder-top-left-damage': 3,
      'finder-top-right-damage': 1,
      'finder-bottom-left-damage': 1,
      'timing-horizontal-damage': 2,
      'timing-vertical-damage': 1,
      'alignment-damage': 1,
      'format-first-damage': 0,
      'format-second-damage': 0,
      'unused-error-correction': 1,
    })
  })

  it('count wrong modules side by side: the most in any square of four', () => {
    const together = (places: readonly number[]) => measured(flipped(places))['wrong-modules-together']
    expect(together([])).toBe(0)
    expect(together([module(12, 12), module(20, 12), module(12, 20)])).toBe(1)
    expect(together([module(12, 12), module(13, 14), module(15, 15), module(16, 12)])).toBe(3)
    expect(together([module(29, 29), module(32, 32), module(29, 32), module(32, 29)])).toBe(4)
  })

  it('count wrong bits of each copy of the format information', () => {
    const values = measured(flipped([module(8, 0), module(8, 7), module(0, 8), module(32, 8), module(8, 26)]))
    expect(values).toMatchObject({ 'format-first-damage': 3, 'format-second-damage': 2 })
  })

  it('take a faint module for what it is: low modulation, no error', () => {
    const grey = 150
    const faint = ofCodeword(0)
    const values = measured(new Map([[faint, grey]]))
    const expected = (2 * Math.abs(linear(grey) - threshold)) / contrast
    // It must lie on its own side of the threshold, or the test would be about an error.
    expect(linear(grey) < threshold).toBe(true)
    const isDark = symbol.dark[faint] === 1
    expect(values['contrast-uniformity']).toBeCloseTo(expected, 6)
    expect(values['unused-error-correction']).toBeCloseTo(isDark ? 1 : 1 - 2 / CORRECTION, 9)
    // Counting the one codeword as an error leaves more than its own modulation.
    expect(values['modulation']).toBeCloseTo(Math.max(expected, 1 - 2 / CORRECTION), 9)
  })

  it('weigh faint codewords against the error correction that they would use up, exactly', () => {
    // Three codewords of the first block, each with its weakest module at a known modulation.
    const modulations = [0.3, 0.5, 0.7].map((wanted, i) => {
      const at = ofCodeword(2 * i)
      const light = threshold + ((symbol.dark[at] ? -1 : 1) * wanted * contrast) / 2
      const level = Array.from({ length: 256 }, (_, grey) => grey).reduce((best, grey) =>
        Math.abs(linear(grey) - light) < Math.abs(linear(best) - light) ? grey : best,
      )
      return { at, level, modulation: (2 * Math.abs(linear(level) - threshold)) / contrast }
    })
    const values = measured(new Map(modulations.map(({ at, level }) => [at, level])))
    const [, , third] = modulations.map(({ modulation }) => modulation)
    // A limit at the third one's value makes errors of the two below it; at 1, of all three.
    const atThird = Math.min(third!, 1 - 4 / CORRECTION)
    const atOne = 1 - 6 / CORRECTION
    expect(values['modulation']).toBeCloseTo(Math.max(atThird, atOne), 6)
    expect(values['reflectance-margin']).toBeCloseTo(Math.max(atThird, atOne), 6)
    expect(values['contrast-uniformity']).toBeCloseTo(modulations[0]!.modulation, 6)
    expect(values['unused-error-correction']).toBe(1)
  })

  it('measure the contrast that is there, whatever the exposure', () => {
    const options = { width: 328, height: 328, toPixels: placed(33, 8, 0, 164, 164), oversampling: 1 }
    const dim = named(measurePrintQuality(renderSymbol(symbol, { ...options, light: 120, dark: 60 }), symbol, 'x'))
    expect(dim['symbol-contrast']).toBeCloseTo(100 * (linear(120) - linear(60)), 3)
    expect(dim['cell-contrast']).toBeCloseTo(100 * (1 - linear(60) / linear(120)), 3)
  })

  it('fall with blur', () => {
    const sharp = measured()['contrast-uniformity']!
    let before = sharp
    for (const blurPx of [1, 2, 3]) {
      const options = { width: 328, height: 328, toPixels: placed(33, 8, 0, 164, 164), blurPx }
      const blurred = named(measurePrintQuality(renderSymbol(symbol, options), symbol, 'x'))
      expect(blurred['contrast-uniformity']).toBeLessThan(before)
      before = blurred['contrast-uniformity']!
    }
  })

  it('do not take uneven light for a bad print, and a void for uneven light', () => {
    const encoded = (light: number) =>
      Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055))
    const lit = (share: (x: number, y: number) => number) => {
      const patch = renderPlain(symbol, 8)
      const data = patch.data.map((level, i) => {
        const [x, y] = [(i % patch.width) / patch.width, Math.floor(i / patch.width) / patch.width]
        return encoded(linear(level) * share(x, y))
      })
      return named(measurePrintQuality({ ...patch, data }, symbol, 'x'))
    }
    // From 0.4 to 1.0 of the light across the symbol.
    const uneven = lit((x, y) => 0.4 + 0.45 * x + 0.15 * y)
    expect(uneven['contrast-uniformity']).toBeGreaterThan(0.95)
    expect(uneven['symbol-contrast']).toBeCloseTo(70 * contrast, -0.5)
    // A spot half as bright is seen.
    const spotted = lit((x, y) => (Math.hypot(x - 0.6, y - 0.6) < 0.1 ? 0.5 : 1))
    expect(spotted['contrast-uniformity']).toBeLessThan(0.2)
  })

  it('measure how far ink has spread over the edges', () => {
    for (const growPx of [0, 1, 2]) {
      const plain = renderPlain(symbol, 8)
      const grown = { ...plain, data: Uint8Array.from(plain.data) }
      for (let y = growPx; y < plain.height - growPx; y++) {
        for (let x = growPx; x < plain.width - growPx; x++) {
          if (plain.data[y * plain.width + x] !== DARK) continue
          for (let dy = -growPx; dy <= growPx; dy++) {
            grown.data.fill(DARK, (y + dy) * plain.width + x - growPx, (y + dy) * plain.width + x + growPx + 1)
          }
        }
      }
      const growth = named(measurePrintQuality(grown, symbol, 'x'))['print-growth']
      expect(growth).toBeCloseTo(growPx / 8, 2)
    }
  })

  it('see what is printed into the quiet zone', () => {
    const patch = renderPlain(symbol, 8)
    for (let y = 24; y < 32; y++) patch.data.fill(DARK, y * patch.width + 64, y * patch.width + 88)
    expect(named(measurePrintQuality(patch, symbol, 'x'))['quiet-zone-damage']).toBe(3)
  })

  it('refuse a patch that is not of the symbol', () => {
    expect(() => measurePrintQuality(renderPlain(symbol, 7), symbol, 'x')).toThrow(RangeError)
  })

  it('carry the mark', () => {
    for (const one of measurePrintQuality(renderPlain(symbol, 8), symbol, 'epk-qr')) {
      expect(one).toMatchObject({ of: 'epk-qr' })
    }
  })
})

describe('measurePrintedSymbol', () => {
  it('measures a symbol where it was found, and nothing of one that was not decoded', async () => {
    const toPixels = placed(33, 8.3, 23, 240, 240)
    const picture = renderSymbol(symbol, { width: 480, height: 480, toPixels, blurPx: 0.8 })
    const [found] = await findSymbols(picture)
    const measurements = measurePrintedSymbol(picture, 'epk-qr', found!, toPixels)
    const values = named(measurements)
    expect(values['unused-error-correction']).toBe(1)
    expect(values['contrast-uniformity']).toBeGreaterThan(0.6)
    expect(values['symbol-contrast']).toBeCloseTo(100 * contrast, -0.5)
    expect(measurements.filter(({ name, value }) => name.endsWith('-damage') && value !== 0)).toEqual([])
    expect(measurePrintedSymbol(picture, 'epk-qr', { ...found!, bytes: null, modules: null }, toPixels)).toEqual([])
  })
})
