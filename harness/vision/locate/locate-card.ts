import { corners, markRectOnCard, symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile, SymbolMark } from '../../products/profile.ts'
import type { Raster } from '../photograph.ts'
import type { GreyRaster } from '../picture/grey.ts'
import { compose, type Homography, localScale, project, projectQuad, quadToQuad } from '../plane/homography.ts'
import type { CardPose, Point, Quad, SymbolSeen } from '../reading.ts'
import { type Assembled, assembleCards, placementObjection } from './assemble.ts'
import { cameraMisfit } from './camera-misfit.ts'
import { cardCorners, cardOutline, cardSides, sideNames } from './card-outline.ts'
import { outlineQuads } from './outline-quads.ts'
import { payloadClass } from './payload-class.ts'
import { Pyramid } from './pyramid.ts'
import { type Refined, refinePose } from './refine.ts'
import { findSideLines } from './side-lines.ts'
import { uprightness } from './upright.ts'

/** The card as found, with what the finding rests on. */
export interface LocatedCard {
  readonly pose: CardPose
  /** The symbol that showed the way, by its index in the given list, and the mark that it was taken for. */
  readonly anchor: { readonly symbol: number; readonly mark: string } | null
  /** Part of each side (top, right, bottom, left) on which the edge was seen, 0..1. */
  readonly sideCoverage: readonly number[]
  readonly refined: Refined
}

export interface NotLocated {
  /** A clause: «no card in view», «the card's left side lies outside the picture». */
  readonly because: string
}

/** A place where the card may be, before its edges are looked at. */
interface Hypothesis {
  readonly mmToPixels: Homography
  readonly anchor: { readonly symbol: number; readonly mark: SymbolMark; readonly expected: Quad } | null
}

interface Candidate {
  readonly hypothesis: Hypothesis
  readonly refined: Refined
  /** Higher is better; comparable within one photograph. */
  readonly goodness: number
}

interface Confirmed {
  readonly candidates: readonly Candidate[]
  /** Sides of the hypothesis that lie outside the picture. */
  readonly outside: readonly string[]
}

/** Every side must show at least this part of its edge. */
const MIN_SIDE_COVERAGE = 0.35
/** The faintest of 38 development photographs have 0.5 on one side and 1 on all; noise has about 0.1. */
const MIN_PROMINENCE = 0.25
const MIN_MEAN_PROMINENCE = 0.6
/** Without a symbol the outline has to carry the whole proof. */
const MIN_OUTLINE_COVERAGE = 0.6
const MIN_UPRIGHTNESS = 0.5
/** What pixel noise and lens distortion make of a true view; see {@link cameraMisfit}. */
const USUAL_CAMERA_MISFIT = 0.05
const MAX_CAMERA_MISFIT = 0.12
/** Usual placement of a symbol against the card: what a good card of a sloppy line still has. */
const USUAL = { shiftMm: 0.4, turnDeg: 0.6, distortionMm: 0.13 }

/**
 * Finds the card of `profile` in a photograph: any orientation, tilt to about 35°.
 *
 * Each QR symbol, decoded or not, proposes where the card lies if it were one of the profile's symbols in its place; the
 * card's four edges then decide. When no symbol leads to a card, its outline is looked for by itself, and which way round
 * it lies is told by where the symbol's contrast is. Blind: of what a symbol says only its class is used.
 *
 * Two cards in view give no card: which of them is meant is not guessed.
 */
export function locateCard(
  raster: Raster,
  profile: ProductProfile,
  symbols: readonly SymbolSeen[],
): LocatedCard | NotLocated {
  const picture = new Pyramid(raster)
  const outside = new Set<string>()
  let candidates: Candidate[] = []
  for (const hypothesis of symbolHypotheses(profile, symbols)) {
    const confirmed = confirm(picture, profile, hypothesis, 4, 3)
    candidates.push(...confirmed.candidates)
    for (const side of confirmed.outside) outside.add(side)
  }
  if (candidates.length === 0 && outside.size === 0) candidates = byOutline(picture, profile)
  candidates.sort((a, b) => b.goodness - a.goodness)
  const best = candidates[0]
  if (best === undefined) {
    if (outside.size === 0) return { because: 'no card in view' }
    const names = sideNames.filter(name => outside.has(name))
    return {
      because: `the card's ${names.join(' and ')} ${names.length > 1 ? 'sides lie' : 'side lies'} outside the picture`,
    }
  }
  const others = otherCards(profile, best, candidates)
  if (others > 0) return { because: `${others + 1} cards in view: show one at a time` }
  return located(profile, best)
}

function located(profile: ProductProfile, { hypothesis: { anchor }, refined }: Candidate): LocatedCard {
  const { mmToPixels, residualPx, sideCoverage } = refined
  return {
    pose: {
      corners: projectQuad(mmToPixels, cardCorners(profile.card)),
      pixelsPerMm: localScale(mmToPixels, middleOf(profile)),
      mmToPixels,
      residualPx,
      foundBy: anchor === null ? 'outline' : 'symbol',
    },
    anchor: anchor === null ? null : { symbol: anchor.symbol, mark: anchor.mark.name },
    sideCoverage,
    refined,
  }
}

function middleOf(profile: ProductProfile): Point {
  return [profile.card.width / 2, profile.card.height / 2]
}

/** How many candidates lie clear of the best one and are nearly as good. */
function otherCards(profile: ProductProfile, best: Candidate, candidates: readonly Candidate[]): number {
  const counted = [best]
  for (const candidate of candidates) {
    const [x, y] = project(candidate.refined.mmToPixels, middleOf(profile))
    const clear = counted.every(other => {
      const [u, v] = project(other.refined.mmToPixels, middleOf(profile))
      const scale = localScale(other.refined.mmToPixels, middleOf(profile))
      return Math.hypot(x - u, y - v) > 0.7 * Math.min(profile.card.width, profile.card.height) * scale
    })
    if (clear && candidate.goodness > 0.75 * best.goodness) counted.push(candidate)
  }
  return counted.length - 1
}

function symbolHypotheses(profile: ProductProfile, symbols: readonly SymbolSeen[]): Hypothesis[] {
  const hypotheses: Hypothesis[] = []
  for (const [index, symbol] of symbols.entries()) {
    for (const mark of symbolMarks(profile)) {
      if (symbol.bytes !== null && payloadClass(symbol.bytes) !== mark.payload) continue
      const expected = corners(markRectOnCard(profile, mark))
      const mmToPixels = quadToQuad(expected, symbol.corners)
      if (mmToPixels !== null) hypotheses.push({ mmToPixels, anchor: { symbol: index, mark, expected } })
    }
  }
  return hypotheses
}

/** Cards by their outline alone, each turned the right way round. */
function byOutline(picture: Pyramid, profile: ProductProfile): Candidate[] {
  const { card } = profile
  const { grey } = picture
  const flat = cardCorners(card)
  // Quads begin with a long side; a card that is higher than wide begins with a short one.
  const model = card.width >= card.height ? flat : ([flat[3], flat[0], flat[1], flat[2]] as const)
  const found: Candidate[] = []
  for (const { corners: quad } of outlineQuads(grey, card)) {
    const mmToPixels = quadToQuad(model, quad)
    if (mmToPixels === null) continue
    const { candidates } = confirm(picture, profile, { mmToPixels, anchor: null }, 2.5, 1)
    for (const candidate of candidates) {
      const { refined } = candidate
      if (refined.coverage < MIN_OUTLINE_COVERAGE) continue
      if (cameraMisfit(refined.mmToPixels, grey.width, grey.height) > MAX_CAMERA_MISFIT) continue
      const upright = uprightness(grey, profile, refined.mmToPixels)
      if (Math.abs(upright) < MIN_UPRIGHTNESS) continue
      // How clearly a symbol's contrast is in its place counts: a sheet of paper has edges too.
      const goodness = candidate.goodness + 8 * Math.min(2.5, Math.abs(upright))
      const halfTurn: Homography = [-1, 0, card.width, 0, -1, card.height, 0, 0, 1]
      const turned = {
        ...refined,
        mmToPixels: compose(refined.mmToPixels, halfTurn),
        sideCoverage: swapped(refined.sideCoverage),
      }
      found.push({ ...candidate, refined: upright > 0 ? refined : turned, goodness })
    }
  }
  return found
}

function swapped([top, right, bottom, left]: readonly number[]): number[] {
  return [bottom!, left!, top!, right!]
}

/** Looks for the four edges around a hypothesis and pulls the pose onto them. */
function confirm(
  picture: Pyramid,
  profile: ProductProfile,
  hypothesis: Hypothesis,
  rangeMm: number,
  most: number,
): Confirmed {
  const { card } = profile
  const { grey } = picture
  const sides = cardSides(card)
  const middle = middleOf(profile)
  const { raster: coarse, shrink } = picture.forScale(localScale(hypothesis.mmToPixels, middle))
  const toCoarse = compose([1 / shrink, 0, 0, 0, 1 / shrink, 0, 0, 0, 1], hypothesis.mmToPixels)
  const searches = sides.map(side => findSideLines(coarse, toCoarse, side, card.cornerRadius, rangeMm, 0.12))
  const outside = searches.flatMap(({ inFrame }, i) => (inFrame < 0.5 ? [sideNames[i]!] : []))
  const { anchor } = hypothesis
  const seen = anchor === null ? null : projectQuad(hypothesis.mmToPixels, anchor.expected)
  const objection = (h: Homography) =>
    (cameraMisfit(h, grey.width, grey.height) / USUAL_CAMERA_MISFIT) ** 2 +
    (anchor === null || seen === null ? 0 : placementObjection(seen, anchor.expected, h, USUAL))
  const outline = cardOutline(card, 0.7)
  const candidates: Candidate[] = []
  for (const assembled of assembleCards(hypothesis.mmToPixels, sides, searches, objection).slice(0, most)) {
    const candidate = refined(grey, hypothesis, assembled, outline, middle)
    if (candidate !== null) candidates.push(candidate)
  }
  return { candidates, outside: candidates.length > 0 ? [] : outside }
}

function refined(
  grey: GreyRaster,
  hypothesis: Hypothesis,
  assembled: Assembled,
  outline: ReturnType<typeof cardOutline>,
  middle: Point,
): Candidate | null {
  const pixelsPerMm = localScale(assembled.mmToPixels, middle)
  const rangesPx = [0.5, 0.35, 0.25, 0.25, 0.2].map(rangeMm => rangeMm * pixelsPerMm)
  const pose = refinePose(grey, assembled.mmToPixels, outline, rangesPx)
  if (pose === null || Math.min(...pose.sideCoverage) < MIN_SIDE_COVERAGE) return null
  const mean = pose.prominence.reduce((sum, value) => sum + value, 0) / pose.prominence.length
  if (mean < MIN_MEAN_PROMINENCE || Math.min(...pose.prominence) < MIN_PROMINENCE) return null
  return { hypothesis, refined: pose, goodness: assembled.score + 20 * pose.coverage }
}
