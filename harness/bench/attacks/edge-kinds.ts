import { openFont } from '../../products/font.node.ts'
import { shippedFonts, svgPathOf } from '../../products/font.ts'
import { grown } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'
import { type AttackKind, darker, letters, onCover, onSheet, oval, svgRect, within } from './attack-kind.ts'
import type { Spoiling } from './spoil.ts'

const base = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** Etched letters in a strip that is no free ground. @param turned reading upwards */
function etched(text: string, x: number, baseline: number, capMm: number, turned = false): Spoiling {
  const font = openFont(shippedFonts.etching)
  const length = font.width(text, capMm)
  const paths = font
    .setLine(text, { x: 0, y: 0 }, 'left', capMm)
    .map(({ outline }) => `<path d="${svgPathOf(outline)}"/>`)
    .join('')
  const rect = turned
    ? { x: x - capMm, y: baseline - length, width: capMm, height: length }
    : { x, y: baseline - capMm, width: length, height: capMm }
  const svg = `<g transform="translate(${x} ${baseline})${turned ? ' rotate(-90)' : ''}">${paths}</g>`
  return { svg, rect: grown(rect, 0.3), how: darker(0.5) }
}

const cut = (d: string, rect: RectMm, share: number, widthMm = 0.1): Spoiling => ({
  svg: `<path d="${d}" fill="none" stroke="#000" stroke-width="${widthMm}"/>`,
  rect: grown(rect, 0.3),
  how: darker(share),
})

/** What hides along an edge, where light falls off and nobody looks. */
export const edgeKinds: readonly AttackKind[] = [
  {
    name: 'letters-0.7mm-card-rim',
    secret: true,
    spoil: ({ random }) => [etched(letters(random, base, 12), 30, 1.05, 0.7)],
  },
  {
    name: 'letters-against-sticker',
    secret: true,
    spoil: onSheet(({ x, y, width }, { random }) => [
      etched(letters(random, base, 12), x + width + 0.95, y + 21, 0.8, true),
    ]),
  },
  {
    name: 'letters-against-cover',
    secret: true,
    spoil: onCover(({ x, y }, { random }) => [etched(letters(random, base, 8), x + 4, y - 0.15, 0.6)]),
  },
  {
    name: 'strokes-above-cover',
    secret: true,
    spoil: onCover(({ x, y }) => {
      const rect = { x: x + 3.1, y: y - 0.35, width: 7, height: 0.6 }
      return [
        {
          svg: [0, 1, 2, 3].map(i => svgRect({ ...rect, x: rect.x + 2.2 * i, width: 0.3 })).join(''),
          rect,
          how: darker(0.5),
        },
      ]
    }),
  },
  {
    name: 'stroke-left-of-cover',
    secret: true,
    spoil: onCover(({ x, y }) => {
      const rect = { x: x - 0.5, y: y + 1.4, width: 0.3, height: 2.5 }
      return [{ svg: svgRect(rect), rect, how: darker(0.5) }]
    }),
  },
  {
    name: 'crumbs-beside-cover',
    spoil: onCover(({ x, y }, { random }) => {
      const crumbs = Array.from({ length: 5 }, (_, i) =>
        oval({
          x: x + 4 + 4 * i + within(random, 0, 1.7),
          y: y - 0.9 + within(random, 0, 0.3),
          width: 0.5,
          height: 0.4,
        }),
      )
      return [{ svg: crumbs.join(''), rect: { x: x + 4, y: y - 0.9, width: 20, height: 0.8 }, how: darker(0.35) }]
    }),
  },
  {
    name: 'cover-edge-nick-dark',
    spoil: onCover(({ x, y, width }) => {
      const rect = { x: x + 0.3 * width, y: y - 0.5, width: 1.6, height: 1.6 }
      return [{ svg: oval(rect), rect, how: darker(0.35) }]
    }),
  },
  {
    name: 'sticker-corner-cut-2mm',
    spoil: onSheet(({ x, y, height }) => {
      const bottom = y + height
      const svg = `<path d="M${x} ${bottom - 2}L${x + 2} ${bottom}L${x - 0.3} ${bottom + 0.3}Z"/>`
      return [
        {
          svg,
          rect: { x: x - 0.3, y: bottom - 2, width: 2.3, height: 2.3 },
          how: { kind: 'copied', dxMm: 0, dyMm: 3.4 },
        },
      ]
    }),
  },
  {
    name: 'sticker-edge-nick-0.7mm',
    spoil: onSheet(({ x, y, width }) => {
      const rect = { x: x + width - 0.7, y: y + 15.3, width: 1.4, height: 1.4 }
      return [{ svg: oval(rect), rect, how: { kind: 'copied', dxMm: 1.6, dyMm: 0 } }]
    }),
  },
  {
    name: 'knife-cut-beside-sticker',
    spoil: onSheet(({ x, y, width }) => {
      const at = x + width + 0.3
      return [cut(`M${at} ${y + 2}V${y + 28}`, { x: at, y, width: 0.1, height: 28 }, 0.5)]
    }),
  },
  {
    name: 'knife-cut-left-of-sticker',
    spoil: onSheet(({ x, y, height }) => {
      const at = x - 0.5
      return [cut(`M${at} ${y + 4}V${y + 0.8 * height}`, { x: at, y, width: 0.1, height }, 0.5)]
    }),
  },
  {
    name: 'glue-bright-above-sticker',
    spoil: onSheet(({ x, y, width }) => {
      const rect = { x: x + 0.1 * width, y: y - 1.1, width: 0.8 * width, height: 0.9 }
      return [{ svg: svgRect(rect), rect, how: { kind: 'brighter', share: 0.4 } }]
    }),
  },
  {
    name: 'slit-along-sticker-edge',
    spoil: onSheet(({ x, y, width }) => {
      const at = x + width - 0.6
      return [cut(`M${at} ${y + 2}V${y + 30}`, { x: at, y, width: 0.1, height: 30 }, 0.4)]
    }),
  },
  {
    name: 'glue-below-sticker',
    spoil: onSheet(({ x, y, height }) => {
      const rect = { x: x + 3, y: y + height + 0.1, width: 18, height: 0.9 }
      return [{ svg: svgRect(rect), rect, how: darker(0.2) }]
    }),
  },
  {
    name: 'older-sticker-outline-0.8mm',
    spoil: onSheet(({ x, y, width, height }) => {
      const [right, bottom] = [x + width + 0.8, y + height + 0.8]
      const rect = { x, y, width: width + 1, height: height + 1 }
      return [cut(`M${right} ${y + 1}V${bottom}H${x + 1}`, rect, 0.25, 0.15)]
    }),
  },
  {
    name: 'bottom-layer-looks-out-0.2mm',
    spoil: onSheet(({ x, y, height }) => {
      const rect = { x: x - 0.05, y: y + 1.2, width: 0.2, height: height - 2.4 }
      return [{ svg: svgRect(rect), rect, how: { kind: 'tinted', passes: [0.96, 0.77, 0.2] } }]
    }),
  },
  {
    name: 'shadow-right-of-sticker',
    spoil: onSheet(({ x, y, width, height }) => {
      const rect = { x: x + width, y: y + 1, width: 1.2, height: height - 2 }
      const fading = `<defs><linearGradient id="g"><stop offset="0"/><stop offset="1" stop-opacity="0"/></linearGradient></defs>`
      return [
        {
          svg: `${fading}<rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}" fill="url(#g)"/>`,
          rect,
          how: darker(0.35),
        },
      ]
    }),
  },
]
