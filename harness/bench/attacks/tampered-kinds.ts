import { openFont } from '../../products/font.node.ts'
import { shippedFonts, svgPathOf } from '../../products/font.ts'
import { corners, grown, lineBoxes, symbolMarks, textMarks } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'
import {
  type AttackKind,
  type CardUnderAttack,
  capitals,
  darker,
  freeOn,
  letters,
  line,
  onCover,
  onSheet,
  openLayer,
  oval,
  type Spoil,
  shapeAt,
  svgRect,
  symbolAt,
  text,
  textAt,
  within,
} from './attack-kind.ts'
import type { Spoiling } from './spoil.ts'

const inSymbol =
  (make: (symbol: RectMm, card: CardUnderAttack) => readonly Spoiling[]): Spoil =>
  card => {
    const mark = symbolMarks(card.profile).find(({ on }) => on === openLayer(card))
    return mark === undefined ? null : make(mark.rectOnCard, card)
  }

const acrossSymbol = (widthMm: number, how: Spoiling['how']) =>
  inSymbol(({ x, y, width, height }, { random }) => {
    const [from, to] = [y + within(random, 0.15, 0.85) * height, y + within(random, 0.15, 0.85) * height]
    const rect = { x, y, width, height }
    return [{ svg: line(`M${x + 0.5} ${from}L${x + width - 0.5} ${to}`, widthMm), rect, how }]
  })

/** Letters as outlines, their baseline's left end at a place. */
function lettering(text: string, x: number, baseline: number, capMm: number, how: Spoiling['how']): Spoiling {
  const font = openFont(shippedFonts.print)
  const set = font.setLine(text, { x, y: baseline }, 'left', capMm)
  const rect = grown({ x, y: baseline - capMm, width: font.width(text, capMm), height: capMm }, 0.5)
  return { svg: set.map(({ outline }) => `<path d="${svgPathOf(outline)}"/>`).join(''), rect, how }
}

/** Strokes of letters as a hand draws them, in a square of one. */
const handLetters = [
  'M0 1L.4 0L.8 1M.15 .65H.65',
  'M.1 0V1M.1 0Q.8 .1 .1 .5Q.9 .7 .1 1',
  'M.7 .2Q.1 -.2 .1 .5Q.1 1.2 .75 .8',
  'M.1 0V1M.1 .5L.7 0M.2 .45L.75 1',
  'M.1 1V0L.45 .6L.8 0V1',
  'M.1 0L.45 .5V1M.8 0L.45 .5',
  'M.1 .1H.7L.1 1H.75',
  'M.75 .1Q.1 -.1 .15 .35Q.8 .5 .7 .85Q.3 1.15 .1 .85',
]

const handwritten =
  (on: 'steel' | 'sticker', count: number, heightMm: number, how: Spoiling['how']): Spoil =>
  card => {
    const rect = freeOn(card, on, count * 0.9 * heightMm, heightMm * 1.15)
    if (rect === null) return null
    const { random } = card
    const svg = Array.from({ length: count }, (_, i) => {
      const letter = handLetters[Math.floor(random() * handLetters.length)]!
      const [x, y] = [rect.x + i * 0.9 * heightMm, rect.y + 0.1 * heightMm * random()]
      const size = heightMm * within(random, 0.85, 1.05)
      return `<g transform="translate(${x} ${y}) rotate(${within(random, -7, 7)}) scale(${size})">${line(letter, 0.28 / size)}</g>`
    }).join('')
    return [{ svg, rect: grown(rect, 0.6), how }]
  }

const pair = (make: (dx: number) => string, rect: RectMm, share: number): readonly Spoiling[] => [
  { svg: make(0), rect, how: darker(share) },
  { svg: make(0.15), rect, how: { kind: 'brighter', share } },
]

/** Corner of the card gone: what lies beside it is seen. */
export const cornerGone =
  (legMm: number): Spoil =>
  ({ profile: { card }, random }) => {
    const quad = corners({ x: 0, y: 0, width: card.width, height: card.height })
    const i = Math.floor(random() * 4)
    const [x, y] = quad[i]!
    const [sx, sy] = [x === 0 ? 1 : -1, y === 0 ? 1 : -1]
    const rect = { x: Math.min(x, x + sx * legMm), y: Math.min(y, y + sy * legMm), width: legMm, height: legMm }
    const svg = `<path d="M${x - sx} ${y - sy}L${x + sx * legMm} ${y - sy}L${x + sx * legMm} ${y}L${x} ${y + sy * legMm}L${x - sx} ${y + sy * legMm}Z"/>`
    return [
      { svg, rect: grown(rect, 1), how: { kind: 'copied', dxMm: -sx * (legMm + 0.5), dyMm: -sy * (legMm + 0.5) } },
    ]
  }

const PEN = { kind: 'tinted', passes: [0.35, 0.4, 0.75] } as const
const PENCIL = darker(0.3)

/** Ways to tamper with a card that leave little to see. */
export const tamperedKinds: readonly AttackKind[] = [
  { name: 'symbol-slit', spoil: acrossSymbol(0.16, darker(0.55)) },
  { name: 'symbol-hair-dark', spoil: acrossSymbol(0.1, darker(0.5)) },
  { name: 'symbol-hair-bright', spoil: acrossSymbol(0.15, { kind: 'brighter', share: 0.7 }) },
  {
    name: 'symbol-dot',
    spoil: inSymbol(({ x, y, width, height }, { random }) => {
      const rect = {
        x: x + within(random, 0.4, 0.7) * width,
        y: y + within(random, 0.4, 0.7) * height,
        width: 0.9,
        height: 0.9,
      }
      return [{ svg: oval(rect), rect, how: darker(0.7) }]
    }),
  },
  {
    name: 'sticker-rejoined',
    spoil: onSheet(({ x, y, width, height }, { random }) => {
      const top = y + within(random, 0.3, 0.7) * height
      const rect = { x: x + 0.6, y: top, width: width - 1.2, height: y + height - top - 0.6 }
      const edge = { x, y: top - 0.1, width, height: 0.2 }
      return [
        { svg: svgRect(rect), rect, how: { kind: 'copied', dxMm: 0.5, dyMm: 0 } },
        { svg: svgRect(edge), rect: edge, how: darker(0.12) },
      ]
    }),
  },
  { name: 'letters-0.5mm-steel', spoil: textAt('steel', 0.6, 0.5, text(14)) },
  { name: 'letters-0.5mm-sticker', spoil: textAt('sticker', 0.75, 0.5, text(10)) },
  { name: 'letters-8%-sticker', spoil: textAt('sticker', 0.08, 1.6, text(5)) },
  { name: 'letters-15%-steel', spoil: textAt('steel', 0.15, 2, text(8)) },
  {
    name: 'embossed-steel',
    spoil: card => {
      const rect = freeOn(card, 'steel', 12, 2.4)
      if (rect === null) return null
      const word = letters(card.random, capitals, 6)
      const at = (dx: number) => lettering(word, rect.x + dx, rect.y + 2.2 + dx, 2, darker(0.14))
      return [at(0), { ...at(0.15), how: { kind: 'brighter', share: 0.14 } }]
    },
  },
  {
    name: 'watermark-sticker',
    spoil: onSheet(({ x, y, width, height }) => [
      lettering('VOID', x + 2, y + 0.6 * height, Math.min(6, width / 5), darker(0.07)),
    ]),
  },
  { name: 'symbol-4mm-steel', spoil: symbolAt('steel', 4.4, 'HTTPS://EXAMPLE.ORG/1') },
  {
    name: 'microdots-steel',
    spoil: shapeAt(
      'steel',
      3,
      3,
      ({ x, y }) =>
        Array.from({ length: 36 }, (_, i) =>
          i % 3 === 1 ? '' : oval({ x: x + 0.5 * (i % 6), y: y + 0.5 * Math.floor(i / 6), width: 0.25, height: 0.25 }),
        ).join(''),
      darker(0.6),
    ),
  },
  {
    name: 'burned-rim',
    spoil: ({ profile: { card }, random }) => {
      const x = within(random, 0.3, 0.7) * card.width
      const rect = { x: x - 6, y: card.height - 3, width: 12, height: 3 }
      return [{ svg: oval({ ...rect, height: 6 }), rect, how: { kind: 'tinted', passes: [0.62, 0.5, 0.4] } }]
    },
  },
  { name: 'corner-cut-4mm', spoil: cornerGone(4) },
  { name: 'corner-cut-6mm', spoil: cornerGone(6) },
  { name: 'hand-pen-steel', secret: true, spoil: handwritten('steel', 7, 3, PEN) },
  { name: 'hand-pencil-steel', secret: true, spoil: handwritten('steel', 7, 2.6, PENCIL) },
  { name: 'hand-pen-sticker', secret: true, spoil: handwritten('sticker', 4, 2, PEN) },
  {
    name: 'hand-pen-cover',
    secret: true,
    spoil: onCover((cover, card) => {
      const svg = Array.from({ length: 6 }, (_, i) => {
        const letter = handLetters[Math.floor(card.random() * handLetters.length)]!
        return `<g transform="translate(${cover.x + 4 + 2.6 * i} ${cover.y + 3}) scale(2.6)">${line(letter, 0.1)}</g>`
      }).join('')
      return [{ svg, rect: cover, how: PEN }]
    }),
  },
  {
    name: 'clear-tape-cover',
    spoil: onCover(cover => {
      const rect = grown(cover, 1.2)
      const edge = `<rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}" fill="none" stroke="#000" stroke-width="0.12"/>`
      return [
        { svg: svgRect(rect), rect, how: { kind: 'brighter', share: 0.06 } },
        { svg: edge, rect: grown(rect, 0.3), how: darker(0.15) },
      ]
    }),
  },
  {
    name: 'clear-tape-serial',
    spoil: ({ profile }) => {
      const mark = textMarks(profile).find(({ content, on }) => content === 'serial' && on === 'card')
      if (mark === undefined) return null
      const rect = grown(lineBoxes(mark, mark.originOnCard)[0]!.rect, 1.5)
      const edge = `<rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}" fill="none" stroke="#000" stroke-width="0.12"/>`
      return [
        { svg: svgRect(rect), rect, how: { kind: 'brighter', share: 0.06 } },
        { svg: edge, rect: grown(rect, 0.3), how: darker(0.15) },
      ]
    },
  },
  {
    name: 'cover-half-letter',
    secret: true,
    spoil: onCover((cover, { profile, random }) => {
      const mark = textMarks(profile).find(({ content }) => content === 'passphrase')
      if (mark === undefined) return null
      const isBelow = profile.card.height - (cover.y + cover.height) > 5.5
      const lines = lineBoxes(mark, mark.originOnCard)
      const end = lines[0]!.rect.x + 0.35 * lines[0]!.capHeightMm
      const rect = { x: cover.x - 0.3, y: cover.y - 0.2, width: end - cover.x + 0.3, height: cover.height + 0.4 }
      const dyMm = isBelow ? cover.y + cover.height + 1.2 - rect.y : cover.y - 1.2 - rect.height - rect.y
      const font = openFont(shippedFonts.etching)
      const halves = lines.map(({ baseline, capHeightMm }): Spoiling => {
        const set = font.setLine(letters(random, 'BDEFHKLMNPR', 1), baseline, 'left', capHeightMm)
        const clip = `<clipPath id="c"><rect x="0" y="0" width="${end}" height="99"/></clipPath>`
        const svg = `${clip}<g clip-path="url(#c)">${set.map(({ outline }) => `<path d="${svgPathOf(outline)}"/>`).join('')}</g>`
        return { svg, rect: { x: rect.x, y: baseline.y - 4, width: 4, height: 5 }, how: darker(0.55) }
      })
      return [{ svg: svgRect(rect), rect, how: { kind: 'copied', dxMm: 0, dyMm } }, ...halves]
    }),
  },
  {
    name: 'cover-crack',
    spoil: onCover((cover, { random }) => {
      const x = cover.x + within(random, 0.25, 0.7) * cover.width
      const svg = line(`M${x} ${cover.y - 0.2}l.6 3l-.9 3l.4 ${cover.height - 5.8}`, 0.15)
      return [{ svg, rect: { x: x - 2, y: cover.y, width: 4, height: cover.height }, how: darker(0.35) }]
    }),
  },
  {
    name: 'cover-piece-beside',
    spoil: onCover((cover, card) => {
      const rect = freeOn(card, 'steel', 8, 4)
      if (rect === null) return null
      const how = { kind: 'copied', dxMm: cover.x + 5 - rect.x, dyMm: cover.y + 2 - rect.y } as const
      return [{ svg: svgRect(rect), rect, how }]
    }),
  },
  {
    name: 'soft-stain-steel',
    spoil: shapeAt(
      'steel',
      9,
      5,
      ({ x, y, width, height }) =>
        `<defs><radialGradient id="g"><stop offset="0" stop-opacity="1"/><stop offset="1" stop-opacity="0"/></radialGradient></defs><ellipse cx="${x + width / 2}" cy="${y + height / 2}" rx="${width / 2}" ry="${height / 2}" fill="url(#g)"/>`,
      darker(0.25),
    ),
  },
  {
    name: 'rust-spot-steel',
    spoil: shapeAt('steel', 1.4, 1.2, oval, { kind: 'tinted', passes: [0.75, 0.55, 0.4] }),
  },
  {
    name: 'address-patched',
    spoil: card => {
      const mark = textMarks(card.profile).find(({ content }) => content === 'address')
      if (mark === undefined || mark.on !== openLayer(card)) return null
      const { rect } = lineBoxes(mark, mark.originOnCard)[0]!
      const patch = {
        x: rect.x + 0.1 * rect.width,
        y: rect.y - 0.2,
        width: 0.3 * rect.width,
        height: rect.height + 0.4,
      }
      const edge = `<rect x="${patch.x}" y="${patch.y}" width="${patch.width}" height="${patch.height}" fill="none" stroke="#000" stroke-width="0.08"/>`
      return [{ svg: edge, rect: grown(patch, 0.3), how: darker(0.25) }]
    },
  },
  {
    name: 'dot-in-address',
    spoil: card => {
      const mark = textMarks(card.profile).find(({ content }) => content === 'address')
      if (mark === undefined || mark.on !== openLayer(card)) return null
      const { rect } = lineBoxes(mark, mark.originOnCard)[0]!
      const dot = { x: rect.x + 0.4 * rect.width, y: rect.y + rect.height - 0.1, width: 0.3, height: 0.3 }
      return [{ svg: oval(dot), rect: dot, how: darker(0.8) }]
    },
  },
  {
    name: 'pen-line-onto-sticker',
    spoil: onSheet(({ x, y, width, height }, { random, profile }) => {
      const toRight = x + width / 2 < profile.card.width / 2
      const at = y + within(random, 0.2, 0.8) * height
      const from = toRight ? x + width : x
      const [a, b] = [from - 1.8, from + 1.8]
      const rect = { x: a, y: at - 0.5, width: b - a, height: 1.5 }
      return [{ svg: line(`M${a} ${at}L${b} ${at + 0.5}`, 0.25), rect, how: darker(0.6) }]
    }),
  },
  {
    name: 'dent-steel',
    spoil: card => {
      const rect = freeOn(card, 'steel', 3, 3)
      return rect === null
        ? null
        : pair(
            dx =>
              `<path d="M${rect.x + dx} ${rect.y + 2 + dx}a1.2 1.2 0 0 1 2 -1.6" fill="none" stroke="#000" stroke-width="0.4"/>`,
            rect,
            0.3,
          )
    },
  },
]
