import { type GreyRaster, toGrey } from '../../imaging/grey.ts'
import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { lightTable } from '../../imaging/srgb.ts'
import type { Measurement } from '../reading.ts'
import { blockSizes, dataModules, misdecodeProtection, placementOrder } from './codeword-places.ts'
import { formatOf, formatPlaces, layOut, type ModuleRole } from './function-patterns.ts'
import type { ModuleMatrix } from './module-matrix.ts'
import { refineModules } from './refine-modules.ts'

/** Width of one module in a patch, px: the least that the indices need. */
export const MODULE_PX = 8
/** Modules of surroundings on each side of a patch. */
export const QUIET_MODULES = 4
const QUIET_PX = QUIET_MODULES * MODULE_PX
/** From modules to a patch. */
export const patchPose: Homography = [MODULE_PX, 0, QUIET_PX, 0, MODULE_PX, QUIET_PX, 0, 0, 1]
/** Disc of 0.8 module, the aperture that ISO/IEC 15415 names for a known module size. */
const APERTURE_MODULES = 0.8
/** How much of the quiet zone is measured. The norm wants all four modules, but a label often ends before that. */
const MEASURED_QUIET = 1

/**
 * Print-quality indices of one symbol after ISO/IEC 15415 and 29158: the definitions of the norms on a camera picture.
 * They are no grades and no certificate: that takes a calibrated verifier (ISO/IEC 15426-2). Axial and grid
 * non-uniformity need the plane that the symbol lies on: see `grid-uniformity.ts`. A verifier lights
 * evenly and a photographed card is not, so a plane of illumination is fitted to the light modules and taken out first;
 * what is spotty (voids, smears, glare) stays.
 *
 * - `symbol-contrast` %: brightest less darkest reflectance, aperture-filtered (15415 SC); depends on the exposure
 * - `cell-contrast` %: (light mean − dark mean) / light mean (29158 CC); does not
 * - `modulation` index 0..1: largest t such that, codewords with a module below t taken as errors, at least t of the error
 *   correction is unused (15415 MOD with the notional-UEC rule, without its steps)
 * - `reflectance-margin` index: the same, where a module that reads wrong has modulation 0
 * - `contrast-uniformity` index: lowest modulation of any data module
 * - `unused-error-correction` index: 1 − 2t/(d − p) of the worst block; exact, as the right codewords are known. Below 0:
 *   more is wrong than could be corrected
 * - `print-growth` ratio: how far dark has spread over each module edge, in modules; negative: light has (15415, informative)
 * - `wrong-modules` %: of all modules, those that are not as the decoded symbol is drawn, error correction and mask included
 * - `quiet-zone-damage` count: dark modules around the symbol where nothing may stand
 * - `…-damage` count: modules of a fixed pattern that read wrong; `format-…-damage` of each copy of the format information
 *
 * @param patch the symbol seen straight on, as `patchPose` lays it
 * @param modules the symbol as it should be (`FoundSymbol.modules`)
 * @param of the mark's name
 * @param isQuiet which modules around it must be clear; the first ring when left out
 */
export function measurePrintQuality(
  patch: Raster,
  modules: ModuleMatrix,
  of: string,
  isQuiet: (column: number, row: number) => boolean = inFirstRing(modules.size),
): readonly Measurement[] {
  const { size } = modules
  const side = size * MODULE_PX + 2 * QUIET_PX
  if (patch.width !== side || patch.height !== side) {
    throw new RangeError(
      `a patch of ${patch.width} × ${patch.height} px does not hold ${size} modules of ${MODULE_PX} px`,
    )
  }
  const format = formatOf(modules)
  if (!format) throw new RangeError('the modules are not those of a whole QR symbol')

  const grey = toGrey(patch)
  const reflectance = evenlyLit(apertureFiltered(grey), modules, side)
  const pose = refineModules(grey, modules, patchPose)
  const at = (column: number, row: number) => reflectance[moduleMiddle(row) * side + moduleMiddle(column)]!
  const levels = Float64Array.from(modules.dark, (_, i) => at(i % size, Math.floor(i / size)))
  const { low, high } = range(reflectance, side, (QUIET_MODULES - MEASURED_QUIET) * MODULE_PX)
  const contrast = high - low
  const threshold = (high + low) / 2
  const seen = Uint8Array.from(levels, level => Number(level < threshold))
  const wrong = (module: number) => seen[module] !== modules.dark[module]

  const version = (size - 17) / 4
  const layout = layOut(version, format.level, format.mask)
  const blocks = blockSizes(version, format.level)
  const available = blocks.map(({ correction }) => correction - misdecodeProtection(version, format.level))
  const data = dataModules(layout)
  const codewords = placementOrder(blocks).map(({ block }, i) => ({ block, modules: data.slice(8 * i, 8 * i + 8) }))
  const modulation = (module: number) =>
    contrast > 0 ? Math.min(1, (2 * Math.abs(levels[module]! - threshold)) / contrast) : 0
  const margin = (module: number) => (wrong(module) ? 0 : modulation(module))
  const unusedWith = (isWrong: (codeword: (typeof codewords)[number]) => boolean) => {
    const errors = new Array<number>(blocks.length).fill(0)
    for (const codeword of codewords) if (isWrong(codeword)) errors[codeword.block]!++
    return Math.min(...errors.map((count, block) => 1 - (2 * count) / available[block]!))
  }
  const notional = (quality: (module: number) => number) => {
    const weakest = new Map(codewords.map(codeword => [codeword, Math.min(...codeword.modules.map(quality))]))
    let best = 0
    // The unused share falls only where the limit passes a codeword's own value, so the best limit is one of those.
    for (const limit of weakest.values()) {
      best = Math.max(
        best,
        Math.min(
          limit,
          unusedWith(codeword => weakest.get(codeword)! < limit),
        ),
      )
    }
    return best
  }

  const damaged = (role: ModuleRole) =>
    layout.roles.reduce((sum, r, module) => sum + Number(r === role && wrong(module)), 0)
  const formatDamage = formatPlaces(size).map(copy => copy.filter(([x, y]) => wrong(y * size + x)).length)
  const measured = (name: string, value: number, unit: Measurement['unit']): Measurement => ({ name, of, value, unit })
  return [
    measured('symbol-contrast', 100 * contrast, '%'),
    measured('cell-contrast', 100 * cellContrast(levels, seen), '%'),
    measured('modulation', notional(modulation), 'index'),
    measured('reflectance-margin', notional(margin), 'index'),
    measured('contrast-uniformity', Math.min(...data.map(modulation)), 'index'),
    measured(
      'unused-error-correction',
      unusedWith(codeword => codeword.modules.some(wrong)),
      'index',
    ),
    ...(pose ? [measured('print-growth', pose.growthModules, 'ratio')] : []),
    ...[...fixedPatterns, ...(version >= 7 ? (['version'] as const) : [])].map(role =>
      measured(`${role}-damage`, damaged(role), 'count'),
    ),
    measured('format-first-damage', formatDamage[0]!, 'count'),
    measured('format-second-damage', formatDamage[1]!, 'count'),
    measured('wrong-modules', (100 * seen.filter((_, module) => wrong(module)).length) / seen.length, '%'),
    measured('wrong-modules-together', mostTogether(wrong, size), 'count'),
    measured('quiet-zone-damage', quietDamage(at, size, threshold, isQuiet), 'count'),
  ]
}

/** Ink over part of a symbol makes modules wrong side by side; noise makes single ones. */
const TOGETHER = 4

/** The most wrong modules in any square of so many modules. */
function mostTogether(wrong: (module: number) => boolean, size: number): number {
  let most = 0
  for (let top = 0; top + TOGETHER <= size; top++)
    for (let left = 0; left + TOGETHER <= size; left++) {
      let count = 0
      for (let row = top; row < top + TOGETHER; row++)
        for (let column = left; column < left + TOGETHER; column++) count += Number(wrong(row * size + column))
      most = Math.max(most, count)
    }
  return most
}

const fixedPatterns: readonly ModuleRole[] = [
  'finder-top-left',
  'finder-top-right',
  'finder-bottom-left',
  'timing-horizontal',
  'timing-vertical',
  'alignment',
]

/** Where in a patch the middle of a column or row of modules lies, px. */
export const moduleMiddle = (module: number) => Math.floor((module + QUIET_MODULES + 0.5) * MODULE_PX)

/** Mean light over a disc about every pixel. The camera's own curve is taken to be sRGB. */
function apertureFiltered({ width, height, data }: GreyRaster): Float32Array {
  const radius = (APERTURE_MODULES * MODULE_PX) / 2
  const reach = Math.floor(radius)
  // Running sums along rows make each row of the disc two look-ups.
  const sums = new Float64Array((width + 1) * height)
  for (let y = 0; y < height; y++) {
    const row = y * (width + 1)
    for (let x = 0; x < width; x++) sums[row + x + 1] = sums[row + x]! + lightTable[data[y * width + x]!]!
  }
  const halves = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.floor(Math.sqrt(radius ** 2 - (i - reach) ** 2)))
  const filtered = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0
      let count = 0
      for (let dy = -reach; dy <= reach; dy++) {
        const row = y + dy
        if (row < 0 || row >= height) continue
        const half = halves[dy + reach]!
        const left = Math.max(0, x - half)
        const right = Math.min(width, x + half + 1)
        sum += sums[row * (width + 1) + right]! - sums[row * (width + 1) + left]!
        count += right - left
      }
      filtered[y * width + x] = sum / count
    }
  }
  return filtered
}

/** Levels that a fitted plane may take the light to, relative to its mean; beyond, the light is not a plane and is left. */
const MIN_LIGHT = 0.3

/** The reflectance as even light of the same mean would show it. */
function evenlyLit(reflectance: Float32Array, { size, dark }: ModuleMatrix, side: number): Float32Array {
  // Medians over nine fields of modules: voids and wrong modules do not move them.
  const fields: number[][] = Array.from({ length: 9 }, () => [])
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (dark[row * size + column]) continue
      const field = 3 * Math.floor((3 * row) / size) + Math.floor((3 * column) / size)
      fields[field]!.push(reflectance[moduleMiddle(row) * side + moduleMiddle(column)]!)
    }
  }
  const medians = fields.map(levels => levels.sort((a, b) => a - b)[levels.length >> 1] ?? Number.NaN)
  const mean = medians.reduce((sum, level) => sum + level, 0) / 9
  // The fields lie at −1, 0 and 1, so the plane's slopes are plain differences.
  const slope = (weight: (field: number) => number) => medians.reduce((sum, level, i) => sum + weight(i) * level, 0) / 6
  const across = slope(field => (field % 3) - 1)
  const down = slope(field => Math.floor(field / 3) - 1)
  const third = (size * MODULE_PX) / 3
  const centre = side / 2
  const reach = centre / third
  if (!(mean - reach * (Math.abs(across) + Math.abs(down)) > MIN_LIGHT * mean)) return reflectance
  const even = new Float32Array(reflectance.length)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const light = mean + (across * (x + 0.5 - centre) + down * (y + 0.5 - centre)) / third
      even[y * side + x] = (reflectance[y * side + x]! * mean) / light
    }
  }
  return even
}

function range(reflectance: Float32Array, side: number, marginPx: number): { low: number; high: number } {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  const from = Math.floor(marginPx)
  for (let y = from; y < side - from; y++) {
    for (let x = from; x < side - from; x++) {
      const level = reflectance[y * side + x]!
      if (level < low) low = level
      if (level > high) high = level
    }
  }
  return { low, high }
}

/** ISO/IEC 29158: means of the light and the dark modules as they are seen. */
function cellContrast(levels: Float64Array, seen: Uint8Array): number {
  const sum = [0, 0]
  const count = [0, 0]
  for (const [i, level] of levels.entries()) {
    sum[seen[i]!]! += level
    count[seen[i]!]!++
  }
  if (count[0] === 0 || count[1] === 0) return 0
  const light = sum[0]! / count[0]!
  return light > 0 ? (light - sum[1]! / count[1]!) / light : 0
}

/** Where a label often ends before the four modules of the norm, and nobody knows what else stands on it. */
const inFirstRing = (size: number) => (column: number, row: number) =>
  column >= -1 && row >= -1 && column <= size && row <= size

/** Dark modules of the quiet zone. */
function quietDamage(
  at: (column: number, row: number) => number,
  size: number,
  threshold: number,
  isQuiet: (column: number, row: number) => boolean,
): number {
  let count = 0
  for (let row = -QUIET_MODULES; row < size + QUIET_MODULES; row++) {
    for (let column = -QUIET_MODULES; column < size + QUIET_MODULES; column++) {
      const isOutside = column < 0 || row < 0 || column >= size || row >= size
      if (isOutside && isQuiet(column, row) && at(column, row) < threshold) count++
    }
  }
  return count
}
