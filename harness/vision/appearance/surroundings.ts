import { ranked } from '../../imaging/quantile.ts'
import { type AppearanceMap, HAVE_MEAN, type LearnedMap, type LearnedSurface } from '../../products/appearance.ts'
import type { MapCells, SurfaceCells } from './cells.ts'

/**
 * What lies on a place that was opened or is worn: crumbs of the scratch-off on steel and at the rim of whatever is on it; of the top
 * layer, glue within the bottom layer and scraps of paper along its rim. Single crumbs are `scattered` further away. Nothing on `grey` metal,
 * which is as it was made and has no colour of its own.
 */
export type Wear = 'crumbs' | 'scattered' | 'glue' | 'scraps' | 'grey'

/** How a map of a surface is told from the surface itself. */
interface OwnMap {
  /** What cameras, noise and grain make by themselves: no spread is less. */
  readonly floor: number
  /** The largest |value − mean| / spread that good surfaces show, of any product and under any light. */
  readonly most: number
  /** So many times more where such remains lie. */
  readonly worn: Readonly<Record<Wear, number>>
}

/** Of 16 photographs of opened cards none has more than 1.17 of `most` further than crumbs lie. */
const SCATTERED = 1.25

const worn = (crumbs: number, glue: number, scraps: number, grey = 1) => ({
  crumbs,
  scattered: Math.min(crumbs, SCATTERED),
  glue,
  scraps,
  grey,
})

/**
 * Colour on grey metal: of 15 photographs of good sealed and etched cards, without hands, sleeves and shadows, none has more than 0.29 of
 * `most`; faint rust all over a card has 0.51. Gold under steep light has more by itself.
 */
const GREY = 0.45

/**
 * Of 20 photographs of good sealed cards under nine lights the largest are 0.75 of `most`; of 27 of opened ones, which bear crumbs of
 * the scratch-off and of paper, as much of `worn`, but for one upright stroke on a black card.
 */
const own: Readonly<Record<AppearanceMap, OwnMap>> = {
  upright: { floor: 0.01, most: 7, worn: worn(6, 2, 4.2) },
  level: { floor: 0.01, most: 7.5, worn: worn(6, 1.6, 2.8) },
  rising: { floor: 0.01, most: 8, worn: worn(6, 1.6, 2.8) },
  falling: { floor: 0.01, most: 8, worn: worn(6, 1.6, 2.8) },
  dot: { floor: 0.015, most: 7.5, worn: worn(5.5, 1.8, 3.4) },
  spot: { floor: 0.015, most: 7, worn: worn(2.5, 1.5, 2.8) },
  patch: { floor: 0.015, most: 8, worn: worn(1.1, 1, 1.4) },
  tone: { floor: 0.03, most: 4, worn: worn(1.2, 1, 1.2) },
  'red-green': { floor: 0.012, most: 9, worn: worn(1, 1, 1.2, GREY) },
  'blue-green': { floor: 0.012, most: 9, worn: worn(1, 1.2, 3.7, GREY) },
}

/** What a surface is made of, as far as its own quiet goes. */
export type Ground = 'metal' | 'paper' | 'foil'

/** Where a ground is quieter than metal: a value counts from so many times the spread on, and never below as many times the floor. */
interface Quiet {
  readonly rimMm: number
  readonly floor: number
  readonly times: number
  readonly maps: ReadonlySet<AppearanceMap>
}

const STROKES = ['upright', 'level', 'rising', 'falling'] as const
/**
 * Paper that nothing was peeled off, but for its rim: strokes of 24 photographs of good stickers have at most 7 times the spread, and 10 times
 * in a defocused one. Twelve times is a crease, or faint letters. A scratch-off within its seen edges: 21 good ones have at most 5.4 times,
 * the shadow of a phone aside; a hair scratch through it has 12 to 49, a crack 20 and more.
 */
const quiet: Readonly<Record<Ground, Quiet | null>> = {
  metal: null,
  paper: { rimMm: 3, floor: 0.002, times: 1.8, maps: new Set(STROKES) },
  foil: { rimMm: 0, floor: 0.004, times: 1.6, maps: new Set([...STROKES, 'dot', 'spot']) },
}

/** The spread is taken over so many mm to each side, and worked out so far apart: light changes slowly. */
const AROUND_MM = 7
const EVERY_MM = 3
/** A cell tells of the surface with so much of it in view, and so many cells tell of a place. */
const LEAST_SHARE = 0.3
const LEAST_CELLS = 20
/** From the median distance to the standard deviation of a normal distribution. */
const MAD = 1.4826

/**
 * What a surface looks like around each of its places: the reference where nobody knows how good units look under a photograph's light.
 * The median of the cells around is the surface, whatever stands on less than half of them.
 */
export function ownSurroundings(cells: SurfaceCells, ground: Ground = 'metal'): LearnedSurface {
  const { cellMm, columns, rows } = cells
  const maps: Partial<Record<AppearanceMap, LearnedMap>> = {}
  for (const [map, seen] of cells.maps) maps[map] = mapAround(cells, map, seen, quiet[ground])
  return { units: 0, cellMm, columns, rows, maps }
}

/** The same where remains of a cover or of the layer above may lie, which look like anything small. */
export function withWear(
  surroundings: LearnedSurface,
  wearAt: (column: number, row: number) => Wear | null,
): LearnedSurface {
  const { columns, rows } = surroundings
  const wears = Array.from({ length: columns * rows }, (_, i) => wearAt(i % columns, Math.floor(i / columns)))
  const maps: Partial<Record<AppearanceMap, LearnedMap>> = {}
  for (const [map, known] of Object.entries(surroundings.maps) as [AppearanceMap, LearnedMap][]) {
    const rms = known.rms.map((one, i) => one * (wears[i] == null ? 1 : own[map].worn[wears[i]]))
    maps[map] = { ...known, rms }
  }
  return { ...surroundings, maps }
}

function mapAround(
  { cellMm, columns, rows }: SurfaceCells,
  map: AppearanceMap,
  seen: MapCells,
  calm: Quiet | null,
): LearnedMap {
  const { floor, most } = own[map]
  const hasMean = HAVE_MEAN.includes(map)
  const mean = hasMean ? new Float32Array(columns * rows) : null
  const rms = new Float32Array(columns * rows)
  const whole = seen.count.reduce((a, b) => Math.max(a, b), 0)
  const least = Math.max(1, LEAST_SHARE * whole)
  const isCalm = (x: number, y: number, count: number) =>
    calm?.maps.has(map) && count >= least && Math.min(x, y, columns - 1 - x, rows - 1 - y) * cellMm >= calm.rimMm
  const values = rms.map((_, i) => (seen.count[i]! < least ? Number.NaN : hasMean ? meanOf(seen, i) : rmsOf(seen, i)))
  const every = Math.max(1, Math.round(EVERY_MM / cellMm))
  const reach = Math.round(AROUND_MM / cellMm)
  const taken = new Float32Array((2 * reach + 1) ** 2)
  for (let row = 0; row < rows; row += every)
    for (let column = 0; column < columns; column += every) {
      const around = valuesAround(values, { columns, rows }, column + (every >> 1), row + (every >> 1), reach, taken)
      if (around.length < LEAST_CELLS) continue
      const middle = middleOf(around)
      const spread = hasMean ? MAD * middleOf(around.map(value => Math.abs(value - middle))) : middle
      for (let y = row; y < Math.min(rows, row + every); y++)
        for (let x = column, i = y * columns + x; x < Math.min(columns, column + every); x++, i++) {
          rms[i] = Math.max(floor, spread)
          if (calm !== null && isCalm(x, y, seen.count[i]!))
            rms[i] = Math.min(rms[i]!, calm.times * Math.max(calm.floor, spread))
          if (mean !== null) mean[i] = middle
        }
    }
  return { mean, rms, most }
}

/** @param into long enough for all of them */
function valuesAround(
  values: Float32Array,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  column: number,
  row: number,
  reach: number,
  into: Float32Array,
): Float32Array {
  let count = 0
  for (let y = Math.max(0, row - reach); y <= Math.min(rows - 1, row + reach); y++)
    for (let x = Math.max(0, column - reach); x <= Math.min(columns - 1, column + reach); x++) {
      const value = values[y * columns + x]!
      if (!Number.isNaN(value)) into[count++] = value
    }
  return into.subarray(0, count)
}

/** Puts what it is given into another order. */
const middleOf = (values: Float32Array) => ranked(values, values.length >> 1)
const meanOf = ({ sum, count }: MapCells, i: number) => sum[i]! / count[i]!
const rmsOf = ({ squares, count }: MapCells, i: number) => Math.sqrt(squares[i]! / count[i]!)
