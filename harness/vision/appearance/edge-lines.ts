import type { Homography } from '../../imaging/homography.ts'
import { midpoint } from '../../imaging/quantile.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import type { RectMm } from '../../products/profile.ts'
import { logs, toneOf } from './surface-maps.ts'

/** What runs along an edge for millimetres: a cut, glue, the outline of an older sticker, a shadow of something raised, the layer below. */
export interface EdgeLine {
  /** mm in the frame of the outline. */
  readonly rect: RectMm
  /** As a multiple of the most that good cards show. */
  readonly strength: number
  readonly what: string
}

/** An outline whose size is known, and whose place is known to half a millimetre. */
export interface LinedEdge {
  readonly outline: RectMm
  /** Left out at both ends of a side, mm. */
  readonly cornerMm: number
  /** What the outline lies on ends here, mm in its frame. */
  readonly ground: RectMm
  /** What stands there by right, mm in the frame of the outline. */
  readonly explained: readonly RectMm[]
}

/** A cut is a tenth of a millimetre wide. Along a side every other sample is enough. */
const PIXELS_PER_MM = 16
const STRIDE = 2
/** Rows are looked at from so far outside to so far inside, mm. */
const OUTSIDE_MM = 2.4
const INSIDE_MM = 1.8
/** The ground further out than this is what the rows between it and the edge are held against. */
const GROUND_MM = 1.2
const ZONE_MM = 1.6
/** Beyond this inside, the surface itself is looked at. */
const INNER_MM = 1.3
/** The tone of a row is the median over so much of a side: dots and crumbs do not count. */
const LENGTH_MM = 8
/** Of a row so much has to be in view. */
const LEAST_SHARE = 0.5
/** Both sides of an outline are off their place by as much, one outwards and the other inwards: at most so far, mm. Its size is known to so much. */
const MOST_OFF_MM = 0.6
const MOST_WIDER_MM = 0.2
/** So far inside a sheet has its own tone. */
const SHEET_MM = 0.6
/** A step between ground and sheet that is less, natural logarithm, does not tell where the edge is. */
const LEAST_STEP = 0.05
/** So near the edge blur, shadow and thickness show, mm: where it was seen, and where it was not. */
const EDGE_MM = 0.28
const UNSEEN_EDGE_MM = 0.65
/** Light from one side throws a sheet's shadow so far; it makes steel much darker than paper, too. */
const SHADOW_MM = 0.65
const ONE_SIDED_STEP = 0.5
/** A line is compared with what lies so far to both sides of it, and a band is so wide, samples. */
const ASIDE_PX = 5
const BAND_PX = 12
/** What is darker than the ground on both of its sides and ends so far before the edge is no part of it, mm. */
const BEFORE_MM = 0.04
/** From the median distance to the standard deviation of a normal distribution. */
const MAD = 1.4826

/**
 * The most of good cards, natural logarithm. Upright rows are quiet; level ones are as loud as the brush, and streaks are as long as
 * a segment.
 */
const LIMITS = {
  line: { upright: 0.09, level: 0.14, scatters: 5 },
  band: { upright: 0.1, level: 0.15, scatters: 3 },
  near: { upright: 0.18, level: 0.25, scatters: 5 },
  valley: { upright: 0.14, level: 0.24, scatters: 5 },
  inside: 0.1,
  yellow: 0.1,
  yellowOneSided: 0.2,
} as const

/** The rows of one side or of a part of it, from outside to inside; NaN where too little is in view. */
interface Rows {
  readonly tone: Float32Array
  readonly green: Float32Array
  /** Green less blue. */
  readonly yellow: Float32Array
}

interface Side {
  readonly name: string
  readonly isLevel: boolean
  readonly strip: RectMm
  readonly parts: readonly Rows[]
  readonly whole: Rows
}

/** The strongest line along each side. @param mmToPixels from the frame of the outline to the photograph */
export function edgeLines(raster: Raster, mmToPixels: Homography, edge: LinedEdge): EdgeLine[] {
  const [top, bottom, left, right] = stripsOf(edge).map(side => sideOf(raster, mmToPixels, edge, side)) as [
    Side,
    Side,
    Side,
    Side,
  ]
  const [across, down] = [whereEdgesAre([left, right]), whereEdgesAre([top, bottom])]
  const lines = [
    strongestOf(left, { ...across, edgeMm: across.off }),
    strongestOf(right, { ...across, edgeMm: -across.off }),
    strongestOf(top, { ...down, edgeMm: down.off }),
    strongestOf(bottom, { ...down, edgeMm: -down.off }),
  ]
  if (!across.isSeen || !down.isSeen || !across.isClear || !down.isClear) return lines
  const corners = [top, bottom].flatMap(level =>
    [left, right].map(upright => lostCorner(raster, mmToPixels, edge, [upright, level], [across.off, down.off])),
  )
  return [...lines, ...corners]
}

/** Just within the arc of a corner, mm from where its sides would meet: a cut of 2 mm takes it away. */
const CORNER_MM = 0.75
const SPOT_MM = 0.2
/** And further in, where a cut leaves the sheet. */
const SHEET_CORNER_MM = 1.5
const SHOWN_MM = 2
/** Sheet and ground have to differ by so much on both sides of a corner, natural logarithm: light that falls off differs by less. */
const LEAST_CONTRAST = 0.1
/** So far on the way from the sheet's tone to the ground's: good ones go nowhere, one that is cut off all the way. */
const MOST_LOST = 0.6

/** How far a corner of the sheet looks like what it lies on. @param off of the outline, mm to the right and down */
function lostCorner(
  raster: Raster,
  mmToPixels: Homography,
  { outline }: LinedEdge,
  [upright, level]: readonly [Side, Side],
  [offX, offY]: readonly [number, number],
): EdgeLine {
  const [isRight, isLow] = [upright.name === 'right', level.name === 'bottom']
  const corner = [
    outline.x + (isRight ? outline.width : 0) + offX,
    outline.y + (isLow ? outline.height : 0) + offY,
  ] as const
  const [cornerX, cornerY] = corner
  const rect = {
    x: cornerX - (isRight ? SHOWN_MM : 0),
    y: cornerY - (isLow ? SHOWN_MM : 0),
    width: SHOWN_MM,
    height: SHOWN_MM,
  }
  const toneAt = (mm: number) => {
    const [x, y] = [cornerX + (isRight ? -mm : mm), cornerY + (isLow ? -mm : mm)]
    const spot = { x: x - SPOT_MM, y: y - SPOT_MM, width: 2 * SPOT_MM, height: 2 * SPOT_MM }
    const flat = rectify(raster, mmToPixels, spot, PIXELS_PER_MM)
    return midpoint(toneOf(flat, new Uint8Array(flat.width * flat.height).fill(1)).data)
  }
  const [spot, sheet] = [toneAt(CORNER_MM), toneAt(SHEET_CORNER_MM)]
  const lost = [
    upright.parts[isLow ? upright.parts.length - 1 : 0]!,
    level.parts[isRight ? level.parts.length - 1 : 0]!,
  ].map(({ tone }) => {
    const contrast = middle(tone.slice(0, at(-GROUND_MM))) - sheet
    return Math.abs(contrast) < LEAST_CONTRAST ? 0 : (spot - sheet) / contrast
  })
  // Where the card ends beside one side, the other tells.
  const known = lost.filter(share => !Number.isNaN(share))
  const strength = known.length === 0 ? 0 : Math.max(0, Math.min(...known)) / MOST_LOST
  return { rect, strength, what: 'a corner that is not there' }
}

const at = (mm: number) => Math.round((mm + OUTSIDE_MM) * PIXELS_PER_MM - 0.5)

function strongestOf(side: Side, { edgeMm, isSeen, isEven }: SeenEdge): EdgeLine {
  const { isLevel, strip, whole, parts } = side
  let best = { strength: 0, what: '', row: 0, part: 0 }
  const shown = (strength: number, what: string, row: number, part: number) => {
    if (strength > best.strength) best = { strength, what, row, part }
  }
  const last = at(edgeMm - (isSeen ? EDGE_MM : UNSEEN_EDGE_MM))
  const direction = isLevel ? 'level' : 'upright'
  const scatter = scatterOf(isLevel ? [whole] : parts)
  const most = ({ [direction]: limit, scatters }: { upright: number; level: number; scatters: number }) =>
    Math.max(limit, scatters * scatter)
  const from = at(-ZONE_MM)
  for (const [part, { tone, green, yellow }] of [whole, ...parts].entries()) {
    const ground = middle(tone.slice(0, at(-GROUND_MM)))
    // Streaks of the brush are shorter than a side.
    const isLined = isLevel === (part === 0)
    for (let d = from; d <= last; d++) {
      const value = tone[d]! - ground
      if (d > at(edgeMm - SHADOW_MM)) {
        if (isLined && (value > 0 || isEven)) shown(Math.abs(value) / most(LIMITS.near), lineOf(value), d, part)
      } else if (isLined) {
        const line = tone[d]! - (tone[d - ASIDE_PX]! + tone[d + ASIDE_PX]!) / 2
        if (line * value > 0)
          shown(Math.min(Math.abs(line), Math.abs(value)) / most(LIMITS.line), lineOf(value), d, part)
      }
      if (d < from + BAND_PX - 1) continue
      let band = 0
      for (let k = 0; k < BAND_PX; k++) band += (tone[d - k]! - ground) / BAND_PX
      if (band > 0 || isEven) shown(Math.abs(band) / most(LIMITS.band), bandOf(band), d, part)
    }
    if (isSeen && isEven && isLined) {
      let beyond = Number.NEGATIVE_INFINITY
      for (let d = at(edgeMm - BEFORE_MM); d > last - ASIDE_PX; d--) {
        beyond = Math.max(beyond, tone[d]!)
        shown((Math.min(ground, beyond) - tone[d]!) / most(LIMITS.valley), 'a dark line', d, part)
      }
    }
    for (let d = at(edgeMm + EDGE_MM + 0.05) + ASIDE_PX; d <= at(INNER_MM); d++) {
      const line = tone[d]! - (tone[d - ASIDE_PX]! + tone[d + ASIDE_PX]!) / 2
      if (part > 0) shown(Math.abs(line) / LIMITS.inside, lineOf(line), d, part)
    }
    const paper = middle(green.slice(at(edgeMm + EDGE_MM), at(INNER_MM)))
    const beside = Math.max(
      middle(yellow.slice(at(-ZONE_MM), at(edgeMm - EDGE_MM))),
      middle(yellow.slice(at(edgeMm + EDGE_MM), at(INNER_MM))),
    )
    const yellowest = isEven ? LIMITS.yellow : LIMITS.yellowOneSided
    for (let d = at(edgeMm - EDGE_MM - 0.1); d <= at(edgeMm + EDGE_MM); d++)
      shown((yellow[d]! - beside) / paper / yellowest, 'a yellow line', d, part)
  }
  const isBackwards = side.name === 'bottom' || side.name === 'right'
  const deep = OUTSIDE_MM + INSIDE_MM
  const across = (best.row + 0.5) / PIXELS_PER_MM
  const offset = (isBackwards ? deep - across : across) - 0.25
  const all = isLevel ? strip.width : strip.height
  const length = best.part === 0 ? all : all / parts.length
  const start = best.part === 0 ? 0 : (best.part - 1) * length
  const rect = isLevel
    ? { x: strip.x + start, y: strip.y + offset, width: length, height: 0.5 }
    : { x: strip.x + offset, y: strip.y + start, width: 0.5, height: length }
  return { rect, strength: best.strength, what: best.what }
}

const lineOf = (value: number) => (value < 0 ? 'a dark line' : 'a bright line')
const bandOf = (value: number) => (value < 0 ? 'a dark band' : 'a bright band')

/** How loud the ground is: rows' distances from their middle. */
function scatterOf(parts: readonly Rows[]): number {
  const sizes: number[] = []
  for (const { tone } of parts) {
    const far = tone.slice(0, at(-GROUND_MM))
    const ground = middle(far)
    for (const value of far) if (!Number.isNaN(value)) sizes.push(Math.abs(value - ground))
  }
  return sizes.length === 0 ? 0 : MAD * midpoint(sizes)
}

/** Of both sides of an outline: how far it lies towards the second, whether both tell so alike, and whether light is even there. */
function whereEdgesAre([first, second]: readonly [Side, Side]) {
  const [one, other] = [stepOf(first.whole), stepOf(second.whole)]
  const told = [
    { off: one.edgeMm, ...one },
    { off: -other.edgeMm, ...other },
  ].filter(({ off, height }) => height > LEAST_STEP && Math.abs(off) < MOST_OFF_MM)
  const off = told.reduce((sum, side) => sum + side.off, 0) / told.length
  const isSeen = told.length > 0 && told.every(side => Math.abs(side.off - off) < MOST_WIDER_MM / 2)
  const isClear = [one, other].every(({ height }) => !(height < LEAST_CONTRAST))
  return { off: isSeen ? off : 0, isSeen, isClear, isEven: told.every(({ height }) => height < ONE_SIDED_STEP) }
}

interface SeenEdge {
  /** Further in than it should be by so much, mm. */
  readonly edgeMm: number
  readonly isSeen: boolean
  readonly isEven: boolean
}

/** Where a side turns from the sheet's own tone to the ground's, as seen from inside: what lies beside it does not count. */
function stepOf({ tone }: Rows): { readonly edgeMm: number; readonly height: number } {
  const ground = middle(tone.slice(0, at(-GROUND_MM)))
  const height = middle(tone.slice(at(SHEET_MM), at(INNER_MM))) - ground
  let d = at(SHEET_MM)
  while (d > at(-SHEET_MM) && (tone[d]! - ground) / height > 0.5) d--
  const beyond = (0.5 - (tone[d]! - ground) / height) / ((tone[d + 1]! - tone[d]!) / height)
  return { edgeMm: (d + beyond + 0.5) / PIXELS_PER_MM - OUTSIDE_MM, height: Math.abs(height) }
}

function middle(values: Float32Array): number {
  const known = values.filter(value => !Number.isNaN(value))
  return known.length === 0 ? Number.NaN : midpoint([...known])
}

type Strip = Pick<Side, 'name' | 'isLevel' | 'strip'>

function stripsOf({ outline: { x, y, width, height }, cornerMm }: LinedEdge): Strip[] {
  const deep = OUTSIDE_MM + INSIDE_MM
  const [wide, high] = [width - 2 * cornerMm, height - 2 * cornerMm]
  const level = (name: string, top: number) => ({
    name,
    isLevel: true,
    strip: { x: x + cornerMm, y: top, width: wide, height: deep },
  })
  const upright = (name: string, from: number) => ({
    name,
    isLevel: false,
    strip: { x: from, y: y + cornerMm, width: deep, height: high },
  })
  return [
    level('top', y - OUTSIDE_MM),
    level('bottom', y + height - INSIDE_MM),
    upright('left', x - OUTSIDE_MM),
    upright('right', x + width - INSIDE_MM),
  ]
}

function sideOf(raster: Raster, mmToPixels: Homography, { ground, explained }: LinedEdge, side: Strip): Side {
  const { name, isLevel, strip } = side
  const flat = rectify(raster, mmToPixels, strip, PIXELS_PER_MM)
  const { width, height, channels, data } = flat
  const taken = takenIn(flat, strip, ground, explained)
  const [length, depth] = isLevel ? [width, height] : [height, width]
  const [along, across] = isLevel ? [1, width] : [width, 1]
  const isBackwards = name === 'bottom' || name === 'right'
  const count = Math.max(1, Math.round(length / PIXELS_PER_MM / LENGTH_MM))
  const rowsOf = (from: number, to: number): Rows => {
    const [tone, green, yellow] = [new Float32Array(depth), new Float32Array(depth), new Float32Array(depth)]
    for (let d = 0; d < depth; d++) {
      const tones: number[] = []
      const greens: number[] = []
      const yellows: number[] = []
      for (
        let t = from, i = (isBackwards ? depth - 1 - d : d) * across + from * along;
        t < to;
        t += STRIDE, i += STRIDE * along
      ) {
        if (taken[i] === 1) continue
        const g = data[channels * i + (channels === 1 ? 0 : 1)]!
        const b = data[channels * i + (channels === 1 ? 0 : 2)]!
        tones.push(logs[g]!)
        greens.push(g)
        yellows.push(g - b)
      }
      const isInView = tones.length * STRIDE >= LEAST_SHARE * (to - from)
      tone[d] = isInView ? midpoint(tones) : Number.NaN
      green[d] = isInView ? midpoint(greens) : Number.NaN
      yellow[d] = isInView ? midpoint(yellows) : Number.NaN
    }
    return { tone, green, yellow }
  }
  const parts = Array.from({ length: count }, (_, i) =>
    rowsOf(Math.floor((i * length) / count), Math.floor(((i + 1) * length) / count)),
  )
  const mean = (of: (rows: Rows) => Float32Array) =>
    Float32Array.from({ length: depth }, (_, d) => {
      const known = parts.map(rows => of(rows)[d]!).filter(value => !Number.isNaN(value))
      return known.length === 0 ? Number.NaN : known.reduce((a, b) => a + b, 0) / known.length
    })
  const whole = { tone: mean(rows => rows.tone), green: mean(rows => rows.green), yellow: mean(rows => rows.yellow) }
  return { ...side, parts, whole }
}

/** 1 where a sample of a strip lies beyond the ground, or is explained. */
function takenIn({ width, height }: Raster, strip: RectMm, ground: RectMm, explained: readonly RectMm[]): Uint8Array {
  const taken = new Uint8Array(width * height)
  const px = (mm: number, most: number) => Math.max(0, Math.min(most, Math.round(mm * PIXELS_PER_MM)))
  const [left, right] = [px(ground.x - strip.x, width), px(ground.x + ground.width - strip.x, width)]
  const [top, bottom] = [px(ground.y - strip.y, height), px(ground.y + ground.height - strip.y, height)]
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) if (x < left || x >= right || y < top || y >= bottom) taken[y * width + x] = 1
  for (const one of explained)
    for (let y = px(one.y - strip.y, height); y < px(one.y + one.height - strip.y, height); y++)
      taken.fill(1, y * width + px(one.x - strip.x, width), y * width + px(one.x + one.width - strip.x, width))
  return taken
}
