import type { GreyRaster } from '../../imaging/grey.ts'
import { lineMeans } from '../../imaging/line-means.ts'
import { solve } from '../../imaging/solve.ts'
import type { ModuleMatrix } from './module-matrix.ts'
import { MODULE_PX, QUIET_MODULES } from './print-quality.ts'

/**
 * What stands out most of a symbol that is drawn again, as shares of its contrast: straight lines by their mean along their length, a spot
 * by its mean.
 */
export interface SymbolResidual {
  /** Added ink, a slit, a dark scratch. */
  readonly darkLine: number
  /** Missing ink: a bright scratch. */
  readonly brightLine: number
  /** Either, as large as a module. */
  readonly spot: number
  /** Either around the symbol, half as large; null where nobody says what must be clear. */
  readonly quiet: number | null
}

/** Modules around a symbol that are drawn with it: beyond, the surface itself is looked at. */
const RING = 2
/** Side of a spot around it, samples: paper is quieter than modules. */
const QUIET_SPOT = 2

/** Samples a module, along each side: a slit of 0.16 mm is wider than one. */
const PLACES = 4
const SHRINK = MODULE_PX / PLACES
/** So long a line is looked for, in modules: shorter ones are dust, or the edge of a void. */
const LENGTH_MODULES = 8
/** Directions between an axis and a diagonal. */
const SLOPES = 8
/** One place counts no more than this, so that a blot is no line. */
const MOST_ONE = 0.6
/** A constant, and the 3 × 3 modules about a place, as bits. */
const TERMS = 10
const CONSTANT = 1 << 9
/** Places further off than this share of the contrast teach nothing of how a symbol is seen. */
const STRAY = 0.25

/**
 * Draws a symbol again and looks for what its modules do not explain, finer than they are. A camera sees each place through the modules
 * around it, in one way all over a symbol. How, is learned from the symbol itself, for each place within a module: so blur, motion, spread
 * of ink and sharpening explain themselves, and a scratch or a slit does not.
 *
 * @param patch the symbol seen straight on, as `patchPose` lays it
 * @param isQuiet which modules around it must be clear
 * @returns null where too little of it is seen
 */
export function symbolResidual(
  patch: GreyRaster,
  modules: ModuleMatrix,
  isQuiet?: (column: number, row: number) => boolean,
): SymbolResidual | null {
  const seen = evenedLevels(patch, modules)
  if (seen === null) return null
  const all = seen.length ** 0.5
  if (!lessDrawn(seen, all, modules)) return null
  const side = modules.size * PLACES
  const own = new Float32Array(side * side)
  const from = RING * PLACES
  for (let y = 0; y < side; y++)
    own.set(seen.subarray((from + y) * all + from, (from + y) * all + from + side), y * side)
  const quiet = isQuiet === undefined ? null : strongestSpot(clearOf(seen, all, modules.size, isQuiet), all, QUIET_SPOT)
  return { ...strongestLines(own, side), spot: strongestSpot(own, side, PLACES), quiet }
}

/** What is left around a symbol where nothing may stand; in place. */
function clearOf(
  residual: Float32Array,
  side: number,
  size: number,
  isQuiet: (column: number, row: number) => boolean,
): Float32Array {
  for (let i = 0; i < residual.length; i++) {
    const [column, row] = [Math.floor((i % side) / PLACES) - RING, Math.floor(i / side / PLACES) - RING]
    const isOwn = column >= 0 && row >= 0 && column < size && row < size
    if (isOwn || !isQuiet(column, row)) residual[i] = 0
  }
  return residual
}

/** Levels less what the modules around each place make of it; in place. @returns whether that could be learned */
function lessDrawn(seen: Float32Array, side: number, modules: ModuleMatrix): boolean {
  const size = modules.size + 2 * RING
  const around = surroundings(modules)
  const isOwn = around.map((_, i) =>
    Number(Math.min(i % size, Math.floor(i / size)) >= RING && Math.max(i % size, Math.floor(i / size)) < size - RING),
  )
  const drawn = new Float64Array(CONSTANT)
  const values = new Float64Array(size * size)
  for (let place = 0; place < PLACES * PLACES; place++) {
    const first = Math.floor(place / PLACES) * side + (place % PLACES)
    const at = (module: number) => first + PLACES * (Math.floor(module / size) * side + (module % size))
    for (let i = 0; i < values.length; i++) values[i] = seen[at(i)]!
    // What is no part of the symbol is left out the second time.
    for (const limit of [Number.POSITIVE_INFINITY, STRAY]) {
      const weights = fitted(values, around, isOwn, drawn, limit)
      if (weights === null) return false
      for (let bits = 0; bits < CONSTANT; bits++) drawn[bits] = weighed(weights, bits | CONSTANT)
    }
    for (let i = 0; i < values.length; i++) seen[at(i)] = values[i]! - drawn[around[i]!]!
  }
  return true
}

function weighed(weights: Float64Array, bits: number): number {
  let sum = 0
  for (let k = 0; k < TERMS; k++) if ((bits >> k) & 1) sum += weights[k]!
  return sum
}

/** The 3 × 3 modules about each module and each of the ring around, a bit each; outside all is light. */
function surroundings({ size, dark }: ModuleMatrix): Uint16Array {
  const isDark = (column: number, row: number) =>
    column < 0 || row < 0 || column >= size || row >= size ? 0 : dark[row * size + column]!
  const all = size + 2 * RING
  return Uint16Array.from({ length: all * all }, (_, i) => {
    let bits = 0
    for (let k = 0; k < 9; k++)
      bits |= isDark((i % all) - RING + (k % 3) - 1, Math.floor(i / all) - RING + Math.floor(k / 3) - 1) << k
    return bits
  })
}

/** Least squares of the values to the modules around, but for those further than `limit` from what was drawn. */
function fitted(
  values: Float64Array,
  around: Uint16Array,
  isOwn: Uint16Array,
  drawn: Float64Array,
  limit: number,
): Float64Array | null {
  const counts = new Float64Array(CONSTANT)
  const sums = new Float64Array(CONSTANT)
  for (let i = 0; i < values.length; i++) {
    const bits = around[i]!
    if (isOwn[i] === 0) continue
    if (Math.abs(values[i]! - drawn[bits]!) > limit) continue
    counts[bits]!++
    sums[bits]! += values[i]!
  }
  const normal = new Float64Array(TERMS * TERMS)
  const right = new Float64Array(TERMS)
  for (let k = 0; k < TERMS; k++) normal[k * TERMS + k] = 1e-3
  for (let kind = 0; kind < CONSTANT; kind++) {
    if (counts[kind] === 0) continue
    const bits = kind | CONSTANT
    for (let a = 0; a < TERMS; a++) {
      if (((bits >> a) & 1) === 0) continue
      right[a]! += sums[kind]!
      for (let b = 0; b < TERMS; b++) normal[a * TERMS + b]! += ((bits >> b) & 1) * counts[kind]!
    }
  }
  return solve(normal, right)
}

/** Constant, x, y, x², xy, y²: how light falls on a symbol. */
const LIGHT_TERMS = 6
const FEWEST = 40
/** Levels; what is further off is dirt, or a module that is not as it is drawn. */
const OFF_LEVELS = 30
/** Where there is next to none, nothing stands out of noise. */
const LEAST_CONTRAST = 12

/** The symbol's levels and those of the ring around it, 0 dark to 1 light as each is around there. */
function evenedLevels({ width, data }: GreyRaster, modules: ModuleMatrix): Float32Array | null {
  const side = (modules.size + 2 * RING) * PLACES
  const levels = new Float32Array(side * side)
  const from = (QUIET_MODULES - RING) * MODULE_PX
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      let sum = 0
      for (let dy = 0; dy < SHRINK; dy++)
        for (let dx = 0; dx < SHRINK; dx++) sum += data[(from + SHRINK * y + dy) * width + from + SHRINK * x + dx]!
      levels[y * side + x] = sum / SHRINK ** 2
    }
  const light = lightOn(levels, side, modules, 0)
  const dark = lightOn(levels, side, modules, 1)
  if (light === null || dark === null) return null
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const [u, v] = [x, y].map(one => one / PLACES / modules.size - RING / modules.size) as [number, number]
      const low = lightAt(dark, u, v)
      levels[y * side + x] = (levels[y * side + x]! - low) / Math.max(LEAST_CONTRAST, lightAt(light, u, v) - low)
    }
  return levels
}

/** How bright modules of one colour are over the symbol. */
function lightOn(
  levels: Float32Array,
  side: number,
  { size, dark }: ModuleMatrix,
  colour: number,
): Float64Array | null {
  let light: Float64Array | null = null
  const terms = new Float64Array(LIGHT_TERMS)
  for (let pass = 0; pass < 2; pass++) {
    const normal = new Float64Array(LIGHT_TERMS * LIGHT_TERMS)
    const right = new Float64Array(LIGHT_TERMS)
    let used = 0
    for (let i = 0; i < dark.length; i++) {
      if (dark[i] !== colour) continue
      const [x, y] = [PLACES * (i % size) + PLACES / 2, PLACES * Math.floor(i / size) + PLACES / 2]
      const level = levels[(RING * PLACES + y) * side + RING * PLACES + x]!
      const [u, v] = [x / PLACES / size, y / PLACES / size]
      if (light !== null && Math.abs(level - lightAt(light, u, v)) > OFF_LEVELS) continue
      terms.set([1, u, v, u * u, u * v, v * v])
      used++
      for (let a = 0; a < LIGHT_TERMS; a++) {
        right[a]! += terms[a]! * level
        for (let b = 0; b < LIGHT_TERMS; b++) normal[a * LIGHT_TERMS + b]! += terms[a]! * terms[b]!
      }
    }
    light = used < FEWEST ? null : solve(normal, right)
    if (light === null) return null
  }
  return light
}

const lightAt = (l: Float64Array, u: number, v: number) =>
  l[0]! + l[1]! * u + l[2]! * v + l[3]! * u * u + l[4]! * u * v + l[5]! * v * v

function strongestLines(residual: Float32Array, side: number): Pick<SymbolResidual, 'darkLine' | 'brightLine'> {
  const clipped = residual.map(value => Math.max(-MOST_ONE, Math.min(MOST_ONE, value)))
  let [dark, bright] = [0, 0]
  for (const { means } of lineMeans({ width: side, height: side, data: clipped }, LENGTH_MODULES * PLACES, SLOPES))
    for (let i = 0; i < means.length; i++) {
      const mean = means[i]!
      if (mean < dark) dark = mean
      else if (mean > bright) bright = mean
    }
  return { darkLine: Math.abs(dark), brightLine: bright }
}

/** Of all squares so large. */
function strongestSpot(residual: Float32Array, side: number, size: number): number {
  const columns = new Float64Array(side)
  let strongest = 0
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      columns[x]! += residual[y * side + x]!
      if (y >= size) columns[x]! -= residual[(y - size) * side + x]!
    }
    if (y < size - 1) continue
    let sum = 0
    for (let x = 0; x < side; x++) {
      sum += columns[x]!
      if (x >= size) sum -= columns[x - size]!
      if (x >= size - 1) strongest = Math.max(strongest, Math.abs(sum))
    }
  }
  return strongest / size ** 2
}
