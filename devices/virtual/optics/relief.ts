import type { CardSurface } from '../card-surface.ts'
import type { LampPoint } from './lamps.ts'

const tile = 16
/** How far a low lamp is looked for behind a step, mm. */
const reachesMm = [0.06, 0.14, 0.26, 0.42, 0.62]

/** Height steps of a surface: where they are, and what stands in whose light. */
export class Relief {
  readonly #surface: CardSurface
  readonly #columns: number
  /** 1 where the surface rises or falls within a tile or just beside it. */
  readonly #uneven: Uint8Array

  constructor(surface: CardSurface) {
    this.#surface = surface
    this.#columns = Math.ceil(surface.width / tile)
    const rows = Math.ceil(surface.height / tile)
    const uneven = new Uint8Array(this.#columns * rows)
    const { width, height, heightUm } = surface
    for (let y = 0; y < height - 1; y++) {
      const row = (y / tile) | 0
      for (let x = 0; x < width - 1; x++) {
        const i = y * width + x
        const here = heightUm[i]!
        if (here !== heightUm[i + 1]! || here !== heightUm[i + width]!)
          uneven[row * this.#columns + ((x / tile) | 0)] = 1
      }
    }
    this.#uneven = grown(uneven, this.#columns, rows)
  }

  isUneven(x: number, y: number): boolean {
    return this.#uneven[((y / tile) | 0) * this.#columns + ((x / tile) | 0)] === 1
  }

  /** For {@link Relief.shadowAt}: steps towards the lamp in samples, and the rise in µm that hides it there. */
  towards(
    lamp: LampPoint,
  ): readonly { readonly by: number; readonly dx: number; readonly dy: number; readonly um: number }[] {
    const { pixelsPerMm, width } = this.#surface
    const [lx, ly, lz] = lamp.at
    const flat = Math.hypot(lx, ly)
    if (flat < 1 || lz / flat > 1) return []
    return reachesMm.map(mm => {
      const dx = Math.round((lx / flat) * mm * pixelsPerMm)
      const dy = Math.round((ly / flat) * mm * pixelsPerMm)
      return { by: dy * width + dx, dx, dy, um: ((mm * lz) / flat) * 1000 }
    })
  }

  /** Share of a low lamp that is hidden from a sample, 0..1. */
  shadowAt(x: number, y: number, steps: ReturnType<Relief['towards']>): number {
    const { width, height, heightUm } = this.#surface
    const i = y * width + x
    const here = heightUm[i]!
    let most = 0
    for (const step of steps) {
      const sx = x + step.dx
      const sy = y + step.dy
      if (sx < 0 || sy < 0 || sx >= width || sy >= height) break
      const over = (heightUm[i + step.by]! - here - step.um) / 25 + 0.5
      if (over > most) most = over
    }
    return most > 1 ? 1 : most
  }
}

function grown(map: Uint8Array, columns: number, rows: number): Uint8Array {
  const out = new Uint8Array(map.length)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (map[row * columns + column] === 0) continue
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const x = column + dx
          const y = row + dy
          if (x >= 0 && y >= 0 && x < columns && y < rows) out[y * columns + x] = 1
        }
      }
    }
  }
  return out
}
