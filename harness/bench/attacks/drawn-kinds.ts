import { openFont } from '../../products/font.node.ts'
import { shippedFonts, svgPathOf } from '../../products/font.ts'
import { coverMarks, grown, lineBoxes, symbolMarks, textMarks } from '../../products/geometry.ts'
import type { ProductProfile, RectMm, State, TextMark } from '../../products/profile.ts'
import {
  type AttackKind,
  type CardUnderAttack,
  capitals,
  darker,
  freeOn,
  letters,
  onSheet,
  openLayer,
  oval,
  type Spoil,
  shapeAt,
  stroke,
  svgRect,
  text,
  textAt,
  within,
} from './attack-kind.ts'
import type { Spoiling } from './spoil.ts'

/** Something at the first line of a text of that content that lies open, given the place of its ink at most. */
const atText =
  (content: TextMark['content'], make: (line: RectMm, card: CardUnderAttack) => readonly Spoiling[]): Spoil =>
  card => {
    const { profile, state } = card
    const mark = textMarks(profile).find(
      one =>
        one.content === content && one.visibleIn.includes(state) && (one.on === 'card' || one.on === openLayer(card)),
    )
    if (mark === undefined) return null
    return make(lineBoxes(mark, mark.originOnCard)[0]!.rect, card)
  }

const path = (d: string, widthMm: number) =>
  `<path d="${d}" fill="none" stroke="#000" stroke-width="${widthMm}" stroke-linecap="round"/>`
const across = ({ x, y, width, height }: RectMm, from: number, to: number, at: number, widthMm: number) =>
  path(`M${x + from * width} ${y + at * height}H${x + to * width}`, widthMm)

/** Letters in a place that is no free ground: beside a mark, at a rim. */
function lettering(text: string, x: number, baseline: number, capMm: number, share: number): Spoiling {
  const font = openFont(shippedFonts.print)
  const line = font.setLine(text, { x, y: baseline }, 'left', capMm)
  const rect = { x, y: baseline - capMm, width: font.width(text, capMm), height: capMm }
  return {
    svg: line.map(({ outline }) => `<path d="${svgPathOf(outline)}"/>`).join(''),
    rect: grown(rect, 0.5),
    how: darker(share),
  }
}

const openSymbol = (profile: ProductProfile, state: State) =>
  symbolMarks(profile).find(({ on }) => on === openLayer({ state }))?.rectOnCard ?? null

/** Bars of a linear code. */
const bars =
  (random: () => number) =>
  ({ x, y, width, height }: RectMm) => {
    const widths = Array.from({ length: Math.floor(width / 0.6) }, () => 0.15 + 0.3 * random())
    return widths.map((bar, i) => svgRect({ x: x + 0.6 * i, y, width: bar, height })).join('')
  }

/** Modules without finder patterns that any reader of QR codes knows. */
const cells =
  (random: () => number, sideMm: number) =>
  ({ x, y, width, height }: RectMm) => {
    const [columns, rows] = [Math.floor(width / sideMm), Math.floor(height / sideMm)]
    return Array.from({ length: columns * rows }, (_, i) => {
      const [column, row] = [i % columns, Math.floor(i / columns)]
      const isDark = column === 0 || row === rows - 1 || (row > 0 && column < columns - 1 && random() < 0.5)
      return isDark ? svgRect({ x: x + column * sideMm, y: y + row * sideMm, width: sideMm, height: sideMm }) : ''
    }).join('')
  }

const withRandom =
  (make: (random: () => number) => Spoil): Spoil =>
  card =>
    make(card.random)(card)

/** What was drawn when the first kinds were found: shapes, writing beside marks, sheets and covers that were tampered with. */
export const drawnKinds: readonly AttackKind[] = [
  // On the steel.
  {
    name: 'dots-0.6mm-three',
    spoil: shapeAt(
      'steel',
      5,
      0.6,
      ({ x, y }) => [0, 2.2, 4.4].map(dx => oval({ x: x + dx, y, width: 0.6, height: 0.6 })).join(''),
      darker(0.6),
    ),
  },
  { name: 'hair-scratch-bright', spoil: shapeAt('steel', 16, 3, stroke(0.1), { kind: 'brighter', share: 0.45 }) },
  { name: 'hair-scratch-dark', spoil: shapeAt('steel', 16, 3, stroke(0.1), darker(0.4)) },
  { name: 'linear-code-steel', spoil: withRandom(random => shapeAt('steel', 12, 4, bars(random), darker(0.6))) },
  { name: 'cells-steel', spoil: withRandom(random => shapeAt('steel', 5, 5, cells(random, 0.5), darker(0.6))) },
  {
    name: 'arrow-steel',
    spoil: shapeAt(
      'steel',
      4,
      2.4,
      ({ x, y, width, height }) =>
        path(
          `M${x} ${y + height / 2}H${x + width}L${x + width - 1} ${y}M${x + width} ${y + height / 2}L${x + width - 1} ${y + height}`,
          0.3,
        ),
      darker(0.5),
    ),
  },
  {
    name: 'handwriting-steel',
    spoil: withRandom(random =>
      shapeAt(
        'steel',
        10,
        3,
        ({ x, y, width, height }) =>
          path(
            `M${x} ${y + height / 2}${Array.from({ length: 8 }, () => `q${0.3 + 0.5 * random()} ${(random() - 0.5) * 2 * height} ${width / 8} 0`).join('')}`,
            0.28,
          ),
        darker(0.5),
      ),
    ),
  },
  {
    name: 'ring-steel',
    spoil: shapeAt(
      'steel',
      4,
      4,
      ({ x, y, width }) =>
        `<circle cx="${x + width / 2}" cy="${y + width / 2}" r="1.7" fill="none" stroke="#000" stroke-width="0.25"/>`,
      darker(0.4),
    ),
  },
  {
    name: 'red-letters-steel',
    spoil: card =>
      (textAt('steel', 0.5, 2, text(6))(card) ?? []).map(one => ({
        ...one,
        how: { kind: 'tinted', passes: [1.25, 0.8, 0.8] },
      })),
  },
  {
    name: 'polished-spot-steel',
    spoil: shapeAt('steel', 5, 4, oval, { kind: 'colour', rgb: [188, 190, 190], gloss: 0 }),
  },
  { name: 'pinhole-steel', spoil: shapeAt('steel', 1, 1, oval, { kind: 'colour', rgb: [18, 16, 15], gloss: 0 }) },
  {
    name: 'notch-card-rim',
    spoil: ({ profile: { card }, random }) => {
      const x = within(random, 0.45, 0.8) * card.width
      const rect = { x: x - 1.5, y: card.height - 1.5, width: 3, height: 2.5 }
      return [{ svg: oval({ ...rect, height: 3 }), rect, how: { kind: 'colour', rgb: [30, 28, 26], gloss: 0 } }]
    },
  },
  {
    name: 'letters-card-rim',
    spoil: ({ profile: { card }, random }) => [
      lettering(letters(random, capitals, 12), 0.5 * card.width, card.height - 0.5, 0.9, 0.6),
    ],
  },
  {
    name: 'letters-beside-sticker',
    spoil: onSheet((sheet, { random }) => [
      lettering(letters(random, capitals, 9), sheet.x + 4, sheet.y - 0.35, 0.9, 0.6),
    ]),
  },
  // At texts.
  {
    name: 'words-dots-over',
    spoil: atText('words', ({ x, y, height }) => [
      {
        svg: [0.2, 0.75].map(at => oval({ x: x + 0.4 + at * height, y: y - 0.75, width: 0.4, height: 0.4 })).join(''),
        rect: { x, y: y - 0.9, width: 2 * height, height: 0.6 },
        how: darker(0.6),
      },
    ]),
  },
  ...(['words', 'serial', 'address'] as const).map(
    (content): AttackKind => ({
      name: `${content}-struck-through`,
      spoil: atText(content, line => [{ svg: across(line, 0.1, 0.75, 0.5, 0.25), rect: line, how: darker(0.65) }]),
    }),
  ),
  ...(['words', 'serial', 'address'] as const).map(
    (content): AttackKind => ({
      name: `${content}-underlined`,
      spoil: atText(content, line => [
        { svg: across(line, 0.15, 0.8, 1.28, 0.2), rect: grown(line, 1), how: darker(0.6) },
      ]),
    }),
  ),
  {
    name: 'address-highlighted',
    spoil: atText('address', line => [
      { svg: svgRect(grown(line, 0.2)), rect: grown(line, 0.4), how: { kind: 'tinted', passes: [1, 1, 0.6] } },
    ]),
  },
  // On the sticker.
  {
    name: 'letters-0.8mm-sticker-rim',
    spoil: onSheet((sheet, { random }) => [
      lettering(letters(random, capitals, 14), sheet.x + 3, sheet.y + sheet.height - 0.6, 0.8, 0.75),
    ]),
  },
  { name: 'letters-0.8mm-sticker', spoil: textAt('sticker', 0.75, 0.8, text(8)) },
  {
    name: 'crease-sticker',
    spoil: onSheet(({ x, y, width, height }, { random }) => {
      const at = x + within(random, 0.3, 0.7) * width
      const line = (dx: number) => path(`M${at + dx} ${y + 0.2}V${y + height - 0.2}`, 0.3)
      const rect = { x: at - 1, y, width: 2, height }
      return [
        { svg: line(-0.15), rect, how: darker(0.25) },
        { svg: line(0.15), rect, how: { kind: 'brighter', share: 0.35 } },
      ]
    }),
  },
  {
    name: 'slit-sticker',
    spoil: onSheet(({ x, y, width, height }, { random }) => {
      const top = y + within(random, 0.15, 0.85) * height
      const rect = { x: x + 0.25 * width, y: top - 0.5, width: 0.5 * width, height: 1 }
      return [{ svg: across(rect, 0, 1, 0.5, 0.16), rect, how: darker(0.55) }]
    }),
  },
  {
    name: 'notch-sticker-edge',
    spoil: onSheet(({ x, y, width, height }, { random }) => {
      const rect = { x: x + width - 1.6, y: y + within(random, 0.2, 0.8) * height, width: 2, height: 2.4 }
      return [
        {
          svg: `<path d="M${rect.x} ${rect.y + 1.2}L${rect.x + 1.6} ${rect.y}v2.4z"/>`,
          rect,
          how: { kind: 'copied', dxMm: 3.2, dyMm: 0 },
        },
      ]
    }),
  },
  {
    name: 'blank-label-sticker',
    spoil: shapeAt('sticker', 6, 2.4, svgRect, { kind: 'colour', rgb: [178, 178, 178], gloss: 0 }),
  },
  {
    name: 'bubble-sticker',
    spoil: shapeAt(
      'sticker',
      3,
      3,
      ({ x, y, width }) =>
        `<circle cx="${x + width / 2}" cy="${y + width / 2}" r="1.3" fill="none" stroke="#000" stroke-width="0.3"/>`,
      darker(0.15),
    ),
  },
  { name: 'linear-code-sticker', spoil: withRandom(random => shapeAt('sticker', 8, 2, bars(random), darker(0.8))) },
  {
    name: 'tick-in-quiet-zone',
    spoil: ({ profile, state }) => {
      const symbol = openSymbol(profile, state)
      if (symbol === null) return null
      const rect = { x: symbol.x + symbol.width + 0.5, y: symbol.y + 4, width: 0.7, height: 1.6 }
      return [{ svg: stroke(0.25)(rect), rect, how: darker(0.8) }]
    },
  },
  {
    name: 'symbol-scratched',
    spoil: ({ profile, state }) => {
      const symbol = openSymbol(profile, state)
      if (symbol === null) return null
      return [{ svg: stroke(0.35)(grown(symbol, -1)), rect: symbol, how: { kind: 'brighter', share: 0.85 } }]
    },
  },
  // On the scratch-off.
  ...(
    [
      ['cover-short-one-letter', (c: RectMm) => ({ ...c, x: c.x - 0.2, width: 2.4 })],
      ['cover-slit-top', (c: RectMm) => ({ ...c, y: c.y - 0.2, height: 1.6 })],
      ['cover-slit-bottom', (c: RectMm) => ({ ...c, y: c.y + c.height - 1.4, height: 1.6 })],
    ] as const
  ).map(
    ([name, part]): AttackKind => ({
      name,
      spoil: ({ profile, state }) => {
        const cover = coverMarks(profile)[0]
        if (cover === undefined || state !== 'sealed') return null
        const rect = part(cover.rectOnCard)
        const isBelow = profile.card.height - (cover.rectOnCard.y + cover.rectOnCard.height) > 5.5
        const { y, height } = cover.rectOnCard
        const dyMm = isBelow ? y + height + 1.2 - rect.y : y - 1.2 - rect.height - rect.y
        return [{ svg: svgRect(rect), rect, how: { kind: 'copied', dxMm: 0, dyMm } }]
      },
    }),
  ),
  ...(
    [
      ['cover-letters-through-8%', darker(0.08)],
      ['cover-letters-through-15%', darker(0.15)],
    ] as const
  ).map(
    ([name, how]): AttackKind => ({
      name,
      spoil: card => {
        const mark = textMarks(card.profile).find(({ content }) => content === 'passphrase')
        if (mark === undefined || card.state !== 'sealed') return null
        const font = openFont(shippedFonts.etching)
        return lineBoxes(mark, mark.originOnCard).map(({ rect, baseline, capHeightMm }) => {
          const line = font.setLine(letters(card.random, capitals, 10), baseline, 'left', capHeightMm)
          return {
            svg: line.map(({ outline }) => `<path d="${svgPathOf(outline)}"/>`).join(''),
            rect: grown(rect, 0.5),
            how,
          }
        })
      },
    }),
  ),
  {
    name: 'cover-patched',
    spoil: ({ profile, state, random }) => {
      const cover = coverMarks(profile)[0]
      if (cover === undefined || state !== 'sealed') return null
      const { x, y, width, height } = cover.rectOnCard
      const rect = { x: x + within(random, 0.15, 0.5) * width, y: y + 2, width: 7, height: height - 4 }
      const edge = `<rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}" fill="none" stroke="#000" stroke-width="0.2"/>`
      return [
        { svg: svgRect(rect), rect, how: { kind: 'copied', dxMm: 3, dyMm: 0 } },
        { svg: edge, rect: grown(rect, 0.3), how: darker(0.2) },
      ]
    },
  },
  {
    name: 'cover-pinholes',
    spoil: ({ profile, state, random }) => {
      const cover = coverMarks(profile)[0]
      if (cover === undefined || state !== 'sealed') return null
      const { x, y, width, height } = grown(cover.rectOnCard, -2)
      const hole = () => oval({ x: x + random() * 0.8 * width, y: y + random() * height, width: 0.5, height: 0.5 })
      return [{ svg: Array.from({ length: 12 }, hole).join(''), rect: cover.rectOnCard, how: darker(0.35) }]
    },
  },
  {
    name: 'label-across-cover-edge',
    spoil: ({ profile, state }) => {
      const cover = coverMarks(profile)[0]
      if (cover === undefined || state !== 'sealed') return null
      const { x, y, height } = cover.rectOnCard
      const rect = { x: x + 6, y: y + height - 1.5, width: 8, height: 3 }
      return [{ svg: svgRect(rect), rect, how: { kind: 'colour', rgb: [150, 150, 150], gloss: 0.01 } }]
    },
  },
  {
    name: 'dot-on-free-line-end',
    spoil: card => {
      const rect = freeOn(card, 'sticker', 1, 1)
      return rect === null ? null : [{ svg: oval({ ...rect, width: 0.45, height: 0.45 }), rect, how: darker(0.8) }]
    },
  },
]
