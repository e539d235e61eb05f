import { type GreyImage, gaussianBlur } from '../../../imaging/grey-image.ts'
import { mean } from '../../../imaging/quantile.ts'
import { STROKE_CAP as CAP } from '../stroke-relief.ts'
import type { CommonFace } from './common-faces.ts'
import type { SeenText } from './glyph-margins.ts'
import { type GlyphTemplate, TEMPLATE_CAP } from './glyph-templates.ts'
import { pitchOf, ROWS } from './line-fit.ts'

/** Cap height, px, at which faces are compared in a hurry, and px of a template and of the strip in one of them. */
const SMALL_CAP = 15
const OF_TEMPLATE = TEMPLATE_CAP / SMALL_CAP
const OF_STRIP = CAP / SMALL_CAP
/** How soft the strokes of a strip mostly are, px; without it bold faces fit better than the right ones. */
const SOFTNESS = 0.8
/** Where each symbol is looked for around its place, px. */
const REACH = 2

/** A glyph in small, with the place of its pen and baseline. */
interface SmallGlyph {
  readonly width: number
  readonly height: number
  readonly data: Float32Array
  readonly penX: number
  readonly baselineY: number
  /** Sum of the squares of its coverage. */
  readonly own: number
}

const small = new WeakMap<GlyphTemplate, SmallGlyph>()

function smallOf(glyph: GlyphTemplate): SmallGlyph {
  let known = small.get(glyph)
  if (known === undefined) {
    known = shrunk(glyph)
    small.set(glyph, known)
  }
  return known
}

/** Shrunk so that pen and baseline lie on whole px. */
function shrunk({ sharp, penX, baselineY }: GlyphTemplate): SmallGlyph {
  const left = Math.ceil(penX / OF_TEMPLATE)
  const above = Math.ceil(baselineY / OF_TEMPLATE)
  const width = left + Math.ceil((sharp.width - penX) / OF_TEMPLATE)
  const height = above + Math.ceil((sharp.height - baselineY) / OF_TEMPLATE)
  const data = new Float32Array(width * height)
  for (let y = 0; y < sharp.height; y++)
    for (let x = 0; x < sharp.width; x++) {
      const column = Math.floor((x - penX) / OF_TEMPLATE) + left
      const row = Math.floor((y - baselineY) / OF_TEMPLATE) + above
      data[row * width + column]! += sharp.data[y * sharp.width + x]! / 255 / OF_TEMPLATE ** 2
    }
  const soft = gaussianBlur({ width, height, data }, SOFTNESS).data
  return { width, height, data: soft, penX: left, baselineY: above, own: soft.reduce((sum, c) => sum + c ** 2, 0) }
}

/** The strip in small: means of {@link OF_STRIP} × {@link OF_STRIP} px. */
export function smallStrip({ width, height, data }: GreyImage): GreyImage {
  const columns = Math.floor(width / OF_STRIP)
  const rows = Math.floor(height / OF_STRIP)
  const out = new Float32Array(columns * rows)
  for (let y = 0; y < rows * OF_STRIP; y++)
    for (let x = 0; x < columns * OF_STRIP; x++)
      out[Math.floor(y / OF_STRIP) * columns + Math.floor(x / OF_STRIP)]! += data[y * width + x]! / OF_STRIP ** 2
  return { width: columns, height: rows, data: out }
}

/** How a line lies: how far below its place in its middle, px, and how much lower a px to the right. */
interface RoughPlace {
  readonly dy: number
  readonly slope: number
}

/** Part of the strokes that a face explains in a hurry, and how the line then lies. */
interface RoughFit {
  readonly fit: number
  readonly place: RoughPlace
}

/** Where a line is looked for: brushing may have led whoever straightened it. */
const PLACES: readonly RoughPlace[] = [0, -0.006, 0.006, -0.012, 0.012].flatMap(slope =>
  [-2, -1, 0, 1, 2].map(dy => ({ dy, slope })),
)

/**
 * About how much of the strokes a text explains in a face: told in a hundredth of the time that laying it takes, to choose the
 * faces that are worth it.
 * @param placeInOthers how the line lies in other faces: all have one baseline
 * @returns null when the line does not have the face's pitch
 */
export function roughFit(
  strip: GreyImage,
  { templates }: CommonFace,
  seen: SeenText,
  placeInOthers?: RoughPlace,
): RoughFit | null {
  const { symbolsAt, text } = seen
  const glyphs = text.map((choice, place) => templates.get(symbolsAt[place]![choice]!))
  if (!glyphs.every(glyph => glyph !== undefined)) return null
  const pens = pitchOf(glyphs, seen)
  if (pens === null) return null
  const laid = glyphs.map((glyph, i) => ({ glyph: smallOf(glyph), x: Math.round(pens[i]! / OF_TEMPLATE) }))
  const middle = mean(laid.map(({ x }) => x))
  let best = { sum: 0, place: PLACES[0]! }
  for (const place of placeInOthers === undefined ? PLACES : [placeInOthers]) {
    const sum = laid.reduce((all, { glyph, x }) => {
      const baseline = 2 * SMALL_CAP + place.dy + Math.round(place.slope * (x - middle))
      return all + explained(strip, glyph, x, baseline)
    }, 0)
    if (sum > best.sum) best = { sum, place }
  }
  const first = Math.round(ROWS[0] / OF_STRIP)
  const last = Math.round(ROWS[1] / OF_STRIP)
  const from = Math.max(0, laid[0]!.x - 3)
  const to = Math.min(strip.width, laid.at(-1)!.x + SMALL_CAP)
  let all = 0
  for (let y = first; y < last; y++) for (let x = from; x < to; x++) all += strip.data[y * strip.width + x]! ** 2
  return { fit: all > 0 ? best.sum / all : 0, place: best.place }
}

/** Faces that are asked at most how a line lies, and how well one fits whose answer is enough. */
const ASKED = 5
const KNOWS = 0.7

/** How the line lies, by the first of the faces that has about its strokes; all faces then begin there. */
export function roughPlace(strip: GreyImage, faces: readonly CommonFace[], seen: SeenText): RoughPlace | undefined {
  let best: RoughFit | undefined
  let asked = 0
  for (const face of faces) {
    const found = roughFit(strip, face, seen)
    if (found === null) continue
    if (best === undefined || found.fit > best.fit) best = found
    if (best.fit > KNOWS || ++asked === ASKED) break
  }
  return best?.place
}

/** The most of the strokes' squares that a glyph explains near its place. */
function explained(strip: GreyImage, glyph: SmallGlyph, x: number, baseline: number): number {
  const left = x - glyph.penX
  const top = baseline - glyph.baselineY
  const isWithin = left >= REACH && left + glyph.width + REACH <= strip.width
  const best = isWithin ? bestOfFive(strip, glyph, left, top) : bestOfEach(strip, glyph, left, top)
  return glyph.own > 0 ? (best * best) / glyph.own : 0
}

/** The greatest product of strokes and glyph, with the glyph up to {@link REACH} px to either side; 0 at least. */
function bestOfEach(strip: GreyImage, glyph: SmallGlyph, left: number, top: number): number {
  let best = 0
  for (let dx = -REACH; dx <= REACH; dx++) {
    let both = 0
    for (let row = Math.max(0, -top); row < Math.min(glyph.height, strip.height - top); row++) {
      const at = (top + row) * strip.width + left + dx
      for (let column = Math.max(0, -left - dx); column < Math.min(glyph.width, strip.width - left - dx); column++)
        both += glyph.data[row * glyph.width + column]! * strip.data[at + column]!
    }
    best = Math.max(best, both)
  }
  return best
}

/** The same where no place leaves the strip: all five in one pass. */
function bestOfFive({ width, height, data }: GreyImage, glyph: SmallGlyph, left: number, top: number): number {
  let [far, near, middle, behind, last] = [0, 0, 0, 0, 0]
  const end = Math.min(glyph.height, height - top)
  for (let row = Math.max(0, -top); row < end; row++) {
    let i = row * glyph.width
    let at = (top + row) * width + left + REACH
    let [a, b, c, d] = [data[at - 4]!, data[at - 3]!, data[at - 2]!, data[at - 1]!]
    for (const stop = i + glyph.width; i < stop; i++, at++) {
      const coverage = glyph.data[i]!
      const e = data[at]!
      far += coverage * a
      near += coverage * b
      middle += coverage * c
      behind += coverage * d
      last += coverage * e
      a = b
      b = c
      c = d
      d = e
    }
  }
  return Math.max(0, far, near, middle, behind, last)
}
