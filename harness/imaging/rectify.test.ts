import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Homography, project, rigid } from './homography.ts'
import type { Raster } from './raster.ts'
import { rectify } from './rectify.ts'

function drawn(
  width: number,
  height: number,
  value: (x: number, y: number, c: number) => number,
  channels: 1 | 3 = 1,
): Raster {
  const data = new Uint8Array(width * height * channels)
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels)
    data[i] = value(pixel % width, Math.floor(pixel / width), i % channels)
  }
  return { width, height, channels, data }
}

const entry = fc.double({ min: -1e6, max: 1e6, noNaN: false })
const anyMap: fc.Arbitrary<Homography> = fc.tuple(entry, entry, entry, entry, entry, entry, entry, entry, entry)

describe('a rectified patch', () => {
  it('is the picture itself where a millimetre is a pixel', () => {
    const picture = drawn(40, 30, (x, y, c) => (x * 7 + y * 13 + c * 50) % 256, 3)
    const patch = rectify(picture, rigid(0, 0, 0), { x: 5, y: 4, width: 20, height: 10 }, 1)
    expect([patch.width, patch.height, patch.channels]).toEqual([20, 10, 3])
    for (let y = 0; y < 10; y++)
      for (let x = 0; x < 20; x++)
        for (let c = 0; c < 3; c++)
          expect(patch.data[(y * 20 + x) * 3 + c]).toBe(picture.data[((y + 4) * 40 + x + 5) * 3 + c])
  })

  it('shows each place of the plane where it belongs, in any view', () => {
    // A ramp along a direction of the picture: any cut of it must show the ramp at the projected places.
    const picture = drawn(300, 300, (x, y) => Math.round((x + 0.5) * 0.5 + (y + 0.5) * 0.3))
    const angle = fc.double({ min: -180, max: 180, noNaN: true })
    const tilt = fc.double({ min: -0.004, max: 0.004, noNaN: true })
    fc.assert(
      fc.property(angle, tilt, tilt, fc.double({ min: 2, max: 5, noNaN: true }), (turn, g, h, scale) => {
        const turned = rigid(turn, 0, 0)
        const view: Homography = [turned[0]! * scale + 150 * g, turned[1]! * scale + 150 * h, 150, turned[3]! * scale + 150 * g, turned[4]! * scale + 150 * h, 150, g, h, 1] // biome-ignore format: one matrix
        const patch = rectify(picture, view, { x: -10, y: -8, width: 20, height: 16 }, 4)
        for (const [x, y] of [
          [3, 5],
          [70, 50],
          [40, 32],
        ] as const) {
          const [u, v] = project(view, [-10 + (x + 0.5) / 4, -8 + (y + 0.5) / 4])
          expect(Math.abs(patch.data[y * patch.width + x]! - (u * 0.5 + v * 0.3))).toBeLessThan(1.6)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('averages what it cannot show: a fine chequerboard becomes grey, not a pattern', () => {
    const picture = drawn(256, 256, (x, y) => ((x + y) % 2 === 0 ? 0 : 255))
    const patch = rectify(picture, rigid(0, 3, 3), { x: 0, y: 0, width: 240, height: 240 }, 0.25)
    for (const value of patch.data) expect(Math.abs(value - 128)).toBeLessThan(4)
  })

  it('repeats the edge outside the picture and never reads beyond it', () => {
    const picture = drawn(10, 10, () => 77)
    fc.assert(
      fc.property(anyMap, h => {
        const { data } = rectify(picture, h, { x: -100, y: -100, width: 50, height: 50 }, 0.2)
        expect([...data].every(value => value === 77)).toBe(true)
      }),
    )
  })

  it('is refused when it would be larger than any use', () => {
    expect(() =>
      rectify(
        drawn(4, 4, () => 0),
        rigid(0, 0, 0),
        { x: 0, y: 0, width: 500, height: 500 },
        20,
      ),
    ).toThrow(RangeError)
  })
})
