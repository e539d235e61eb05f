import { Secret } from '../../core/secret.ts'
import type { SecretKind } from '../../core/vocabulary.ts'
import { scaling } from '../../imaging/homography.ts'
import type { Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import type { ProductProfile } from '../../products/profile.ts'
import { foreignTexts } from '../rest/foreign-text.ts'
import { readForeignText } from '../rest/read-foreign-text.ts'
import { placeOnCard, type SearchedSurface } from '../rest/searched-surface.ts'
import type { TextDetector } from '../rest/text-detector.ts'
import { findSymbols } from '../symbols/find-symbols.ts'
import type { TextReader } from '../text/text-reader.ts'
import { seePhotograph, type VisionTools } from './read-photograph.ts'

/** Something in a picture that says something, whatever picture it is. Held in clear. */
export interface SaidInPicture {
  readonly by: 'symbol' | 'text'
  /** What it may say: one for a symbol; for a line of text, best guesses in one order for all lines. */
  readonly payloads: readonly Uint8Array[]
  /** In the picture, px. */
  readonly where: Quad
}

export interface SearchedPicture {
  readonly said: readonly SaidInPicture[]
  /** Lines of text that were found and not read, as there are too many. */
  readonly linesLeft: number
}

/** Smaller pictures are also looked at enlarged, px of the longer side. */
const SMALL_PX = 400
/** As the detector wants a line. */
const PIXELS_PER_MM = 8
/** Around the picture, so that what fills it has an edge; as wide as the detector needs, px. */
const BORDER_PX = 24
/** The detector's own picture is no longer than this, px. */
const LONGEST_PX = 2400
const MOST_LINES = 120
/** A symbol has 21 modules a side. */
const LEAST_PX = 21

/**
 * Reads a picture of anything, anywhere in it: every symbol, and with `texts` every line of text, best guesses. Blind, and without
 * a profile: what of it is a secret, is for others.
 */
export async function searchPicture(
  raster: Raster,
  texts: { readonly detector: TextDetector; readonly text: TextReader } | null,
  signal?: AbortSignal,
): Promise<SearchedPicture> {
  const longest = Math.max(raster.width, raster.height)
  const said: SaidInPicture[] = []
  if (Math.min(raster.width, raster.height) >= LEAST_PX / 2) {
    for (const scale of longest < SMALL_PX ? [1, 2] : [1]) {
      const view = scale === 1 ? raster : rectify(raster, scaling(1), wholeOf(raster), scale)
      if (Math.min(view.width, view.height) < LEAST_PX) continue
      for (const { bytes, corners } of await findSymbols(view, { signal })) {
        if (bytes === null) continue
        const where = corners.map(([x, y]) => [x / scale, y / scale] as const) as unknown as Quad
        said.push({ by: 'symbol', payloads: [bytes], where })
      }
    }
  }
  if (texts === null) return { said, linesLeft: 0 }
  const lines = await linesIn(bordered(raster, BORDER_PX, rimOf(raster)), longest, texts, signal)
  return { said: [...said, ...lines.said], linesLeft: lines.linesLeft }
}

const wholeOf = ({ width, height }: Raster) => ({ x: 0, y: 0, width, height })

async function linesIn(
  raster: Raster,
  longest: number,
  { detector, text }: { readonly detector: TextDetector; readonly text: TextReader },
  signal: AbortSignal | undefined,
): Promise<SearchedPicture> {
  const largest = Math.min(1, LONGEST_PX / longest)
  const scales = longest < SMALL_PX ? [1, 2, 0.5] : [largest, largest / 2]
  const said: SaidInPicture[] = []
  let linesLeft = 0
  for (const scale of scales) {
    const surface = surfaceOf(raster, scale)
    for (const { rect } of foreignTexts(surface, await detector.detect(surface.flat.raster))) {
      const { where } = placeOnCard(surface, rect)
      if (said.some(other => isSame(other.where, where))) continue
      if (said.length >= MOST_LINES) {
        linesLeft++
        continue
      }
      signal?.throwIfAborted()
      const read = await readForeignText(raster, surface, rect, text, signal)
      const payloads = read.texts.map(one => new TextEncoder().encode(one))
      said.push({ by: 'text', payloads, where })
    }
  }
  const inPicture = (quad: Quad) => quad.map(([x, y]) => [x - BORDER_PX, y - BORDER_PX] as const) as unknown as Quad
  return { said: said.map(one => ({ ...one, where: inPicture(one.where) })), linesLeft }
}

/** The whole picture as a surface of its own, on which nothing is explained. */
function surfaceOf(raster: Raster, scale: number): SearchedSurface {
  const pixelsAMm = PIXELS_PER_MM / scale
  const mmToPixels = scaling(pixelsAMm)
  const shape = { width: raster.width / pixelsAMm, height: raster.height / pixelsAMm, cornerRadius: 0 }
  const flat = rectify(raster, mmToPixels, { x: 0, y: 0, ...shape }, PIXELS_PER_MM)
  return {
    flat: { raster: flat, pixelsPerMm: PIXELS_PER_MM },
    mmToPixels,
    shape,
    origin: [0, 0],
    explained: [],
    worn: [],
  }
}

/** Two finds of one line: the middle of the second lies in the first. */
function isSame(first: Quad, second: Quad): boolean {
  const [a, , b] = first
  const x = (second[0][0] + second[2][0]) / 2
  const y = (second[0][1] + second[2][1]) / 2
  return x >= a[0] && x <= b[0] && y >= a[1] && y <= b[1]
}

/** The mean of a picture's first and last row, by channel. */
function rimOf({ width, height, channels, data }: Raster): readonly number[] {
  const sums = new Array<number>(channels).fill(0)
  for (const row of [0, height - 1]) {
    for (let i = 0; i < width * channels; i++) sums[i % channels]! += data[row * width * channels + i]!
  }
  return sums.map(sum => sum / (2 * width))
}

function bordered({ width, height, channels, data }: Raster, borderPx: number, colour: readonly number[]): Raster {
  const size = { width: width + 2 * borderPx, height: height + 2 * borderPx }
  const framed = new Uint8Array(size.width * size.height * channels)
  for (let i = 0; i < framed.length; i++) framed[i] = colour[i % channels]!
  for (let y = 0; y < height; y++) {
    const from = y * width * channels
    framed.set(data.subarray(from, from + width * channels), ((y + borderPx) * size.width + borderPx) * channels)
  }
  return { ...size, channels, data: framed }
}

/** Pictures smaller than this show a mark, not a card. */
const SMALLEST_CARD_PX = 400
const DARK_TABLE = [0x40, 0x40, 0x40]

/** What lies open on a card of the product: names of secret marks that can be read, and kinds of what stands anywhere else. */
export interface OpenOnCard {
  readonly marks: readonly string[]
  readonly exposed: readonly SecretKind[]
}

/** A picture as a photograph of a card, with a border, as a card that fills it has no edges to be found by. */
export async function openOnCard(raster: Raster, profile: ProductProfile, tools: VisionTools): Promise<OpenOnCard> {
  if (Math.max(raster.width, raster.height) < SMALLEST_CARD_PX) return { marks: [], exposed: [] }
  const pixels = bordered(raster, Math.round(raster.width / 12), DARK_TABLE)
  const how = { camera: 'file', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  const { reading } = await seePhotograph({ id: 'search', pixels, takenAt: null, how }, profile, tools)
  const secret = profile.marks.filter(mark => mark.secret).map(({ name }) => name)
  const read = reading.marks.filter(({ mark, outcome }) => secret.includes(mark) && outcome === 'read')
  for (const { text } of reading.marks) if (text instanceof Secret) text.dispose()
  return { marks: read.map(({ mark }) => mark), exposed: (reading.exposed ?? []).map(({ kind }) => kind) }
}
