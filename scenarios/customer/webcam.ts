import { writeFileSync } from 'node:fs'
import sharp from 'sharp'

/** What webcams send at least. Even sides, as half of them are sent for colour. */
const widthPx = 1280

/**
 * A photograph as the film that a webcam sends: one frame, which Chromium repeats (`--use-file-for-fake-video-capture`). YUV4MPEG2,
 * 4:2:0, BT.601 in full range.
 */
export async function filmOf(photograph: Uint8Array, path: string): Promise<void> {
  const { data, info } = await sharp(photograph)
    .resize({ width: widthPx })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const [width, height] = [info.width & ~1, info.height & ~1]
  const luma = Buffer.alloc(width * height)
  const blue = Buffer.alloc(luma.length / 4)
  const red = Buffer.alloc(luma.length / 4)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = 3 * (y * info.width + x)
      const [r, g, b] = [data[at]!, data[at + 1]!, data[at + 2]!]
      luma[y * width + x] = Math.round(0.299 * r + 0.587 * g + 0.114 * b)
      if ((x | y) & 1) continue
      const half = (y / 2) * (width / 2) + x / 2
      blue[half] = Math.round(Math.min(255, 128 - 0.169 * r - 0.331 * g + 0.5 * b))
      red[half] = Math.round(Math.min(255, 128 + 0.5 * r - 0.419 * g - 0.081 * b))
    }
  }
  const head = `YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg XCOLORRANGE=FULL\n`
  writeFileSync(path, Buffer.concat([Buffer.from(`${head}FRAME\n`), luma, blue, red]), { mode: 0o600 })
}
