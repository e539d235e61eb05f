import { describe, expect, it } from 'vitest'
import type { GreyRaster } from '../../imaging/grey.ts'
import { projectQuad } from '../../imaging/homography.ts'
import { square } from '../../imaging/quad.ts'
import { readBent } from './bent-grid.ts'
import { findSymbols } from './find-symbols.ts'
import { readAtPose } from './read-at-pose.ts'
import { encode, payload, placed, renderPlain, renderSymbol } from './synthetic-symbol.testing.ts'

const says = (bytes: Uint8Array | null | undefined, text: string) =>
  bytes != null && Buffer.from(bytes).toString('latin1') === text

/** The picture as if its paper lay round a cylinder of the given radius (px) whose axis runs up the picture's middle. */
function roundBottle({ width, height, data }: GreyRaster, radiusPx: number): GreyRaster {
  const bent = new Uint8Array(width * height).fill(235)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const sine = (x + 0.5 - width / 2) / radiusPx
      if (Math.abs(sine) >= 1) continue
      const from = Math.floor(width / 2 + radiusPx * Math.asin(sine))
      // Seen from a little above: what is farther away lies higher.
      const lift = Math.round(0.3 * radiusPx * (1 - Math.sqrt(1 - sine * sine)))
      if (from < 0 || from >= width || y + lift >= height) continue
      bent[y * width + x] = data[(y + lift) * width + from]!
    }
  }
  return { width, height, channels: 1, data: bent }
}

describe('readBent', () => {
  it('follows the grid round a bottle where no plane fits it', async () => {
    const { text } = payload(6, 0)
    const modules = encode(text, 'M')
    const picture = roundBottle(renderPlain(modules, 8, 8), 190)
    const symbols = await findSymbols(picture, { secondReader: false })
    expect(symbols.map(({ bytes }) => says(bytes, text))).toEqual([true])
    // A plane through the finder patterns does not read it: the test would not notice a bend that is too slight.
    expect(readAtPose(picture, symbols[0]!.toPixels, modules.size)).toBeNull()
  })

  it('reads a flat symbol as well, and places it', () => {
    const { text } = payload(6, 1)
    const modules = encode(text, 'M')
    const toPixels = placed(modules.size, 6, 17, 140, 140)
    const picture = renderSymbol(modules, { width: 280, height: 280, toPixels, noise: 4 })
    const hit = readBent(picture, toPixels, modules.size)
    expect(says(hit?.decoded.bytes, text)).toBe(true)
    const truth = projectQuad(toPixels, square(modules.size))
    for (const [i, [x, y]] of projectQuad(hit!.toPixels, square(modules.size)).entries()) {
      expect(Math.hypot(x - truth[i]![0], y - truth[i]![1])).toBeLessThan(0.5)
    }
  })

  it('reads nothing where there is no symbol, nor at the wrong size', () => {
    const modules = encode(payload(6, 2).text, 'M')
    const toPixels = placed(modules.size, 6, 0, 140, 140)
    const picture = renderSymbol(modules, { width: 280, height: 280, toPixels, noise: 4 })
    const noise: GreyRaster = { ...picture, data: picture.data.map((_, i) => (i * 7919 * (i % 13)) % 256) }
    expect(readBent(noise, toPixels, modules.size)).toBeNull()
    const other = placed(modules.size + 4, (6 * modules.size) / (modules.size + 4), 0, 140, 140)
    expect(readBent(picture, other, modules.size + 4)).toBeNull()
  })
})
