import { corners, markRectOnCard, symbolMarks } from '../../products/geometry.ts'
import type { ProductProfile, SymbolMark } from '../../products/profile.ts'
import type { Raster } from '../photograph.ts'
import { toGrey } from '../picture/grey.ts'
import type { CardPose, Point, Quad, SymbolSeen } from '../reading.ts'
import { halved } from '../rectify/halve.ts'
import { type Assembled, assembleCards, placementObjection } from './assemble.ts'
import { cardCorners, cardOutline, cardSides } from './card-outline.ts'
import { compose, type Homography, homographyOfQuads, localScale, project } from './homography.ts'
import { payloadClass } from './payload-class.ts'
import { type Refined, refinePose } from './refine.ts'
import { findSideLines } from './side-lines.ts'

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
  readonly assembled: Assembled
  readonly refined: Refined
  readonly goodness: number
}

/**
 * Finds the card of `profile` in a photograph: any orientation, tilt to about 35°.
 *
 * Each QR symbol, decoded or not, proposes where the card lies if it were one of the profile's symbols in its place; the
 * card's four edges then decide. Blind: what a symbol says is only used to tell its class (address, EPK).
 */
export function locateCard(
  raster: Raster,
  profile: ProductProfile,
  symbols: readonly SymbolSeen[],
): LocatedCard | NotLocated {
  const grey = toGrey(raster)
  const candidates: Candidate[] = []
  for (const hypothesis of symbolHypotheses(profile, symbols)) {
    candidates.push(...confirm(raster, grey, profile, hypothesis))
  }
  candidates.sort((a, b) => b.goodness - a.goodness)
  const best = candidates[0]
  if (best === undefined) return { because: 'no card in view' }
  const { mmToPixels } = best.refined
  const outline = cardCorners(profile.card).map(corner => project(mmToPixels, corner)) as unknown as Quad
  return {
    pose: {
      corners: outline,
      pixelsPerMm: localScale(mmToPixels, [profile.card.width / 2, profile.card.height / 2]),
      mmToPixels,
      residualPx: best.refined.residualPx,
      foundBy: best.hypothesis.anchor === null ? 'outline' : 'symbol',
    },
    anchor:
      best.hypothesis.anchor === null
        ? null
        : { symbol: best.hypothesis.anchor.symbol, mark: best.hypothesis.anchor.mark.name },
    sideCoverage: best.refined.sideCoverage,
    refined: best.refined,
  }
}

function symbolHypotheses(profile: ProductProfile, symbols: readonly SymbolSeen[]): Hypothesis[] {
  const hypotheses: Hypothesis[] = []
  for (const [index, symbol] of symbols.entries()) {
    for (const mark of symbolMarks(profile)) {
      if (symbol.bytes !== null && payloadClass(symbol.bytes) !== mark.payload) continue
      const expected = corners(markRectOnCard(profile, mark))
      const mmToPixels = homographyOfQuads(expected, symbol.corners)
      if (mmToPixels !== null) hypotheses.push({ mmToPixels, anchor: { symbol: index, mark, expected } })
    }
  }
  return hypotheses
}

const USUAL = { shiftMm: 0.4, turnDeg: 0.6, distortionMm: 0.25 }

function confirm(raster: Raster, grey: Raster, profile: ProductProfile, hypothesis: Hypothesis): Candidate[] {
  const sides = cardSides(profile.card)
  const middle: Point = [profile.card.width / 2, profile.card.height / 2]
  let coarse = raster
  let toCoarse: Homography = hypothesis.mmToPixels
  const scale = () => localScale(toCoarse, middle)
  while (scale() > 11 && coarse.width > 200) {
    coarse = halved(coarse)
    toCoarse = compose([0.5, 0, 0, 0, 0.5, 0, 0, 0, 1], toCoarse)
  }
  const searches = sides.map(side => findSideLines(coarse, toCoarse, side, profile.card.cornerRadius, 4, 0.12))
  const { anchor } = hypothesis
  const symbolCorners = anchor === null ? null : homographyQuad(hypothesis, anchor.expected)
  const objection = (h: Homography) =>
    anchor === null || symbolCorners === null ? 0 : placementObjection(symbolCorners, anchor.expected, h, USUAL)
  const cards = assembleCards(hypothesis.mmToPixels, sides, searches, objection)
  const outline = cardOutline(profile.card, 0.7)
  const candidates: Candidate[] = []
  for (const assembled of cards.slice(0, 3)) {
    const pixelsPerMm = localScale(assembled.mmToPixels, middle)
    const refined = refinePose(grey, assembled.mmToPixels, outline, [
      0.5 * pixelsPerMm,
      0.35 * pixelsPerMm,
      0.25 * pixelsPerMm,
      0.25 * pixelsPerMm,
      0.2 * pixelsPerMm,
    ])
    if (refined === null) continue
    const least = Math.min(...refined.sideCoverage)
    if (least < 0.35) continue
    candidates.push({ hypothesis, assembled, refined, goodness: assembled.score + 20 * refined.coverage })
  }
  return candidates
}

function homographyQuad(hypothesis: Hypothesis, quad: Quad): Quad {
  return quad.map(point => project(hypothesis.mmToPixels, point)) as unknown as Quad
}
