import { sharp } from '../../../imaging/sharp.node.ts'
import type { DrawPaths } from './glyph-templates.ts'

/** Draws SVG paths with librsvg. */
export const drawPaths: DrawPaths = async (paths, { width, height }, strokePx) => {
  const style = strokePx > 0 ? `fill="none" stroke="#fff" stroke-width="${strokePx}"` : 'fill="#fff"'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#000"/><g ${style}>${paths.join('')}</g></svg>`
  const picture = sharp(Buffer.from(svg), { unlimited: true, limitInputPixels: false })
  const { data, info } = await picture.greyscale().raw().toBuffer({ resolveWithObject: true })
  if (info.channels === 1) return data
  // sharp may hand grey pictures back with more channels than one.
  return Uint8Array.from({ length: width * height }, (_, i) => data[i * info.channels]!)
}
