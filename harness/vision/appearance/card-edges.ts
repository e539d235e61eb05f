import type { Homography } from '../../imaging/homography.ts'
import { coverMarks, grown, lineBoxes, placedMarks, surfaceOrigin } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'
import type { Leftover } from '../reading.ts'
import { quadOf } from '../text/text-line.ts'
import { besideEdge, type Edge, edgeLimits } from './beside-edge.ts'
import { edgeLines } from './edge-lines.ts'
import type { CardLaidOut } from './surface-view.ts'

/** Around what stands beside an edge by right, mm. */
const ROOM_MM = 0.4

/** An edge that is followed, and the frame of its outline. */
interface Followed {
  readonly on: string
  readonly edge: Edge
  readonly mmToPixels: Homography
  /** Where the frame's origin lies on the card, mm. */
  readonly origin: readonly [x: number, y: number]
}

/**
 * What lies along the edges of the card, of its sticker and of its covers: the strips that surfaces leave out, as light falls off there.
 * Where something was opened, crumbs and scraps lie along them.
 */
export function alongEdges(laid: CardLaidOut, least = 1): Leftover[] {
  return edgesOf(laid).flatMap(({ on, edge, mmToPixels, origin: [x, y] }) => {
    const places = besideEdge(laid.raster, mmToPixels, edge).map(place => ({
      ...place,
      because: `a ${place.isBright ? 'bright' : 'dark'} place at the edge of the ${on}`,
    }))
    const lines = on === 'sticker' ? alongSticker(laid, edge, mmToPixels) : []
    return [...places, ...lines]
      .filter(({ strength }) => strength >= least)
      .map(({ rect, strength, because }) => ({
        kind: 'odd-place',
        rect: { ...rect, x: rect.x + x, y: rect.y + y },
        where: quadOf(rect, mmToPixels),
        strength,
        because,
      }))
  })
}

/** Around a text beside which lines are looked for, mm. */
const TEXT_ROOM_MM = 0.5
/** The card's bevel is no ground, mm. */
const BEVEL_MM = 0.6

function alongSticker({ raster, profile }: CardLaidOut, { outline, cornerMm }: Edge, mmToPixels: Homography) {
  const { card, marks } = profile
  const [x, y] = surfaceOrigin(profile, 'top-layer')
  const explained = marks
    .filter(({ on }) => on !== 'bottom-layer')
    .flatMap(mark => {
      const [dx, dy] = mark.on === 'card' ? [x, y] : [0, 0]
      const rects = mark.kind === 'text' ? lineBoxes(mark).map(({ rect }) => rect) : [mark.rect]
      return rects.map(rect => grown({ ...rect, x: rect.x - dx, y: rect.y - dy }, TEXT_ROOM_MM))
    })
  const ground = grown({ x: -x, y: -y, width: card.width, height: card.height }, -BEVEL_MM)
  return edgeLines(raster, mmToPixels, { outline, cornerMm, ground, explained }).map(line => ({
    ...line,
    because: `${line.what} along the edge of the sticker`,
  }))
}

function edgesOf({ profile, mmToPixels, covers, hasPose, poseOf }: CardLaidOut): Followed[] {
  const { card, sticker } = profile
  const shown = coverMarks(profile).filter(({ name, on }) => on === 'card' && covers.get(name)?.outcome === 'whole')
  const hidden = shown.map(({ covers }) => covers)
  const marks = placedMarks(profile).filter(({ name, on }) => on !== 'bottom-layer' && !hidden.includes(name))
  const explainedBut = (name: string | null, [x, y]: readonly [number, number]): RectMm[] =>
    marks
      .filter(mark => mark.name !== name)
      .map(({ rectOnCard }) => grown({ ...rectOnCard, x: rectOnCard.x - x, y: rectOnCard.y - y }, ROOM_MM))
  const edges: Followed[] = [
    {
      on: 'card',
      mmToPixels,
      origin: [0, 0],
      edge: {
        outline: { x: 0, y: 0, width: card.width, height: card.height },
        cornerMm: card.cornerRadius + 1.2,
        fromMm: 0.25,
        toMm: 1.6,
        explained: [...explainedBut(null, [0, 0]), ...(sticker === null ? [] : [grown(sticker.rect, STICKER_ROOM_MM)])],
        most: edgeLimits.card,
      },
    },
  ]
  const onTop = profile.marks.find(({ on }) => on === 'top-layer')
  if (sticker !== null && onTop !== undefined && hasPose('top-layer')) {
    const origin = surfaceOrigin(profile, 'top-layer')
    const { width, height } = sticker.rect
    edges.push({
      on: 'sticker',
      mmToPixels: poseOf(onTop),
      origin,
      edge: {
        outline: { x: 0, y: 0, width, height },
        cornerMm: sticker.cornerRadius + 1,
        fromMm: -1.3,
        toMm: 0.9,
        explained: explainedBut(null, origin),
        most: edgeLimits.sticker,
      },
    })
  }
  for (const { name } of shown)
    edges.push({
      on: name.replaceAll('-', ' '),
      mmToPixels,
      origin: [0, 0],
      edge: {
        outline: covers.get(name)!.outline,
        cornerMm: 0.9,
        fromMm: -1.1,
        toMm: 1.2,
        explained: explainedBut(name, [0, 0]),
        most: edgeLimits.cover,
      },
    })
  return edges
}

/** A sticker lies off its place by so much. */
const STICKER_ROOM_MM = 1
