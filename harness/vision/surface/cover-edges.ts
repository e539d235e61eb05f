import { median, quantile } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import type { Patch } from './patch.ts'

export const sides = ['left', 'right', 'top', 'bottom'] as const
export type Side = (typeof sides)[number]

/** One side of a cover, followed mm by mm. */
export interface CoverEdge {
  readonly side: Side
  /** Median step in log luminance from the steel to the cover, best place; 0 where the side cannot be looked at. */
  readonly step: number
  /** Where the edge was found along the side: how far outside of the cover's nominal edge, mm (negative: inside). */
  readonly found: readonly EdgePoint[]
  /** How many places were looked at. */
  readonly places: number
  /** Of the places that were looked at, those without an edge, as the longest stretch, mm. */
  readonly gapMm: number
}

interface EdgePoint {
  /** Along the card, mm: x of top and bottom, y of left and right. */
  readonly along: number
  readonly outMm: number
}

/** How far inside and outside of its nominal place an edge is looked for, mm. */
const INSIDE_MM = 3
const OUTSIDE_MM = 1.3
/** A single place may lie this far from where most of the side lies, mm. */
const STRAY_MM = 1.1
/** Levels of cover and steel are taken so far from the edge, mm. */
const LEVEL_MM = [0.4, 1.5] as const
const STEP_MM = [0.15, 0.75] as const
/** Places along a side are this long, mm: on the short sides the brushing runs across, and less is enough. */
const PLACE_MM = { left: 0.5, right: 0.5, top: 1, bottom: 1 }
/** Corners are round, mm. */
const CORNER_MM = 0.8
/** No scatter is less: what a camera and a file add. */
const FLOORS = { luminance: 0.015, colour: 0.008 }
/** An edge must explain a place by so much better than no edge, nats. */
const ENOUGH = 4
/** A sample that is far off (a scratch, a stroke, dust) counts no more than this, nats. */
const MOST = 6

interface Channel {
  readonly profiles: readonly Float32Array[]
  readonly floor: number
}

/**
 * Follows the cover's edge along one side: first where most of the side lies, by the median step across it, then place by
 * place where the profile is best split into cover and steel. Brightness and both colours count by their scatter, so that
 * a cover as bright as brushed steel is followed by its tint, which the brushing does not have.
 */
export function coverEdge(patch: Patch, cover: RectMm, side: Side, insideMm = INSIDE_MM): CoverEdge {
  const { pixelsPerMm } = patch
  const px = (mm: number) => Math.round(mm * pixelsPerMm)
  const place = PLACE_MM[side]
  const level = side === 'top' || side === 'bottom'
  const from = (level ? cover.x : cover.y) + CORNER_MM
  const count = Math.floor(((level ? cover.width : cover.height) - 2 * CORNER_MM) / place)
  const room = px(LEVEL_MM[1])
  const [inside, outside] = [px(insideMm) + room, px(OUTSIDE_MM) + room]
  const channels = channelsOf(patch, cover, side, {
    start: level ? patch.column(from) : patch.row(from),
    count,
    long: px(place),
    inside,
    outside,
  })
  const most = coarse(channels, room, px)
  const found: EdgePoint[] = []
  let gap = 0
  let longest = 0
  for (let k = 0; k < count; k++) {
    const t = split(channels, k, most.at, px)
    if (t === null) longest = Math.max(longest, ++gap)
    else {
      gap = 0
      found.push({ along: from + (k + 0.5) * place, outMm: (t - inside) / pixelsPerMm })
    }
  }
  return { side, step: most.step, found, places: count, gapMm: longest * place }
}

interface Places {
  readonly start: number
  readonly count: number
  readonly long: number
  readonly inside: number
  readonly outside: number
}

/** Profiles across the side, from the cover outwards, one a place: the mean along the place. */
function channelsOf(
  patch: Patch,
  cover: RectMm,
  side: Side,
  { start, count, long, inside, outside }: Places,
): Channel[] {
  const level = side === 'top' || side === 'bottom'
  const edge = {
    left: patch.column(cover.x),
    right: patch.column(cover.x + cover.width) - 1,
    top: patch.row(cover.y),
    bottom: patch.row(cover.y + cover.height) - 1,
  }[side]
  const outward = side === 'left' || side === 'top' ? -1 : 1
  const [across, along] = level ? [patch.width, 1] : [1, patch.width]
  const profilesOf = (plane: Float32Array) =>
    Array.from({ length: count }, (_, k) => {
      const profile = new Float32Array(inside + outside)
      for (let t = 0; t < profile.length; t++) {
        let at = (edge + outward * (t - inside)) * across + (start + k * long) * along
        let sum = 0
        for (let i = 0; i < long; i++, at += along) sum += plane[at] ?? 0
        profile[t] = sum / long
      }
      return profile
    })
  const { luminance, red, blue } = patch
  const colours = [red, blue].filter(plane => plane !== null)
  return [
    { profiles: profilesOf(luminance), floor: FLOORS.luminance },
    ...colours.map(plane => ({ profiles: profilesOf(plane), floor: FLOORS.colour })),
  ]
}

/** Where the median step along the side stands out most, and how strong it is in brightness there. */
function coarse(channels: readonly Channel[], room: number, px: (mm: number) => number): { at: number; step: number } {
  const [near, far] = [px(STEP_MM[0]), px(STEP_MM[1])]
  const length = channels[0]!.profiles[0]?.length ?? 0
  let best = { at: room, step: 0, weight: 0 }
  // Every second place: where it is exactly, each part of the side tells.
  for (let t = room; t <= length - room; t += 2) {
    let weight = 0
    let step = 0
    for (const [c, { profiles, floor }] of channels.entries()) {
      const steps = profiles.map(profile => {
        let sum = 0
        for (let i = near; i < far; i++) sum += profile[t - 1 - i]! - profile[t + i]!
        return sum / (far - near)
      })
      const middle = median(steps, 0)
      const scatter =
        1.4826 *
          median(
            steps.map(one => Math.abs(one - middle)),
            0,
          ) +
        floor
      weight += (middle / scatter) ** 2
      if (c === 0) step = Math.abs(middle)
    }
    if (weight > best.weight) best = { at: t, step, weight }
  }
  return best
}

/** The sample from which a place's profile is steel, near `at`; null where no edge explains it much better than one surface. */
function split(channels: readonly Channel[], k: number, at: number, px: (mm: number) => number): number | null {
  const [near, far, stray] = [px(LEVEL_MM[0]), px(LEVEL_MM[1]), px(STRAY_MM)]
  const costs = new Float64Array(2 * stray + 1)
  let asOne = 0
  let other = 0
  for (const { profiles, floor } of channels) {
    const profile = profiles[k]!
    const levels = [profile.subarray(at - far, at - near), profile.subarray(at + near, at + far)].map(part => {
      const middle = median(part)
      return { middle, scatter: 1.4826 * median(part.map(value => Math.abs(value - middle))) + floor }
    })
    const [inner, outer] = levels as [(typeof levels)[0], (typeof levels)[0]]
    const cost = (value: number, { middle, scatter }: typeof inner) =>
      Math.min(MOST, ((value - middle) / scatter) ** 2 / 2) + Math.log(scatter)
    let sum = 0
    for (let t = at - stray; t < at + stray; t++) sum += cost(profile[t]!, outer)
    asOne += sum
    costs[0]! += sum
    for (let i = 1; i <= 2 * stray; i++) {
      const value = profile[at - stray + i - 1]!
      sum += cost(value, inner) - cost(value, outer)
      costs[i]! += sum
    }
    other += sum
  }
  let where = 0
  for (let i = 1; i < costs.length; i++) if (costs[i]! < costs[where]!) where = i
  return Math.min(asOne, other) - costs[where]! > ENOUGH ? at - stray + where : null
}

/** The least of three neighbours' middle ones, so that one place alone decides nothing. */
export function leastOut(found: readonly EdgePoint[]): number {
  const out = found.map(({ outMm }) => outMm)
  if (out.length < 3) return median(out)
  return Math.min(...out.slice(1, -1).map((_, i) => median(out.slice(i, i + 3))))
}

/** Turn of the edge against the card, degrees. */
export function turnDeg(found: readonly EdgePoint[]): number {
  return (Math.atan(slopeOf(found, 6)) * 180) / Math.PI
}

/** Greatest distance of the edge (by threes) from a straight line through it, mm. */
export function crookedMm(found: readonly EdgePoint[]): number {
  if (found.length < 4) return 0
  const slope = slopeOf(found, 3)
  const offset = median(found.map(({ along, outMm }) => outMm - slope * along))
  const rest = found.map(({ along, outMm }) => outMm - slope * along - offset)
  return quantile(
    rest.slice(1, -1).map((_, i) => Math.abs(median(rest.slice(i, i + 3)))),
    1,
    0,
  )
}

/** Median slope of places that are at least so many places apart. */
function slopeOf(found: readonly EdgePoint[], apart: number): number {
  const slopes: number[] = []
  for (const [i, a] of found.entries())
    for (const b of found.slice(i + apart)) slopes.push((b.outMm - a.outMm) / (b.along - a.along))
  return median(slopes, 0)
}
