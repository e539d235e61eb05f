import { type Homography, localScale as scaleAt } from '../../imaging/homography.ts'
import type { Quad } from '../../imaging/quad.ts'
import { scaledQuad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { grown } from '../../products/geometry.ts'
import { productSecretKind } from '../../products/product-secret.ts'
import type { Mark, ProductProfile } from '../../products/profile.ts'
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

/** Around a public mark so much is shown of what it stands on. */
const SHOWN_MARGIN_MM = 0.6
/** Of a symbol more, so that it can still be read: two of its modules or so. */
const SHOWN_QUIET_MM = 1.5
/** Squares of one colour each: larger than a character or a finder pattern of any mark, so that neither can be made out. */
const MOSAIC_MM = 4

/**
 * The photograph as it may be shown (design.md rule 16): in full only where a public mark was read as what it is, or a cover lies
 * whole; secrets black; everything else, known or not, in squares of one colour. The photograph itself when secrets are revealed.
 */
export function shownPicture(sight: Sight, { revealSecrets = false }: EvidenceOptions = {}): Raster {
  const { pixels } = sight.photograph
  if (revealSecrets) return pixels
  const shown = publicAreas(sight)
  const pixelsPerMm = sight.card?.located.pose.pixelsPerMm ?? localScale(sight.loose?.layers[0]?.mmToPixels)
  const secret = secretAreas(sight)
  // Black before squares are made of it: their colour must know nothing of a secret.
  const hidden = blackedOut(pixels, secret)
  const picture = mosaic(hidden, Math.max(8, Math.round(MOSAIC_MM * pixelsPerMm)))
  for (const quad of shown) paint(picture, quad, (from, to) => picture.data.set(hidden.data.subarray(from, to), from))
  return blackedOut(picture, secret)
}

const localScale = (mmToPixels: Homography | undefined) => (mmToPixels === undefined ? 10 : scaleAt(mmToPixels, [0, 0]))

/** Where marks that the profile calls public were read as such, and covers that are whole. */
function publicAreas({ profile, reading, card, loose }: Sight): Quad[] {
  return profile.marks.flatMap(mark => {
    const seen = reading.marks.find(one => one.mark === mark.name)
    const isShown = mark.kind === 'cover' ? seen?.outcome === 'whole' : !mark.secret && isReadAsPublic(profile, seen)
    if (!isShown) return []
    const pose = card?.poseOf(mark) ?? loose?.layers.find(({ on }) => on === mark.on)?.mmToPixels
    return pose === undefined
      ? []
      : [quadOf(grown(mark.rect, mark.kind === 'qr' ? SHOWN_QUIET_MM : SHOWN_MARGIN_MM), pose)]
  })
}

function isReadAsPublic(profile: ProductProfile, seen: Reading | undefined): boolean {
  return seen?.outcome === 'read' && typeof seen.text === 'string' && productSecretKind(profile, seen.text) === null
}

/** A copy in squares of one colour each. */
function mosaic({ width, height, channels, data }: Raster, cellPx: number): Raster & { readonly data: Uint8Array } {
  const squares = new Uint8Array(data.length)
  const rowLength = width * channels
  for (let top = 0; top < height; top += cellPx) {
    const rows = Math.min(cellPx, height - top)
    const first = top * rowLength
    for (let left = 0; left < rowLength; left += cellPx * channels) {
      const right = Math.min(rowLength, left + cellPx * channels)
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let row = first; row < first + rows * rowLength; row += rowLength)
          for (let i = row + left + channel; i < row + right; i += channels) sum += data[i]!
        const mean = (sum * channels) / (rows * (right - left))
        for (let i = first + left + channel; i < first + right; i += channels) squares[i] = mean
      }
    }
    for (let y = 1; y < rows; y++) squares.copyWithin(first + y * rowLength, first, first + rowLength)
  }
  return { width, height, channels, data: squares }
}

/**
 * Where secrets are or may be in the photograph: every secret mark's place, whatever reading made of it, wherever a symbol
 * carries an EPK, whatever symbol could not be decoded, wherever a text reads as a private key, and whatever is left over. A mark taken for concealed is blacked out too, as that may be
 * wrong and nothing is lost: of a cover its rim stays in view. Only where a layer's own symbol was read right over a
 * secret does the place stay open, and only while nothing of the layer below shows.
 */
export function secretAreas(sight: Sight): Quad[] {
  const areas: Quad[] = []
  for (const symbol of sight.symbols) {
    if (mayBeSecret(sight.profile, symbol.bytes)) areas.push(scaledQuad(symbol.corners, 1.15))
  }
  for (const reading of sight.reading.marks) {
    if (reading.where !== null && readsAsKey(sight.profile, reading)) areas.push(reading.where)
  }
  for (const { where } of sight.reading.rest?.leftovers ?? []) areas.push(scaledQuad(where, 1.15))
  for (const { where } of sight.reading.exposed ?? []) areas.push(scaledQuad(where, 1.15))
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
export function readsAsKey(profile: ProductProfile, { text }: Pick<Reading, 'text'>): boolean {
  return typeof text === 'string' && productSecretKind(profile, text) !== null
}

/** Undecoded, no address, or a private key where an address should be. */
function mayBeSecret(profile: ProductProfile, bytes: Uint8Array | null): boolean {
  return bytes === null || payloadClass(bytes) !== 'address' || productSecretKind(profile, bytes) !== null
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
  const copy = { width, height, channels, data }
  for (const quad of areas) paint(copy, quad, (from, to) => data.fill(0, from, to))
  return copy
}

/** Every run of samples that a row has inside of the quad. */
function paint({ width, height, channels }: Raster, quad: Quad, run: (from: number, to: number) => void): void {
  const top = Math.max(0, Math.floor(Math.min(...quad.map(([, y]) => y))))
  const bottom = Math.min(height, Math.ceil(Math.max(...quad.map(([, y]) => y))))
  for (let y = top; y < bottom; y++) {
    const [from, to] = span(quad, y + 0.5)
    const left = Math.max(0, Math.floor(from))
    const right = Math.min(width, Math.ceil(to))
    if (right > left) run((y * width + left) * channels, (y * width + right) * channels)
  }
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
