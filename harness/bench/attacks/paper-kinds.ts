import { grown, lineBoxes, symbolMarks, textMarks } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'
import { type AttackKind, darker, freeOn, onSheet, openLayer, type Spoil, svgRect } from './attack-kind.ts'
import type { Spoiling } from './spoil.ts'

const brighter = (share: number): Spoiling['how'] => ({ kind: 'tinted', passes: [1 + share, 1 + share, 1 + share] })

/** A round place that fades out. */
const soft = (x: number, y: number, radius: number, how: Spoiling['how']): Spoiling => ({
  svg: `<defs><radialGradient id="g"><stop offset="0"/><stop offset="1" stop-opacity="0"/></radialGradient></defs><circle cx="${x}" cy="${y}" r="${radius}" fill="url(#g)"/>`,
  rect: { x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius },
  how,
})

/** A level band that fades out above and below. */
const fading = ({ x, y, width, height }: RectMm) =>
  `<defs><linearGradient id="g" x2="0" y2="1"><stop offset="0" stop-opacity="0"/><stop offset=".5"/><stop offset="1" stop-opacity="0"/></linearGradient></defs><rect x="${x}" y="${y}" width="${width}" height="${height}" fill="url(#g)"/>`

/** What is raised from the paper: lit on one flank, in shade on the other. */
const raised = (x: number, y: number, sizeMm: number, share: number): readonly Spoiling[] => {
  const off = 0.17 * sizeMm
  return [soft(x - off, y - off, 0.36 * sizeMm, brighter(share)), soft(x + off, y + off, 0.36 * sizeMm, darker(share))]
}

/** Paper of the sheet's own look: a breath brighter, and its edge throws a thin shadow. */
function label(place: RectMm, sheet: RectMm, edgeMm: number, share: number): readonly Spoiling[] {
  const inside = grown(sheet, -0.5)
  const [left, top] = [Math.max(place.x, inside.x), Math.max(place.y, inside.y)]
  const right = Math.min(place.x + place.width, inside.x + inside.width)
  const bottom = Math.min(place.y + place.height, inside.y + inside.height)
  const rect = { x: left, y: top, width: right - left, height: bottom - top }
  const edge = `<rect x="${left}" y="${top}" width="${rect.width}" height="${rect.height}" fill="none" stroke="#000" stroke-width="${edgeMm}"/>`
  return [
    { svg: svgRect(rect), rect, how: brighter(0.02) },
    { svg: edge, rect: grown(rect, 0.3), how: darker(share) },
  ]
}

/** Given the place of the address text on the sheet, all of its lines. */
const atAddress = (make: (text: RectMm, sheet: RectMm) => readonly Spoiling[]): Spoil =>
  onSheet((sheet, card) => {
    const mark = textMarks(card.profile).find(({ content, on }) => content === 'address' && on === openLayer(card))
    if (mark === undefined) return []
    const lines = lineBoxes(mark, mark.originOnCard).map(({ rect }) => rect)
    const [x, y] = [Math.min(...lines.map(one => one.x)), Math.min(...lines.map(one => one.y))]
    const right = Math.max(...lines.map(one => one.x + one.width))
    const bottom = Math.max(...lines.map(one => one.y + one.height))
    return make({ x, y, width: right - x, height: bottom - y }, sheet)
  })

/** What is soft, or finer than a stroke: bubbles, folds and labels of the sheet that lies uppermost, and a dent of the card. */
export const paperKinds: readonly AttackKind[] = [
  {
    name: 'bubble-5mm-sticker',
    spoil: atAddress((text, sheet) => raised(sheet.x + 4.3, text.y + text.height / 2, 5.2, 0.1)),
  },
  {
    name: 'bubble-5mm-sticker-right',
    spoil: atAddress((text, sheet) => raised(sheet.x + sheet.width - 4.5, text.y + text.height / 2, 5.2, 0.12)),
  },
  {
    name: 'bubble-8mm-symbol',
    spoil: card => {
      const mark = symbolMarks(card.profile).find(({ on }) => on === openLayer(card))
      if (mark === undefined) return null
      const { x, y, width, height } = mark.rectOnCard
      return raised(x + 0.45 * width, y + 0.45 * height, 9, 0.15)
    },
  },
  {
    name: 'dent-6mm-steel-soft',
    spoil: card => {
      const rect = freeOn(card, 'steel', 7, 7)
      return rect === null ? null : raised(rect.x + 3.5, rect.y + 3.5, 7, 0.25)
    },
  },
  {
    name: 'fold-sticker-soft',
    spoil: atAddress((text, sheet) => {
      const at = text.y + text.height + 0.9
      const rect = { x: sheet.x + 1, y: at - 0.4, width: sheet.width - 2, height: 0.8 }
      return [
        { svg: fading(rect), rect, how: darker(0.12) },
        { svg: fading({ ...rect, y: at + 0.4 }), rect: { ...rect, y: at + 0.4 }, how: brighter(0.06) },
      ]
    }),
  },
  {
    name: 'label-over-symbol',
    spoil: onSheet((sheet, card) => {
      const mark = symbolMarks(card.profile).find(({ on }) => on === openLayer(card))
      return mark === undefined ? [] : label(grown(mark.rectOnCard, 1.3), sheet, 0.12, 0.07)
    }),
  },
  {
    name: 'label-over-address',
    spoil: atAddress((text, sheet) => label(grown(text, 1.4), sheet, 0.1, 0.1)),
  },
]
