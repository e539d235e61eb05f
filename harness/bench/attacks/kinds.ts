import { openFont } from '../../products/font.node.ts'
import { shippedFonts, svgPathOf } from '../../products/font.ts'
import { corners, coverMarks, grown, symbolMarks, textMarks } from '../../products/geometry.ts'
import type { ProductProfile, RectMm, State } from '../../products/profile.ts'
import {
  type AttackKind,
  base58,
  type CardUnderAttack,
  darker,
  letters,
  oval,
  shapeAt,
  stroke,
  svgRect,
  symbolAt,
  text,
  textAt,
  within,
} from './attack-kind.ts'
import { drawnKinds } from './drawn-kinds.ts'
import { edgeKinds } from './edge-kinds.ts'
import { paperKinds } from './paper-kinds.ts'
import { printKinds } from './print-kinds.ts'
import type { Spoiling } from './spoil.ts'
import { tamperedKinds } from './tampered-kinds.ts'
import { thiefKinds } from './thief-kinds.ts'

/** WIF of the private key 1 (SEC 2 §2.4.1: its point is G), compressed: nobody's money. */
const WIF = 'KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn'
/** A vector of BIP38 (no EC multiply, no compression, test 1). */
const EPK = '6PRVWUbkzzsbcVac2qwfssoUJAN1Xhrg6bNk8J7Nzm5H7kxEbn2Nh2ZoGg'

const coverRect = ({ profile }: CardUnderAttack) => {
  const cover = coverMarks(profile)[0]
  return cover === undefined ? null : cover.rectOnCard
}

/** Something on the cover, where it is on. */
const onCover =
  (make: (cover: RectMm, card: CardUnderAttack) => Spoiling | null) =>
  (card: CardUnderAttack): readonly Spoiling[] | null => {
    const cover = card.state === 'sealed' ? coverRect(card) : null
    const made = cover === null ? null : make(cover, card)
    return made === null ? null : [made]
  }

/** Bare steel from above or below the cover laid over `rect`. */
function bared(rect: RectMm, cover: RectMm, { profile }: CardUnderAttack): Spoiling {
  const free = profile.card.height - (cover.y + cover.height) > 5.5 ? 1 : -1
  const dyMm = free > 0 ? cover.y + cover.height + 1.2 - rect.y : cover.y - 1.2 - rect.height - rect.y
  return { svg: svgRect(rect), rect, how: { kind: 'copied', dxMm: 0, dyMm } }
}

const covered =
  (rgb: readonly [number, number, number], gloss = 0.02) =>
  (cover: RectMm): Spoiling => ({
    svg: svgRect(grown(cover, 0.3)),
    rect: grown(cover, 0.3),
    how: { kind: 'colour', rgb, gloss },
  })

/** A corner of the top layer folded away, so that the layer below shows. */
const liftedCorner =
  (legMm: number) =>
  ({ profile, state, random }: CardUnderAttack): readonly Spoiling[] | null => {
    if (state === 'opened' || profile.sticker === null) return null
    const quad = corners(profile.sticker.rect)
    const i = Math.floor(random() * 4)
    const [at, next, before] = [quad[i]!, quad[(i + 1) % 4]!, quad[(i + 3) % 4]!]
    const toward = (to: readonly [number, number]) => {
      const length = Math.hypot(to[0] - at[0], to[1] - at[1])
      return [at[0] + ((to[0] - at[0]) * legMm) / length, at[1] + ((to[1] - at[1]) * legMm) / length] as const
    }
    const [a, b] = [toward(next), toward(before)]
    const xs = [at[0], a[0], b[0]]
    const ys = [at[1], a[1], b[1]]
    const rect = {
      x: Math.min(...xs),
      y: Math.min(...ys),
      width: Math.max(...xs) - Math.min(...xs),
      height: Math.max(...ys) - Math.min(...ys),
    }
    const svg = `<path d="M${at.join(' ')}L${a.join(' ')}L${b.join(' ')}Z"/>`
    return [{ svg, rect, how: { kind: 'colour', rgb: [232, 186, 48], gloss: 0 } }]
  }

/** A coloured film over a part of the sticker: x, y, width and height as shares of it. */
const filmOnSticker =
  (x: number, y: number, width: number, height: number, passes: readonly [number, number, number]) =>
  ({ profile, state }: CardUnderAttack): readonly Spoiling[] | null => {
    if (state === 'opened' || profile.sticker === null) return null
    const { rect: all } = profile.sticker
    const rect = {
      x: all.x + x * all.width,
      y: all.y + y * all.height,
      width: width * all.width,
      height: height * all.height,
    }
    return [{ svg: svgRect(rect), rect, how: { kind: 'tinted', passes } }]
  }

/** The symbol of the layer that lies open. */
function openSymbol(profile: ProductProfile, state: State): RectMm | null {
  const layer = state === 'opened' ? 'bottom-layer' : 'top-layer'
  return symbolMarks(profile).find(({ on }) => on === layer)?.rectOnCard ?? null
}

const inQuietZone = ({ profile, state }: CardUnderAttack): readonly Spoiling[] | null => {
  const rect = openSymbol(profile, state)
  if (rect === null) return null
  const frame = grown(rect, 0.8)
  const svg = `<rect x="${frame.x}" y="${frame.y}" width="${frame.width}" height="${frame.height}" fill="none" stroke="#000" stroke-width="0.5"/>`
  return [{ svg, rect: grown(frame, 0.5), how: { kind: 'darker', share: 0.8 } }]
}

/** Some modules of the symbol inked over: what error correction hides. */
const inkedModules =
  (sideModules: number) =>
  ({ profile, state, random }: CardUnderAttack): readonly Spoiling[] | null => {
    const rect = openSymbol(profile, state)
    if (rect === null) return null
    const side = (sideModules * rect.width) / 33
    const place = {
      x: rect.x + rect.width * within(random, 0.35, 0.75),
      y: rect.y + rect.height * within(random, 0.35, 0.75),
      width: side,
      height: side,
    }
    return [{ svg: svgRect(place), rect: place, how: { kind: 'darker', share: 0.85 } }]
  }

/** The lines of the passphrase copied to where nothing should stand: read by a person, and by a thief. */
const passphraseBeside = (card: CardUnderAttack): readonly Spoiling[] | null => {
  const { profile, random } = card
  const mark = textMarks(profile).find(({ content }) => content === 'passphrase')
  if (mark === undefined || profile.passphrase.alphabet === null) return null
  const groups = Array.from({ length: 3 }, () =>
    letters(random, profile.passphrase.alphabet!, profile.passphrase.groupLength ?? 4),
  )
  const { capHeight } = mark.lines[0]!
  return textAt('steel', 0.6, Math.min(capHeight, 2), () => groups.join('-'))(card)
}

/** Every kind, one row each. */
export const attackKinds: readonly AttackKind[] = [
  { name: 'text-steel-1.6mm', spoil: textAt('steel', 0.5, 1.6, text(8)) },
  { name: 'text-steel-1.2mm-faint', spoil: textAt('steel', 0.3, 1.2, text(10)) },
  { name: 'text-sticker-1.4mm', spoil: textAt('sticker', 0.7, 1.4, text(5)) },
  { name: 'character-steel', spoil: textAt('steel', 0.5, 2.4, text(1)) },
  { name: 'words-steel', spoil: textAt('steel', 0.5, 2, () => 'SAMPLE') },
  { name: 'passphrase-beside', secret: true, spoil: passphraseBeside },
  { name: 'wif-text', secret: true, spoil: textAt('steel', 0.6, 1.3, () => WIF.slice(0, 34)) },
  { name: 'epk-text', secret: true, spoil: textAt('steel', 0.6, 1.3, () => EPK.slice(0, 34)) },
  { name: 'base58-text', spoil: textAt('steel', 0.5, 1.5, random => letters(random, base58, 20)) },
  { name: 'symbol-steel', spoil: symbolAt('steel', 9, 'HTTPS://EXAMPLE.ORG/1') },
  { name: 'symbol-wif', secret: true, spoil: symbolAt('steel', 10.5, WIF) },
  { name: 'symbol-epk', secret: true, spoil: symbolAt('steel', 10.5, EPK) },
  { name: 'frame-in-quiet-zone', spoil: inQuietZone },
  { name: 'modules-inked-4', spoil: inkedModules(4) },
  { name: 'modules-inked-2', spoil: inkedModules(2) },
  { name: 'dot-0.6mm-steel', spoil: shapeAt('steel', 0.6, 0.6, oval, darker(0.6)) },
  { name: 'dot-0.6mm-sticker', spoil: shapeAt('sticker', 0.6, 0.6, oval, darker(0.6)) },
  { name: 'bar-steel', spoil: shapeAt('steel', 3, 0.3, svgRect, darker(0.5)) },
  { name: 'stain-steel', spoil: shapeAt('steel', 7, 4, oval, darker(0.2)) },
  { name: 'hole-steel', spoil: shapeAt('steel', 3, 3, oval, { kind: 'colour', rgb: [18, 16, 15], gloss: 0 }) },
  {
    name: 'label-steel',
    spoil: shapeAt('steel', 9, 4, svgRect, { kind: 'colour', rgb: [225, 225, 222], gloss: 0.01 }),
  },
  { name: 'scratch-steel', spoil: shapeAt('steel', 14, 5, stroke(0.15), { kind: 'brighter', share: 0.6 }) },
  { name: 'pen-line-sticker', spoil: shapeAt('sticker', 5, 2, stroke(0.3), darker(0.7)) },
  { name: 'film-sticker-red', spoil: filmOnSticker(0, 0, 1, 1, [1, 0.7, 0.7]) },
  { name: 'film-sticker-pale-yellow', spoil: filmOnSticker(0, 0, 1, 1, [1, 0.98, 0.8]) },
  { name: 'film-symbol-green', spoil: filmOnSticker(0.2, 0.1, 0.6, 0.5, [0.75, 1, 0.75]) },
  { name: 'film-address-blue', spoil: filmOnSticker(0, 0.65, 1, 0.15, [0.8, 0.9, 1]) },
  { name: 'lifted-corner-2mm', spoil: liftedCorner(2) },
  { name: 'lifted-corner-4mm', spoil: liftedCorner(4) },
  { name: 'cover-bare', spoil: onCover((cover, card) => bared(grown(cover, 0.4), cover, card)) },
  {
    name: 'cover-end-open',
    spoil: onCover((cover, card) => bared({ ...cover, width: within(card.random, 2.4, 3.4) }, cover, card)),
  },
  {
    name: 'cover-window',
    spoil: onCover((cover, card) =>
      bared(
        { x: cover.x + cover.width * within(card.random, 0.2, 0.7), y: cover.y + 1.5, width: 4, height: 3 },
        cover,
        card,
      ),
    ),
  },
  { name: 'cover-white-tape', spoil: onCover(covered([205, 205, 203])) },
  { name: 'cover-masking-tape', spoil: onCover(covered([206, 186, 140])) },
  { name: 'cover-grey-paint', spoil: onCover(covered([150, 150, 152], 0.05)) },
  { name: 'cover-black-marker', spoil: onCover(covered([24, 22, 30])) },
  {
    name: 'cover-scratched',
    spoil: onCover((cover, card) => {
      const rect = { x: cover.x + cover.width * within(card.random, 0.1, 0.5), y: cover.y + 1, width: 12, height: 7 }
      return { svg: stroke(0.4)(rect), rect, how: { kind: 'brighter', share: 0.5 } }
    }),
  },
  {
    name: 'cover-half-red',
    spoil: onCover(cover => {
      const rect = { ...grown(cover, 0.3), x: cover.x + 0.55 * cover.width, width: 0.45 * cover.width + 0.3 }
      return { svg: svgRect(rect), rect, how: { kind: 'tinted', passes: [1, 0.75, 0.75] } }
    }),
  },
  {
    name: 'cover-lower-half-yellow',
    spoil: onCover(cover => {
      const rect = { ...cover, y: cover.y + cover.height / 2, height: cover.height / 2 + 0.3 }
      return { svg: svgRect(rect), rect, how: { kind: 'tinted', passes: [1, 0.97, 0.75] } }
    }),
  },
  {
    name: 'cover-part-smooth',
    spoil: onCover(cover => {
      const rect = { x: cover.x + 0.6 * cover.width, y: cover.y, width: 0.3 * cover.width, height: cover.height }
      return { svg: svgRect(rect), rect, how: { kind: 'colour', rgb: [150, 150, 152], gloss: 0.01 } }
    }),
  },
  {
    name: 'cover-written-on',
    spoil: onCover((cover, card) => {
      const rect = { x: cover.x + 4, y: cover.y + 3, width: 14, height: 4 }
      const font = openFont(shippedFonts.print)
      const line = font.setLine(text(5)(card.random), { x: rect.x, y: rect.y + 3 }, 'left', 2.4)
      const svg = line.map(({ outline }) => `<path d="${svgPathOf(outline)}"/>`).join('')
      return { svg, rect, how: { kind: 'darker', share: 0.6 } }
    }),
  },
  ...drawnKinds,
  ...tamperedKinds,
  ...printKinds,
  ...thiefKinds,
  ...edgeKinds,
  ...paperKinds,
]
