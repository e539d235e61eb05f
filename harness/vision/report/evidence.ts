import { looksSecret } from '../../core/looks-secret.ts'
import type { Quad } from '../../imaging/quad.ts'
import { scaledQuad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { grown } from '../../products/geometry.ts'
import type { Mark } from '../../products/profile.ts'
import { payloadClass } from '../locate/payload-class.ts'
import type { CardSight, Sight } from '../read/read-photograph.ts'
import type { Reading } from '../reading.ts'
import { showsBottom } from '../surface/layers.ts'
import { quadOf } from '../text/text-line.ts'

/** A rectified piece of a photograph, for reports. */
export interface EvidenceCrop {
  /** The mark that it shows, or `card` for the whole front. */
  readonly of: string
  readonly mediaType: 'image/jpeg'
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  readonly pixelsPerMm: number
  /** True when secret marks in it were blacked out. */
  readonly masked: boolean
}

export interface EvidenceOptions {
  /** Leave secret marks visible. Default: false. */
  readonly revealSecrets?: boolean | undefined
}

/** Secret marks are blacked out this far around: a line may be longer than the profile's nominal rectangle. */
const MASK_MARGIN_MM = 2.5
/** Above and below a text that is covered: the cover reaches farther, so that its edges can still be seen. */
const COVERED_MARGIN_MM = 0.5

/**
 * Where secrets are or may be in the photograph: every secret mark's place, whatever reading made of it, wherever a symbol
 * carries an EPK, whatever symbol could not be decoded, wherever a text reads as a private key, and whatever is left over. A mark taken for concealed is blacked out too, as that may be
 * wrong and nothing is lost: of a cover its rim stays in view. Only where a layer's own symbol was read right over a
 * secret does the place stay open, and only while nothing of the layer below shows.
 */
export function secretAreas(sight: Sight): Quad[] {
  const areas: Quad[] = []
  for (const symbol of sight.symbols) {
    if (mayBeSecret(symbol.bytes)) areas.push(scaledQuad(symbol.corners, 1.15))
  }
  for (const reading of sight.reading.marks) {
    if (reading.where !== null && readsAsKey(reading)) areas.push(reading.where)
  }
  for (const { where } of sight.reading.rest?.leftovers ?? []) areas.push(scaledQuad(where, 1.15))
  const { card, loose } = sight
  for (const { on, mmToPixels } of loose?.layers ?? []) {
    for (const mark of sight.profile.marks) {
      if (mark.secret && mark.on === on) areas.push(quadOf(grown(mark.rect, MASK_MARGIN_MM), mmToPixels))
    }
  }
  if (card === null) return areas
  for (const mark of sight.profile.marks) {
    if (!mark.secret || liesUnderPrint(mark, card)) continue
    const covers = coversOf(sight.profile.marks, mark)
    const covered = covers.length > 0 && covers.every(({ name }) => card.covers.get(name)?.outcome === 'whole')
    if (covered) {
      areas.push(quadOf(grown(mark.rect, MASK_MARGIN_MM, COVERED_MARGIN_MM), card.poseOf(mark)))
      continue
    }
    areas.push(quadOf(grown(mark.rect, MASK_MARGIN_MM), card.poseOf(mark)))
    for (const cover of covers) areas.push(quadOf(grown(cover.rect, MASK_MARGIN_MM), card.poseOf(cover)))
  }
  return areas
}

/** Was a private key read where the profile has something public? */
export function readsAsKey({ text }: Pick<Reading, 'text'>): boolean {
  return typeof text === 'string' && looksSecret(text)
}

/** Undecoded, no address, or a private key where an address should be. */
function mayBeSecret(bytes: Uint8Array | null): boolean {
  return bytes === null || payloadClass(bytes) !== 'address' || looksSecret(bytes)
}

/** Is the top layer's own symbol read over this mark of the bottom layer, and nothing of that layer to be seen? */
function liesUnderPrint({ on }: Mark, { atMarks, layers }: CardSight): boolean {
  if (on !== 'bottom-layer' || layers.open !== 'top' || showsBottom(layers)) return false
  return atMarks.some(({ mark, fits }) => fits && mark.on === 'top-layer')
}

function coversOf(marks: readonly Mark[], covered: Mark): Mark[] {
  return marks.filter(mark => mark.kind === 'cover' && mark.covers === covered.name)
}

/** A copy of the picture with the areas filled black; the picture itself when there are none. */
export function blackedOut(raster: Raster, areas: readonly Quad[]): Raster {
  if (areas.length === 0) return raster
  const { width, height, channels } = raster
  const data = Uint8Array.from(raster.data)
  for (const quad of areas) {
    const top = Math.max(0, Math.floor(Math.min(...quad.map(([, y]) => y))))
    const bottom = Math.min(height, Math.ceil(Math.max(...quad.map(([, y]) => y))))
    for (let y = top; y < bottom; y++) {
      const [from, to] = span(quad, y + 0.5)
      const left = Math.max(0, Math.floor(from))
      const right = Math.min(width, Math.ceil(to))
      if (right > left) data.fill(0, (y * width + left) * channels, (y * width + right) * channels)
    }
  }
  return { width, height, channels, data }
}

/** Left and right end of a convex quad in the row at height y; nothing (left > right) where it is not. */
function span(quad: Quad, y: number): [number, number] {
  let left = Number.POSITIVE_INFINITY
  let right = Number.NEGATIVE_INFINITY
  for (let i = 0; i < 4; i++) {
    const [x0, y0] = quad[i]!
    const [x1, y1] = quad[(i + 1) % 4]!
    // Half a row of room on both sides, so that no row of pixels at a slanted end stays open.
    if (Math.min(y0, y1) > y + 0.5 || Math.max(y0, y1) < y - 0.5) continue
    for (const at of [y - 0.5, y + 0.5]) {
      const t = y1 === y0 ? 0 : Math.min(1, Math.max(0, (at - y0) / (y1 - y0)))
      const x = x0 + t * (x1 - x0)
      left = Math.min(left, x)
      right = Math.max(right, x)
    }
  }
  return [left, right]
}
