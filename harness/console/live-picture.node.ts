import { sharp } from '../imaging/sharp.node.ts'

/**
 * So many columns, whatever the camera has: of a card that fills the picture one is 1.3 mm wide, more than a stroke, a module or half
 * of a character. Enough to lay a card straight, and nothing on it can be read (rule 16: what was not read as public is not shown).
 */
const COLUMNS = 64
const SHOWN_WIDTH_PX = 640

/** A picture in which a card can be seen and nothing on it be read. @returns JPEG */
export async function coarsePicture(encoded: Uint8Array): Promise<Uint8Array> {
  const small = await sharp(encoded)
    .rotate()
    .removeAlpha()
    .resize({ width: COLUMNS, kernel: 'cubic' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { data, info } = small
  return await sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
    .resize({ width: SHOWN_WIDTH_PX, kernel: 'cubic' })
    .jpeg({ quality: 70 })
    .toBuffer()
}
