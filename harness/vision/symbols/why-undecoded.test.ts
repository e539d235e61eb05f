import { describe, expect, it } from 'vitest'
import { seeded } from '../../core/seeded.testing.ts'
import type { GreyRaster } from '../../imaging/grey.ts'
import { undecodedSymbol } from './found-symbol.ts'
import { encode, payload, placed, renderSymbol } from './synthetic-symbol.testing.ts'
import { whyUndecoded } from './why-undecoded.ts'

const modules = encode(payload(9, 0).text, 'M')
const render = (modulePx: number, options: object, symbol = modules): readonly [GreyRaster, string] => {
  const middle = 22 * modulePx
  const toPixels = placed(symbol.size, modulePx, 0, middle, middle)
  const picture = renderSymbol(symbol, { width: 2 * middle, height: 2 * middle, toPixels, ...options })
  return [picture, whyUndecoded(picture, undecodedSymbol(picture, symbol.size, toPixels))]
}

describe('why a symbol was not decoded', () => {
  it('is told by what its frame looks like', () => {
    expect(render(2, {})[1]).toMatch(/^a module is only 2\.0 px wide/)
    expect(render(6, { light: 120, dark: 105 })[1]).toMatch(/^light and dark differ by only \d %/)
    expect(render(6, { blurPx: 3 })[1]).toMatch(/^single modules show \d+ % of the contrast/)
    expect(render(6, {})[1]).toBe('its frame is clear (6.0 px a module), so what is wrong lies among its data')
  })

  it('is damage where fixed modules are wrong', () => {
    const random = seeded(2)
    const torn = { ...modules, dark: modules.dark.map((dark, i) => (i % 33 > 24 && random() < 0.7 ? 0 : dark)) }
    expect(render(6, {}, torn)[1]).toMatch(/^\d+ % of the modules that every such symbol has are wrong/)
  })

  it('is the dispute of two readers, and nothing else then', () => {
    const [picture] = render(6, {})
    const symbol = undecodedSymbol(picture, 33, placed(33, 6, 0, 132, 132))
    expect(whyUndecoded(picture, { ...symbol, disputed: true })).toBe('two readers read different things in it')
  })
})
