import type { Mark, ProductProfile, RectMm } from './profile.ts'

const colours: Record<Mark['kind'], string> = { qr: '#0b6b5d', text: '#234a9c', cover: '#9c3b23' }

/**
 * The profile as an SVG drawing at 10 px/mm: card, sticker, and every mark with its name and mm. Beside the card the
 * two layers of the sticker, as what lies on them would overlap.
 */
export function drawProfile(profile: ProductProfile): string {
  const { card, sticker } = profile
  const gap = 8
  const layers = sticker === null ? [] : (['top-layer', 'bottom-layer'] as const)
  const layerWidth = sticker === null ? 0 : sticker.rect.width + gap
  const width = card.width + 2 * gap + layers.length * layerWidth
  const nominalHeight = 3 * profile.nominal.length
  const height = Math.max(card.height, sticker?.rect.height ?? 0) + 2 * gap + 4 + nominalHeight
  const parts: string[] = [
    rect({ x: gap, y: gap, width: card.width, height: card.height }, '#d9dadb', '#555', card.cornerRadius),
    label(gap, gap - 2, `${profile.title} · card ${mm(card.width)} × ${mm(card.height)} × ${mm(card.thickness)} mm`),
  ]
  if (sticker !== null) {
    const { x, y } = sticker.rect
    parts.push(
      rect({ ...sticker.rect, x: x + gap, y: y + gap }, sticker.topColour, '#888', sticker.cornerRadius, 0.6),
      label(x + gap + 0.6, y + gap + 2, `sticker ${size(sticker.rect)}`),
    )
  }
  for (const mark of profile.marks) if (mark.on === 'card') parts.push(...drawMark(mark, gap, gap))
  for (const [i, layer] of layers.entries()) {
    const left = gap + card.width + gap + i * layerWidth
    const colour = layer === 'top-layer' ? sticker!.topColour : sticker!.bottomColour
    parts.push(
      rect({ ...sticker!.rect, x: left, y: gap }, colour, '#888', sticker!.cornerRadius),
      label(left, gap - 2, layer),
    )
    for (const mark of profile.marks) if (mark.on === layer) parts.push(...drawMark(mark, left, gap))
  }
  const below = height - nominalHeight
  parts.push(...profile.nominal.map((sentence, i) => label(gap, below + 3 * i, `nominal: ${sentence}`)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${mm(width * 10)}" height="${mm(height * 10)}" viewBox="0 0 ${mm(width)} ${mm(height)}" font-family="sans-serif">`,
    `<rect width="100%" height="100%" fill="#fff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function drawMark(mark: Mark, dx: number, dy: number): string[] {
  const colour = colours[mark.kind]
  const { rect: place } = mark
  const box = { ...place, x: place.x + dx, y: place.y + dy }
  const states = mark.visibleIn.join(', ')
  const title = `${mark.name}: ${mark.kind}, ${size(place)} at (${mm(mark.rect.x)}, ${mm(mark.rect.y)}) of ${mark.on}; visible: ${states}${mark.secret ? '; secret' : ''}`
  const lines = mark.kind === 'text' ? mark.lines : []
  const cover = mark.kind === 'cover'
  return [
    `<g><title>${escapeXml(title)}</title>`,
    rect(box, colour, colour, 0, cover ? 0.08 : 0.14, cover ? '0.8 0.5' : ''),
    ...lines.map(line => {
      const y = line.baseline.y + dy
      const from = line.align === 'left' ? line.baseline.x + dx : box.x
      return `<line x1="${mm(from)}" y1="${mm(y)}" x2="${mm(box.x + box.width)}" y2="${mm(y)}" stroke="${colour}" stroke-width="0.12"/>`
    }),
    label(
      box.x + (cover ? 0 : 0.4),
      cover ? box.y + box.height + 1.8 : box.y + 1.5,
      `${mark.name} ${size(place)}${mark.secret ? ' (secret)' : ''}`,
      colour,
    ),
    '</g>',
  ]
}

function rect(
  { x, y, width, height }: RectMm,
  fill: string,
  stroke: string,
  radius: number,
  opacity = 1,
  dash = '',
): string {
  const dashes = dash === '' ? '' : ` stroke-dasharray="${dash}"`
  return `<rect x="${mm(x)}" y="${mm(y)}" width="${mm(width)}" height="${mm(height)}" rx="${mm(radius)}" fill="${fill}" fill-opacity="${opacity}" stroke="${stroke}" stroke-width="0.15"${dashes}/>`
}

const label = (x: number, y: number, text: string, colour = '#222') =>
  `<text x="${mm(x)}" y="${mm(y)}" font-size="1.5" fill="${colour}">${escapeXml(text)}</text>`

const mm = (value: number) => String(Math.round(value * 100) / 100)
const size = ({ width, height }: RectMm) => `${mm(width)} × ${mm(height)} mm`
/** For text between tags and in quoted attributes. */
export const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
