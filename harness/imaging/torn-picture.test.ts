import { describe, expect, it } from 'vitest'
import { gaussianBlur } from './grey-image.ts'
import type { Raster } from './raster.ts'
import { tornPictureFault } from './torn-picture.ts'

const [WIDTH, HEIGHT] = [640, 448]

/** A number in 0..1 that depends on all of its parts alone. */
function noise(...parts: readonly number[]): number {
  let hash = 0x9e3779b9
  for (const part of parts) {
    hash = Math.imul(hash ^ part, 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return (hash >>> 0) / 2 ** 32
}

/** What a camera sees of a table with things on it: shapes with straight edges, blurred by the lens, and the sensor's noise. */
function photograph(seed: number, noiseLevels = 3): Raster {
  const data = new Float32Array(WIDTH * HEIGHT)
  for (let i = 0; i < data.length; i++) data[i] = 90 + ((30 * (i % WIDTH)) / WIDTH) * noise(seed, 9)
  for (let shape = 0; shape < 120; shape++) {
    const at = (part: number) => noise(seed, shape, part)
    const [x0, y0, wide, high] = [at(1) * WIDTH, at(2) * HEIGHT, 10 + 70 * at(3), 10 + 90 * at(4)]
    const level = 40 + 180 * at(5)
    // The upright box that a leaning shape stands in.
    const [left, right] = [Math.max(0, Math.floor(x0 - 0.15 * high)), Math.min(WIDTH, Math.ceil(x0 + wide))]
    const [top, bottom] = [Math.max(0, Math.floor(y0)), Math.min(HEIGHT, Math.ceil(y0 + high + 0.1 * wide))]
    for (let row = top; row < bottom; row++)
      for (let column = left; column < right; column++) {
        const [x, y] = [column - x0, row - y0]
        const [u, v] = [x + 0.15 * y, y - 0.1 * x]
        if (u > 0 && u < wide && v > 0 && v < high) data[row * WIDTH + column] = level
      }
  }
  const seen = gaussianBlur({ width: WIDTH, height: HEIGHT, data }, 0.9).data
  const levels = Uint8Array.from(seen, (level, i) => Math.round(level + noiseLevels * 2 * (noise(seed, i, 3) - 0.5)))
  return { width: WIDTH, height: HEIGHT, channels: 1, data: levels }
}

/** The same picture with other samples: `from` says which one of which picture stands at a place. */
function changed(picture: Raster, from: (x: number, y: number) => readonly [Raster, number, number]): Raster {
  const data = new Uint8Array(picture.data.length)
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const [of, u, v] = from(x, y)
      data[y * WIDTH + x] = of.data[Math.min(HEIGHT - 1, Math.max(0, v)) * WIDTH + Math.min(WIDTH - 1, Math.max(0, u))]!
    }
  return { ...picture, data }
}

const good = photograph(1)
const other = photograph(2)

describe('a picture that was torn or put together', () => {
  it.each([3, 6, 12, -24, 60])('is told when what lies below a row is shifted by %i px', px => {
    expect(tornPictureFault(changed(good, (x, y) => [good, y < 203 ? x : x - px, y]))).toMatch(
      /(torn|together).* row 203/,
    )
  })

  it.each([4, 9, -20])('is told when what lies right of a column is shifted by %i px', px => {
    expect(tornPictureFault(changed(good, (x, y) => [good, x, x < 333 ? y : y - px]))).toMatch(
      /(torn|together).* column 333/,
    )
  })

  it('is told when only a part of the rows is shifted', () => {
    const torn = changed(good, (x, y) => [good, y < 203 || x < 240 ? x : x - 7, y])
    expect(tornPictureFault(torn)).toMatch(/torn at row 203: .* 7 px/)
  })

  it('is told when its upper or its right part is of another photograph', () => {
    expect(tornPictureFault(changed(good, (x, y) => [y < 97 ? other : good, x, y]))).toMatch(/two pictures at row 97/)
    expect(tornPictureFault(changed(good, (x, y) => [x < 411 ? good : other, x, y]))).toMatch(
      /two pictures at column 411/,
    )
  })

  it('is told when some rows are missing', () => {
    expect(tornPictureFault(changed(good, (x, y) => [good, x, y < 150 ? y : y + 16]))).toMatch(/at row 150/)
  })
})

describe('a picture that was only photographed', () => {
  it.each([1, 2, 3, 4, 5, 6])('is whole, whatever it shows (%i)', seed => {
    expect(tornPictureFault(photograph(seed))).toBeNull()
    expect(tornPictureFault(photograph(seed, 12))).toBeNull()
  })

  // As in photographs that were enlarged and stored again, four times as strong: 0.6 levels from row to row, 1.4 at the blocks of the one
  // JPEG, 2.4 where those of the other fall on them. A part of another picture steps as far in most stretches, and much further in some.
  it.each([
    ['is whole where blocks of two JPEGs add up', [] as number[], null],
    ['is put together where some of what stands out stands far out', [3, 9, 10, 17], 'row 200'],
  ])('%s, all along a row', (_, farStretches, found) => {
    const width = 1280
    const data = new Uint8Array(width * HEIGHT)
    for (let x = 0; x < width; x++) {
      let level = 128
      for (let y = 0; y < HEIGHT; y++) {
        const isFar = farStretches.includes(Math.floor((24 * x) / width))
        const mean = y === 200 ? (isFar ? 40 : 10) : y % 8 === 0 ? 5.6 : 2.4
        level += 2 * mean * noise(x, y, 5) * (level < 128 ? 1 : -1)
        data[y * width + x] = Math.round(level)
      }
    }
    const fault = tornPictureFault({ width, height: HEIGHT, channels: 1, data })
    if (found === null) expect(fault).toBeNull()
    else expect(fault).toContain(found)
  })

  it('may show an edge that lies along its rows from side to side', () => {
    const edge = new Float32Array(WIDTH * HEIGHT).map((_, i) => (Math.floor(i / WIDTH) < 200 ? 60 : 180))
    const seen = gaussianBlur({ width: WIDTH, height: HEIGHT, data: edge }, 0.7).data
    const data = Uint8Array.from(seen, (level, i) => Math.round(level + 6 * (noise(i, 4) - 0.5)))
    expect(tornPictureFault({ width: WIDTH, height: HEIGHT, channels: 1, data })).toBeNull()
  })

  it('may have a drawn border', () => {
    const bordered = changed(good, (x, y) => [good, x, y])
    bordered.data.fill(0, 0, 40 * WIDTH)
    expect(tornPictureFault(bordered)).toBeNull()
  })

  it('takes no longer for rows of one value, which a small file may hold by the thousand', () => {
    // Gone over anew for each of its blocks, such a row costs as much as 250 others.
    const [width, height] = [16_000, 1000]
    const began = process.cpuUsage()
    expect(tornPictureFault({ width, height, channels: 1, data: new Uint8Array(width * height) })).toBeNull()
    const { user, system } = process.cpuUsage(began)
    expect((user + system) / 1000).toBeLessThan(2000)
  })
})
