import { boxBlur, type GreyImage, gaussianBlur, greyOf } from '../../imaging/grey-image.ts'
import type { Homography } from '../../imaging/homography.ts'
import { median, quantile } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { grown, lineBoxes } from '../../products/geometry.ts'
import type { ProductProfile, RectMm, SymbolMark } from '../../products/profile.ts'
import { versionsOf } from '../../products/symbol-kinds.ts'

const PIXELS_PER_MM = 8
const NOISE_LEVELS = 6
/** Paper within this of an ink's edge, of a text's place and of the sticker's edge is left out, mm. */
const [INK_MM, TEXT_MM, RIM_MM] = [0.3, 0.6, 0.8]
/** Brighter paper shows nothing. */
const CLIPPED = 250
/** Of the paper that could be looked at, so much at least must not be clipped. */
const LEAST_SEEN = 0.5
/** Unevenness of light is a mean over so many mm. */
const AROUND_MM = 3
/** The layers lie on each other to within this. */
const [MOST_SHIFT_MM, STEP_MM] = [0.9, 0.15]
/** Ink below shows at all three corners alike. */
const MOST_OVER_WEAKEST = 2
/** Modules of the rings of a finder pattern with the light around it, outermost first: light, dark, light, dark. */
const RINGS = [9, 7, 5, 3] as const

/** What the paper of the top layer shows of the symbol below. */
export interface ShowThrough {
  /** How far the finder patterns of the symbol below stand out of the paper's noise, in its standard deviations. */
  readonly t: number
  /** False where the paper is too bright to show anything. */
  readonly isFit: boolean
}

/**
 * Does the bottom layer's symbol show through the top layer? Its three finder patterns are looked for in what is left of the blank
 * paper when uneven light is taken out, and the means of all rows and columns with it: bands along the sticker's edge look like
 * finder patterns otherwise. Null where the product has no symbol below.
 * @param layerToPixels from the sticker's mm to the photograph, by the top layer's own print
 */
export function showThrough(raster: Raster, profile: ProductProfile, layerToPixels: Homography): ShowThrough | null {
  const { sticker, marks } = profile
  const below = marks.find((mark): mark is SymbolMark => mark.kind === 'qr' && mark.on === 'bottom-layer')
  if (sticker === null || below === undefined) return null
  const { width, height } = sticker.rect
  const grey = greyOf(rectify(raster, layerToPixels, { x: 0, y: 0, width, height }, PIXELS_PER_MM))
  const paper = blankPaper(grey, profile)
  const clipped = grey.data.reduce((sum, level, at) => sum + Number(paper[at] === 1 && level > CLIPPED), 0)
  const blank = paper.reduce((sum, one) => sum + one, 0)
  for (let at = 0; at < paper.length; at++) if (grey.data[at]! > CLIPPED) paper[at] = 0
  if (!(blank - clipped > LEAST_SEEN * blank)) return { t: Number.POSITIVE_INFINITY, isFit: false }
  const residual = residualOf(logOf(grey), paper)
  return { t: clearestFinders(residual, paper, below), isFit: true }
}

const logOf = ({ width, height, data }: GreyImage): GreyImage => ({
  width,
  height,
  data: data.map(level => Math.log(level + NOISE_LEVELS)),
})

/** 1 where nothing is printed on the top layer. */
function blankPaper(grey: GreyImage, { sticker, marks }: ProductProfile): Uint8Array {
  const { width, height } = grey
  const log = logOf(grey)
  const bright = brightestAround(log)
  const contrast = median(bright.data) - quantile(log.data, 0.05)
  const ink: GreyImage = {
    width,
    height,
    data: log.data.map((value, at) => Number(value < bright.data[at]! - contrast / 2)),
  }
  const reach = Math.round(INK_MM * PIXELS_PER_MM)
  const nearInk = boxBlur(ink, reach, reach).data
  const paper = new Uint8Array(nearInk.length)
  for (let at = 0; at < paper.length; at++) paper[at] = Number(nearInk[at]! < 1e-6)
  const keepOnly = (rect: RectMm, inside: boolean) => {
    for (let row = 0, at = 0; row < height; row++) {
      const y = (row + 0.5) / PIXELS_PER_MM
      const isRow = y > rect.y && y < rect.y + rect.height
      for (let column = 0; column < width; column++, at++) {
        const x = (column + 0.5) / PIXELS_PER_MM
        if ((isRow && x > rect.x && x < rect.x + rect.width) !== inside) paper[at] = 0
      }
    }
  }
  keepOnly(grown({ ...sticker!.rect, x: 0, y: 0 }, -RIM_MM), true)
  for (const mark of marks)
    if (mark.kind === 'text' && mark.on === 'top-layer')
      for (const { rect } of lineBoxes(mark)) keepOnly(grown(rect, TEXT_MM), false)
  return paper
}

/** The level of the paper: the brightest nearby, smoothed. */
function brightestAround({ width, height, data }: GreyImage): GreyImage {
  const side = Math.round((AROUND_MM * PIXELS_PER_MM) / 3)
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)]
  const blocks = new Float32Array(columns * rows).fill(Number.NEGATIVE_INFINITY)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const block = Math.floor(y / side) * columns + Math.floor(x / side)
      if (data[at]! > blocks[block]!) blocks[block] = data[at]!
    }
  const around = new Float32Array(width * height)
  const greatest = blocks.map((_, block) => {
    const [column, row] = [block % columns, Math.floor(block / columns)]
    let most = Number.NEGATIVE_INFINITY
    for (let v = Math.max(0, row - 1); v <= Math.min(rows - 1, row + 1); v++)
      for (let u = Math.max(0, column - 1); u <= Math.min(columns - 1, column + 1); u++)
        most = Math.max(most, blocks[v * columns + u]!)
    return most
  })
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) around[at] = greatest[Math.floor(y / side) * columns + Math.floor(x / side)]!
  return gaussianBlur({ width, height, data: around }, side)
}

/** The paper without uneven light, and without the mean of each row and column; 0 elsewhere. */
function residualOf({ width, height, data }: GreyImage, paper: Uint8Array): GreyImage {
  const weights: GreyImage = { width, height, data: Float32Array.from(paper) }
  const reach = Math.round((AROUND_MM * PIXELS_PER_MM) / 2)
  const weight = boxBlur(weights, reach, reach).data
  let rest = data.map((value, at) => value * paper[at]!)
  for (let pass = 0; pass < 2; pass++) {
    const mean = boxBlur({ width, height, data: rest }, reach, reach).data
    rest = rest.map((value, at) => (paper[at] === 1 ? value - mean[at]! / weight[at]! : 0))
  }
  takeOffMeans(rest, paper, height, (_, y) => y, width)
  takeOffMeans(rest, paper, width, x => x, width)
  const seen = rest.filter((_, at) => paper[at] === 1)
  const most = 4 * spreadOf(seen)
  return { width, height, data: rest.map(value => Math.max(-most, Math.min(most, value))) }
}

function takeOffMeans(
  rest: Float32Array,
  paper: Uint8Array,
  lines: number,
  lineOf: (x: number, y: number) => number,
  width: number,
): void {
  const [sums, counts] = [new Float64Array(lines), new Float64Array(lines)]
  const each = (visit: (at: number, line: number) => void) => {
    for (let at = 0, y = 0; at < rest.length; y++) for (let x = 0; x < width; x++, at++) visit(at, lineOf(x, y))
  }
  each((at, line) => {
    sums[line]! += rest[at]!
    counts[line]! += paper[at]!
  })
  each((at, line) => {
    if (paper[at] === 1) rest[at]! -= sums[line]! / counts[line]!
  })
}

/** Standard deviation of values about 0, told by their middle half. */
const spreadOf = (values: ArrayLike<number>) => 1.4826 * median(Float64Array.from(values, Math.abs), 0)

/** The largest t of any shift of the three finder patterns. */
function clearestFinders(residual: GreyImage, paper: Uint8Array, below: SymbolMark): number {
  const { width, height } = residual
  const sums = integralOf(residual.data, width, height)
  const counts = integralOf(Float32Array.from(paper), width, height)
  const size = 17 + 4 * versionsOf(below)[0]
  const modulePx = (below.rect.width / size) * PIXELS_PER_MM
  const [left, top] = [below.rect.x * PIXELS_PER_MM, below.rect.y * PIXELS_PER_MM]
  const far = (size - 3.5) * modulePx
  const near = 3.5 * modulePx
  const centres = [
    [left + near, top + near],
    [left + far, top + near],
    [left + near, top + far],
  ] as const
  const steps = Math.round(MOST_SHIFT_MM / STEP_MM)
  const shifts = Array.from({ length: (2 * steps + 1) ** 2 }, (_, i) => {
    const of = (k: number) => (k - steps) * STEP_MM * PIXELS_PER_MM
    return [of(i % (2 * steps + 1)), of(Math.floor(i / (2 * steps + 1)))] as const
  })
  const at = shifts.map(([dx, dy]) =>
    centres.map(([x, y]) => finderAt(sums, counts, width, height, x + dx, y + dy, modulePx)),
  )
  const differences = [0, 1, 2].map(corner => lessMedian(at.map(finders => differenceOf([finders[corner]!]))))
  const all = lessMedian(at.map(differenceOf))
  const noise = spreadOf(moduleMeans(sums, counts, width, height, modulePx))
  const areaPx = modulePx ** 2
  let best = 0
  for (const [i, finders] of at.entries()) {
    const weakest = Math.min(...differences.map(values => values[i]!))
    const difference = Math.min(all[i]!, MOST_OVER_WEAKEST * weakest)
    const total = (of: 'darkCount' | 'lightCount') => finders.reduce((sum, finder) => sum + finder[of], 0) / areaPx
    const error = noise * Math.sqrt(1 / total('darkCount') + 1 / total('lightCount'))
    if (error > 0) best = Math.max(best, difference / error)
  }
  return best
}

interface FinderSums {
  readonly dark: number
  readonly darkCount: number
  readonly light: number
  readonly lightCount: number
}

function differenceOf(finders: readonly FinderSums[]): number {
  const total = (of: keyof FinderSums) => finders.reduce((sum, finder) => sum + finder[of], 0)
  const [dark, light] = [total('dark') / total('darkCount'), total('light') / total('lightCount')]
  return Number.isFinite(light - dark) ? light - dark : 0
}

function lessMedian(values: readonly number[]): number[] {
  const middle = median(values)
  return values.map(value => value - middle)
}

function finderAt(
  sums: Float64Array,
  counts: Float64Array,
  width: number,
  height: number,
  x: number,
  y: number,
  modulePx: number,
): FinderSums {
  const square = (integral: Float64Array, modules: number) => boxSum(integral, width, height, x, y, modules * modulePx)
  const [s9, s7, s5, s3] = RINGS.map(modules => square(sums, modules)) as [number, number, number, number]
  const [c9, c7, c5, c3] = RINGS.map(modules => square(counts, modules)) as [number, number, number, number]
  return { dark: s7 - s5 + s3, darkCount: c7 - c5 + c3, light: s9 - s7 + s5 - s3, lightCount: c9 - c7 + c5 - c3 }
}

function integralOf(data: Float32Array, width: number, height: number): Float64Array {
  const integral = new Float64Array((width + 1) * (height + 1))
  for (let y = 0; y < height; y++) {
    let row = 0
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!
      integral[(y + 1) * (width + 1) + x + 1] = integral[y * (width + 1) + x + 1]! + row
    }
  }
  return integral
}

/** Sum over a square about (x, y). */
function boxSum(integral: Float64Array, width: number, height: number, x: number, y: number, sidePx: number): number {
  const within = (value: number, most: number) => Math.max(0, Math.min(most, Math.round(value)))
  const [left, right] = [within(x - sidePx / 2, width), within(x + sidePx / 2, width)]
  const [top, bottom] = [within(y - sidePx / 2, height), within(y + sidePx / 2, height)]
  const at = (column: number, row: number) => integral[row * (width + 1) + column]!
  return at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)
}

/** Means of the paper over squares as large as a module, side by side. */
function moduleMeans(
  sums: Float64Array,
  counts: Float64Array,
  width: number,
  height: number,
  modulePx: number,
): number[] {
  const means: number[] = []
  for (let y = modulePx / 2; y < height; y += modulePx) {
    for (let x = modulePx / 2; x < width; x += modulePx) {
      const count = boxSum(counts, width, height, x, y, modulePx)
      if (count > 0.7 * modulePx ** 2) means.push(boxSum(sums, width, height, x, y, modulePx) / count)
    }
  }
  return means
}
