import QRCode from 'qrcode'
import { describe, expect, it } from 'vitest'
import type { Raster } from '../photograph.ts'
import { findSymbols } from './find-symbols.ts'

function render(text: string, modulePx: number, quiet = 4): Raster {
  const { modules } = QRCode.create([{ data: new TextEncoder().encode(text), mode: 'byte' }], {
    errorCorrectionLevel: 'M',
  })
  const side = (modules.size + 2 * quiet) * modulePx
  const data = new Uint8Array(side * side).fill(235)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const column = Math.floor(x / modulePx) - quiet
      const row = Math.floor(y / modulePx) - quiet
      const inside = column >= 0 && row >= 0 && column < modules.size && row < modules.size
      if (inside && modules.data[row * modules.size + column]) data[y * side + x] = 20
    }
  }
  return { width: side, height: side, channels: 1, data }
}

describe('findSymbols', () => {
  it('reads a clean symbol with both readers, and says where it lies', async () => {
    const text = '1BoatSLRHtKNngkdXEeobR76b53LETtpyT'
    const [symbol, ...others] = await findSymbols(render(text, 6))
    expect(others).toEqual([])
    expect(new TextDecoder().decode(symbol?.bytes ?? undefined)).toBe(text)
    expect(symbol).toMatchObject({ version: 3, errorCorrectionLevel: 'M', readers: ['zxing-js', 'zxing-wasm'] })
    const far = (4 + 29) * 6
    const expected = [24, 24, far, 24, far, far, 24, far]
    symbol?.corners.flat().forEach((coordinate, i) => {
      expect(Math.abs(coordinate - expected[i]!)).toBeLessThan(0.1)
    })
  })

  it('finds nothing in an empty picture', async () => {
    expect(await findSymbols({ width: 200, height: 200, channels: 1, data: new Uint8Array(40_000).fill(200) })).toEqual(
      [],
    )
  })
})
