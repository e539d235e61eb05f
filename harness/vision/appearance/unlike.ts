import type { AppearanceMap, LearnedLight, LearnedSurface } from '../../products/appearance.ts'
import { coverMarks, grown, lineBoxes, overlap, symbolMarks, textMarks } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'
import type { CardPose, Leftover, Rest } from '../reading.ts'
import { quadOf } from '../text/text-line.ts'
import { alongEdges } from './card-edges.ts'
import { type SurfaceCells, surfaceCells } from './cells.ts'
import { deepestDent } from './dents.ts'
import { type Covered, filmEdges } from './film-edges.ts'
import { evened, hairLines } from './hair-lines.ts'
import { inTheWay } from './in-the-way.ts'
import { longPlaces } from './long-places.ts'
import { lostCorners } from './lost-corners.ts'
import { offColourPlaces } from './off-colour.ts'
import { onPaper } from './on-paper.ts'
import { mapScores } from './score.ts'
import { coarseTone, softStain } from './soft-stains.ts'
import { surfaceMaps } from './surface-maps.ts'
import { type CardLaidOut, type SurfaceView, surfaceViews } from './surface-view.ts'
import { ownSurroundings, type Wear, withWear } from './surroundings.ts'
import { unbrushedPlaces } from './unbrushed.ts'

/** A photograph has to be as fine as the smallest thing that is looked for, and its card found as well as when it was learned. */
const LEAST_PIXELS_PER_MM = 6
const MOST_RESIDUAL_MM = 0.12
/** The rim of a sticker or a cover casts light and shadow as far in, mm. */
const RIM_MM = 2
/** Crumbs of a scratch-off lie no further from its place: of 16 photographs of opened cards five show some at 10 to 15 mm, none beyond. */
const CRUMBS_MM = 15
/** Scraps of the paper that was peeled off lie so far in, mm. */
const SCRAPS_MM = 3.5
/** A spoiled card has more of them than anybody reads. */
const MOST_LEFTOVERS = 12

/**
 * Where a card does not look as good units do under the same light; where nobody knows how those look, not as its own
 * surroundings do. Null where the photograph is too coarse or the card's pose too rough to be compared.
 * @param learned null where nothing is known of the light
 */
export function seeUnlike(laid: CardLaidOut, pose: CardPose, learned: LearnedLight | null): Rest | null {
  if (!isComparable(pose)) return null
  const views = surfaceViews(laid)
  const known = (view: SurfaceView) => learned?.surfaces[view.on] ?? null
  // A surface that lies open and was never learned is not proved to look as good ones do.
  const by = views.every(view => known(view) !== null) ? 'appearance' : 'surroundings'
  const isOpened = laid.layers.open !== 'top' && !views.some(({ on }) => on === 'top-layer')
  const covers = coverMarks(laid.profile).map(({ rectOnCard }) => rectOnCard)
  const ground: Ground = { isOpened, hasGreyMetal: laid.profile.card.finish !== 'gold', covers }
  const found = views.flatMap(view => {
    const places = [...unlike(view, known(view), ground), ...offColour(view), ...onMetal(view, ground, laid)]
    // Blurred, a dot is a soft place as well: once is enough.
    const further = onSheet(view, ground, laid).filter(({ rect }) => !places.some(one => overlap(one.rect, rect)))
    return [...places, ...further]
  })
  const places = strongestOf([...found, ...withoutCorner(laid), ...(isOpened ? [] : alongEdges(laid))])
  return { by: [by], leftovers: [...overTheEdge(laid), ...places] }
}

function overTheEdge({ raster, profile, mmToPixels }: CardLaidOut): Leftover[] {
  return inTheWay(raster, profile, mmToPixels).map(({ what, rect, strength }) => ({
    kind: 'in-the-way',
    rect,
    where: quadOf(rect, mmToPixels),
    strength,
    because: what,
  }))
}

/** Where a film would hide something: texts of the card that lie open, and covers that are whole. */
function coveredMarks({ profile, covers, inkOf }: CardLaidOut): readonly Covered[] {
  const whole = coverMarks(profile).filter(({ name }) => covers.get(name)?.outcome === 'whole')
  const open = textMarks(profile).filter(({ on, name }) => on === 'card' && !whole.some(one => one.covers === name))
  return [
    ...open.map(mark => {
      const place = lineBoxes(mark)[0]!.rect
      return { seen: inkOf?.(mark)[0] ?? place, place }
    }),
    ...whole.map(({ name, rect }) => ({ seen: covers.get(name)!.outline, place: rect })),
  ]
}

function withoutCorner({ raster, profile, mmToPixels }: CardLaidOut): Leftover[] {
  return lostCorners(raster, profile, mmToPixels)
    .filter(({ strength }) => strength >= 1)
    .map(({ rect, strength }) => ({
      kind: 'odd-place',
      rect,
      where: quadOf(rect, mmToPixels),
      strength,
      because: 'a corner that does not look like the card',
    }))
}

/** The same on sticker layers that lie by themselves, which nobody learns. */
export function seeUnlikeLayers(views: readonly SurfaceView[]): Rest {
  const found = views.flatMap(view => [...unlike(view, null, LOOSE), ...offColour(view)])
  return { by: ['surroundings'], leftovers: strongestOf(found) }
}

/** The bottom layer bears remains of the top layer's paper, which are white. */
function offColour(view: SurfaceView): Leftover[] {
  if (view.on !== 'top-layer') return []
  return offColourPlaces(view, RIM_MM / 2).map(({ rect, strength, map, isBright }) => ({
    ...leftoverAt(view, rect, strength, wording(map, isBright, rect)),
    kind: 'odd-place',
  }))
}

/** On metal and plastic: paper has its own fibres, and edges of what was peeled off. Remains of a cover are not brushed. */
function onMetal(view: SurfaceView, { isOpened }: Ground, laid: CardLaidOut): Leftover[] {
  if (view.on !== 'card') return []
  const even = evened(view)
  const lines = hairLines(view, even).map(({ rect, strength, isBright }) =>
    leftoverAt(view, rect, strength, `a fine ${isBright ? 'bright' : 'dark'} line`),
  )
  const unbrushed = isOpened
    ? []
    : unbrushedPlaces(view).map(({ rect, strength }) => leftoverAt(view, rect, strength, 'a place without brushing'))
  const tone = isOpened ? null : coarseTone(view)
  const stain = tone === null ? null : softStain(view, tone)
  const stains = stain === null ? [] : [leftoverAt(view, stain.rect, stain.strength, 'a darker place that fades out')]
  const dent = tone === null ? null : deepestDent(view, tone)
  const dents = dent === null ? [] : [leftoverAt(view, dent.rect, dent.strength, 'a dent, lit on one side,')]
  const films = filmEdges(view, coveredMarks(laid), even).map(({ rect, strength }) =>
    leftoverAt(view, rect, strength, 'upright edges of something that lies over a mark'),
  )
  return [...lines, ...unbrushed, ...stains, ...dents, ...films]
    .filter(({ strength }) => strength >= 1)
    .map(one => ({ ...one, kind: 'odd-place' }))
}

/** On the sheet that lies uppermost: what was peeled off is creased, and leaves scraps. */
function onSheet(view: SurfaceView, { isOpened }: Ground, { profile }: CardLaidOut): Leftover[] {
  if (view.on !== 'top-layer' || isOpened) return []
  const symbols = symbolMarks(profile).filter(({ on }) => on === view.on)
  return onPaper(
    view,
    symbols.map(({ rect }) => rect),
  ).map(({ rect, strength, what }) => ({ ...leftoverAt(view, rect, strength, what), kind: 'odd-place' }))
}

function strongestOf(leftovers: Leftover[]): Leftover[] {
  return leftovers.sort((a, b) => b.strength - a.strength).slice(0, MOST_LEFTOVERS)
}

/** What is known of the card beneath a surface. */
interface Ground {
  /** May remains of a cover or of a layer lie on it? */
  readonly isOpened: boolean
  readonly hasGreyMetal: boolean
  /** Where covers were, mm of the card. */
  readonly covers: readonly RectMm[]
}

const LOOSE: Ground = { isOpened: false, hasGreyMetal: false, covers: [] }

const isInside = ({ x, y, width, height }: RectMm, atX: number, atY: number) =>
  atX > x && atX < x + width && atY > y && atY < y + height

function unlike(
  view: SurfaceView,
  learned: LearnedSurface | null,
  { isOpened, hasGreyMetal, covers }: Ground,
): Leftover[] {
  if (learned !== null) return unlikePlaces(view, surfaceCells(view), learned)
  const maps = surfaceMaps(view.raster, view.valid, view.pixelsPerMm)
  const cells = surfaceCells(view, maps)
  const { columns, rows, cellMm } = cells
  const isSteel = view.on === 'card'
  const isFoil = !isSteel && !view.on.endsWith('-layer')
  const insideMm = (column: number, row: number) => Math.min(column, row, columns - 1 - column, rows - 1 - row) * cellMm
  const wearAt = (column: number, row: number): Wear | null => {
    if (isOpened && isSteel)
      return covers.some(cover => isInside(grown(cover, CRUMBS_MM), (column + 0.5) * cellMm, (row + 0.5) * cellMm))
        ? 'crumbs'
        : 'scattered'
    if (isOpened) return insideMm(column, row) < SCRAPS_MM ? 'scraps' : 'glue'
    if (isSteel) return hasGreyMetal ? 'grey' : null
    if (isFoil) return null
    return insideMm(column, row) < RIM_MM ? 'crumbs' : null
  }
  const own = ownSurroundings(cells, isFoil ? 'foil' : view.on === 'top-layer' && !isOpened ? 'paper' : 'metal')
  const places = unlikePlaces(view, cells, withWear(own, wearAt))
  const long = isOpened && isSteel ? longPlaces(maps, own, view.pixelsPerMm) : []
  const further = long.map(({ rect, strength }) => leftoverAt(view, rect, strength, wording(null, false, rect)))
  return [...places, ...further].map(one => ({ ...one, kind: 'odd-place' }))
}

/** Can this photograph be compared with others, or learned from? */
export function isComparable({ pixelsPerMm, residualPx }: CardPose): boolean {
  return pixelsPerMm >= LEAST_PIXELS_PER_MM && residualPx <= MOST_RESIDUAL_MM * pixelsPerMm
}

/** The strongest map at each cell, as a multiple of the most that good units show. */
interface Strongest {
  readonly strengths: Float32Array
  readonly maps: readonly (AppearanceMap | null)[]
}

/** Places where a surface is further from what was learned than good units are. */
export function unlikePlaces(view: SurfaceView, cells: SurfaceCells, learned: LearnedSurface): Leftover[] {
  const { columns, rows, cellMm } = cells
  if (columns !== learned.columns || rows !== learned.rows || cellMm !== learned.cellMm) return []
  const { strengths, maps } = strongest(cells, learned)
  return areas(strengths, columns, rows).map(area => {
    const peak = area.reduce((best, i) => (strengths[i]! > strengths[best]! ? i : best), area[0]!)
    const rect = rectOf(area, columns, cellMm)
    const what = wording(maps[peak]!, isBright(cells, maps[peak]!, peak, learned), rect)
    return leftoverAt(view, rect, strengths[peak]!, what)
  })
}

/** @param rect mm from the surface's top left corner */
function leftoverAt(view: SurfaceView, rect: RectMm, strength: number, what: string): Leftover {
  const [x, y] = [view.rect.x + rect.x, view.rect.y + rect.y]
  return {
    kind: 'blot',
    rect: { ...rect, x: x + view.origin[0], y: y + view.origin[1] },
    where: quadOf({ ...rect, x, y }, view.mmToPixels),
    strength,
    because: `${what} on the ${view.on.replaceAll('-', ' ')}`,
  }
}

function strongest(cells: SurfaceCells, learned: LearnedSurface): Strongest {
  const strengths = new Float32Array(cells.columns * cells.rows)
  const maps: (AppearanceMap | null)[] = new Array(strengths.length).fill(null)
  for (const [map, known] of Object.entries(learned.maps) as [AppearanceMap, LearnedSurface['maps'][AppearanceMap]][]) {
    const scores = mapScores(cells, map, known!)
    for (let i = 0; i < scores.length; i++) {
      const strength = scores[i]! / known!.most
      if (strength <= strengths[i]!) continue
      strengths[i] = strength
      maps[i] = map
    }
  }
  return { strengths, maps }
}

/** Cells of 1 and more that touch each other, corners included. */
function areas(strengths: Float32Array, columns: number, rows: number): number[][] {
  const taken = new Uint8Array(strengths.length)
  const found: number[][] = []
  for (let start = 0; start < strengths.length; start++) {
    if (taken[start] === 1 || strengths[start]! < 1) continue
    const area = [start]
    taken[start] = 1
    for (let at = 0; at < area.length; at++) {
      const row = Math.floor(area[at]! / columns)
      const column = area[at]! % columns
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const next = y * columns + x
          if (taken[next] === 1 || strengths[next]! < 1) continue
          taken[next] = 1
          area.push(next)
        }
    }
    found.push(area)
  }
  return found
}

function rectOf(area: readonly number[], columns: number, cellMm: number): RectMm {
  const xs = area.map(i => i % columns)
  const ys = area.map(i => Math.floor(i / columns))
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  return {
    x: left * cellMm,
    y: top * cellMm,
    width: (Math.max(...xs) + 1 - left) * cellMm,
    height: (Math.max(...ys) + 1 - top) * cellMm,
  }
}

function isBright({ maps }: SurfaceCells, map: AppearanceMap, i: number, learned: LearnedSurface): boolean {
  const { least, most } = maps.get(map)!
  const middle = learned.maps[map]?.mean?.[i] ?? 0
  return most[i]! - middle > middle - least[i]!
}

/** What a map shows, dark or bright. */
const names: Readonly<Record<AppearanceMap, readonly [dark: string, bright: string]>> = {
  upright: ['a dark stroke', 'a bright stroke'],
  level: ['a dark stroke', 'a bright stroke'],
  rising: ['a dark stroke', 'a bright stroke'],
  falling: ['a dark stroke', 'a bright stroke'],
  dot: ['a dark dot', 'a bright dot'],
  spot: ['a dark spot', 'a bright spot'],
  patch: ['a dark patch', 'a bright patch'],
  tone: ['a darker place', 'a brighter place'],
  'red-green': ['a greenish place', 'a reddish place'],
  'blue-green': ['a yellowish place', 'a bluish place'],
}

function wording(map: AppearanceMap | null, isBright: boolean, { width, height }: RectMm): string {
  const name = map === null ? 'a stroke' : names[map][isBright ? 1 : 0]
  const longest = Math.max(width, height)
  return longest > 2 ? `${name} some ${Math.round(longest)} mm long` : name
}
