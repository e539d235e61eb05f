import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { levelClamped } from '../imaging/bilinear.ts'
import { project, quadToQuad } from '../imaging/homography.ts'
import type { Point, Quad } from '../imaging/quad.ts'
import type { Raster } from '../imaging/raster.ts'
import { openFont } from '../products/font.node.ts'
import { grown, lineBoxes } from '../products/geometry.ts'
import { ProductProfile, type TextMark } from '../products/profile.ts'
import type { LineCrop } from '../vision/text/line-crop.ts'
import { fieldsOf, type TextField } from '../vision/text/text-field.ts'

/** A line of a development photograph, with what is on it. For benchmarks only: nothing that reads sees `truth`. */
export interface BenchLine {
  readonly photograph: string
  readonly unit: string
  readonly mark: string
  readonly line: number
  readonly font: string
  readonly adverse: readonly string[]
  readonly defect: string | null
  /** What is there, separators included; null: nothing readable is there (covered). */
  readonly truth: string | null
  readonly field: TextField
  readonly crop: LineCrop
}

interface PhotographIndex {
  readonly images: readonly {
    readonly file: string
    readonly unit: string
    readonly state: string
    readonly product: string
    readonly defect: string | null
    readonly font: string
    readonly stickerFont: string
    readonly adverse: readonly string[]
    readonly expected: {
      readonly serialSticker: string
      readonly serialCard: string
      readonly passphrase: string | null
    }
    readonly camera: { readonly pxPerMm: number }
    readonly fields: Readonly<Record<string, Quad>>
  }[]
}

/** How wrongly the crop is placed, as a locator would: mm and degrees, from the injected randomness. */
export interface Jitter {
  readonly shiftMm: number
  readonly angleDeg: number
  readonly random: () => number
}

/** Every text line of the photographs in `folder`, cut by the true corners of card and sticker plus jitter. */
export async function* linesOfPhotographs(folder: string, jitter: Jitter): AsyncGenerator<BenchLine> {
  const index = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as PhotographIndex
  const units = JSON.parse(readFileSync(join(folder, 'units.json'), 'utf8')) as {
    units: readonly { unit: string; printed: { topAddress: string; passphrase: string } }[]
  }
  for (const image of index.images) {
    const profile = profileOf(image.product)
    const { data, info } = await sharp(join(folder, image.file))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const photograph: Raster = { width: info.width, height: info.height, channels: info.channels as 3, data }
    const printed = units.units.find(({ unit }) => unit === image.unit)!.printed
    const sealed = image.state === 'sealed'
    for (const mark of profile.marks) {
      if (mark.kind !== 'text') continue
      if (mark.on === 'top-layer' && !sealed) continue
      if (mark.on === 'bottom-layer' && sealed) continue
      const truths = truthsOf(mark, image, printed, sealed)
      const fields = fieldsOf(mark, profile, openFont)
      for (const [i, field] of fields.entries())
        yield {
          photograph: image.file.slice(7, -4),
          unit: image.unit,
          mark: mark.name,
          line: i,
          font: mark.made === 'etched' ? image.font : image.stickerFont,
          adverse: image.adverse,
          defect: image.defect,
          truth: truths[i] ?? null,
          field,
          crop: cropLine(photograph, profile, mark, i, image.fields, jitter),
        }
    }
  }
}

function profileOf(product: string): ProductProfile {
  const file = new URL(`../products/shipped/${product}.json`, import.meta.url)
  return ProductProfile.parse(JSON.parse(readFileSync(file, 'utf8')))
}

function truthsOf(
  mark: TextMark,
  image: PhotographIndex['images'][number],
  { topAddress: address, passphrase: etched }: { topAddress: string; passphrase: string },
  sealed: boolean,
): readonly (string | null)[] {
  if (mark.content === 'serial') return [mark.on === 'card' ? image.expected.serialCard : image.expected.serialSticker]
  if (mark.content === 'passphrase') {
    const groups = etched.match(/.{4}/g)!
    const lines = [groups.slice(0, 3).join('-'), groups.slice(3).join('-')]
    // A scratch-off that sits too low leaves most of the first line open.
    return sealed ? [image.defect === 'scratch-leak' ? lines[0]! : null, null] : lines
  }
  if (mark.content === 'words') return [(mark.words ?? '').replaceAll(' ', '')]
  const size = Math.ceil(address.length / mark.lines.length)
  return mark.lines.map((_, i) => address.slice(i * size, (i + 1) * size))
}

/** Cuts one line by the corners of the object that it is on, 1.4 mm of margin around, at the photograph's scale. */
function cropLine(
  photograph: Raster,
  profile: ProductProfile,
  mark: TextMark,
  i: number,
  fields: Readonly<Record<string, Quad>>,
  jitter: Jitter,
): LineCrop {
  const onCard = mark.on === 'card'
  const size = onCard ? profile.card : profile.sticker!.rect
  const corners = fields[onCard ? 'card' : 'sticker']!
  const outline: Quad = [
    [0, 0],
    [size.width, 0],
    [size.width, size.height],
    [0, size.height],
  ]
  const toPixels = quadToQuad(outline, corners)
  if (toPixels === null) throw new Error(`The corners of ${mark.on} lie on one line.`)
  const { rect, baseline, capHeightMm } = lineBoxes(mark)[i]!
  const { x: left, y: top, width, height } = grown(rect, 1.4)
  const scale = distance(corners[0]!, corners[1]!) / size.width
  const [dx, dy] = [gauss(jitter.random) * jitter.shiftMm, gauss(jitter.random) * jitter.shiftMm]
  const angle = (gauss(jitter.random) * jitter.angleDeg * Math.PI) / 180
  const [columns, rows] = [Math.round(width * scale), Math.round(height * scale)]
  const data = new Uint8Array(columns * rows * 3)
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const u = (x + 0.5) / scale
      const v = (y + 0.5) / scale - height / 2
      const [px, py] = project(toPixels, [
        left + dx + u - v * angle,
        top + height / 2 + dy + v + (u - width / 2) * angle,
      ])
      for (let c = 0; c < 3; c++) data[(y * columns + x) * 3 + c] = Math.round(levelClamped(photograph, px, py, c))
    }
  return {
    raster: { width: columns, height: rows, channels: 3, data },
    pixelsPerMm: scale,
    capHeightPx: capHeightMm * scale,
    baselineY: (baseline.y - top) * scale,
  }
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1])
}
