import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blackedOut } from './evidence.ts'
import { compose, type Homography, invert, project, rigid } from './locate/homography.ts'
import { quadOf } from './rectify/text-line.ts'

describe('a blacked-out place', () => {
  it('keeps no pixel of what it hides, and touches nothing two pixels away', () => {
    const white = { width: 80, height: 60, channels: 3 as const, data: new Uint8Array(80 * 60 * 3).fill(255) }
    const rect = { x: 0, y: 0, width: 20, height: 8 }
    const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
    fc.assert(
      fc.property(number(-180, 180), number(0.5, 4), number(-20, 90), number(-20, 70), (turn, scale, x, y) => {
        const view: Homography = compose(rigid(turn, x, y), [scale, 0, 0, 0, scale, 0, 0.002, 0.001, 1])
        const { data } = blackedOut(white, [quadOf(rect, view)])
        const back = invert(view)
        for (let py = 0; py < 60; py += 1) {
          for (let px = 0; px < 80; px += 1) {
            const [u, v] = project(back, [px + 0.5, py + 0.5])
            const room = 2.2 / scale
            const p = (py * 80 + px) * 3
            if (u >= 0 && v >= 0 && u <= 20 && v <= 8) expect(data[p]! + data[p + 1]! + data[p + 2]!).toBe(0)
            else if (u < -room || v < -room || u > 20 + room || v > 8 + room) expect(data[p]).toBe(255)
          }
        }
        expect(white.data.every(value => value === 255)).toBe(true)
      }),
      { numRuns: 12 },
    )
  })
})
