import type { GreyImage } from '../imaging/grey-image.ts'

/** Smaller specks are noise, px². */
const LEAST_AREA_PX = 12

/**
 * The outline at which a picture passes a level, as closed lines (marching squares); holes run the other way round. A point of sample
 * (x, y) is at x + ½, y + ½.
 */
export function traced({ width, height, data }: GreyImage, level: number): (readonly [number, number])[][] {
  const value = (x: number, y: number) => (x < 0 || y < 0 || x >= width || y >= height ? 0 : data[y * width + x]!)
  const next = new Map<string, readonly [number, number]>()
  const key = ([x, y]: readonly [number, number]) => `${x.toFixed(4)} ${y.toFixed(4)}`
  const cross = (ax: number, ay: number, bx: number, by: number): readonly [number, number] => {
    const [a, b] = [value(ax, ay), value(bx, by)]
    const t = (level - a) / (b - a)
    return [ax + t * (bx - ax) + 0.5, ay + t * (by - ay) + 0.5]
  }
  const from = new Map<string, readonly [number, number]>()
  const add = (a: readonly [number, number], b: readonly [number, number]) => {
    next.set(key(a), b)
    from.set(key(a), a)
  }
  for (let y = -1; y < height; y++)
    for (let x = -1; x < width; x++) {
      const corners = [value(x, y), value(x + 1, y), value(x + 1, y + 1), value(x, y + 1)].map(v => v >= level)
      const code = corners.reduce((sum, inside, k) => sum + (inside ? 1 << k : 0), 0)
      if (code === 0 || code === 15) continue
      const top = () => cross(x, y, x + 1, y)
      const right = () => cross(x + 1, y, x + 1, y + 1)
      const bottom = () => cross(x, y + 1, x + 1, y + 1)
      const left = () => cross(x, y, x, y + 1)
      const sides = { top, right, bottom, left }
      for (const [a, b] of SEGMENTS[code]!) add(sides[a](), sides[b]())
    }
  const lines: (readonly [number, number])[][] = []
  while (next.size > 0) {
    const start = next.keys().next().value!
    const line: (readonly [number, number])[] = []
    let at: string | undefined = start
    while (at !== undefined && next.has(at)) {
      line.push(from.get(at)!)
      const to: readonly [number, number] = next.get(at)!
      next.delete(at)
      at = key(to)
    }
    if (Math.abs(areaOf(line)) >= LEAST_AREA_PX) lines.push(line)
  }
  return lines
}

type Side = 'top' | 'right' | 'bottom' | 'left'

/** By which corners are inside (top left 1, top right 2, bottom right 4, bottom left 8): from side to side, the inside to the right. */
const SEGMENTS: readonly (readonly (readonly [Side, Side])[])[] = [
  [],
  [['left', 'top']],
  [['top', 'right']],
  [['left', 'right']],
  [['right', 'bottom']],
  [
    ['left', 'top'],
    ['right', 'bottom'],
  ],
  [['top', 'bottom']],
  [['left', 'bottom']],
  [['bottom', 'left']],
  [['bottom', 'top']],
  [
    ['top', 'right'],
    ['bottom', 'left'],
  ],
  [['bottom', 'right']],
  [['right', 'left']],
  [['right', 'top']],
  [['top', 'left']],
  [],
]

function areaOf(line: readonly (readonly [number, number])[]): number {
  return (
    line.reduce((sum, [x, y], i) => {
      const [u, v] = line[(i + 1) % line.length]!
      return sum + x * v - u * y
    }, 0) / 2
  )
}
