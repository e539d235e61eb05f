import type { GreyRaster } from '../../imaging/grey.ts'
import {
  compose,
  type Homography,
  invert,
  localScale,
  project,
  projectQuad,
  quadToQuad,
  scaling,
} from '../../imaging/homography.ts'
import { Pyramid } from '../../imaging/pyramid.ts'
import { centreOf, contains, doubleArea, turnedBack } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { shrunk } from '../../imaging/shrink.ts'
import { corners, type Placed, symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile, SymbolMark } from '../../products/profile.ts'
import type { CardPose, SymbolSeen } from '../reading.ts'
import { symbolFrameContrast } from '../surface/symbol-frame.ts'
import { placementOf } from './assemble.ts'
import { cardCorners, sideNames } from './card-outline.ts'
import { cardMiddle, confirm, type Hypothesis, type PoseCandidate } from './confirm-card.ts'
import { outlineQuads } from './outline-quads.ts'
import { payloadClass } from './payload-class.ts'
import type { Refined } from './refine-outline.ts'
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
  /** Everything is seen the wrong way round. */
  readonly mirrored?: true
}

/** Without a symbol the outline has to carry the whole proof. */
const MIN_OUTLINE_COVERAGE = 0.6
/** Cards have round corners, and papers, stickers and bundles of brushed lines have not: true ones show 1.5 to 3.4. */
const MIN_OUTLINE_CORNERS = 1.3
const MIN_UPRIGHTNESS = 0.5
/** One finder pattern may be lost to glare or a void. */
const HIDDEN_FRAME_PLACES = 2
const MIN_FRAME_CONTRAST = 0.2
/**
 * An outline that is seen all round, far above its surroundings, and round at its corners is no sheet of paper: a symbol's frame need
 * only be there. Cards under residue and honeycomb have 0.12 and more, the place opposite to it 0.003.
 */
const BEYOND_DOUBT = { sideCoverage: 0.9, prominence: 1.5, cornerProminence: 1.4, frameContrast: 0.08 }
/** A symbol farther off than this is not where the card has it, however badly the sticker sits. */
const FAR = { shiftMm: 4, turnDeg: 8 }

/** Pictures whose long side is shorter than this show no more when they are halved. */
const MIN_HALVED_SIDE_PX = 700
const HALVINGS = 2

/**
 * Finds the card of `profile` in a photograph: any orientation, tilt to about 35°.
 *
 * Each QR symbol, decoded or not, proposes where the card lies if it were one of the profile's symbols in its place; the
 * card's four edges then decide. When no symbol leads to a card, its outline is looked for by itself, and which way round
 * it lies is told by where the symbol's contrast is. Noise and blur that hide edges at full size leave them at half of it,
 * so a picture without a card is looked at again, halved. Blind: of what a symbol says only its class is used.
 *
 * Two cards in view give no card: which of them is meant is not guessed.
 */
export function locateCard(
  raster: Raster,
  profile: ProductProfile,
  symbols: readonly SymbolSeen[],
): LocatedCard | NotLocated {
  if (isMirrored(profile, symbols)) {
    const printedSo = locateAt(raster, profile, symbols.map(fromBehind))
    // A card that lies as it must round a mirrored symbol is seen the right way round.
    if (!('because' in printedSo)) return printedSo
    return { because: 'the picture is mirrored: take it without the mirror image', mirrored: true }
  }
  let smaller = raster
  for (let halvings = 0; ; halvings++) {
    const scale = 2 ** halvings
    const scaled = symbols.map(symbol => ({ ...symbol, corners: projectQuad(scaling(1 / scale), symbol.corners) }))
    const found = locateAt(smaller, profile, scaled)
    if (!('because' in found)) return halvings === 0 ? found : enlarged(found, scale)
    const isLast = halvings === HALVINGS || Math.max(smaller.width, smaller.height) < 2 * MIN_HALVED_SIDE_PX
    if (found.because !== NO_CARD || isLast) return found
    smaller = shrunk(smaller, 2)
  }
}

const NO_CARD = 'no card in view'

function locateAt(raster: Raster, profile: ProductProfile, symbols: readonly SymbolSeen[]): LocatedCard | NotLocated {
  const picture = new Pyramid(raster)
  const outside = new Set<string>()
  let candidates: PoseCandidate[] = []
  for (const hypothesis of symbolHypotheses(profile, symbols)) {
    const confirmed = confirm(picture, profile, hypothesis, 4, 5)
    candidates.push(...confirmed.candidates)
    for (const side of confirmed.outside) outside.add(side)
  }
  if (candidates.length === 0) {
    // A symbol that is turned on its layer leads elsewhere, and mostly out of the picture.
    const turned = [1, 2, 3].flatMap(turns => symbolHypotheses(profile, symbols, turns))
    candidates = turned.flatMap(hypothesis => confirm(picture, profile, hypothesis, 4, 5).candidates)
  }
  if (candidates.length === 0 && outside.size === 0) {
    candidates = byOutline(picture, profile).filter(({ refined }) => !contradicts(profile, symbols, refined.mmToPixels))
  }
  candidates.sort((a, b) => b.goodness - a.goodness)
  const best = candidates[0]
  if (best === undefined) {
    if (outside.size === 0) return { because: NO_CARD }
    const names = sideNames.filter(name => outside.has(name))
    return {
      because: `the card's ${names.join(' and ')} ${names.length > 1 ? 'sides lie' : 'side lies'} outside the picture`,
    }
  }
  const others = otherCards(profile, best, candidates)
  if (others > 0) return { because: `${others + 1} cards in view: show one at a time` }
  return located(profile, best)
}

/** The same card in a picture `scale` times as large. */
function enlarged({ pose, anchor, sideCoverage, refined }: LocatedCard, scale: number): LocatedCard {
  const larger = scaling(scale)
  const mmToPixels = compose(larger, pose.mmToPixels)
  return {
    anchor,
    sideCoverage,
    pose: {
      ...pose,
      corners: projectQuad(larger, pose.corners),
      pixelsPerMm: pose.pixelsPerMm * scale,
      mmToPixels,
      residualPx: pose.residualPx * scale,
    },
    refined: {
      ...refined,
      mmToPixels,
      residualPx: refined.residualPx * scale,
      edges: refined.edges.map(edge => ({
        ...edge,
        at: project(larger, edge.at),
        distancePx: edge.distancePx * scale,
      })),
    },
  }
}

/** Are all symbols of the product that were decoded seen from behind? Their corners then run the other way. */
function isMirrored(profile: ProductProfile, symbols: readonly SymbolSeen[]): boolean {
  const own = symbols.filter(symbol => symbol.bytes !== null && marksFor(profile, symbol).length > 0)
  return own.length > 0 && own.every(({ corners: quad }) => doubleArea(quad) < 0)
}

/** The symbol as it is seen from its other side. */
const fromBehind = (symbol: SymbolSeen): SymbolSeen => {
  const [topLeft, topRight, bottomRight, bottomLeft] = symbol.corners
  return { ...symbol, corners: [topLeft, bottomLeft, bottomRight, topRight] }
}

/** Does a decoded symbol of the product lie on the supposed card, but not where the card has it? Then it is no card. */
function contradicts(profile: ProductProfile, symbols: readonly SymbolSeen[], mmToPixels: Homography): boolean {
  const outline = projectQuad(mmToPixels, cardCorners(profile.card))
  const back = invert(mmToPixels)
  return symbols.some(symbol => {
    if (symbol.bytes === null || !contains(outline, centreOf(symbol.corners))) return false
    const marks = marksFor(profile, symbol)
    if (marks.length === 0) return false
    return marks.every(mark => {
      const placement = placementOf(symbol.corners, corners(mark.rectOnCard), back)
      if (placement === null) return true
      const { shiftXMm, shiftYMm, turnDeg } = placement
      return Math.hypot(shiftXMm, shiftYMm) > FAR.shiftMm || Math.abs(turnDeg) > FAR.turnDeg
    })
  })
}

function marksFor(profile: ProductProfile, { bytes }: SymbolSeen): readonly Placed<SymbolMark>[] {
  return symbolMarks(profile).filter(mark => bytes === null || payloadClass(bytes) === mark.payload)
}

function located(profile: ProductProfile, { hypothesis: { anchor }, refined }: PoseCandidate): LocatedCard {
  const { mmToPixels, residualPx, sideCoverage } = refined
  return {
    pose: {
      corners: projectQuad(mmToPixels, cardCorners(profile.card)),
      pixelsPerMm: localScale(mmToPixels, cardMiddle(profile)),
      mmToPixels,
      residualPx,
      foundBy: anchor === null ? 'outline' : 'symbol',
    },
    anchor: anchor === null ? null : { symbol: anchor.symbol, mark: anchor.mark.name },
    sideCoverage,
    refined,
  }
}

/** How many candidates lie clear of the best one and are nearly as good. */
function otherCards(profile: ProductProfile, best: PoseCandidate, candidates: readonly PoseCandidate[]): number {
  const counted = [best]
  for (const candidate of candidates) {
    const [x, y] = project(candidate.refined.mmToPixels, cardMiddle(profile))
    const clear = counted.every(other => {
      const [u, v] = project(other.refined.mmToPixels, cardMiddle(profile))
      const scale = localScale(other.refined.mmToPixels, cardMiddle(profile))
      return Math.hypot(x - u, y - v) > 0.7 * Math.min(profile.card.width, profile.card.height) * scale
    })
    if (clear && candidate.goodness > 0.75 * best.goodness) counted.push(candidate)
  }
  return counted.length - 1
}

/** @param quarterTurns how often each symbol is taken to be turned on its layer by a right angle: those only that say which they are */
function symbolHypotheses(profile: ProductProfile, symbols: readonly SymbolSeen[], quarterTurns = 0): Hypothesis[] {
  const hypotheses: Hypothesis[] = []
  for (const [index, symbol] of symbols.entries()) {
    if (quarterTurns > 0 && symbol.bytes === null) continue
    const seen = turnedBack(symbol.corners, quarterTurns)
    for (const mark of marksFor(profile, symbol)) {
      const expected = corners(mark.rectOnCard)
      const mmToPixels = quadToQuad(expected, seen)
      if (mmToPixels === null) continue
      const anchor = { symbol: index, mark, expected, seen, isDecoded: symbol.bytes !== null }
      hypotheses.push({ mmToPixels, anchor })
    }
  }
  return hypotheses
}

/** Cards by their outline alone, each turned the right way round. */
function byOutline(picture: Pyramid, profile: ProductProfile): PoseCandidate[] {
  const { card } = profile
  const { grey } = picture
  const flat = cardCorners(card)
  // Quads begin with a long side; a card that is higher than wide begins with a short one.
  const model = card.width >= card.height ? flat : ([flat[3], flat[0], flat[1], flat[2]] as const)
  const found: PoseCandidate[] = []
  for (const { corners: quad } of outlineQuads(grey, card)) {
    const mmToPixels = quadToQuad(model, quad)
    if (mmToPixels === null) continue
    const { candidates } = confirm(picture, profile, { mmToPixels, anchor: null }, 2.5, 1)
    for (const candidate of candidates) {
      const { refined } = candidate
      if (refined.coverage < MIN_OUTLINE_COVERAGE) continue
      if (card.cornerRadius > 0 && refined.cornerProminence < MIN_OUTLINE_CORNERS) continue
      const clear = isBeyondDoubt(refined)
      const upright = uprightness(grey, profile, refined.mmToPixels)
      if (Math.abs(upright) < MIN_UPRIGHTNESS && !clear) continue
      // How clearly a symbol's contrast is in its place counts: a sheet of paper has edges too.
      const goodness = candidate.goodness + 8 * Math.min(2.5, Math.abs(upright))
      const halfTurn: Homography = [-1, 0, card.width, 0, -1, card.height, 0, 0, 1]
      const turned = {
        ...refined,
        mmToPixels: compose(refined.mmToPixels, halfTurn),
        sideCoverage: swapped(refined.sideCoverage),
      }
      const [here, there] = [refined, turned].map(pose => frameContrast(grey, profile, pose.mmToPixels))
      // On a dark card its own texture is as rough as a symbol: then only the frame tells.
      const isUpright = Math.abs(upright) < MIN_UPRIGHTNESS ? here! > there! : upright > 0
      const shown = isUpright ? here! : there!
      if (shown <= (clear ? BEYOND_DOUBT.frameContrast : MIN_FRAME_CONTRAST)) continue
      found.push({ ...candidate, refined: isUpright ? refined : turned, goodness })
    }
  }
  return found
}

/** How clearly the frame of a symbol is where the product has one. Edges alone also make cards of stickers and papers. */
function frameContrast(grey: GreyRaster, profile: ProductProfile, mmToPixels: Homography): number {
  return Math.max(
    ...symbolMarks(profile).map(({ rectOnCard: { x, y, width } }) =>
      symbolFrameContrast(grey, mmToPixels, [x, y], width, HIDDEN_FRAME_PLACES),
    ),
  )
}

function isBeyondDoubt({ sideCoverage, prominence, cornerProminence }: Refined): boolean {
  const { sideCoverage: covered, prominence: stands, cornerProminence: round } = BEYOND_DOUBT
  return Math.min(...sideCoverage) >= covered && Math.min(...prominence) >= stands && cornerProminence >= round
}

function swapped([top, right, bottom, left]: readonly number[]): number[] {
  return [bottom!, left!, top!, right!]
}
