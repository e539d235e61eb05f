import type { GreyImage } from '../imaging/grey-image.ts'
import { mean, median } from '../imaging/quantile.ts'
import { STROKE_CAP } from '../vision/text/stroke-relief.ts'
import type { GlyphLine } from './glyph-line.ts'
import { fitSides, type Sides } from './glyph-sides.ts'

/** Px of a capital's height in which glyphs are gathered, twice those of a strip, and the window of one: x about its middle, y from its cap line. */
export const CAP_PX = 2 * STROKE_CAP
export const WINDOW = {
  halfWidth: Math.round(0.85 * CAP_PX),
  above: Math.round(0.35 * CAP_PX),
  height: Math.round(1.7 * CAP_PX),
}
const WIDTH = 2 * WINDOW.halfWidth + 1
/** How far a sample is moved to lie on the others, px. */
const REACH = 6
const ROUNDS = 2

/** A mean of prints: strokes in parts of the line's strength, {@link WIDTH} columns, its middle in the midst. */
export interface MeanGlyph {
  readonly symbol: string
  readonly prints: number
  readonly spread: number | null
  readonly image: GreyImage
  readonly sides: Sides
  /** Correlation of each print, left out of it, with the mean of the others, less that with each other symbol's mean. */
  readonly margins: ReadonlyMap<string, number>
}

interface Sample {
  readonly symbol: string
  readonly print: string
  readonly image: Float32Array
  /** Columns that its neighbours leave to it. */
  readonly from: number
  readonly to: number
}

/** What each character looks like on the mean, from prints on several units. */
export function learnGlyphs(lines: readonly GlyphLine[]): {
  glyphs: MeanGlyph[]
  spacings: ReadonlyMap<string, number>
} {
  const usable = lines.filter(({ symbols }) => symbols.length >= 3)
  if (usable.length === 0) return { glyphs: [], spacings: new Map() }
  let centres = usable.map(centresOf)
  let samples: Sample[] = []
  let means = new Map<string, Float32Array>()
  let fitted = fitSides(usable, centres)
  for (let round = 0; round <= ROUNDS; round++) {
    samples = usable.flatMap((line, i) => samplesOf(line, centres[i]!, fitted.sides))
    means = meansOf(samples)
    if (round === ROUNDS) break
    centres = usable.map((line, i) => moved(line, centres[i]!, fitted.sides, means))
    fitted = fitSides(usable, centres)
  }
  const bySymbol = Map.groupBy(samples, ({ symbol }) => symbol)
  const prints = new Map([...bySymbol].map(([symbol, some]) => [symbol, printsOf(some)]))
  const glyphs = [...bySymbol.keys()].map(symbol => {
    const own = prints.get(symbol)!
    const others = own.map((_, k) => average(own.filter((__, i) => i !== k)))
    const likeness = own.length < 2 ? [] : own.map((print, k) => likenessOf(print, others[k]!))
    const margins = new Map(
      own.length < 2
        ? []
        : [...means]
            .filter(([rival]) => rival !== symbol)
            .map(([rival, image]) => [
              rival,
              Math.min(...own.map((print, k) => likeness[k]! - likenessOf(print, image))),
            ]),
    )
    return {
      symbol,
      prints: own.length,
      spread: likeness.length === 0 ? null : Math.max(0, 1 - mean(likeness)),
      image: { width: WIDTH, height: WINDOW.height, data: average(own) },
      sides: fitted.sides.get(symbol)!,
      margins,
    }
  })
  return { glyphs, spacings: fitted.spacings }
}

/** The strokes twice as fine, bilinear. */
function at({ width, height, data }: GreyImage, x: number, y: number): number {
  const u = x / 2 - 0.25
  const v = y / 2 - 0.25
  const [ix, iy] = [Math.floor(u), Math.floor(v)]
  if (ix < 0 || iy < 0 || ix + 1 >= width || iy + 1 >= height) return 0
  const [fx, fy] = [u - ix, v - iy]
  const k = iy * width + ix
  return (
    (data[k]! * (1 - fx) + data[k + 1]! * fx) * (1 - fy) +
    (data[k + width]! * (1 - fx) + data[k + width + 1]! * fx) * fy
  )
}

/** Middles by the ink's own weight between the midpoints to the neighbours, px of {@link CAP_PX}. */
function centresOf({ strip, middlesPx }: GlyphLine): number[] {
  const middles = middlesPx.map(x => 2 * x)
  const gaps = middles.slice(1).map((x, i) => x - middles[i]!)
  const pitch = median(gaps)
  return middles.map((x, i) => {
    const from = i === 0 ? x - pitch / 2 : (x + middles[i - 1]!) / 2
    const to = i + 1 === middles.length ? x + pitch / 2 : (x + middles[i + 1]!) / 2
    let sum = 0
    let weight = 0
    for (let column = Math.round(from); column < to; column++) {
      let ink = 0
      for (let y = CAP_PX; y < 2 * CAP_PX; y += 2) ink += Math.max(0, at(strip, column, y) - 0.05)
      sum += ink * column
      weight += ink
    }
    return weight > 0 ? sum / weight : x
  })
}

/** How dark the line's strokes are: what a hundredth of its pixels reaches. */
const strengths = new WeakMap<GreyImage, number>()
function strengthOf(strip: GreyImage): number {
  let known = strengths.get(strip)
  if (known === undefined) {
    const inside = strip.data.slice(STROKE_CAP * strip.width, 2 * STROKE_CAP * strip.width).sort()
    known = Math.max(0.02, inside[Math.floor(0.97 * inside.length)] ?? 0.02)
    strengths.set(strip, known)
  }
  return known
}

function sampleAt(
  { strip, symbols, print }: GlyphLine,
  centres: readonly number[],
  place: number,
  sides: ReadonlyMap<string, Sides>,
  dx: number,
  dy: number,
): Sample {
  const symbol = symbols[place]!
  const image = new Float32Array(WIDTH * WINDOW.height)
  const centre = centres[place]! + dx
  const strength = strengthOf(strip)
  const own = sides.get(symbol)!
  const room = 0.06
  const from = Math.max(0, Math.round(WINDOW.halfWidth - (own.left + room) * CAP_PX))
  const to = Math.min(WIDTH, Math.round(WINDOW.halfWidth + (own.right + room) * CAP_PX) + 1)
  for (let y = 0; y < WINDOW.height; y++)
    for (let x = from; x < to; x++)
      image[y * WIDTH + x] = at(strip, centre + x - WINDOW.halfWidth, CAP_PX - WINDOW.above + y + dy) / strength
  return { symbol, print: `${print} ${place}`, image, from, to }
}

const samplesOf = (line: GlyphLine, centres: readonly number[], sides: ReadonlyMap<string, Sides>): Sample[] =>
  line.symbols.map((_, place) => sampleAt(line, centres, place, sides, 0, 0))

/** Photographs of one print make one sample. */
function printsOf(samples: readonly Sample[]): Float32Array[] {
  return [...Map.groupBy(samples, ({ print }) => print).values()].map(some => average(some.map(({ image }) => image)))
}

function meansOf(samples: readonly Sample[]): Map<string, Float32Array> {
  return new Map(
    [...Map.groupBy(samples, ({ symbol }) => symbol)].map(([symbol, some]) => [symbol, average(printsOf(some))]),
  )
}

function average(images: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(images[0]?.length ?? WIDTH * WINDOW.height)
  for (const image of images) for (let i = 0; i < out.length; i++) out[i]! += image[i]! / images.length
  return out
}

/** Centres moved so that each sample lies on its mean. */
function moved(
  line: GlyphLine,
  centres: readonly number[],
  sides: ReadonlyMap<string, Sides>,
  means: ReadonlyMap<string, Float32Array>,
): number[] {
  return centres.map((centre, place) => {
    const wanted = means.get(line.symbols[place]!)!
    let best = centre
    let most = Number.NEGATIVE_INFINITY
    for (let dx = -REACH; dx <= REACH; dx++) {
      const likeness = likenessOf(sampleAt(line, centres, place, sides, dx, 0).image, wanted)
      if (likeness > most) {
        most = likeness
        best = centre + dx
      }
    }
    return best
  })
}

/** Normalised correlation without taking the mean off: ink over no ink. */
export function likenessOf(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0]
  for (let i = 0; i < a.length; i++) {
    ab += a[i]! * b[i]!
    aa += a[i]! * a[i]!
    bb += b[i]! * b[i]!
  }
  return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0
}
