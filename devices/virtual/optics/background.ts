import { between } from '../../../harness/imaging/bilinear.ts'
import type { Background } from '../placement.ts'
import { seededRandom } from '../seeded-random.ts'

/** A square of bench surface that repeats: reflectance, linear R, G, B. */
export interface BenchTexture {
  /** Samples a side, a power of two. */
  readonly side: number
  readonly samplesPerMm: number
  readonly rgb: Float32Array
}

const side = 1024
const samplesPerMm = 6

type Rgb = readonly [number, number, number]

interface Recipe {
  readonly dark: Rgb
  readonly light: Rgb
  /** Layers of noise: wavelength along x and y in samples (powers of two), and weight. */
  readonly layers: readonly (readonly [along: number, across: number, weight: number])[]
}

const recipes: Readonly<Record<Background, Recipe>> = {
  nest: {
    dark: [0.13, 0.133, 0.138],
    light: [0.2, 0.203, 0.21],
    layers: [
      [64, 1, 0.5],
      [2, 2, 0.4],
      [256, 256, 0.4],
    ],
  },
  black: {
    dark: [0.012, 0.012, 0.013],
    light: [0.05, 0.05, 0.052],
    layers: [
      [1, 1, 0.6],
      [4, 4, 0.5],
      [128, 128, 0.3],
    ],
  },
  wood: {
    dark: [0.1, 0.05, 0.022],
    light: [0.34, 0.19, 0.09],
    layers: [
      [256, 16, 0.7],
      [128, 4, 0.5],
      [32, 1, 0.35],
      [512, 64, 0.5],
    ],
  },
  white: {
    dark: [0.7, 0.69, 0.66],
    light: [0.8, 0.79, 0.77],
    layers: [
      [2, 2, 0.5],
      [16, 16, 0.3],
      [256, 256, 0.5],
    ],
  },
}

const made = new Map<string, BenchTexture>()

/** Made once for each kind and seed. */
export function benchTexture(kind: Background, seed: number): BenchTexture {
  const key = `${kind} ${seed}`
  const known = made.get(key)
  if (known) return known
  const { dark, light, layers } = recipes[kind]
  const sum = new Float32Array(side * side)
  for (const [i, [along, across, weight]] of layers.entries()) addNoise(sum, along, across, weight, seed, i)
  const rgb = new Float32Array(3 * sum.length)
  for (let i = 0; i < sum.length; i++) {
    const t = Math.min(1, Math.max(0, 0.5 + sum[i]!))
    for (let c = 0; c < 3; c++) rgb[3 * i + c] = dark[c]! + t * (light[c]! - dark[c]!)
  }
  const texture: BenchTexture = { side, samplesPerMm, rgb }
  made.set(key, texture)
  return texture
}

/** Smooth noise between random knots that repeats at the edges. */
function addNoise(sum: Float32Array, along: number, across: number, weight: number, seed: number, layer: number): void {
  const random = seededRandom(seed, 3, layer)
  const columns = side / along
  const rows = side / across
  const knots = Float32Array.from({ length: columns * rows }, () => (random.uniform() - 0.5) * weight)
  for (let y = 0; y < side; y++) {
    const row = Math.floor(y / across)
    const ty = smooth((y % across) / across)
    const here = row * columns
    const below = ((row + 1) % rows) * columns
    for (let x = 0; x < side; x++) {
      const column = Math.floor(x / along)
      const next = (column + 1) % columns
      const tx = smooth((x % along) / along)
      sum[y * side + x]! += between(knots, here + column, next - column, below - here, tx, ty)
    }
  }
}

const smooth = (t: number): number => t * t * (3 - 2 * t)
