import type { GreyImage } from '../../../imaging/grey-image.ts'
import { quantile } from '../../../imaging/quantile.ts'
import { STROKE_CAP as CAP } from '../stroke-relief.ts'
import type { LaidText } from './glyph-margins.ts'
import { TEMPLATE_CAP } from './glyph-templates.ts'
import { laid, ROWS } from './line-fit.ts'
import { secondPrint } from './second-print.ts'

/** Strip rows that are looked at: a little above the cap line to a little below the baseline. */
const FIRST_ROW = ROWS[0]
const LAST_ROW = ROWS[1]
/** Width of a bin of distance from the outline, and how far the outermost bins lie from it, inwards and outwards; strip px. */
const BIN = 0.4
const INWARDS = 3
const OUTWARDS = 12
/** A single pixel counts for no more than this, in parts of the line's strokes. */
const MOST = 1.2
/** How far the strength of one character may be from what the line has there. */
const STRENGTH = [0.6, 1.5] as const
/** Streaks are means over so many caps to either side, of values that count for no more than this. */
const STREAK_REACH = 2
const MOST_STREAK = 0.4
/** Characters to either side that tell how strong one should be. */
const NEIGHBOURS = 2
/** Pixels are told apart by the side of the stroke that they lie on, where so many of the line lie there. */
const SIDES = 8
const LEAST_OF_SIDE = 60
const LEAST_OF_BIN = 12
/** Noise of a bin is at least this, in parts of the line's strokes. */
const LEAST_NOISE = 0.06
/** A stroke that is as sure as this and half as dark as the line's has the score 1. */
const SURE = 6
const HALF = 0.5

/** Probes are tried at every so many px, and so far from the rim of what is looked at. */
const STEP = 2
const PROBE_REACH = 8

/** What each character has too little and too much, as scores: 1 is a stroke half as dark as the line's own, beyond doubt. */
export interface StrokeResidual {
  readonly missing: readonly number[]
  readonly added: readonly number[]
  /** How strong the whole line stands there a second time, beside itself (second-print.ts). */
  readonly second: number
}

/** Offsets (dx, dy) of the pixels of one probe. */
type Probe = readonly (readonly [dx: number, dy: number])[]

const PROBES: readonly Probe[] = [
  ...[0.32, 0.5].flatMap(length => [0, 45, 90, 135].map(angle => bar(length, angle))),
  dot(),
]

const reachOf = (probe: Probe) => Math.ceil(Math.max(...probe.map(([dx, dy]) => Math.max(Math.abs(dx), Math.abs(dy)))))

function bar(lengthCaps: number, angleDeg: number): Probe {
  const [cos, sin] = [Math.cos((angleDeg * Math.PI) / 180), Math.sin((angleDeg * Math.PI) / 180)]
  return disc(0.6 * lengthCaps).filter(([dx, dy]) => {
    const along = Math.abs(dx * cos + dy * sin)
    const across = Math.abs(dy * cos - dx * sin)
    return along <= (lengthCaps * CAP) / 2 && across <= 0.06 * CAP
  })
}

function dot(): Probe {
  return disc(0.066)
}

function disc(radiusCaps: number): Probe {
  const reach = Math.ceil(radiusCaps * CAP)
  const all = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach)
  return all.flatMap(dy => all.filter(dx => Math.hypot(dx, dy) <= radiusCaps * CAP).map(dx => [dx, dy] as const))
}

/**
 * Holds the strokes of a line against its text laid in its font: what is left when the text is taken off, less what is usual for
 * the line at that distance from the outline (which takes stroke width, blur and halo out), looked through with shapes of strokes.
 */
export function strokeResidual(strip: GreyImage, text: LaidText): StrokeResidual {
  const { width } = strip
  const rows = LAST_ROW - FIRST_ROW
  const { soft, sharp, strength } = textOn(strip, text)
  const distance = distanceFrom(sharp, width, rows)
  const left = new Float32Array(width * rows)
  const from = Math.max(0, Math.floor(text.own[0]!.cell.from))
  const to = Math.min(width, Math.ceil(text.own.at(-1)!.cell.to))
  const binOf = (i: number) => Math.round((Math.min(OUTWARDS, Math.max(-INWARDS, distance[i]!)) + INWARDS) / BIN)
  const sides = sidesOf(distance, width, rows)
  for (let y = 0; y < rows; y++)
    for (let x = from; x < to; x++) {
      const i = y * width + x
      left[i] = strip.data[(y + FIRST_ROW) * width + x]! / strength[i]! - soft[i]!
    }
  const inText = (visit: (i: number) => void) => {
    for (let y = 0; y < rows; y++) for (let x = from; x < to; x++) visit(y * width + x)
  }
  const byBin = levelsBy(inText, left, binOf)
  // Light from a window or a lamp makes one flank of every stroke darker than the other.
  const bySide = levelsBy(inText, left, i => binOf(i) * SIDES + sides[i]!, LEAST_OF_SIDE)
  const rest = new Float32Array(width * rows)
  const weight = new Float32Array(width * rows)
  for (let y = 0; y < rows; y++)
    for (let x = from; x < to; x++) {
      const i = y * width + x
      const level = bySide[binOf(i) * SIDES + sides[i]!] ?? byBin[binOf(i)]
      if (level == null) continue
      weight[i] = 1 / level.noise ** 2
      rest[i] = left[i]! - level.usual
    }
  const streaks = streaksOf(rest, weight, width, rows)
  const evidence = rest.map((value, i) => Math.min(MOST, Math.max(-MOST, value - streaks[i]!)) * weight[i]!)
  const missing = text.own.map(() => 0)
  const added = text.own.map(() => 0)
  const edges = edgesOf(text)
  // Dots of small letters stand at the rim; over capitals alone remains lie there of what was scratched off.
  const hasSmall = text.glyphs.some(({ symbol }) => /[a-z]/.test(symbol))
  for (const probe of PROBES) {
    const offsets = Int32Array.from(probe, ([dx, dy]) => dy * width + dx)
    const reach = hasSmall ? reachOf(probe) : PROBE_REACH
    for (const [place, [begin, end]] of edges.entries())
      for (let y = reach; y < rows - reach; y += STEP)
        for (let x = Math.max(reach, begin); x < Math.min(width - reach, end); x += STEP) {
          let sum = 0
          let all = 0
          const at = y * width + x
          for (let k = 0; k < offsets.length; k++) {
            sum += evidence[at + offsets[k]!]!
            all += weight[at + offsets[k]!]!
          }
          if (all === 0) continue
          const size = Math.abs(sum)
          const score = Math.min(size / Math.sqrt(all) / SURE, size / all / HALF)
          const side = sum > 0 ? added : missing
          if (score > side[place]!) side[place] = score
        }
  }
  return { missing, added, second: secondPrint(strip, text.strength, [from, to]) }
}

/** What is usual of the line, and how it scatters, in each class of pixels; null where there are too few. */
function levelsBy(
  inText: (visit: (i: number) => void) => void,
  left: Float32Array,
  classOf: (i: number) => number,
  least = LEAST_OF_BIN,
): readonly ({ readonly usual: number; readonly noise: number } | null)[] {
  const classes = new Map<number, number[]>()
  inText(i => {
    const values = classes.get(classOf(i))
    if (values === undefined) classes.set(classOf(i), [left[i]!])
    else values.push(left[i]!)
  })
  return Array.from({ length: Math.max(-1, ...classes.keys()) + 1 }, (_, k) => {
    const values = classes.get(k) ?? []
    if (values.length < least) return null
    const usual = quantile(values, 0.5)
    const apart = values.map(value => Math.abs(value - usual))
    return { usual, noise: Math.max(LEAST_NOISE, 1.4826 * quantile(apart, 0.5)) }
  })
}

/** To which side of the nearest stroke each pixel lies, as one of {@link SIDES}. */
function sidesOf(distance: Float32Array, width: number, rows: number): Uint8Array {
  const out = new Uint8Array(distance.length)
  for (let y = 1; y < rows - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      const [across, down] = [distance[i + 1]! - distance[i - 1]!, distance[i + width]! - distance[i - width]!]
      const turn = (Math.atan2(down, across) / (2 * Math.PI)) * SIDES
      out[i] = (Math.round(turn) + SIDES) % SIDES
    }
  return out
}

/** What brushing or a fold adds to a row as far as some letters go: a running mean, in which no stroke counts in full. */
function streaksOf(rest: Float32Array, weight: Float32Array, width: number, rows: number): Float32Array {
  const reach = Math.round(STREAK_REACH * CAP)
  const out = new Float32Array(rest.length)
  for (let y = 0; y < rows; y++) {
    const at = y * width
    let [sum, all] = [0, 0]
    const add = (x: number, sign: number) => {
      if (x < 0 || x >= width) return
      const i = at + x
      sum += sign * weight[i]! * Math.min(MOST_STREAK, Math.max(-MOST_STREAK, rest[i]!))
      all += sign * weight[i]!
    }
    for (let x = 0; x < reach; x++) add(x, 1)
    for (let x = 0; x < width; x++) {
      add(x + reach, 1)
      add(x - reach - 1, -1)
      out[at + x] = all > 1e-3 ? sum / all : 0
    }
  }
  return out
}

/** Columns between which strokes count for a character: half way to its neighbours. */
export function edgesOf({ glyphs, line }: LaidText): readonly (readonly [begin: number, end: number])[] {
  const fine = TEMPLATE_CAP / CAP
  const inks = glyphs.map(({ inkLeft, inkRight }, i) => {
    const pen = line.pens[i]! / fine
    return [pen + inkLeft * CAP, pen + inkRight * CAP] as const
  })
  return inks.map(([left, right], i) => {
    const before = inks[i - 1]?.[1] ?? left - 0.3 * CAP
    const after = inks[i + 1]?.[0] ?? right + 0.3 * CAP
    return [Math.round((left + before) / 2), Math.round((right + after) / 2)] as const
  })
}

/** The text as it would look on the strip: as soft as the strokes are, and sharp; and how strong each place's character is. */
function textOn(strip: GreyImage, text: LaidText) {
  const { width } = strip
  const rows = LAST_ROW - FIRST_ROW
  const soft = new Float32Array(width * rows)
  const sharp = new Float32Array(width * rows)
  const strength = new Float32Array(width * rows).fill(text.strength)
  const edges = edgesOf(text)
  const fine = TEMPLATE_CAP / CAP
  const each: number[] = []
  for (const [place, glyph] of text.glyphs.entries()) {
    const at = laid(glyph, text.line.pens[place]!, text.line)
    let [both, own] = [0, 0]
    const { cell } = text.own[place]!
    const overGlyph = (pixel: (i: number, k: number, x: number, y: number) => void) => {
      for (let y = FIRST_ROW; y < LAST_ROW; y++) {
        const row = Math.round(at.fromY + y * fine)
        if (row < 0 || row >= at.picture.height) continue
        for (let x = Math.max(0, Math.ceil(-at.fromX / fine)); x < width; x++) {
          const column = Math.round(at.fromX + x * fine)
          if (column >= at.picture.width) break
          pixel((y - FIRST_ROW) * width + x, row * at.picture.width + column, x, y - FIRST_ROW)
        }
      }
    }
    overGlyph((i, k, x, y) => {
      const coverage = at.picture.data[k]! / 255
      soft[i] = Math.min(1, soft[i]! + coverage)
      sharp[i] = Math.max(sharp[i]!, glyph.sharp.data[k]! / 255)
      if (x < cell.from || x >= cell.to) return
      both += coverage * cell.data[cell.origin + y * cell.stride + (x - cell.from)]!
      own += coverage * coverage
    })
    each.push(own > 0 && both > 0 ? both / own : text.strength)
  }
  const usual = alongLine(each)
  for (const [place, best] of each.entries()) {
    const used = Math.min(STRENGTH[1] * usual[place]!, Math.max(STRENGTH[0] * usual[place]!, best))
    const [begin, end] = edges[place]!
    for (let y = 0; y < rows; y++)
      for (let x = Math.max(0, begin); x < Math.min(width, end); x++) strength[y * width + x] = used
  }
  return { soft, sharp, strength }
}

/** Light falls off along a line: for each character the strength of those around it, its own counting no more than theirs. */
function alongLine(strengths: readonly number[]): readonly number[] {
  return strengths.map((_, i) => {
    const from = Math.max(0, Math.min(i - NEIGHBOURS, strengths.length - 2 * NEIGHBOURS - 1))
    return quantile(strengths.slice(from, from + 2 * NEIGHBOURS + 1), 0.5)
  })
}

/** Distance of each pixel from the outline (half coverage), px, negative inside: by chamfer steps from the pixels on it. */
function distanceFrom(coverage: Float32Array, width: number, rows: number): Float32Array {
  const out = new Float32Array(width * rows).fill(OUTWARDS + 4)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      const here = coverage[i]!
      const around = [x > 0 ? i - 1 : i, x + 1 < width ? i + 1 : i, y > 0 ? i - width : i, y + 1 < rows ? i + width : i]
      for (const k of around) {
        const there = coverage[k]!
        if (here >= 0.5 === there >= 0.5) continue
        out[i] = Math.min(out[i]!, Math.abs(here - 0.5) / Math.abs(here - there))
      }
    }
  const relax = (i: number, k: number, step: number) => {
    if (out[k]! + step < out[i]!) out[i] = out[k]! + step
  }
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x
      if (x > 0) relax(i, i - 1, 1)
      if (y > 0) {
        relax(i, i - width, 1)
        if (x > 0) relax(i, i - width - 1, Math.SQRT2)
        if (x + 1 < width) relax(i, i - width + 1, Math.SQRT2)
      }
    }
  for (let y = rows - 1; y >= 0; y--)
    for (let x = width - 1; x >= 0; x--) {
      const i = y * width + x
      if (x + 1 < width) relax(i, i + 1, 1)
      if (y + 1 < rows) {
        relax(i, i + width, 1)
        if (x + 1 < width) relax(i, i + width + 1, Math.SQRT2)
        if (x > 0) relax(i, i + width - 1, Math.SQRT2)
      }
    }
  for (let i = 0; i < out.length; i++) if (coverage[i]! >= 0.5) out[i] = -out[i]!
  return out
}
