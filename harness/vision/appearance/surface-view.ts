import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { coverMarks, grown, lineBoxes, type PointMm, surfaceOrigin } from '../../products/geometry.ts'
import type { CoverMark, Mark, ProductProfile, RectMm, TextMark } from '../../products/profile.ts'
import type { CoverSeen } from '../surface/cover.ts'
import type { LayersSeen } from '../surface/layers.ts'
import { type FlatCard, flatCard, PIXELS_PER_MM } from './flat-card.ts'

/** A surface that lies open in a photograph, laid flat, and where on it nothing explains what is seen. */
export interface SurfaceView {
  /** `card`, `top-layer`, `bottom-layer` or the name of a cover. */
  readonly on: string
  readonly raster: Raster
  readonly pixelsPerMm: number
  /** 1 where nothing explains what is seen. */
  readonly valid: Uint8Array
  /** What the raster shows, mm in the frame of {@link mmToPixels}. */
  readonly rect: RectMm
  /** To the photograph. */
  readonly mmToPixels: Homography
  /** Where that frame's origin lies on the card. */
  readonly origin: PointMm
}

/** What is known of a card when its surfaces are looked at. */
export interface CardLaidOut {
  /** The card laid flat, where that was done already. */
  readonly flat?: FlatCard
  readonly raster: Raster
  readonly profile: ProductProfile
  readonly mmToPixels: Homography
  readonly layers: LayersSeen
  readonly covers: ReadonlyMap<string, CoverSeen>
  /** Did the layer show a symbol of its own? Its place is known by it. */
  readonly hasPose: (on: Mark['on']) => boolean
  readonly poseOf: (mark: Mark) => Homography
  /** Where the ink of a text's lines was read, mm of its surface; null for a line that was not. Left out, nobody knows. */
  readonly inkOf?: (mark: TextMark) => readonly (RectMm | null)[]
}

/** Room around what is explained, mm: the pose is off by 0.4 at worst, and etching and sticker sit 0.15 off their places. */
const MARK_ROOM_MM = 0.8
/** Around the ink of a line that was read. */
const INK_ROOM_MM = 0.45
const STICKER_ROOM_MM = 1
const COVER_ROOM_MM = 1.3
/** Around one whose edges were followed: they are ragged, and throw a shadow. */
const SEEN_COVER_ROOM_MM = 0.8
/** The rim of the card shows its bevel and what lies below. */
const CARD_RIM_MM = 1.2
const LAYER_RIM_MM = 0.9
const COVER_RIM_MM = 1.1

/** Every surface of the card that lies open: steel, the paper of the layer that is open, the foil of a cover that is whole. */
export function surfaceViews(laid: CardLaidOut): SurfaceView[] {
  const { profile } = laid
  const covers = coverMarks(profile).filter(({ name }) => laid.covers.get(name)?.outcome === 'whole')
  return [cardView(laid), ...layerViews(laid), ...covers.map(cover => coverView(laid, cover))]
}

function cardView(laid: CardLaidOut): SurfaceView {
  const { profile, mmToPixels, covers } = laid
  const { width, height, cornerRadius } = profile.card
  const sticker = profile.sticker === null ? [] : [grown(profile.sticker.rect, STICKER_ROOM_MM)]
  // A text that lies under a cover explains nothing beside it.
  const hidden = coverMarks(profile).flatMap(mark => (covers.get(mark.name)?.outcome === 'whole' ? [mark.covers] : []))
  const marks = profile.marks
    .filter(({ on, name }) => on === 'card' && !hidden.includes(name))
    .flatMap(mark => explainedBy(mark, covers, laid.inkOf))
  const shape = { rect: { x: 0, y: 0, width, height }, rimMm: CARD_RIM_MM, cornerRadius }
  const { raster } = laid.flat ?? flatCard(laid.raster, profile, mmToPixels)
  return shownOf(raster, 'card', shape, mmToPixels, [0, 0], [...sticker, ...marks])
}

function layerViews(laid: CardLaidOut): SurfaceView[] {
  const { raster, profile, layers, hasPose, poseOf, covers, inkOf } = laid
  const on = layers.open === 'bottom' ? 'bottom-layer' : 'top-layer'
  // Where both lie open, nobody knows where the one ends; where it is only not sure that one covers the other, it is looked at.
  if (profile.sticker === null || layers.open === 'both' || !hasPose(on)) return []
  const marks = profile.marks.filter(mark => mark.on === on)
  // Scraps and glue lie around what is printed below a layer that was peeled off.
  return [layerView(raster, profile, on, poseOf(marks[0]!), covers, on === 'top-layer' ? inkOf : undefined)]
}

/** A sticker layer that lies by itself. */
export function looseView(
  raster: Raster,
  profile: ProductProfile,
  on: Mark['on'],
  mmToPixels: Homography,
): SurfaceView {
  return layerView(raster, profile, on, mmToPixels, new Map())
}

function layerView(
  raster: Raster,
  profile: ProductProfile,
  on: Mark['on'],
  mmToPixels: Homography,
  covers: CardLaidOut['covers'],
  inkOf?: CardLaidOut['inkOf'],
): SurfaceView {
  const { rect, cornerRadius } = profile.sticker!
  const { width, height } = rect
  const shape = { rect: { x: 0, y: 0, width, height }, rimMm: LAYER_RIM_MM, cornerRadius }
  const explained = profile.marks.filter(mark => mark.on === on).flatMap(mark => explainedBy(mark, covers, inkOf))
  return viewOf(raster, on, shape, mmToPixels, surfaceOrigin(profile, on), explained)
}

function coverView(laid: CardLaidOut, cover: CoverMark): SurfaceView {
  const { rect } = cover
  const shape = { rect, rimMm: COVER_RIM_MM, cornerRadius: 0 }
  const beyond = outsideOf(grown(outlineOf(cover, laid.covers), -COVER_RIM_MM), rect)
  return viewOf(laid.raster, cover.name, shape, laid.poseOf(cover), surfaceOrigin(laid.profile, cover.on), beyond)
}

/** What lies in `all` beside `inner`. */
function outsideOf(inner: RectMm, all: RectMm): RectMm[] {
  const [right, bottom] = [all.x + all.width, all.y + all.height]
  const [innerRight, innerBottom] = [inner.x + inner.width, inner.y + inner.height]
  return [
    { ...all, width: Math.max(0, inner.x - all.x) },
    { ...all, height: Math.max(0, inner.y - all.y) },
    { ...all, x: innerRight, width: Math.max(0, right - innerRight) },
    { ...all, y: innerBottom, height: Math.max(0, bottom - innerBottom) },
  ]
}

/** Where a cover lies on the card: as it was seen where it is whole, as one may be short where the text that it covers is. */
function outlineOf({ name, rect }: CoverMark, covers: CardLaidOut['covers']): RectMm {
  const seen = covers.get(name)
  return seen?.outcome === 'whole' ? seen.outline : rect
}

/** Between the lines of a text nothing is explained; around a cover its edge is, and what it hides. */
function explainedBy(mark: Mark, covers: CardLaidOut['covers'], inkOf: CardLaidOut['inkOf']): RectMm[] {
  switch (mark.kind) {
    case 'text': {
      const read = inkOf?.(mark) ?? []
      return lineBoxes(mark).map(({ rect }, i) => (read[i] ? grown(read[i], INK_ROOM_MM) : grown(rect, MARK_ROOM_MM)))
    }
    case 'qr':
      return [grown(mark.rect, MARK_ROOM_MM)]
    case 'cover': {
      const isSeen = covers.get(mark.name)?.outcome === 'whole'
      return [grown(outlineOf(mark, covers), isSeen ? SEEN_COVER_ROOM_MM : COVER_ROOM_MM)]
    }
  }
}

interface Shape {
  readonly rect: RectMm
  readonly rimMm: number
  readonly cornerRadius: number
}

function viewOf(
  raster: Raster,
  on: string,
  shape: Shape,
  mmToPixels: Homography,
  origin: PointMm,
  explained: readonly RectMm[],
): SurfaceView {
  const flat = rectify(raster, mmToPixels, shape.rect, PIXELS_PER_MM)
  return shownOf(flat, on, shape, mmToPixels, origin, explained)
}

/** @param flat the surface laid flat */
function shownOf(
  flat: Raster,
  on: string,
  shape: Shape,
  mmToPixels: Homography,
  origin: PointMm,
  explained: readonly RectMm[],
): SurfaceView {
  const { rect } = shape
  const valid = insideOf(flat, shape)
  for (const taken of explained) takeAway(valid, flat, { ...taken, x: taken.x - rect.x, y: taken.y - rect.y })
  return { on, raster: flat, pixelsPerMm: PIXELS_PER_MM, valid, rect, mmToPixels, origin }
}

/** 1 inside of the surface's outline less its rim. */
function insideOf({ width, height }: Raster, { rect, rimMm, cornerRadius }: Shape): Uint8Array {
  const valid = new Uint8Array(width * height)
  const radius = Math.max(0, cornerRadius - rimMm)
  for (let row = 0; row < height; row++) {
    // From the middle of the nearest rounded corner outwards.
    const y = Math.abs((row + 0.5) / PIXELS_PER_MM - rect.height / 2) - (rect.height / 2 - rimMm - radius)
    for (let column = 0; column < width; column++) {
      const x = Math.abs((column + 0.5) / PIXELS_PER_MM - rect.width / 2) - (rect.width / 2 - rimMm - radius)
      valid[row * width + column] = Number(x > 0 && y > 0 ? Math.hypot(x, y) <= radius : x <= radius && y <= radius)
    }
  }
  return valid
}

function takeAway(valid: Uint8Array, { width, height }: Raster, { x, y, ...size }: RectMm): void {
  const at = (mm: number, most: number) => Math.max(0, Math.min(most, Math.round(mm * PIXELS_PER_MM)))
  const [left, right] = [at(x, width), at(x + size.width, width)]
  for (let row = at(y, height); row < at(y + size.height, height); row++)
    valid.fill(0, row * width + left, row * width + right)
}
