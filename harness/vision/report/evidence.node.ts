import { type Homography, localScale } from '../../imaging/homography.ts'
import type { Quad } from '../../imaging/quad.ts'
import type { Raster } from '../../imaging/raster.ts'
import { rectify } from '../../imaging/rectify.ts'
import { sharp } from '../../imaging/sharp.node.ts'
import { grown } from '../../products/geometry.ts'
import type { RectMm } from '../../products/profile.ts'
import type { Sight } from '../read/read-photograph.ts'
import { type EvidenceCrop, type EvidenceOptions, secretAreas, shownPicture } from './evidence.ts'

const MARK_MARGIN_MM = 1.5
const MARK_PIXELS_PER_MM = 14
const CARD_PIXELS_PER_MM = 8

/**
 * The only way by which pictures of a unit leave vision: the whole card and one crop a mark, laid flat, with the secret
 * marks blacked out before anything is encoded. Of two loose layers, one crop a mark. Empty when neither was found: then
 * nobody knows where a secret lies.
 */
export async function cutEvidence(sight: Sight, options: EvidenceOptions = {}): Promise<EvidenceCrop[]> {
  const { card, profile } = sight
  const secret = options.revealSecrets === true ? [] : secretAreas(sight)
  if (card === null) return looseLayerCrops(sight, secret, options)
  const source = shownPicture(sight, options)
  const { mmToPixels } = card.located.pose
  const whole: RectMm = { x: 0, y: 0, width: profile.card.width, height: profile.card.height }
  const crops = [await crop('card', source, mmToPixels, whole, CARD_PIXELS_PER_MM, secret)]
  for (const mark of profile.marks) {
    const reading = sight.reading.marks.find(({ mark: name }) => name === mark.name)
    if (reading?.where == null) continue
    crops.push(
      await crop(mark.name, source, card.poseOf(mark), grown(mark.rect, MARK_MARGIN_MM), MARK_PIXELS_PER_MM, secret),
    )
  }
  return crops
}

/** Only of both layers: where one was not found, its secret may lie anywhere. */
async function looseLayerCrops(
  sight: Sight,
  secret: readonly Quad[],
  options: EvidenceOptions,
): Promise<EvidenceCrop[]> {
  const { loose, profile } = sight
  if (loose == null || loose.layers.length < 2) return []
  const source = shownPicture(sight, options)
  const crops: EvidenceCrop[] = []
  for (const { on, mmToPixels } of loose.layers) {
    for (const mark of profile.marks) {
      if (mark.on !== on) continue
      crops.push(
        await crop(mark.name, source, mmToPixels, grown(mark.rect, MARK_MARGIN_MM), MARK_PIXELS_PER_MM, secret),
      )
    }
  }
  return crops
}

async function crop(
  of: string,
  source: Raster,
  mmToPixels: Homography,
  rect: RectMm,
  finest: number,
  secret: readonly Quad[],
): Promise<EvidenceCrop> {
  const native = localScale(mmToPixels, [rect.x + rect.width / 2, rect.y + rect.height / 2])
  const pixelsPerMm = Math.min(finest, native)
  const flat = rectify(source, mmToPixels, rect, pixelsPerMm)
  const bytes = await encodeJpeg(flat)
  return {
    of,
    mediaType: 'image/jpeg',
    bytes,
    width: flat.width,
    height: flat.height,
    pixelsPerMm,
    masked: secret.length > 0,
  }
}

/** The raster as a JPEG without metadata. */
export async function encodeJpeg({ width, height, channels, data }: Raster, quality = 82): Promise<Uint8Array> {
  return Uint8Array.from(await sharp(data, { raw: { width, height, channels } }).jpeg({ quality }).toBuffer())
}
