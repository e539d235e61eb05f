import { grown, lineBoxes, textMarks } from '../../products/geometry.ts'
import type { RectMm, TextMark } from '../../products/profile.ts'
import { type AttackKind, type CardUnderAttack, openLayer, type Spoil, svgRect } from './attack-kind.ts'
import type { Spoiling } from './spoil.ts'

/** A text that lies open, on the layer that does or on the card. */
const onText =
  (on: 'card' | 'sticker', make: (line: RectMm, capMm: number, card: CardUnderAttack) => readonly Spoiling[]): Spoil =>
  card => {
    const surface = on === 'card' ? 'card' : openLayer(card)
    const mark = textMarks(card.profile).find(
      one => one.on === surface && one.visibleIn.includes(card.state) && !one.secret,
    )
    return mark === undefined ? null : make(...placeOf(mark, card), card)
  }

/** The last line of a text, mm of the card's front, and the height of its capitals. */
function placeOf(mark: TextMark, { profile }: CardUnderAttack): readonly [RectMm, number] {
  const box = lineBoxes(mark).at(-1)!
  const { sticker } = profile
  const [x, y] = mark.on === 'card' || sticker === null ? [0, 0] : [sticker.rect.x, sticker.rect.y]
  return [{ ...box.rect, x: box.rect.x + x, y: box.rect.y + y }, mark.lines.at(-1)!.capHeight]
}

const veiled = (rect: RectMm, opacity: number, dxMm: number, dyMm: number): Spoiling => ({
  svg: `<g opacity="${opacity}">${svgRect(rect)}</g>`,
  rect,
  how: { kind: 'copied', dxMm, dyMm },
})

/** The blank above a line laid over a part of it. */
const paled =
  (share: number, part: number): Parameters<typeof onText>[1] =>
  ({ x, y, width, height }, capMm) => {
    const rect = { x: x + (1 - part) * width, y, width: part * width + 0.6, height }
    return [veiled(rect, share, 0, -(height + 0.35 * capMm))]
  }

/** What goes wrong when texts are printed or etched. */
export const printKinds: readonly AttackKind[] = [
  { name: 'serial-end-pale-steel', spoil: onText('card', paled(0.72, 0.14)) },
  { name: 'print-end-pale-sticker', spoil: onText('sticker', paled(0.72, 0.12)) },
  {
    name: 'printed-twice-sticker',
    spoil: onText('sticker', (rect, capMm) => [veiled(grown(rect, 0.4), 0.25, -0.3 * capMm, -0.22 * capMm)]),
  },
  {
    name: 'etched-twice-steel',
    spoil: onText('card', (rect, capMm) => [veiled(grown(rect, 0.4), 0.3, -0.3 * capMm, 0.25 * capMm)]),
  },
  {
    name: 'print-moved-sticker',
    spoil: onText('sticker', ({ x, y, width, height }, capMm) => [
      veiled({ x: x - 0.5, y: y - 0.3 * capMm, width: width + 1, height: height + 0.6 * capMm }, 1, 1.6, 0),
    ]),
  },
]
