import type { Raster } from '../../imaging/raster.ts'

/** A straight line x·cos θ + y·sin θ = ρ, px, origin at the outer corner of the top left pixel. */
export interface HoughLine {
  /** 0 ≤ θ < π. */
  readonly theta: number
  readonly rho: number
  /** How many px of edge lie on it, weighted by clipped strength. */
  readonly votes: number
}

/** Edge strength (clipped to 1) and direction of each pixel. */
export interface EdgeField {
  readonly width: number
  readonly height: number
  readonly strength: Float32Array
  /** Direction of the gradient, radians. */
  readonly angle: Float32Array
}

const ANGLES = 180

/** Sobel gradients of a grey picture; strength 1 is the 92nd percentile, so that faint pictures count like bright ones. */
export function edgeField(grey: Raster): EdgeField {
  const { width, height, data } = grey
  const strength = new Float32Array(width * height)
  const angle = new Float32Array(width * height)
  const histogram = new Uint32Array(1024)
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const p = y * width + x
      const [a, b, c] = [data[p - width - 1]!, data[p - width]!, data[p - width + 1]!]
      const [d, e] = [data[p - 1]!, data[p + 1]!]
      const [f, g, h] = [data[p + width - 1]!, data[p + width]!, data[p + width + 1]!]
      const dx = c + 2 * e + h - a - 2 * d - f
      const dy = f + 2 * g + h - a - 2 * b - c
      const size = Math.hypot(dx, dy)
      strength[p] = size
      angle[p] = Math.atan2(dy, dx)
      histogram[Math.min(1023, size | 0)]!++
    }
  }
  let above = 0
  let strong = 1023
  while (strong > 12 && above + histogram[strong]! < 0.08 * width * height) above += histogram[strong--]!
  for (let i = 0; i < strength.length; i++) strength[i] = Math.min(1, strength[i]! / strong)
  return { width, height, strength, angle }
}

/** The straight lines with the most edge on them, best first; each pixel votes only along its own edge direction. */
export function houghLines(field: EdgeField, most: number): HoughLine[] {
  const { width, height, strength, angle } = field
  const diagonal = Math.ceil(Math.hypot(width, height))
  const rhos = 2 * diagonal + 1
  const votes = new Float32Array(ANGLES * rhos)
  const cos = Float64Array.from({ length: ANGLES }, (_, k) => Math.cos((k * Math.PI) / ANGLES))
  const sin = Float64Array.from({ length: ANGLES }, (_, k) => Math.sin((k * Math.PI) / ANGLES))
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const weight = strength[y * width + x]!
      if (weight < 0.3) continue
      const own = Math.round((angle[y * width + x]! * ANGLES) / Math.PI)
      for (let k = own - 3; k <= own + 3; k++) {
        const index = ((k % ANGLES) + ANGLES) % ANGLES
        const rho = Math.round((x + 0.5) * cos[index]! + (y + 0.5) * sin[index]!) + diagonal
        votes[index * rhos + rho]! += weight
      }
    }
  }
  const least = 0.08 * Math.min(width, height)
  const candidates: number[] = []
  for (let i = 0; i < votes.length; i++) if (votes[i]! > least) candidates.push(i)
  candidates.sort((a, b) => votes[b]! - votes[a]!)
  const lines: { k: number; rho: number; votes: number }[] = []
  for (const i of candidates) {
    const k = Math.floor(i / rhos)
    const rho = (i % rhos) - diagonal
    if (lines.some(line => near(line, k, rho))) continue
    lines.push({ k, rho, votes: votes[i]! })
    if (lines.length === most) break
  }
  return lines.map(line => ({ theta: (line.k * Math.PI) / ANGLES, rho: line.rho, votes: line.votes }))
}

/** The same line for our purpose: within 3° and 4 px; θ wraps with the sign of ρ. */
function near(line: { k: number; rho: number }, k: number, rho: number): boolean {
  const turn = Math.abs(line.k - k)
  return (turn <= 3 && Math.abs(line.rho - rho) <= 4) || (turn >= ANGLES - 3 && Math.abs(line.rho + rho) <= 4)
}
