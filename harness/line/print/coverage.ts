import type { OutlineCommand } from '../../products/font.ts'
import { type Affine, move } from './affine.ts'

/** How much of each pixel a shape covers, 0…255, over a box of the surface. */
export interface Coverage {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  readonly alpha: Uint8Array
}

/** Steps a curve is cut into; at 30 px/mm the chords of a 2.6 mm letter stay within 0.02 px. */
const curveSteps = 8

/**
 * Collects outlines and gives their exact area coverage (signed areas, summed along each row), so edges are as smooth at
 * 10 px/mm as at 60 and do not depend on any drawing library. Overlapping outlines of one direction unite; holes
 * run the other way round, as in fonts.
 */
export class OutlineRaster {
  readonly #edges: number[] = []
  readonly #toPixels: Affine

  constructor(toPixels: Affine) {
    this.#toPixels = toPixels
  }

  /** A closed polygon, mm. */
  polygon(points: readonly (readonly [number, number])[]): this {
    const pixels = points.map(([x, y]) => move(this.#toPixels, x, y))
    for (const [i, [x, y]] of pixels.entries()) {
      const [nextX, nextY] = pixels[(i + 1) % pixels.length]!
      this.#edges.push(x, y, nextX, nextY)
    }
    return this
  }

  rect(x: number, y: number, width: number, height: number): this {
    return this.polygon([
      [x, y],
      [x + width, y],
      [x + width, y + height],
      [x, y + height],
    ])
  }

  roundedRect(x: number, y: number, width: number, height: number, radius: number): this {
    if (radius <= 0) return this.rect(x, y, width, height)
    const points: [number, number][] = []
    const centres = [
      [x + width - radius, y + radius, -90],
      [x + width - radius, y + height - radius, 0],
      [x + radius, y + height - radius, 90],
      [x + radius, y + radius, 180],
    ] as const
    for (const [cx, cy, from] of centres) {
      for (let i = 0; i <= 12; i++) {
        const angle = ((from + (i * 90) / 12) * Math.PI) / 180
        points.push([cx + radius * Math.cos(angle), cy + radius * Math.sin(angle)])
      }
    }
    return this.polygon(points)
  }

  /** A font outline, mm. */
  outline(commands: readonly OutlineCommand[]): this {
    let x = 0
    let y = 0
    let startX = 0
    let startY = 0
    const lineTo = (toX: number, toY: number) => {
      this.#edges.push(x, y, toX, toY)
      x = toX
      y = toY
    }
    const close = () => {
      if (x !== startX || y !== startY) lineTo(startX, startY)
    }
    for (const command of commands) {
      if (command.type === 'Z') {
        close()
        continue
      }
      const [endX, endY] = move(this.#toPixels, command.x, command.y)
      if (command.type === 'M') {
        close()
        x = startX = endX
        y = startY = endY
      } else if (command.type === 'L') {
        lineTo(endX, endY)
      } else {
        const [x0, y0] = [x, y]
        const [x1, y1] = move(this.#toPixels, command.x1, command.y1)
        const [x2, y2] = command.type === 'C' ? move(this.#toPixels, command.x2, command.y2) : [x1, y1]
        for (let i = 1; i <= curveSteps; i++) {
          const t = i / curveSteps
          const s = 1 - t
          if (command.type === 'Q') {
            lineTo(s * s * x0 + 2 * s * t * x1 + t * t * endX, s * s * y0 + 2 * s * t * y1 + t * t * endY)
          } else {
            const [p, q, r, u] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t]
            lineTo(p * x0 + q * x1 + r * x2 + u * endX, p * y0 + q * y1 + r * y2 + u * endY)
          }
        }
      }
    }
    close()
    return this
  }

  /** The coverage, cut to a surface of `width` × `height` pixels. */
  finish(width: number, height: number): Coverage {
    const edges = this.#edges
    let minX = Number.POSITIVE_INFINITY
    let minY = Number.POSITIVE_INFINITY
    let maxX = Number.NEGATIVE_INFINITY
    let maxY = Number.NEGATIVE_INFINITY
    for (let i = 0; i < edges.length; i += 2) {
      minX = Math.min(minX, edges[i]!)
      maxX = Math.max(maxX, edges[i]!)
      minY = Math.min(minY, edges[i + 1]!)
      maxY = Math.max(maxY, edges[i + 1]!)
    }
    const left = Math.max(0, Math.floor(minX))
    const top = Math.max(0, Math.floor(minY))
    const boxWidth = Math.min(width, Math.ceil(maxX)) - left
    const boxHeight = Math.min(height, Math.ceil(maxY)) - top
    if (!(boxWidth > 0 && boxHeight > 0)) return { left: 0, top: 0, width: 0, height: 0, alpha: new Uint8Array(0) }
    const stride = boxWidth + 2
    const area = new Float32Array(stride * boxHeight)
    for (let i = 0; i < edges.length; i += 4) {
      addEdge(
        area,
        stride,
        boxWidth,
        boxHeight,
        edges[i]! - left,
        edges[i + 1]! - top,
        edges[i + 2]! - left,
        edges[i + 3]! - top,
      )
    }
    const alpha = new Uint8Array(boxWidth * boxHeight)
    for (let row = 0; row < boxHeight; row++) {
      let sum = 0
      for (let column = 0; column < boxWidth; column++) {
        sum += area[row * stride + column]!
        const covered = Math.abs(sum)
        alpha[row * boxWidth + column] = covered >= 1 ? 255 : Math.round(covered * 255)
      }
    }
    return { left, top, width: boxWidth, height: boxHeight, alpha }
  }
}

/** Adds one edge's signed area to the running differences of each row that it crosses. */
function addEdge(
  area: Float32Array,
  stride: number,
  width: number,
  height: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  if (y0 === y1) return
  const sign = y0 < y1 ? 1 : -1
  const [topX, topY, bottomX, bottomY] = sign > 0 ? [x0, y0, x1, y1] : [x1, y1, x0, y0]
  const slope = (bottomX - topX) / (bottomY - topY)
  const first = Math.max(0, Math.floor(topY))
  const last = Math.min(height, Math.ceil(bottomY))
  for (let row = first; row < last; row++) {
    const from = Math.max(topY, row)
    const to = Math.min(bottomY, row + 1)
    if (to <= from) continue
    const xa = clamp(topX + (from - topY) * slope, width)
    const xb = clamp(topX + (to - topY) * slope, width)
    const share = (to - from) * sign
    const base = row * stride
    const xl = Math.min(xa, xb)
    const xr = Math.max(xa, xb)
    const firstColumn = Math.floor(xl)
    const lastColumn = Math.ceil(xr)
    if (lastColumn <= firstColumn + 1) {
      const middle = (xl + xr) / 2 - firstColumn
      area[base + firstColumn]! += share * (1 - middle)
      area[base + firstColumn + 1]! += share * middle
      continue
    }
    // The edge crosses several columns in this row: integrate the covered part column by column.
    const run = xr - xl
    let before = 0
    let previous = 0
    for (let column = firstColumn; column < lastColumn; column++) {
      const a = Math.max(xl, column)
      const b = Math.min(xr, column + 1)
      const part = (b - a) / run
      const inside = part * (column + 1 - (a + b) / 2)
      const covered = before + inside
      area[base + column]! += share * (covered - previous)
      previous = covered
      before += part
    }
    area[base + lastColumn]! += share * (1 - previous)
  }
}

const clamp = (x: number, width: number) => (x < 0 ? 0 : x > width ? width : x)
