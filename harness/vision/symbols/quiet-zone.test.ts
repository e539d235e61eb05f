import { expect, test } from 'vitest'
import { loadProfile } from '../../products/load-profile.ts'
import type { SymbolMark } from '../../products/profile.ts'
import { measurePrintQuality } from './print-quality.ts'
import { quietModules } from './quiet-zone.ts'
import { encode, renderPlain } from './synthetic-symbol.testing.ts'

const profile = loadProfile('assay-reference')
const mark = profile.marks.find((one): one is SymbolMark => one.name === 'address-qr')!

test('what the profile has beside a symbol, and the edge of its sheet, need not be clear', () => {
  const isQuiet = quietModules(profile, mark, 29)
  expect(isQuiet(-1, 10), 'right beside it').toBe(true)
  expect(isQuiet(-2, 10)).toBe(true)
  expect(isQuiet(-4, 10), 'near the edge of the sheet').toBe(false)
  expect(isQuiet(14, 29), 'right below it').toBe(true)
  expect(isQuiet(14, 32), 'where the address stands').toBe(false)
})

test('a frame right around a symbol is counted, and the symbol itself is right', () => {
  const symbol = encode('14gfWyRtFZWzWi7pE4x7tqRKSM1KKtrmKb', 'M')
  const patch = renderPlain(symbol, 8)
  const isQuiet = quietModules(profile, mark, symbol.size)
  const side = 8 * (symbol.size + 2)
  for (let i = 0; i < side; i++) {
    for (let k = 24; k < 32; k++) {
      for (const [x, y] of [
        [24 + i, k],
        [k, 24 + i],
        [24 + i, k + side - 8],
        [k + side - 8, 24 + i],
      ])
        patch.data[y! * patch.width + x!] = 20
    }
  }
  const values = Object.fromEntries(
    measurePrintQuality(patch, symbol, 'address-qr', isQuiet).map(({ name, value }) => [name, value]),
  )
  expect(values['quiet-zone-damage']).toBeGreaterThan(60)
  expect(values['wrong-modules']).toBe(0)
})

test('modules that error correction hides are counted', () => {
  const symbol = encode('14gfWyRtFZWzWi7pE4x7tqRKSM1KKtrmKb', 'M')
  const patch = renderPlain(symbol, 8)
  // Ink over five by five modules in the middle.
  for (let y = 0; y < 40; y++) patch.data.fill(20, (y + 128) * patch.width + 128, (y + 128) * patch.width + 168)
  const wrong = measurePrintQuality(patch, symbol, 'address-qr').find(({ name }) => name === 'wrong-modules')!.value
  let light = 0
  for (let row = 12; row < 17; row++)
    for (let column = 12; column < 17; column++) light += Number(symbol.dark[row * symbol.size + column] === 0)
  expect(wrong).toBeCloseTo((100 * light) / symbol.size ** 2, 6)
})
