import { symbolModules } from '../../line/symbol-modules.ts'
import { openFont } from '../../products/font.node.ts'
import { shippedFonts, svgPathOf } from '../../products/font.ts'
import { coverMarks, grown, overlap, placedMarks } from '../../products/geometry.ts'
import type { ProductProfile, RectMm, State } from '../../products/profile.ts'
import type { Spoiling } from './spoil.ts'

/** A way of spoiling a good card. */
export interface AttackKind {
  readonly name: string
  /** Shows a secret, so that the right answer is an alarm where the station does not allow it. */
  readonly secret?: true
  /** Null where the card has no room, or no such part in that state. */
  spoil(card: CardUnderAttack): readonly Spoiling[] | null
}

export type Spoil = AttackKind['spoil']

export interface CardUnderAttack {
  readonly profile: ProductProfile
  readonly state: State
  readonly random: () => number
}

export const within = (random: () => number, low: number, high: number) => low + (high - low) * random()
export const letters = (random: () => number, alphabet: string, length: number) =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]!).join('')

export const svgRect = ({ x, y, width, height }: RectMm) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}"/>`

/** A line of a path's commands. */
export const line = (d: string, widthMm: number) =>
  `<path d="${d}" fill="none" stroke="#000" stroke-width="${widthMm}" stroke-linecap="round"/>`

/** The layer of the sticker that lies open. */
export const openLayer = ({ state }: Pick<CardUnderAttack, 'state'>) =>
  state === 'opened' ? 'bottom-layer' : 'top-layer'

/** Something on the sticker, given its rectangle. */
export const onSheet =
  (make: (sheet: RectMm, card: CardUnderAttack) => readonly Spoiling[]): Spoil =>
  card =>
    card.profile.sticker === null ? null : make(card.profile.sticker.rect, card)

/** Something about the scratch-off of a sealed card, given its rectangle. */
export const onCover =
  (make: (cover: RectMm, card: CardUnderAttack) => readonly Spoiling[] | null): Spoil =>
  card => {
    const cover = coverMarks(card.profile)[0]
    return cover === undefined || card.state !== 'sealed' ? null : make(cover.rectOnCard, card)
  }

/** A place of that size that holds nothing of the product. @returns null after 400 tries */
export function freeOn(card: CardUnderAttack, on: 'steel' | 'sticker', width: number, height: number): RectMm | null {
  const { profile, state, random } = card
  const layer = state === 'opened' ? 'bottom-layer' : 'top-layer'
  const sticker = profile.sticker?.rect ?? null
  const area = on === 'sticker' ? sticker : { x: 0, y: 0, width: profile.card.width, height: profile.card.height }
  if (area === null) return null
  const taken = placedMarks(profile)
    .filter(mark => mark.on === (on === 'sticker' ? layer : 'card'))
    .map(({ rectOnCard }) => grown(rectOnCard, 1.5))
  if (on === 'steel' && sticker !== null) taken.push(grown(sticker, 1.5))
  const inside = grown(area, -1.6)
  if (inside.width < width || inside.height < height) return null
  for (let i = 0; i < 400; i++) {
    const place = {
      x: inside.x + random() * (inside.width - width),
      y: inside.y + random() * (inside.height - height),
      width,
      height,
    }
    if (!taken.some(one => overlap(one, place))) return place
  }
  return null
}

export function textAt(on: 'steel' | 'sticker', share: number, capMm: number, make: (random: () => number) => string) {
  return (card: CardUnderAttack): readonly Spoiling[] | null => {
    const font = openFont(on === 'steel' ? shippedFonts.etching : shippedFonts.print)
    const text = make(card.random)
    const width = font.width(text, capMm)
    const rect = freeOn(card, on, width, capMm)
    if (rect === null) return null
    const line = font.setLine(text, { x: rect.x, y: rect.y + capMm }, 'left', capMm)
    const svg = line.map(({ outline }) => `<path d="${svgPathOf(outline)}"/>`).join('')
    return [{ svg, rect: grown(rect, 0.4), how: { kind: 'darker', share } }]
  }
}

export function symbolAt(on: 'steel' | 'sticker', sideMm: number, text: string) {
  return (card: CardUnderAttack): readonly Spoiling[] | null => {
    const rect = freeOn(card, on, sideMm, sideMm)
    if (rect === null) return null
    const { size, dark } = symbolModules(text)
    const module = sideMm / size
    const cells = [...dark].flatMap((isDark, i) =>
      isDark === 0
        ? []
        : [
            svgRect({
              x: rect.x + (i % size) * module,
              y: rect.y + Math.floor(i / size) * module,
              width: module * 1.02,
              height: module * 1.02,
            }),
          ],
    )
    return [{ svg: cells.join(''), rect, how: { kind: 'darker', share: 0.75 } }]
  }
}

/** One shape somewhere free. */
export function shapeAt(
  on: 'steel' | 'sticker',
  width: number,
  height: number,
  svg: (rect: RectMm) => string,
  how: Spoiling['how'],
) {
  return (card: CardUnderAttack): readonly Spoiling[] | null => {
    const rect = freeOn(card, on, width, height)
    return rect === null ? null : [{ svg: svg(rect), rect, how }]
  }
}

export const oval = ({ x, y, width, height }: RectMm) =>
  `<ellipse cx="${x + width / 2}" cy="${y + height / 2}" rx="${width / 2}" ry="${height / 2}"/>`
export const stroke =
  (widthMm: number) =>
  ({ x, y, width, height }: RectMm) =>
    `<path d="M${x} ${y + height}L${x + width} ${y}" stroke="#000" stroke-width="${widthMm}"/>`

export const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
export const capitals = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'
export const text = (length: number) => (random: () => number) => letters(random, capitals, length)
export const darker = (share: number) => ({ kind: 'darker', share }) as const
