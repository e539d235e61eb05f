import { mean } from '../imaging/quantile.ts'
import { GLYPH_CAP, type GlyphFile, LEAST_PRINTS } from '../products/learned-glyphs.ts'
import { alikeOf } from '../vision/text/look-alikes.ts'
import type { CommonFace } from '../vision/text/ocv/common-faces.ts'
import { type GlyphTemplate, TEMPLATE_CAP } from '../vision/text/ocv/glyph-templates.ts'
import { CAP_PX, likenessOf, type MeanGlyph, WINDOW } from './learn-glyphs.ts'
import { traced } from './trace-glyph.ts'

/** What is learned of a face, and what not: the file, and one sentence each for the person. */
export interface LearnedFace {
  readonly file: GlyphFile
  readonly unknown: readonly string[]
}

/** Strokes are what is half as dark as the line's own. */
const LEVEL = 0.5
/** Shapes that are this much alike may be taken for each other. */
const ALIKE = 0.8
/** Each print must be so much more like its own mean than the rival's. */
const MARGIN = 0.012
/** What readers take for each other in most faces, however its glyphs look here. */
const ALWAYS_ALIKE = ['0OQD', '1Il', '5S', '8B', '2Z', '6G', 'VU', 'VY', 'CG', 'EF', 'PR', 'MN', 'UO', 'KX'] as const
/** Means of two symbols that are more alike than this are one shape: 0 and O of monospaced faces have 0.96 to 0.97. */
const DRAWN_ALIKE = 0.98
/** A face that is less like what was learned fills nothing in. */
const LEAST_LIKENESS = 0.6

/**
 * The glyphs as a file: outlines of the means, gaps filled in from the face that is most like them, and the pairs that are not told
 * apart: those with too few prints, and those whose prints are not each more like their own mean.
 * @param wanted every symbol that may stand on a unit
 */
export function faceOf(
  glyphs: readonly MeanGlyph[],
  units: number,
  wanted: readonly string[],
  faces: readonly CommonFace[],
): LearnedFace | null {
  const learned = glyphs.flatMap(glyph => {
    const outlined = outlineOf(glyph)
    return outlined === null ? [] : [{ glyph, outlined }]
  })
  if (learned.length === 0) return null
  const known = new Map(learned.map(({ glyph }) => [glyph.symbol, glyph]))
  const missing = wanted.filter(symbol => !known.has(symbol))
  const near =
    missing.length === 0
      ? []
      : nearestFaces(
          learned.map(({ glyph }) => glyph),
          faces,
        )
  /** The nearest face that has it. */
  const sources = missing.flatMap(symbol => {
    const face = near.find(({ templates }) => templates.has(symbol))
    return face === undefined ? [] : [{ symbol, face }]
  })
  const advances = learned.filter(({ glyph }) => /[A-Z0-9]/.test(glyph.symbol)).map(({ outlined }) => outlined.advance)
  const filled = sources.flatMap(({ symbol, face }) => filledIn(face, symbol, advances))
  const pictures = new Map<string, Float32Array>([
    ...learned.map(({ glyph }) => [glyph.symbol, glyph.image.data] as const),
    ...sources.flatMap(({ symbol, face }) => pictureOf(face, symbol)),
  ])
  const undecided: [string, string][] = []
  const confusable: [string, string][] = []
  const symbols = [...new Set([...wanted, ...known.keys()])]
  for (const [i, a] of symbols.entries())
    for (const b of symbols.slice(i + 1)) {
      if (!isAlike(a, b, pictures) || isParted(known.get(a), known.get(b))) continue
      undecided.push([a, b])
      if (alikeOf(a) === alikeOf(b) || isDrawnAlike(known.get(a), known.get(b))) confusable.push([a, b])
    }
  return {
    file: {
      format: 'assay-glyphs-1',
      units,
      filledFrom: [...new Set(sources.map(({ face }) => face.name))].join(', ').slice(0, 200) || null,
      glyphs: [...learned.map(({ outlined }) => outlined), ...filled].sort((a, b) => (a.symbol < b.symbol ? -1 : 1)),
      undecided,
      confusable,
    },
    unknown: sentences(wanted, known, confusable, units),
  }
}

type FileGlyph = GlyphFile['glyphs'][number]

const whole = (caps: number) => Math.round(caps * GLYPH_CAP)

function outlineOf({ symbol, image, sides, prints, spread }: MeanGlyph): FileGlyph | null {
  const pen = WINDOW.halfWidth + 0.5 - sides.left * CAP_PX
  const foot = WINDOW.above + CAP_PX
  const lines = traced(image, LEVEL * peakOf(image.data))
  const contours = lines.map(line => line.flatMap(([x, y]) => [whole((x - pen) / CAP_PX), whole((foot - y) / CAP_PX)]))
  if (contours.length === 0) return null
  return { symbol, advance: Math.max(1, whole(sides.left + sides.right)), prints, spread, contours }
}

/** How dark a glyph's own strokes are. */
function peakOf(data: Float32Array): number {
  const inked = data.filter(value => value > 0.15).sort()
  return inked.length === 0 ? 1 : inked[Math.floor(0.8 * inked.length)]!
}

function isAlike(a: string, b: string, pictures: ReadonlyMap<string, Float32Array>): boolean {
  if (ALWAYS_ALIKE.some(group => group.includes(a) && group.includes(b))) return true
  const [one, other] = [pictures.get(a), pictures.get(b)]
  return one !== undefined && other !== undefined && likenessOf(one, other) >= ALIKE
}

function isParted(a: MeanGlyph | undefined, b: MeanGlyph | undefined): boolean {
  if (a === undefined || b === undefined || a.prints < LEAST_PRINTS || b.prints < LEAST_PRINTS) return false
  return (a.margins.get(b.symbol) ?? 0) >= MARGIN && (b.margins.get(a.symbol) ?? 0) >= MARGIN
}

/** Two means that hardly differ, each with prints enough: the maker draws them so, and nobody can tell. */
function isDrawnAlike(a: MeanGlyph | undefined, b: MeanGlyph | undefined): boolean {
  if (a === undefined || b === undefined || Math.min(a.prints, b.prints) < LEAST_PRINTS) return false
  return likenessOf(a.image.data, b.image.data) >= DRAWN_ALIKE
}

/** A glyph of a face as the window of a mean, about the middle of its ink. */
function pictureOf({ templates }: CommonFace, symbol: string): [string, Float32Array][] {
  const glyph = templates.get(symbol)
  return glyph === undefined ? [] : [[symbol, windowOf(glyph)]]
}

const windows = new WeakMap<GlyphTemplate, Float32Array>()
function windowOf(glyph: GlyphTemplate): Float32Array {
  let out = windows.get(glyph)
  if (out !== undefined) return out
  const width = 2 * WINDOW.halfWidth + 1
  out = new Float32Array(width * WINDOW.height)
  const { inkLeft, inkRight, penX, baselineY } = glyph
  const picture = glyph.picture(0)
  const middle = penX + ((inkLeft + inkRight) / 2) * TEMPLATE_CAP
  for (let y = 0; y < WINDOW.height; y++)
    for (let x = 0; x < width; x++) {
      const u = Math.round(middle + x - WINDOW.halfWidth)
      const v = baselineY + y - WINDOW.above - CAP_PX
      if (u >= 0 && v >= 0 && u < picture.width && v < picture.height)
        out[y * width + x] = picture.data[v * picture.width + u]! / 255
    }
  windows.set(glyph, out)
  return out
}

/** Faces whose glyphs are like those that were learned, the nearest first. */
function nearestFaces(learned: readonly MeanGlyph[], faces: readonly CommonFace[]): CommonFace[] {
  return faces
    .map(face => {
      const both = learned.filter(({ symbol }) => face.templates.has(symbol))
      const each = both.map(glyph => likenessOf(glyph.image.data, windowOf(face.templates.get(glyph.symbol)!)))
      return { face, likeness: both.length < learned.length / 3 ? 0 : mean(each) }
    })
    .filter(({ likeness }) => likeness > LEAST_LIKENESS)
    .sort((a, b) => b.likeness - a.likeness)
    .map(({ face }) => face)
}

/** A symbol of another face, set in the room that the learned ones have, where these all have the same. */
function filledIn({ templates }: CommonFace, symbol: string, advances: readonly number[]): FileGlyph[] {
  const glyph = templates.get(symbol)
  if (glyph === undefined) return []
  const [least, greatest] = [Math.min(...advances), Math.max(...advances)]
  const isMono = greatest - least < 0.06 * GLYPH_CAP
  const advance = isMono ? Math.round(mean(advances)) : whole(glyph.advance)
  const middle = (glyph.inkLeft + glyph.inkRight) / 2
  const shift = isMono ? advance / 2 - middle * GLYPH_CAP : 0
  const { sharp, penX, baselineY } = glyph
  const image = { ...sharp, data: Float32Array.from(sharp.data, level => level / 255) }
  const contours = traced(image, 0.5).map(line =>
    line.flatMap(([x, y]) => [
      Math.round(((x - penX) / TEMPLATE_CAP) * GLYPH_CAP + shift),
      whole((baselineY - y) / TEMPLATE_CAP),
    ]),
  )
  return contours.length === 0 ? [] : [{ symbol, advance: Math.max(1, advance), prints: 0, spread: null, contours }]
}

/** What the person must know: which texts will be INCONCLUSIVE yet. Names symbols of the alphabet, never where they stand. */
function sentences(
  wanted: readonly string[],
  known: ReadonlyMap<string, MeanGlyph>,
  confusable: readonly (readonly [string, string])[],
  units: number,
): string[] {
  const never = wanted.filter(symbol => !known.has(symbol))
  const once = wanted.filter(symbol => known.get(symbol)?.prints === 1)
  const alike = confusable.filter(([a, b]) => [a, b].every(symbol => (known.get(symbol)?.prints ?? 0) >= LEAST_PRINTS))
  const list = (symbols: readonly string[]) => symbols.join(' ')
  return [
    ...(never.length === 0
      ? []
      : [`No ${list(never)} in ${units} units: a text in which one could stand for its look-alike is INCONCLUSIVE.`]),
    ...(once.length === 0
      ? []
      : [`${list(once)} seen once only: too little to tell ${once.length > 1 ? 'them' : 'it'} from a look-alike.`]),
    ...(alike.length === 0
      ? []
      : [
          `The maker draws ${alike.map(([a, b]) => `${a} and ${b}`).join(', ')} so much alike that these prints do not tell them apart.`,
        ]),
  ]
}
