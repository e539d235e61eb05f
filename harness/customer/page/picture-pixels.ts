import type { CanvasPixels } from './worker-messages.ts'

/** The pixels of a picture file, upright, made smaller where it is longer than that. Null: the browser cannot open it. */
export async function pixelsIn(file: Blob, longestPx: number): Promise<CanvasPixels | null> {
  const picture = await createImageBitmap(file).catch(() => null)
  if (picture === null) return null
  try {
    return pixelsOf(picture, picture.width, picture.height, longestPx)
  } finally {
    picture.close()
  }
}

/** A picture's pixels, made smaller where it is longer than that. */
export function pixelsOf(source: CanvasImageSource, width: number, height: number, longestPx: number): CanvasPixels {
  const scale = Math.min(1, longestPx / Math.max(width, height))
  const [w, h] = [width, height].map(side => Math.max(1, Math.round(side * scale))) as [number, number]
  const context = paper(w, h)
  context.drawImage(source, 0, 0, w, h)
  return { width: w, height: h, data: context.getImageData(0, 0, w, h).data as CanvasPixels['data'] }
}

/** White, as everybody sees what is transparent: a code may be black on nothing. */
export function paper(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('no canvas')
  context.imageSmoothingQuality = 'high'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  return context
}
