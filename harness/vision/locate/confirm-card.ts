import type { GreyRaster } from '../../imaging/grey.ts'
import { compose, type Homography, invert, localScale } from '../../imaging/homography.ts'
import type { Pyramid } from '../../imaging/pyramid.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { grown } from '../../products/geometry.ts'
import type { ProductProfile, RectMm, SymbolMark } from '../../products/profile.ts'
import { type Assembled, assembleCards, type Objection, placementObjection, placementOf } from './assemble.ts'
import { cameraMisfit } from './camera-misfit.ts'
import { cardOutline, cardSides, sideNames } from './card-outline.ts'
import { etchedTextContrast } from './etched-text.ts'
import { type Refined, refineOutline } from './refine-outline.ts'
import { findSideLines } from './side-lines.ts'

/** A place where the card may be, before its edges are looked at. */
export interface Hypothesis {
  readonly mmToPixels: Homography
  readonly anchor: Anchor | null
}

export interface Anchor {
  readonly symbol: number
  readonly mark: SymbolMark
  /** Where the card has the symbol, mm, and where it was seen, px. */
  readonly expected: Quad
  readonly seen: Quad
  readonly isDecoded: boolean
}

export interface PoseCandidate {
  readonly hypothesis: Hypothesis
  readonly refined: Refined
  /** Higher is better; comparable within one photograph. */
  readonly goodness: number
}

export interface Confirmed {
  readonly candidates: readonly PoseCandidate[]
  /** Sides of the hypothesis that lie outside the picture. */
  readonly outside: readonly string[]
}

/** Every side must show at least this part of its edge. */
const MIN_SIDE_COVERAGE = 0.35
/** The faintest of 38 development photographs have 0.5 on one side and 1 on all; noise has about 0.1. */
const MIN_PROMINENCE = 0.25
const MIN_MEAN_PROMINENCE = 0.6
/**
 * An outline that hardly stands out (steel on grey under blur or noise) is believed where two other witnesses agree with it:
 * a symbol that was decoded, in its place to this, and etched text where the card has it. Ten photographs with blur of 3 px or
 * noise of 25 levels show 4.8 and more for the text; 2 mm beside it they show less, but for other lines of text.
 */
const FAINT = { prominence: 0.1, meanProminence: 0.25, textContrast: 4, shiftMm: 1, turnDeg: 1.5, distortionMm: 0.08 }
/** With the other sides as clear as this on the whole, one may not stand out at all (in its own soft shadow). */
const CLEAR_BUT_ONE = 0.8
/** What pixel noise and lens distortion make of a true view; see {@link cameraMisfit}. 38 photographs have up to 0.010. */
const USUAL_CAMERA_MISFIT = 0.015
const MAX_CAMERA_MISFIT = 0.12
/** True cards score 30 to 43; with a badly placed sticker up to 14 less. Edges of other things, 16 at most. */
const MIN_SCORE = 18
/**
 * Usual placement of a symbol against the card: what a good card of a sloppy line still has. Distortion is the pose's own
 * fault: 38 photographs have up to 0.08 mm, and the end of a shadow taken for the card's side gives 0.3.
 */
const USUAL = { shiftMm: 0.4, turnDeg: 0.6, distortionMm: 0.08 }

const STICKER_EDGE_MM = 0.8

/** Middle of the card, mm. */
export function cardMiddle(profile: ProductProfile): Point {
  return [profile.card.width / 2, profile.card.height / 2]
}

/** Looks for the four edges around a hypothesis and pulls the pose onto them. */
export function confirm(
  picture: Pyramid,
  profile: ProductProfile,
  hypothesis: Hypothesis,
  rangeMm: number,
  most: number,
): Confirmed {
  const { card } = profile
  const { grey } = picture
  const sides = cardSides(card)
  const middle = cardMiddle(profile)
  const { raster: coarse, shrink } = picture.forScale(localScale(hypothesis.mmToPixels, middle))
  const toCoarse = compose([1 / shrink, 0, 0, 0, 1 / shrink, 0, 0, 0, 1], hypothesis.mmToPixels)
  // Seen from its symbol the sticker lies in its place, so that its own edge is not taken for the card's.
  const covered = hypothesis.anchor === null ? null : stickerWithEdge(profile)
  const searches = sides.map(side => findSideLines(coarse, toCoarse, side, card.cornerRadius, rangeMm, 0.12, covered))
  const outside = searches.flatMap(({ inFrame }, i) => (inFrame < 0.5 ? [sideNames[i]!] : []))
  // Left to itself a side that is not in the picture would be taken for something that is.
  if (outside.length > 0) return { candidates: [], outside }
  const { anchor } = hypothesis
  const objection: Objection = h =>
    (cameraMisfit(h, grey.width, grey.height) / USUAL_CAMERA_MISFIT) ** 2 +
    (anchor === null ? 0 : placementObjection(anchor.seen, anchor.expected, h, USUAL))
  const outline = cardOutline(card, 0.7)
  const candidates: PoseCandidate[] = []
  for (const assembled of assembleCards(hypothesis.mmToPixels, sides, searches, objection).slice(0, most)) {
    if (anchor !== null && assembled.score < MIN_SCORE) break
    const candidate = refined(grey, profile, hypothesis, assembled, outline, middle, objection)
    if (candidate !== null) candidates.push(candidate)
  }
  return { candidates, outside }
}

/** The sticker's place, and as much around it as its edge is blurred and off, but not as far as the card's own edge. */
function stickerWithEdge({ card, sticker }: ProductProfile): RectMm | null {
  if (sticker === null) return null
  const { x, y, width, height } = sticker.rect
  const gapMm = Math.max(0, Math.min(x, y, card.width - x - width, card.height - y - height))
  return grown(sticker.rect, Math.min(STICKER_EDGE_MM, gapMm / 3))
}

function refined(
  grey: GreyRaster,
  profile: ProductProfile,
  hypothesis: Hypothesis,
  assembled: Assembled,
  outline: ReturnType<typeof cardOutline>,
  middle: Point,
  objection: Objection,
): PoseCandidate | null {
  const pixelsPerMm = localScale(assembled.mmToPixels, middle)
  const rangesPx = [0.5, 0.35, 0.25, 0.25, 0.2].map(rangeMm => rangeMm * pixelsPerMm)
  const pose = refineOutline(grey, assembled.mmToPixels, outline, rangesPx)
  if (pose === null || Math.min(...pose.sideCoverage) < MIN_SIDE_COVERAGE) return null
  if (cameraMisfit(pose.mmToPixels, grey.width, grey.height) > MAX_CAMERA_MISFIT) return null
  const mean = pose.prominence.reduce((sum, value) => sum + value, 0) / pose.prominence.length
  const least = Math.min(...pose.prominence)
  const isClear = mean >= MIN_MEAN_PROMINENCE && least >= MIN_PROMINENCE
  const isFaint = mean >= CLEAR_BUT_ONE || (mean >= FAINT.meanProminence && least >= FAINT.prominence)
  if (!isClear && !(isFaint && hasWitnesses(grey, profile, hypothesis.anchor, pose.mmToPixels))) return null
  // Judged again where it really lies: lines are found in steps of an eighth of a millimetre, the pose far better.
  const gained = objection(assembled.mmToPixels) - objection(pose.mmToPixels)
  return { hypothesis, refined: pose, goodness: assembled.score + gained + 20 * pose.coverage }
}

/** Do a decoded symbol and etched text both say that the card lies so? */
function hasWitnesses(
  grey: GreyRaster,
  profile: ProductProfile,
  anchor: Anchor | null,
  mmToPixels: Homography,
): boolean {
  if (anchor === null || !anchor.isDecoded) return false
  const placement = placementOf(anchor.seen, anchor.expected, invert(mmToPixels))
  if (placement === null) return false
  const { shiftXMm, shiftYMm, turnDeg, distortionMm } = placement
  const isInPlace = Math.hypot(shiftXMm, shiftYMm) <= FAINT.shiftMm && Math.abs(turnDeg) <= FAINT.turnDeg
  if (!isInPlace || distortionMm > FAINT.distortionMm) return false
  return etchedTextContrast(grey, profile, mmToPixels) >= FAINT.textContrast
}
