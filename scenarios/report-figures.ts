import sharp from 'sharp'
import type { ProductProfile, RectMm } from '../harness/products/profile.ts'

/** A picture of one of our pages. */
export interface ReportFigure {
  readonly caption: string
  readonly jpeg: Buffer
}

/** The pictures of one of our pages with what it calls them. */
export function figuresOf(html: string): ReportFigure[] {
  return [...html.matchAll(/<figure.*?<\/figure>/gs)].flatMap(([figure]) => {
    const data = /src="data:image\/jpeg;base64,([^"]+)"/.exec(figure)?.[1]
    const caption = /<figcaption>(?:<b>)?(.*?)<\//s.exec(figure)?.[1] ?? ''
    return data === undefined ? [] : [{ caption, jpeg: Buffer.from(data, 'base64') }]
  })
}

/** How far from black a mark's place is anywhere in a picture of the whole front, 0..255. */
export async function brightestIn(
  profile: ProductProfile,
  name: string,
  { jpeg }: ReportFigure,
  aroundMm: number,
): Promise<number> {
  const { width = 0 } = await sharp(jpeg).metadata()
  const pixelsPerMm = width / (profile.card.width + 2 * aroundMm)
  const mark = profile.marks.find(candidate => candidate.name === name)!
  const { x, y } = mark.on === 'card' ? { x: 0, y: 0 } : profile.sticker!.rect
  const place: RectMm = { ...mark.rect, x: mark.rect.x + x + aroundMm, y: mark.rect.y + y + aroundMm }
  const px = (mm: number) => Math.round(mm * pixelsPerMm)
  const pixels = await sharp(jpeg)
    .extract({ left: px(place.x), top: px(place.y), width: px(place.width), height: px(place.height) })
    .raw()
    .toBuffer()
  return pixels.reduce((brightest, value) => Math.max(brightest, value), 0)
}

/** Black as JPEG leaves it. */
export const NEARLY_BLACK = 40
