import { midpoint, ranked } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import { blurred } from './local-means.ts'
import { coarseTone, SHRINK, type SoftStain, seenPlaces, spreadOf, squareAround } from './soft-stains.ts'
import { toneOf } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A darker or a brighter place of paper, without an edge: a bubble, a dent, a stain. */
export interface SoftPlace extends SoftStain {
  readonly isBright: boolean
}

/** Each flank of a bubble of 5 mm is so wide, standard deviation; what is wider is light. */
const PLACE_MM = 0.7
const LIGHT_MM = 2.2
/** Paper bends towards its rim. */
const RIM_MM = 2
const AROUND_MM = 1
const SHOWN_MM = 2.5
/** Of a column or a row so much has to be in view to tell how the sheet bends there. */
const LEAST_SHARE = 0.5
/**
 * By how much it differs, natural logarithm, and in spreads of the sheet: both. Of 22 photographs of even numbers whose top layer is good the
 * strongest has 0.83 of the lesser, of 26 of odd ones 0.71, of 30 pictures of the virtual rig 0.24; a finger, a sleeve and a shadow 1.2 and more.
 */
const MOST = 0.03
const MOST_SPREADS = 5.5

/** The darkest and the brightest soft place of a sheet, beside what is printed there; none where too little of it is seen. */
export function softPlaces(view: SurfaceView): SoftPlace[] {
  const tone = coarseTone(view)
  const { width, height } = tone
  const px = (mm: number) => (mm * view.pixelsPerMm) / SHRINK
  const [near] = blurred([tone], px(PLACE_MM))
  const [light] = blurred([tone], px(LIGHT_MM))
  const places = seenPlaces(tone, Math.round(px(RIM_MM)), Math.round(px(AROUND_MM)))
  if (places.length < 100) return []
  const field = new Float32Array(width * height).fill(Number.NaN)
  for (const i of places) field[i] = near!.data[i]! - light!.data[i]!
  lessMiddles(field, width, height, 1, width)
  lessMiddles(field, height, width, width, 1)
  const spread = spreadOf(Float32Array.from(places, i => field[i]!))
  return [false, true].map(isBright => {
    const at = places.reduce((best, i) => (isBright === field[i]! > field[best]! ? i : best), places[0]!)
    const most = Math.abs(field[at]!)
    const isSo = field[at]! > 0 === isBright
    return {
      rect: squareAround(at, width, px(1), SHOWN_MM),
      strength: isSo ? Math.min(most / MOST, most / spread / MOST_SPREADS) : 0,
      isBright,
    }
  })
}

/** A bent sheet is lit alike along its whole length: each line of samples less its own middle. @param count of the lines */
function lessMiddles(field: Float32Array, count: number, length: number, across: number, along: number): void {
  for (let line = 0; line < count; line++) {
    const seen: number[] = []
    for (let k = 0, i = line * across; k < length; k++, i += along) if (!Number.isNaN(field[i]!)) seen.push(field[i]!)
    if (seen.length < LEAST_SHARE * length) continue
    const middle = midpoint(seen)
    for (let k = 0, i = line * across; k < length; k++, i += along) field[i]! -= middle
  }
}

/** Between the modules of a symbol paper shows in each cell of so many mm, one every half a millimetre: its brightest twelfth. */
const CELL_MM = 1.25
const STRIDE_MM = 0.5
const BRIGHT_SHARE = 0.92
/** In a finder pattern there may be none: a cell that is darker than the others by this, natural logarithm, is left out. */
const LEAST_PAPER = 0.2
const RAISED_MM = 0.8
const AROUND_SYMBOL_MM = 2.5
/**
 * Where modules stand close together blur darkens the paper between them, so that bright places alone tell. The same photographs have up to
 * 0.80 (even numbers), 0.50 (odd ones) and 0.21 (virtual rig).
 */
const MOST_BRIGHT = 0.055
const MOST_BRIGHT_SPREADS = 5.8

/** The brightest soft place of the paper between a symbol's modules: the lit flank of a bubble below it. @param symbol mm on the surface */
export function brightUnderSymbol({ raster, pixelsPerMm }: SurfaceView, symbol: RectMm): SoftPlace {
  const tone = toneOf(raster, new Uint8Array(raster.width * raster.height).fill(1))
  const [columns, rows] = [symbol.width, symbol.height].map(mm => Math.floor(mm / STRIDE_MM)) as [number, number]
  const data = new Float32Array(columns * rows)
  const side = Math.round(CELL_MM * pixelsPerMm)
  const cell = new Float32Array(side * side)
  for (let row = 0, i = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, i++) {
      const left = Math.round((symbol.x + (column + 0.5) * STRIDE_MM) * pixelsPerMm - side / 2)
      const top = Math.round((symbol.y + (row + 0.5) * STRIDE_MM) * pixelsPerMm - side / 2)
      let count = 0
      for (let y = Math.max(0, top); y < Math.min(raster.height, top + side); y++)
        for (let x = Math.max(0, left); x < Math.min(raster.width, left + side); x++)
          cell[count++] = tone.data[y * raster.width + x]!
      data[i] = count === 0 ? 0 : ranked(cell.subarray(0, count), Math.floor(BRIGHT_SHARE * count))
    }
  const usual = ranked(Float32Array.from(data), Math.floor(0.7 * data.length))
  const valid = new Uint8Array(data.length)
  for (let i = 0; i < data.length; i++)
    if (data[i]! > usual - LEAST_PAPER) valid[i] = 1
    else data[i] = 0
  const paper = { width: columns, height: rows, data, valid }
  const [near] = blurred([paper], RAISED_MM / STRIDE_MM)
  const [light] = blurred([paper], AROUND_SYMBOL_MM / STRIDE_MM)
  const rim = Math.round(1.5 / STRIDE_MM)
  const places = seenPlaces(paper, rim, 1)
  const values = Float32Array.from(places, i => near!.data[i]! - light!.data[i]!)
  const best = values.reduce((most, one, k) => (one > values[most]! ? k : most), 0)
  const rise = values[best] ?? 0
  const spread = values.length === 0 ? 1 : spreadOf(values)
  const at = places[best] ?? 0
  const [x, y] = [at % columns, Math.floor(at / columns)].map(k => (k + 0.5) * STRIDE_MM - SHOWN_MM / 2) as [
    number,
    number,
  ]
  return {
    rect: { x: symbol.x + x, y: symbol.y + y, width: SHOWN_MM, height: SHOWN_MM },
    strength: Math.min(rise / MOST_BRIGHT, rise / spread / MOST_BRIGHT_SPREADS),
    isBright: true,
  }
}
