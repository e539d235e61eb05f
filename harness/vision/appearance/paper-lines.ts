import { ranked } from '../../imaging/quantile.ts'
import type { RectMm } from '../../products/profile.ts'
import { boxSum, type Field, halved } from './local-means.ts'
import { toneOf } from './surface-maps.ts'
import type { SurfaceView } from './surface-view.ts'

/** A straight line on paper that is too faint to be seen at any one place of it: the edge of a label that was put over a mark. */
export interface PaperLine {
  /** mm from the surface's top left corner. */
  readonly rect: RectMm
  /** As a multiple of the most that good sheets show. */
  readonly strength: number
  readonly isBright: boolean
}

/** An edge is one sample wide, and is held against what lies so far to both sides of it. */
const ASIDE_PX = 2
/** One sample counts no more than so much, natural logarithm: a dot is no line. */
const MOST_ONE = 0.12
/** A line is seen in three pieces of 2 mm, one after the other; of a piece so much has to be in view. */
const PIECE_MM = 2
const LEAST_SEEN = 0.6
const STEP_PX = 4
/** Labels lie along the sheet, askew by up to 3.6°: where the pieces before and after lie. */
const TILTS_PX = [
  [0, 0],
  [-1, 0],
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 1],
  [1, -1],
] as const
/** Between lines of text and beside them all counts that is so much like the paper around, and so far from ink. */
const LIKE_PAPER = 0.15
const INK_PX = 2
const LIGHT_CELLS = 10
const LEAST_CELLS = 20
/** No sheet is quieter than this. */
const LEAST_SCATTER = 0.001
const SPREADS = 1 / 1.645
/** Light falls off along the sheet's edge: this far for what is as fine as an edge, and for what is as broad as a fold, at half the scale. */
const RIM_MM = 2.2
const BROAD_RIM_MM = 3.5
/**
 * By how much a line differs, natural logarithm, and in scatters of pieces: both. Of 22 photographs of even numbers whose top layer is good the
 * strongest has 0.66 of the lesser, of 26 of odd ones 0.60, of 30 pictures of the virtual rig 0.13.
 */
const MOST = 0.019
const MOST_SCATTERS = 4.5

/** The clearest upright and the clearest level line of a sheet, as fine as an edge and as broad as a fold. */
export function paperLines(view: SurfaceView): PaperLine[] {
  const paper = openPaper(view)
  const scales = [
    { field: paper, pixelsPerMm: view.pixelsPerMm, rimMm: RIM_MM },
    { field: halved(paper), pixelsPerMm: view.pixelsPerMm / 2, rimMm: BROAD_RIM_MM },
  ]
  return scales.flatMap(scale => [clearest(scale, true), clearest(scale, false)]).filter(line => line !== null)
}

interface Scale {
  readonly field: Field
  readonly pixelsPerMm: number
  readonly rimMm: number
}

/** Where paper lies open: all but ink, whatever was printed. */
function openPaper({ raster, valid }: SurfaceView): Field {
  const { width, height } = raster
  const tone = toneOf(raster, new Uint8Array(valid.length).fill(1))
  const blank = halved(halved(toneOf(raster, valid)))
  const sums = boxSum(blank.data, blank.width, blank.height, LIGHT_CELLS, LIGHT_CELLS)
  const counts = boxSum(new Float32Array(blank.valid), blank.width, blank.height, LIGHT_CELLS, LIGHT_CELLS)
  const ink = new Float32Array(valid.length)
  for (let y = 0, i = 0; y < height; y++) {
    const row = Math.min(blank.height - 1, y >> 2) * blank.width
    for (let x = 0; x < width; x++, i++) {
      const cell = row + Math.min(blank.width - 1, x >> 2)
      const isPaper = counts[cell]! > LEAST_CELLS && tone.data[i]! > sums[cell]! / counts[cell]! - LIKE_PAPER
      ink[i] = isPaper ? 0 : 1
    }
  }
  const near = boxSum(ink, width, height, INK_PX, INK_PX)
  const open = new Uint8Array(near.length)
  for (let i = 0; i < open.length; i++)
    if (near[i] === 0) open[i] = 1
    else tone.data[i] = 0
  return { ...tone, valid: open }
}

function clearest({ field, pixelsPerMm, rimMm }: Scale, isUpright: boolean): PaperLine | null {
  const { width, height } = field
  const [count, length, across, along] = isUpright ? [width, height, 1, width] : [height, width, width, 1]
  const { differs, counts } = differences(field, across)
  const half = Math.round((PIECE_MM * pixelsPerMm) / 2)
  const [wideReach, highReach] = isUpright ? [0, half] : [half, 0]
  const means = boxSum(differs, width, height, wideReach, highReach)
  const seen = boxSum(counts, width, height, wideReach, highReach)
  const piece = 2 * half + 1
  for (let i = 0; i < means.length; i++) means[i] = seen[i]! < LEAST_SEEN * piece ? 0 : means[i]! / seen[i]!
  const rim = Math.round(rimMm * pixelsPerMm)
  const usual = new Float32Array(Math.ceil(means.length / STEP_PX))
  let [best, at, from, tilt, some] = [0, 0, 0, 0, 0]
  for (let middle = half + piece; middle + half + piece < length; middle += STEP_PX)
    for (let line = rim; line < count - rim; line++) {
      const i = line * across + middle * along
      const own = means[i]!
      if (own === 0) continue
      usual[some++] = Math.abs(own)
      if (Math.abs(own) <= Math.abs(best)) continue
      for (const [before, after] of TILTS_PX) {
        const first = means[i - piece * along + before * across]!
        const last = means[i + piece * along + after * across]!
        if (first * own <= 0 || last * own <= 0) continue
        const weakest = Math.min(Math.abs(own), Math.abs(first), Math.abs(last))
        if (weakest > Math.abs(best)) [best, at, from, tilt] = [Math.sign(own) * weakest, line, middle, after]
      }
    }
  if (some === 0) return null
  const scatter = Math.max(LEAST_SCATTER, SPREADS * ranked(usual.subarray(0, some), Math.floor(0.9 * some)))
  const [wide, long] = [1 + 2 * Math.abs(tilt), 3 * piece].map(px => px / pixelsPerMm) as [number, number]
  const [place, start] = [at - Math.abs(tilt), from - 1.5 * piece].map(px => px / pixelsPerMm) as [number, number]
  return {
    rect: isUpright
      ? { x: place, y: start, width: wide, height: long }
      : { x: start, y: place, width: long, height: wide },
    strength: Math.min(Math.abs(best) / MOST, Math.abs(best) / scatter / MOST_SCATTERS),
    isBright: best > 0,
  }
}

/** How much brighter each sample is than what lies to both sides of it; counted where all three are paper. */
function differences({ data, valid }: Field, across: number) {
  const [differs, counts] = [new Float32Array(data.length), new Float32Array(data.length)]
  const aside = ASIDE_PX * across
  for (let i = aside; i < data.length - aside; i++) {
    if (valid[i] === 0 || valid[i - aside] === 0 || valid[i + aside] === 0) continue
    const one = data[i]! - (data[i - aside]! + data[i + aside]!) / 2
    differs[i] = Math.max(-MOST_ONE, Math.min(MOST_ONE, one))
    counts[i] = 1
  }
  return { differs, counts }
}
