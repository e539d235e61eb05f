import type { Raster } from '../../imaging/raster.ts'
import { paper, pixelsIn } from '../page/picture-pixels.ts'
import { type CanvasPixels, rasterOf } from '../page/worker-messages.ts'
import { fileDamage } from './file-damage.ts'
import type { Unfit } from './photograph-messages.ts'

/** Beyond, a phone's picture has no more of a card, and reading it takes longer: 12 megapixels are as wide. */
const longestPx = 4096
/** What is looked at for damage is read from the browser in so many rows at once: all of them twice would fill a phone's memory. */
const stripPx = 512

/** A picture file as this browser opens it: upright, and not larger than reading needs. Null: it cannot. */
export async function openedPicture(file: Blob): Promise<Raster | null> {
  const pixels = await pixelsIn(file, longestPx)
  return pixels === null ? null : rasterOf(pixels)
}

/** What speaks against a file as a whole picture. Null: nothing. */
export async function unfitIn(file: Uint8Array<ArrayBuffer>): Promise<Unfit | null> {
  const coded = await codedRaster(new Blob([file]))
  if (coded === null) return { outcome: 'unfit', why: 'no-picture', because: null }
  const because = fileDamage(file, coded)
  return because === null ? null : { outcome: 'unfit', why: 'not-whole', because }
}

/** As the file has its rows, at full size: where damage shows. */
async function codedRaster(file: Blob): Promise<Raster | null> {
  const picture = await createImageBitmap(file, { imageOrientation: 'none' }).catch(() => null)
  if (picture === null) return null
  const { width, height } = picture
  const data = new Uint8Array(width * height * 3)
  const context = paper(width, Math.min(height, stripPx))
  try {
    for (let top = 0; top < height; top += stripPx) {
      const rows = Math.min(stripPx, height - top)
      context.fillRect(0, 0, width, rows)
      context.drawImage(picture, 0, -top)
      const strip = context.getImageData(0, 0, width, rows).data as CanvasPixels['data']
      data.set(rasterOf({ width, height: rows, data: strip }).data, top * width * 3)
    }
  } finally {
    picture.close()
  }
  return { width, height, channels: 3, data }
}
