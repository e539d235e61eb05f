import { openFont } from '../../products/font.node.ts'
import { shippedFonts, svgPathOf } from '../../products/font.ts'
import { grown, lineBoxes, symbolMarks, textMarks } from '../../products/geometry.ts'
import type { RectMm, TextMark } from '../../products/profile.ts'
import {
  type AttackKind,
  type CardUnderAttack,
  darker,
  freeOn,
  line,
  onCover,
  onSheet,
  openLayer,
  oval,
  type Spoil,
  shapeAt,
  svgRect,
  within,
} from './attack-kind.ts'
import type { Spoiling } from './spoil.ts'
import { cornerGone } from './tampered-kinds.ts'

type How = Spoiling['how']

const brighter = (share: number): How => ({ kind: 'brighter', share })
const frame = ({ x, y, width, height }: RectMm, widthMm: number) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#000" stroke-width="${widthMm}"/>`
/** An oval that fades out. */
const soft = ({ x, y, width, height }: RectMm) =>
  `<defs><radialGradient id="g"><stop offset="0"/><stop offset="1" stop-opacity="0"/></radialGradient></defs><ellipse cx="${x + width / 2}" cy="${y + height / 2}" rx="${width / 2}" ry="${height / 2}" fill="url(#g)"/>`

/** At the first line of a text on the card that lies open. */
const atText =
  (content: TextMark['content'], make: (line: RectMm, card: CardUnderAttack) => readonly Spoiling[]): Spoil =>
  card => {
    const mark = textMarks(card.profile).find(one => one.content === content && one.on === 'card')
    return mark === undefined ? null : make(lineBoxes(mark, mark.originOnCard)[0]!.rect, card)
  }

/** In the quiet zone of the symbol that lies open, given its top left corner and side. */
const besideSymbol =
  (make: (x: number, y: number, side: number, at: number) => readonly Spoiling[]): Spoil =>
  card => {
    const mark = symbolMarks(card.profile).find(({ on }) => on === openLayer(card))
    return mark === undefined
      ? null
      : make(mark.rectOnCard.x, mark.rectOnCard.y, mark.rectOnCard.width, within(card.random, 0.2, 0.8))
  }

/** A clear film: a breath brighter, its edges a thin shadow. */
const film = (rect: RectMm): readonly Spoiling[] => [
  { svg: svgRect(rect), rect, how: brighter(0.05) },
  { svg: frame(rect, 0.12), rect: grown(rect, 0.3), how: darker(0.15) },
]

const dots = (places: readonly (readonly [x: number, y: number])[], sizeMm: number) =>
  places.map(([x, y]) => oval({ x: x - sizeMm / 2, y: y - sizeMm / 2, width: sizeMm, height: sizeMm })).join('')

/** What a thief does who wants nothing to be seen, and what a careless worker does who sees nothing. */
export const thiefKinds: readonly AttackKind[] = [
  { name: 'corner-cut-3mm', spoil: cornerGone(3) },
  {
    name: 'corner-bent',
    spoil: ({ profile: { card } }) => {
      const rect = { x: card.width - 6, y: 0, width: 6, height: 6 }
      const [x, y] = [card.width, 0]
      return [
        { svg: `<path d="M${x - 6} ${y}H${x}V${y + 6}Z"/>`, rect, how: brighter(0.25) },
        { svg: line(`M${x - 6} ${y + 0.4}L${x - 0.4} ${y + 6}`, 0.2), rect, how: darker(0.35) },
      ]
    },
  },
  {
    // From rim to rim: its two other edges lie beyond the card.
    name: 'clear-tape-across-card',
    spoil: ({ profile: { card } }) => {
      const x = 0.62 * card.width
      return film({ x, y: -2, width: 14, height: card.height + 4 })
    },
  },
  { name: 'clear-tape-words', spoil: atText('words', rect => film(grown(rect, 2))) },
  {
    name: 'clear-tape-sticker',
    spoil: onSheet(({ x, y, width, height }) => film({ x: x + 2, y: y + 0.55 * height, width: width - 4, height: 9 })),
  },
  {
    name: 'cover-cut-out',
    spoil: onCover(cover => [{ svg: frame(grown(cover, -0.9), 0.1), rect: cover, how: darker(0.3) }]),
  },
  {
    name: 'cover-scraped-corner',
    spoil: onCover((cover, { profile }) => {
      const isBelow = profile.card.height - (cover.y + cover.height) > 5
      const rect = { x: cover.x - 0.3, y: cover.y - 0.3, width: 3.3, height: 3.3 }
      const dyMm = isBelow ? cover.height + 1.2 : -4.5
      const svg = `<path d="M${rect.x} ${rect.y}h3.3L${rect.x} ${rect.y + 3.3}Z"/>`
      return [{ svg, rect, how: { kind: 'copied', dxMm: 0, dyMm } }]
    }),
  },
  {
    name: 'cover-lacquered',
    spoil: onCover((cover, { random }) => {
      const rect = { x: cover.x + within(random, 4, 20), y: cover.y + 0.3, width: 9, height: cover.height - 0.6 }
      return [{ svg: oval(rect), rect, how: brighter(0.12) }]
    }),
  },
  {
    name: 'cover-hair-scratch',
    spoil: onCover((cover, { random }) => {
      const x = cover.x + within(random, 0.2, 0.6) * cover.width
      return [
        {
          svg: line(`M${x} ${cover.y + 0.5}L${x + 5} ${cover.y + cover.height - 0.5}`, 0.12),
          rect: cover,
          how: brighter(0.5),
        },
      ]
    }),
  },
  {
    name: 'serial-umlaut',
    spoil: atText('serial', ({ x, y, height }) => {
      const at = y - 0.35 * height
      const rect = { x, y: at - 0.5, width: 2 * height, height: 1 }
      return [
        {
          svg: dots(
            [
              [x + 0.3 * height, at],
              [x + 0.75 * height, at],
            ],
            0.45,
          ),
          rect,
          how: darker(0.6),
        },
      ]
    }),
  },
  {
    name: 'words-cedilla',
    spoil: atText('words', ({ x, y, height }) => {
      const [left, top] = [x + 0.8 * height, y + 1.1 * height]
      const rect = { x: left - 0.5, y: top, width: 1.5, height: 1.2 }
      return [{ svg: line(`M${left} ${top}q.5 .3 .1 .8`, 0.2), rect, how: darker(0.6) }]
    }),
  },
  {
    name: 'serial-suffix',
    spoil: atText('serial', ({ x, y, width, height }) => {
      const font = openFont(shippedFonts.etching)
      const set = font.setLine('A', { x: x + width + 0.8, y: y + height }, 'left', height)
      const rect = { x: x + width, y: y - 0.5, width: 2 * height, height: height + 1 }
      return [{ svg: set.map(({ outline }) => `<path d="${svgPathOf(outline)}"/>`).join(''), rect, how: darker(0.5) }]
    }),
  },
  {
    name: 'scratch-through-serial',
    spoil: atText('serial', ({ x, y, height }) => {
      const rect = { x: x - 2, y: y - 1, width: 18, height: height + 2 }
      return [{ svg: line(`M${x - 2} ${y + height + 1}L${x + 16} ${y - 1}`, 0.12), rect, how: brighter(0.5) }]
    }),
  },
  {
    name: 'dots-card-rim',
    spoil: ({ profile: { card }, random }) => {
      const places = Array.from({ length: 14 }, (_, i) => [20 + 1.4 * i, card.height - 0.8] as const)
      const some = places.filter(() => random() < 0.6)
      const rect = { x: 19, y: card.height - 1.5, width: 22, height: 1.5 }
      return [{ svg: dots(some, 0.35), rect, how: darker(0.6) }]
    },
  },
  {
    name: 'thumb-print-steel',
    spoil: card => {
      const rect = freeOn(card, 'steel', 11, 9)
      if (rect === null) return null
      const [x, y] = [rect.x + rect.width / 2, rect.y + rect.height / 2]
      const ridges = Array.from({ length: 9 }, (_, i) => {
        const size = 0.5 * (i + 1)
        return `<ellipse cx="${x}" cy="${y}" rx="${1.2 * size}" ry="${size}" fill="none" stroke="#000" stroke-width=".22"/>`
      })
      return [{ svg: ridges.join(''), rect, how: darker(0.1) }]
    },
  },
  { name: 'glue-smear-steel', spoil: shapeAt('steel', 10, 4, soft, brighter(0.2)) },
  {
    name: 'coffee-ring-sticker',
    spoil: onSheet(({ x, y, width, height }) => {
      const svg = `<circle cx="${x + 0.5 * width}" cy="${y + 0.5 * height}" r="${0.35 * width}" fill="none" stroke="#000" stroke-width=".7"/>`
      return [{ svg, rect: { x, y, width, height }, how: { kind: 'tinted', passes: [0.94, 0.89, 0.8] } }]
    }),
  },
  {
    name: 'yellow-dots-sticker',
    spoil: onSheet(({ x, y, width, height }, { random }) => {
      const places = Array.from(
        { length: 60 },
        () => [x + within(random, 0.1, 0.9) * width, y + within(random, 0.1, 0.9) * height] as const,
      )
      return [{ svg: dots(places, 0.35), rect: { x, y, width, height }, how: { kind: 'tinted', passes: [1, 1, 0.55] } }]
    }),
  },
  {
    name: 'pin-pricks-sticker',
    spoil: onSheet(({ x, y, width, height }) => {
      const places = Array.from({ length: 5 }, (_, i) => [x + 1.6, y + (0.2 + 0.14 * i) * height] as const)
      return [{ svg: dots(places, 0.25), rect: { x, y, width, height }, how: darker(0.7) }]
    }),
  },
  {
    name: 'sticker-edge-lifted',
    spoil: onSheet(({ x, y, width, height }) => [
      {
        svg: svgRect({ x, y: y + height, width, height: 0.5 }),
        rect: { x, y: y + height, width, height: 0.5 },
        how: darker(0.4),
      },
      {
        svg: svgRect({ x, y: y + height - 1, width, height: 1 }),
        rect: { x, y: y + height - 1, width, height: 1 },
        how: brighter(0.3),
      },
    ]),
  },
  {
    name: 'symbol-corner-replaced',
    spoil: card => {
      const mark = symbolMarks(card.profile).find(({ on }) => on === openLayer(card))
      if (mark === undefined) return null
      const { x, y, width, height } = mark.rectOnCard
      const rect = { x: x + 0.6 * width, y: y + 0.6 * height, width: 0.4 * width + 0.3, height: 0.4 * height + 0.3 }
      return [{ svg: svgRect(rect), rect, how: { kind: 'copied', dxMm: -0.22 * width, dyMm: -0.22 * height } }]
    },
  },
  {
    // Nearer than the surface itself is looked at.
    name: 'dot-beside-symbol',
    spoil: besideSymbol((x, y, side, at) => [
      {
        svg: dots([[x - 0.5, y + at * side]], 0.4),
        rect: { x: x - 1, y: y + at * side - 0.5, width: 1, height: 1 },
        how: darker(0.8),
      },
    ]),
  },
  {
    name: 'line-beside-symbol',
    spoil: besideSymbol((x, y, side, at) => {
      const rect = { x: x + side + 0.35, y: y + 0.6 * at * side, width: 0.15, height: 0.4 * side }
      return [{ svg: svgRect(rect), rect, how: darker(0.6) }]
    }),
  },
  {
    name: 'sticker-bleached',
    spoil: onSheet(({ x, y, width, height }) => {
      const rect = { x: x + 0.2 * width, y: y + 0.6 * height, width: 0.5 * width, height: 0.25 * height }
      return [{ svg: soft(rect), rect, how: brighter(0.5) }]
    }),
  },
  {
    name: 'crease-card-line',
    spoil: ({ profile: { card } }) => {
      const x = 0.55 * card.width
      const rect = { x: x - 1, y: 0, width: 3, height: card.height }
      return [
        { svg: line(`M${x} 0L${x + 1.2} ${card.height}`, 0.25), rect, how: darker(0.2) },
        { svg: line(`M${x + 0.3} 0L${x + 1.5} ${card.height}`, 0.25), rect, how: brighter(0.2) },
      ]
    },
  },
]
