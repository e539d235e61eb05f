import type { Homography } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { grown, overlap } from '../../products/geometry.ts'
import type { ProductProfile, RectMm, TextMark } from '../../products/profile.ts'
import type { TextSeen } from '../read/text-marks.ts'
import type { Measurement } from '../reading.ts'
import { Patch, typical } from './patch.ts'

const PIXELS_PER_MM = 10
/** Ground around a text is looked at in strips that begin and end so far from its characters, mm: a label may end in any of them. */
const STRIPS = [
  [0.7, 1.5],
  [1.6, 2.4],
  [2.6, 3.6],
] as const
const REACH_MM = STRIPS.at(-1)![1]
/** Other marks are known to so much, and a surface's rim is worn, mm. */
const ROOM_MM = 0.5
const RIM_MM = 0.8

/**
 * How much the ground under a text that was read differs from that around it on the same surface: its tone (logarithm of light) and its
 * colour (share of red or blue in the light). What differs in the same way on most sides lies on something of its own, as a label; light
 * that falls off does not. Whether steel is brushed there is no evidence: good cards differ by as much as a label does.
 */
export function textGround(
  raster: Raster,
  profile: ProductProfile,
  mark: TextMark,
  seen: TextSeen,
  mmToPixels: Homography,
): Measurement[] {
  if (seen.text === null) return []
  const text = extentOf(seen)
  const around = grown(text, REACH_MM)
  const patch = new Patch(rectify(raster, mmToPixels, around, PIXELS_PER_MM), around, PIXELS_PER_MM)
  const open = surfaceOf(profile, mark)
  const others = obstaclesOf(profile, mark)
  const isFree = (rect: RectMm) => isInside(rect, open) && !others.some(other => overlap(rect, other))
  const sides = sidesOf(text).map(strips => strips.filter(isFree))
  const least = (valueIn: (rect: RectMm) => number) => {
    const own = valueIn(text)
    const each = sides.flatMap(strips => (strips.length === 0 ? [] : [strips.map(strip => own - valueIn(strip))]))
    if (each.length < 2) return null
    return Math.max(
      usualOf(each.map(steps => Math.max(...steps))),
      usualOf(each.map(steps => Math.max(...steps.map(step => -step)))),
    )
  }
  const measured = (name: string, value: number | null): Measurement[] =>
    value === null ? [] : [{ name, of: mark.name, value: Math.max(0, value), unit: 'ratio' }]
  const tone = least(rect => typical(patch.within(patch.luminance, rect)))
  const [red, blue] = [0, 1].map(which => (patch.red === null ? null : least(rect => coloursIn(patch, rect)[which]!)))
  return [
    ...measured('ground-tone', tone),
    ...measured('ground-colour', red == null || blue == null ? null : Math.max(red, blue)),
  ]
}

/** Shares of red and blue in the light of a place. */
function coloursIn(patch: Patch, rect: RectMm): readonly [red: number, blue: number] {
  const [red, blue] = [patch.red!, patch.blue!].map(plane => Math.exp(typical(patch.within(plane, rect)))) as [
    number,
    number,
  ]
  return [red / (1 + red + blue), blue / (1 + red + blue)]
}

/** Reached on all sides but one. */
function usualOf(steps: readonly number[]): number {
  return [...steps].sort((a, b) => a - b)[steps.length > 2 ? 1 : 0]!
}

/** From the first to the last character of all lines, mm of the surface. */
function extentOf({ lines }: TextSeen): RectMm {
  const boxes = lines.flatMap(({ crop: { rect, pixelsPerMm }, reading: { characters } }) =>
    characters.map(({ box }) => ({
      left: rect.x + box.left / pixelsPerMm,
      right: rect.x + box.right / pixelsPerMm,
      top: rect.y + box.top / pixelsPerMm,
      bottom: rect.y + box.bottom / pixelsPerMm,
    })),
  )
  const [x, y] = [Math.min(...boxes.map(({ left }) => left)), Math.min(...boxes.map(({ top }) => top))]
  const [right, bottom] = [Math.max(...boxes.map(box => box.right)), Math.max(...boxes.map(box => box.bottom))]
  return { x, y, width: right - x, height: bottom - y }
}

/** The strips on each side of a text, from the nearest outwards. */
function sidesOf({ x, y, width, height }: RectMm): readonly (readonly RectMm[])[] {
  const strips = (of: (from: number, deep: number) => RectMm) => STRIPS.map(([from, to]) => of(from, to - from))
  return [
    strips((from, deep) => ({ x, y: y - from - deep, width, height: deep })),
    strips((from, deep) => ({ x, y: y + height + from, width, height: deep })),
    strips((from, deep) => ({ x: x - from - deep, y, width: deep, height })),
    strips((from, deep) => ({ x: x + width + from, y, width: deep, height })),
  ]
}

function surfaceOf({ card, sticker }: ProductProfile, { on }: TextMark): RectMm {
  const { width, height } = on === 'card' ? card : sticker!.rect
  return grown({ x: 0, y: 0, width, height }, -RIM_MM)
}

/** What else lies on the surface of a mark: its other marks, and the sticker on a card. */
function obstaclesOf({ marks, sticker }: ProductProfile, mark: TextMark): readonly RectMm[] {
  const others = marks.filter(other => other.on === mark.on && other.name !== mark.name).map(({ rect }) => rect)
  const layer = mark.on === 'card' && sticker !== null ? [sticker.rect] : []
  return [...others, ...layer].map(rect => grown(rect, ROOM_MM))
}

function isInside(rect: RectMm, outer: RectMm): boolean {
  return (
    rect.x >= outer.x &&
    rect.y >= outer.y &&
    rect.x + rect.width <= outer.x + outer.width &&
    rect.y + rect.height <= outer.y + outer.height
  )
}
