import { levelClamped } from '../../imaging/bilinear.ts'
import { type Homography, project } from '../../imaging/homography.ts'
import { median } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { ProductProfile, RectMm } from '../../products/profile.ts'
import { logs } from './surface-maps.ts'

/** What comes over the card from beside it, so that whatever is seen below says nothing of the card. */
export interface InTheWay {
  readonly what: 'a hand, or something else that reaches over the edge' | 'the edge of a shadow'
  /** Where it crosses the card's edge, mm of the front. */
  readonly rect: RectMm
  /** As a multiple of {@link LEAST_ACROSS_MM} or {@link LEAST_STEP}. */
  readonly strength: number
}

/** Strips along the card's sides, mm outwards from the edge: the edge itself has a bevel, and throws light and shadow. */
const strips = { within: [-3.2, -2.2], inside: [-1.6, -0.6], beside: [0.9, 1.9], beyond: [3, 4.5] } as const
type Strip = keyof typeof strips
const STEP_MM = 0.5
const SAMPLE_MM = 0.25

/**
 * A colour that goes on across the edge, and is neither the card's nor the ground's. Of 82 photographs five show a hand on a card: it
 * crosses over 5 mm and more of the edge; nothing of the kind is on the others.
 */
const LEAST_ACROSS_MM = 3
const SAME_TONE = 0.2
const OTHER_COLOUR = 0.11
/**
 * A step of the light by which card and ground become darker at one place, natural logarithm. Of 82 photographs one shows a phone's shadow:
 * 0.69; lamps and windows make at most 0.22 of others.
 */
const LEAST_STEP = 0.4
const STEP_WIDTH_MM = 4
const STEP_SPAN_MM = 4

interface Spot {
  /** Along its side, mm, and where that is on the card's edge. */
  readonly along: number
  readonly x: number
  readonly y: number
  /** Of each channel. */
  readonly tones: Readonly<Record<Strip, readonly number[]>>
  /** Their means. */
  readonly levels: Readonly<Record<Strip, number>>
}

/** What lies over the card's edges, else what falls over them: the most marked place. Empty: nothing does. */
export function inTheWay(
  raster: Raster,
  { card }: Pick<ProductProfile, 'card'>,
  mmToPixels: Homography,
): readonly InTheWay[] {
  const sides = [0, 1, 2, 3].map(side => spotsAlong(raster, card, mmToPixels, side))
  const hand = reachingOver(sides)
  if (hand !== null) return [hand]
  const shadow = shadowEdge(sides)
  return shadow === null ? [] : [shadow]
}

function reachingOver(sides: readonly (readonly Spot[])[]): InTheWay | null {
  const all = sides.flat()
  const middle = (strip: Strip) =>
    (all[0]?.tones[strip] ?? []).map((_, i) => median(all.map(one => one.tones[strip][i]!)))
  const [card, ground] = [middle('inside'), middle('beside')]
  const crosses = ({ tones: { inside, beside } }: Spot) =>
    apart(inside, beside) < SAME_TONE &&
    colourApart(inside, beside) < OTHER_COLOUR &&
    colourApart(inside, card) > OTHER_COLOUR &&
    colourApart(beside, ground) > OTHER_COLOUR
  const runs = sides.flatMap(spots => runsOf(spots, crosses))
  const longest = runs.sort((a, b) => b.length - a.length)[0]
  const strength = ((longest?.length ?? 0) * STEP_MM) / LEAST_ACROSS_MM
  if (longest === undefined || strength < 1) return null
  return { what: 'a hand, or something else that reaches over the edge', rect: around(longest), strength }
}

function shadowEdge(sides: readonly (readonly Spot[])[]): InTheWay | null {
  const [width, span] = [STEP_WIDTH_MM / STEP_MM, STEP_SPAN_MM / STEP_MM]
  let best: InTheWay | null = null
  for (const spots of sides)
    for (let i = 0; i + 2 * width + span <= spots.length; i++) {
      const [before, after] = [spots.slice(i, i + width), spots.slice(i + width + span, i + 2 * width + span)]
      const steps = (Object.keys(strips) as Strip[]).map(strip => toneOf(after, strip) - toneOf(before, strip))
      if (!steps.every(step => step > 0) && !steps.every(step => step < 0)) continue
      const strength = Math.min(...steps.map(Math.abs)) / LEAST_STEP
      if (strength < 1 || strength < (best?.strength ?? 0)) continue
      best = { what: 'the edge of a shadow', rect: around(spots.slice(i + width, i + width + span)), strength }
    }
  return best
}

const toneOf = (spots: readonly Spot[], strip: Strip) => median(spots.map(({ levels }) => levels[strip]))

const apart = (a: readonly number[], b: readonly number[]) =>
  Math.sqrt(a.reduce((sum, one, i) => sum + (one - b[i]!) ** 2, 0) / a.length)

/** Of a picture without colours: none. */
function colourApart(a: readonly number[], b: readonly number[]): number {
  if (a.length < 3) return 0
  const [red, blue] = [a[0]! - a[1]! - (b[0]! - b[1]!), a[2]! - a[1]! - (b[2]! - b[1]!)]
  return Math.hypot(red, blue)
}

/** Neighbours that are so, as long as they are. */
function runsOf(spots: readonly Spot[], isSo: (spot: Spot) => boolean): Spot[][] {
  const runs: Spot[][] = []
  let open: Spot[] = []
  for (const spot of spots) {
    const last = open.at(-1)
    if (last !== undefined && (!isSo(spot) || spot.along - last.along > 1.5 * STEP_MM)) open = []
    if (!isSo(spot)) continue
    if (open.length === 0) runs.push(open)
    open.push(spot)
  }
  return runs
}

function around(spots: readonly Spot[]): RectMm {
  const [xs, ys] = [spots.map(({ x }) => x), spots.map(({ y }) => y)]
  const [x, y] = [Math.min(...xs) - STEP_MM, Math.min(...ys) - STEP_MM]
  return { x, y, width: Math.max(...xs) + STEP_MM - x, height: Math.max(...ys) + STEP_MM - y }
}

/** Along a side, clockwise from the top, without its corners; a spot that leaves the picture is left out. */
function spotsAlong(
  raster: Raster,
  { width, height, cornerRadius }: ProductProfile['card'],
  mmToPixels: Homography,
  side: number,
): Spot[] {
  const length = side % 2 === 0 ? width : height
  const at = (along: number, outwards: number): readonly [number, number] => {
    if (side === 0) return [along, -outwards]
    if (side === 1) return [width + outwards, along]
    return side === 2 ? [width - along, height + outwards] : [-outwards, height - along]
  }
  const spots: Spot[] = []
  for (let along = cornerRadius + 1; along <= length - cornerRadius - 1; along += STEP_MM) {
    const tones = Object.fromEntries(
      Object.entries(strips).map(([strip, reach]) => [strip, toneOver(raster, mmToPixels, at, along, reach)]),
    ) as Record<Strip, number[] | null>
    if (Object.values(tones).includes(null)) continue
    const [x, y] = at(along, 0)
    const known = tones as Record<Strip, number[]>
    const levels = Object.fromEntries(
      Object.entries(known).map(([strip, its]) => [strip, its.reduce((sum, one) => sum + one, 0) / its.length]),
    ) as Record<Strip, number>
    spots.push({ along, x, y, tones: known, levels })
  }
  return spots
}

/** Mean logarithms of each channel; null where the picture ends. */
function toneOver(
  raster: Raster,
  mmToPixels: Homography,
  at: (along: number, outwards: number) => readonly [number, number],
  along: number,
  [from, to]: readonly [number, number],
): number[] | null {
  const sums = new Array<number>(Math.min(3, raster.channels)).fill(0)
  let count = 0
  for (let outwards = from; outwards <= to; outwards += SAMPLE_MM)
    for (const aside of [-SAMPLE_MM, 0, SAMPLE_MM]) {
      const [x, y] = project(mmToPixels, at(along + aside, outwards))
      if (!(x > 1 && y > 1 && x < raster.width - 2 && y < raster.height - 2)) return null
      for (let channel = 0; channel < sums.length; channel++)
        sums[channel]! += logs[Math.round(levelClamped(raster, x, y, channel))]!
      count++
    }
  return sums.map(sum => sum / count)
}
