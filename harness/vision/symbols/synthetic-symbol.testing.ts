import QRCode from 'qrcode'
import { seeded } from '../../core/seeded.testing.ts'
import type { GreyRaster } from '../../imaging/grey.ts'
import { type Homography, invert, project } from '../../imaging/homography.ts'
import type { Level } from './function-patterns.ts'
import type { ModuleMatrix } from './module-matrix.ts'

// Pictures of symbols whose every property is known, for tests and benchmarks. The encoder is not ours, so that an error
// in our reading of the standard does not cancel out.

export interface Payload {
  readonly kind: 'epk' | 'address' | 'confirmation-code'
  /** Made up: looks like one, belongs to nobody. */
  readonly text: string
}

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const shapes: readonly (readonly [Payload['kind'], prefix: string, length: number])[] = [
  ['epk', '6P', 58],
  ['address', '1', 34],
  ['confirmation-code', 'cfrm38V', 75],
]

/** The `index`th payload of a seed, kinds taking turns. */
export function payload(seed: number, index: number): Payload {
  const random = seeded(seed * 1_000_003 + index)
  const [kind, prefix, length] = shapes[index % shapes.length]!
  let text = prefix
  while (text.length < length) text += BASE58[Math.floor(random() * 58)]
  return { kind, text }
}

export function encode(text: string, level: Level): ModuleMatrix & { readonly version: number } {
  const { version, modules } = QRCode.create([{ data: new TextEncoder().encode(text), mode: 'byte' }], {
    errorCorrectionLevel: level,
  })
  return { version, size: modules.size, dark: Uint8Array.from(modules.data) }
}

export interface RenderOptions {
  readonly width: number
  readonly height: number
  /** Modules (origin: the symbol's top left corner) to px. */
  readonly toPixels: Homography
  /** Grey levels. Default: 235 and 20. */
  readonly light?: number
  readonly dark?: number
  /** Standard deviation of the optical blur, px. Default: 0. */
  readonly blurPx?: number
  /** Standard deviation of the pixel noise, grey levels. Default: 0. */
  readonly noise?: number
  readonly random?: () => number
  /** Samples a side of each pixel. Default: 4. */
  readonly oversampling?: number
}

/** A grey picture of a symbol on a plain light ground. */
export function renderSymbol(modules: ModuleMatrix, options: RenderOptions): GreyRaster {
  const { width, height, light = 235, dark = 20, blurPx = 0, noise = 0, oversampling = 4 } = options
  const fromPixels = invert(options.toPixels)
  const level = new Float32Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      let covered = 0
      for (let i = 0; i < oversampling; i++) {
        for (let j = 0; j < oversampling; j++) {
          const [u, v] = project(fromPixels, [x + (j + 0.5) / oversampling, y + (i + 0.5) / oversampling])
          const inside = u >= 0 && v >= 0 && u < modules.size && v < modules.size
          if (inside) covered += modules.dark[Math.floor(v) * modules.size + Math.floor(u)]!
        }
      }
      level[at] = light + ((dark - light) * covered) / oversampling ** 2
    }
  }
  const blurred = blurPx > 0 ? gaussianBlur(level, width, height, blurPx) : level
  const random = options.random ?? seeded(1)
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) {
    const grain = noise > 0 ? noise * gaussian(random) : 0
    data[i] = Math.max(0, Math.min(255, Math.round(blurred[i]! + grain)))
  }
  return { width, height, channels: 1, data }
}

/** Axis-aligned, whole pixels a module: what a computer draws. */
export function renderPlain(modules: ModuleMatrix, modulePx: number, quiet = 4): GreyRaster {
  const side = (modules.size + 2 * quiet) * modulePx
  const shift = quiet * modulePx
  return renderSymbol(modules, {
    width: side,
    height: side,
    toPixels: [modulePx, 0, shift, 0, modulePx, shift, 0, 0, 1],
    oversampling: 1,
  })
}

/** Modules to px: scaled, turned by `angleDeg` and centred at (x, y). */
export function placed(size: number, modulePx: number, angleDeg: number, x: number, y: number): Homography {
  const cos = Math.cos((angleDeg * Math.PI) / 180) * modulePx
  const sin = Math.sin((angleDeg * Math.PI) / 180) * modulePx
  const half = size / 2
  return [cos, -sin, x - half * cos + half * sin, sin, cos, y - half * sin - half * cos, 0, 0, 1]
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function gaussianBlur(from: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const reach = Math.ceil(3 * sigma)
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const across = new Float32Array(from.length)
  const both = new Float32Array(from.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let i = -reach; i <= reach; i++) {
        sum += weights[i + reach]! * from[y * width + Math.min(width - 1, Math.max(0, x + i))]!
      }
      across[y * width + x] = sum / total
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let i = -reach; i <= reach; i++) {
        sum += weights[i + reach]! * across[Math.min(height - 1, Math.max(0, y + i)) * width + x]!
      }
      both[y * width + x] = sum / total
    }
  }
  return both
}
