import type { GreyRaster } from '../../imaging/grey.ts'
import type { Filters } from '../../vision/symbols/views.ts'
import type { DrawPaths } from '../../vision/text/ocv/glyph-templates.ts'

/*
 * What libvips does in Node, by a page's canvas. The views that it makes are tried after others have failed: they need not be the
 * same to a level.
 */

function contextOf(width: number, height: number) {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new Error('this browser gives no canvas')
  return context
}

function picture({ width, height, data }: GreyRaster): OffscreenCanvas {
  const context = contextOf(width, height)
  const image = context.createImageData(width, height)
  for (let i = 0; i < data.length; i++) {
    const level = data[i]!
    image.data[4 * i] = level
    image.data[4 * i + 1] = level
    image.data[4 * i + 2] = level
    image.data[4 * i + 3] = 255
  }
  context.putImageData(image, 0, 0)
  return context.canvas
}

function greyOf(context: OffscreenCanvasRenderingContext2D): GreyRaster {
  const { width, height } = context.canvas
  const rgba = context.getImageData(0, 0, width, height).data
  const data = new Uint8Array(width * height)
  for (let i = 0; i < data.length; i++) data[i] = rgba[4 * i]!
  return { width, height, channels: 1, data }
}

/** Each pixel from itself and its eight neighbours. */
function fromNeighbours({ width, height, data }: GreyRaster, mix: (nine: Uint8Array) => number): GreyRaster {
  const out = Uint8Array.from(data)
  const nine = new Uint8Array(9)
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      for (let i = 0; i < 9; i++) nine[i] = data[(y + Math.floor(i / 3) - 1) * width + x + (i % 3) - 1]!
      out[y * width + x] = Math.max(0, Math.min(255, mix(nine)))
    }
  }
  return { width, height, channels: 1, data: out }
}

/** How strongly edges are steepened, as a share of their difference from what is around. */
const steepening = 2

export const canvasFilters: Filters = {
  async scaled(grey, width, height) {
    const context = contextOf(width, height)
    context.imageSmoothingQuality = 'high'
    context.drawImage(picture(grey), 0, 0, width, height)
    return greyOf(context)
  },
  sharpened: async grey =>
    fromNeighbours(grey, nine => {
      const mean = nine.reduce((sum, one) => sum + one, 0) / 9
      return nine[4]! + steepening * (nine[4]! - mean)
    }),
  smoothed: async grey => fromNeighbours(grey, nine => Uint8Array.from(nine).sort()[4]!),
  async stretched(grey) {
    const counts = new Uint32Array(256)
    for (const level of grey.data) counts[level]!++
    const levelAt = (share: number): number => {
      let seen = 0
      return counts.findIndex(count => {
        seen += count
        return seen >= share * grey.data.length
      })
    }
    const [low, high] = [levelAt(0.01), levelAt(0.99)]
    const scale = 255 / Math.max(1, high - low)
    return { ...grey, data: grey.data.map(level => Math.max(0, Math.min(255, (level - low) * scale))) }
  },
}

/** Draws SVG paths in white on black. */
export const drawPathsOnCanvas: DrawPaths = async (paths, { width, height }, strokePx) => {
  const context = contextOf(width, height)
  context.fillStyle = '#000'
  context.fillRect(0, 0, width, height)
  context.fillStyle = context.strokeStyle = '#fff'
  context.lineWidth = strokePx
  for (const path of paths) {
    const [, x = '0', y = '0'] = /\btranslate\(([\d.-]+) ([\d.-]+)\)/.exec(path) ?? []
    context.setTransform(1, 0, 0, 1, Number(x), Number(y))
    const outline = new Path2D(/\bd="([^"]*)"/.exec(path)?.[1] ?? '')
    if (strokePx > 0) context.stroke(outline)
    else context.fill(outline)
  }
  return greyOf(context).data
}
