import sharp from 'sharp'
import { levelClamped } from '../../imaging/bilinear.ts'
import { type Homography, invert, project, projectQuad } from '../../imaging/homography.ts'
import type { Raster } from '../../imaging/raster.ts'
import { grown } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'

/** What is done to a photograph of a good card, in millimetres of its front. */
export interface Spoiling {
  /** What is painted, as SVG elements in mm; its opacity is how far the photograph is changed there. */
  readonly svg: string
  /** Everything that the SVG touches. */
  readonly rect: RectMm
  readonly how: /** Made darker by this share where the paint is opaque: etching, ink, dirt. */
    | { readonly kind: 'darker'; readonly share: number }
    /** Made brighter by this share of what is left to white: a scratch. */
    | { readonly kind: 'brighter'; readonly share: number }
    /** Covered by this colour, lit as its surroundings are: a label, paint, tape. */
    | { readonly kind: 'colour'; readonly rgb: readonly [number, number, number]; readonly gloss: number }
    /** Seen through a film that lets these shares of red, green and blue through. */
    | { readonly kind: 'tinted'; readonly passes: readonly [number, number, number] }
    /** Covered by what lies `dxMm`, `dyMm` away: bare steel where a cover was, lines of text beside themselves. */
    | { readonly kind: 'copied'; readonly dxMm: number; readonly dyMm: number }
}

const PAINT_PX_PER_MM = 24
/** The edge of ink and etching in a sharp photograph, mm. */
const EDGE_SIGMA_MM = 0.07

/** The photograph with the card spoiled. @param mmToPixels the card's true place */
export async function spoiled(raster: Raster, mmToPixels: Homography, spoilings: readonly Spoiling[]): Promise<Raster> {
  const data = Uint8Array.from(raster.data)
  const out = { ...raster, data }
  for (const spoiling of spoilings) await spoil(out, { ...raster, data: Uint8Array.from(data) }, mmToPixels, spoiling)
  return out
}

async function spoil(out: Raster, before: Raster, mmToPixels: Homography, { svg, rect, how }: Spoiling): Promise<void> {
  const area = grown(rect, 0.5)
  const paint = await painted(svg, area)
  const toMm = invert(mmToPixels)
  const corners = projectQuad(mmToPixels, [
    [area.x, area.y],
    [area.x + area.width, area.y],
    [area.x + area.width, area.y + area.height],
    [area.x, area.y + area.height],
  ])
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  const data = out.data as Uint8Array
  const light = how.kind === 'colour' ? surrounding(before, mmToPixels, area) : 1
  for (let y = Math.max(0, Math.floor(Math.min(...ys))); y < Math.min(out.height, Math.max(...ys)); y++)
    for (let x = Math.max(0, Math.floor(Math.min(...xs))); x < Math.min(out.width, Math.max(...xs)); x++) {
      const [u, v] = project(toMm, [x + 0.5, y + 0.5])
      const [px, py] = [(u - area.x) * PAINT_PX_PER_MM, (v - area.y) * PAINT_PX_PER_MM]
      if (px < 0 || py < 0 || px >= paint.width || py >= paint.height) continue
      const opacity = levelClamped(paint, px, py) / 255
      if (opacity === 0) continue
      for (let c = 0; c < 3; c++) {
        const at = 3 * (y * out.width + x) + c
        const level = before.data[at]!
        data[at] = Math.round(Math.max(0, Math.min(255, level + opacity * (changed(level, c, u, v) - level))))
      }
    }

  function changed(level: number, channel: number, u: number, v: number): number {
    switch (how.kind) {
      case 'darker':
        return level * (1 - how.share)
      case 'brighter':
        return level + (255 - level) * how.share
      case 'colour':
        return how.rgb[channel]! * light * (1 + how.gloss * Math.sin(u * 0.35 + v * 0.2))
      case 'tinted':
        return level * how.passes[channel]!
      case 'copied': {
        const [x, y] = project(mmToPixels, [u + how.dxMm, v + how.dyMm])
        return levelClamped(before, x, y, channel)
      }
    }
  }
}

/** How opaque each place of `area` is, 0..255. */
async function painted(svg: string, area: RectMm): Promise<Raster> {
  const [width, height] = [Math.ceil(area.width * PAINT_PX_PER_MM), Math.ceil(area.height * PAINT_PX_PER_MM)]
  const page = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${area.x} ${area.y} ${width / PAINT_PX_PER_MM} ${height / PAINT_PX_PER_MM}">${svg}</svg>`
  const data = await sharp(Buffer.from(page))
    .extractChannel('alpha')
    .blur(EDGE_SIGMA_MM * PAINT_PX_PER_MM)
    .raw()
    .toBuffer()
  return { width, height, channels: 1, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}

/** How bright the picture is around a place, as a share of a well exposed white paper. */
function surrounding(picture: Raster, mmToPixels: Homography, { x, y, width, height }: RectMm): number {
  const levels = [-1, 1].flatMap(side =>
    Array.from({ length: 20 }, (_, i) => {
      const at: [number, number] = [x + (width * i) / 19, side < 0 ? y - 0.6 : y + height + 0.6]
      const [px, py] = project(mmToPixels, at)
      return levelClamped(picture, px, py, 1)
    }),
  )
  return Math.min(1.15, Math.max(0.25, levels.sort((a, b) => a - b)[20]! / 190))
}
