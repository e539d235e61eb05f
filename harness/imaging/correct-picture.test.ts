import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { correctPicture, type GainMap, type PictureCorrection } from './correct-picture.ts'
import type { Raster } from './raster.ts'
import { clippedLevel } from './straighten.ts'

const size = { width: 90, height: 60 }
const nothing: PictureCorrection = { size, dark: null, gain: null, lens: null }

const levelOf = (light: number): number =>
  Math.round(255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055))

/** A picture whose channel `c` at (x, y) is `levelAt`. */
function picture(levelAt: (x: number, y: number, c: number) => number, channels: 1 | 3 = 3): Raster {
  const data = new Uint8Array(size.width * size.height * channels)
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels)
    data[i] = levelAt(pixel % size.width, Math.floor(pixel / size.width), i % channels)
  }
  return { ...size, channels, data }
}

/** A map that varies as the function of the place, 0 to 1 in both directions. */
function gainMap(at: (u: number, v: number, c: number) => number, columns = 13, rows = 9): GainMap {
  const values: number[] = []
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let c = 0; c < 3; c++) values.push(at(column / (columns - 1), row / (rows - 1), c))
  return { columns, rows, values }
}

describe('a correction', () => {
  test('of nothing leaves the picture as it is', () => {
    const given = picture((x, y, c) => (7 * x + 3 * y + 50 * c) % 256)
    expect(correctPicture(given, nothing).data).toEqual(given.data)
  })

  test('takes a known fall of light, a tint and a dark level out, to a level', () => {
    const scene = (x: number, y: number) => 0.1 + 0.45 * ((Math.floor(x / 9) + Math.floor(y / 9)) % 2)
    const fall = (u: number, v: number, c: number) =>
      (1 - 0.35 * ((u - 0.5) ** 2 + (v - 0.5) ** 2)) * ([0.92, 1, 0.85][c] ?? 1)
    const dark = [0.02, 0.015, 0.03] as const
    const place = (x: number, y: number, c: number) => fall((x + 0.5) / size.width, (y + 0.5) / size.height, c)
    const taken = picture((x, y, c) => levelOf(scene(x, y) * place(x, y, c) + dark[c]!))
    const { data } = correctPicture(taken, { ...nothing, dark, gain: gainMap((u, v, c) => 1 / fall(u, v, c)) })
    const meant = picture((x, y) => levelOf(scene(x, y)))
    let worst = 0
    for (const [i, level] of meant.data.entries()) worst = Math.max(worst, Math.abs(level - data[i]!))
    // Rounding of the given picture, stretched by the gain where light is scarce.
    expect(worst).toBeLessThanOrEqual(2)
  })

  test('hides no saturation and feigns none, whatever it is', () => {
    const correction = fc.record({
      dark: fc.tuple(...([0, 1, 2] as const).map(() => fc.double({ min: 0, max: 0.1, noNaN: true }))),
      gain: fc
        .array(fc.double({ min: 0.25, max: 4, noNaN: true }), { minLength: 27, maxLength: 27 })
        .map(values => ({ columns: 3, rows: 3, values })),
      lens: fc.constant(null),
    })
    fc.assert(
      fc.property(correction, fc.integer(), (part, seed) => {
        const given = picture((x, y, c) => (Math.imul(x + 31 * y + 7 * c + seed, 2_654_435_761) >>> 24) & 255)
        const { data } = correctPicture(given, { size, ...(part as unknown as Omit<PictureCorrection, 'size'>) })
        for (const [i, level] of given.data.entries()) {
          if (level >= clippedLevel !== data[i]! >= clippedLevel) return false
        }
        return true
      }),
      { numRuns: 25 },
    )
  })

  test('straightens what a lens bent, to a fraction of a pixel, and keeps what was clipped', () => {
    const lens = { k1: -0.06, k2: 0.01, centrePx: [46, 29] } as const
    // A smooth scene of known light everywhere, so that each pixel tells where it came from.
    const scene = (x: number, y: number) => 120 + 50 * Math.sin(x / 6) + 45 * Math.cos(y / 5)
    const perRadius = 4 / (size.width ** 2 + size.height ** 2)
    /** Where what the lens shows at a place belongs: the inverse of the lens, by repetition. */
    const meantAt = (x: number, y: number): [number, number] => {
      const [dx, dy] = [x - lens.centrePx[0], y - lens.centrePx[1]]
      let bend = 1
      for (let i = 0; i < 30; i++) {
        const r2 = ((dx * dx + dy * dy) / bend ** 2) * perRadius
        bend = 1 + lens.k1 * r2 + lens.k2 * r2 * r2
      }
      return [lens.centrePx[0] + dx / bend, lens.centrePx[1] + dy / bend]
    }
    const bent = picture((x, y) => Math.round(scene(...meantAt(x + 0.5, y + 0.5))), 1)
    const { data } = correctPicture(bent, { ...nothing, lens })
    let squares = 0
    let moved = 0
    let count = 0
    for (let y = 6; y < size.height - 6; y++) {
      for (let x = 6; x < size.width - 6; x++) {
        const meant = scene(x + 0.5, y + 0.5)
        squares += (data[y * size.width + x]! - meant) ** 2
        moved += (bent.data[y * size.width + x]! - meant) ** 2
        count++
      }
    }
    expect(Math.sqrt(squares / count)).toBeLessThan(0.6)
    expect(Math.sqrt(moved / count)).toBeGreaterThan(3)
    const spot = picture((x, y) => (x > 60 && x < 70 && y > 40 && y < 50 ? 255 : 80), 1)
    const straight = correctPicture(spot, { ...nothing, lens })
    const clippedIn = (raster: Raster) => raster.data.filter(level => level >= clippedLevel).length
    expect(clippedIn(straight)).toBeGreaterThanOrEqual(clippedIn(spot) * 0.9)
    expect(Math.max(...straight.data.filter(level => level < clippedLevel))).toBeLessThan(clippedLevel)
  })

  test.each([
    ['pulls in', { k1: -0.0117, k2: 0.0021, centrePx: [303, 198] }],
    ['pushes out', { k1: 0.009, k2: -0.002, centrePx: [296, 204] }],
  ] as const)('reads what a lens %s between all sixteen neighbours, to a level', (_, lens) => {
    const [width, height] = [600, 400]
    // Edges as sharp as a lens draws them, and noise from pixel to pixel.
    const scene = (x: number, y: number) => 125 + 95 * Math.tanh(3 * Math.sin(x / 3) * Math.cos(y / 4))
    const given = Uint8Array.from({ length: width * height }, (_, i) => {
      return scene(i % width, Math.floor(i / width)) + (Math.imul(i, 2_654_435_761) >>> 29)
    })
    const { data } = correctPicture(
      { width, height, channels: 1, data: given },
      { ...nothing, size: { width, height }, lens },
    )
    const weightsAt = (t: number) => [
      t * (-0.5 + t * (1 - 0.5 * t)),
      1 + t * t * (-2.5 + 1.5 * t),
      t * (0.5 + t * (2 - 1.5 * t)),
      t * t * (-0.5 + 0.5 * t),
    ]
    let moved = 0
    let worst = 0
    for (let y = 8; y < height - 8; y++) {
      for (let x = 8; x < width - 8; x++) {
        const [dx, dy] = [x + 0.5 - lens.centrePx[0], y + 0.5 - lens.centrePx[1]]
        const r2 = (4 * (dx * dx + dy * dy)) / (width ** 2 + height ** 2)
        const bend = 1 + lens.k1 * r2 + lens.k2 * r2 * r2
        const [sx, sy] = [lens.centrePx[0] + bend * dx - 0.5, lens.centrePx[1] + bend * dy - 0.5]
        const [left, top] = [Math.floor(sx), Math.floor(sy)]
        const across = weightsAt(sx - left)
        let meant = 0
        for (const [j, v] of weightsAt(sy - top).entries())
          for (const [i, u] of across.entries()) meant += u * v * given[(top + j - 1) * width + left + i - 1]!
        worst = Math.max(worst, Math.abs(data[y * width + x]! - Math.round(meant)))
        moved = Math.max(moved, Math.abs(data[y * width + x]! - given[y * width + x]!))
      }
    }
    expect(worst).toBeLessThanOrEqual(1)
    expect(moved).toBeGreaterThan(100)
  })

  test('for pictures of another size is refused by name', () => {
    expect(() =>
      correctPicture(
        picture(() => 9),
        { ...nothing, size: { width: 91, height: 60 } },
      ),
    ).toThrow(expect.objectContaining({ code: 'correction-misfit', exitCode: 3 }))
  })
})
