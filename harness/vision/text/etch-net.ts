import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { resample } from './grey-image.ts'
import type { LineRecogniser } from './line-recogniser.ts'
import { loadNetwork, type OnnxEngine } from './onnx-engine.ts'

/** Beside the network: the symbols of its classes 1, 2, … (class 0 is the blank), and the height it was trained on. */
const Description = z.strictObject({
  charset: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  height: z.number().int().min(16).max(96).default(48),
})

const MODEL = fileURLToPath(new URL('./etch-net.onnx', import.meta.url))
const DESCRIPTION = fileURLToPath(new URL('./etch-net.json', import.meta.url))

/**
 * Our own small CTC network for etched lines: input [1, 1, height, W] from −1 to 1, output [1, T, C] logits, blank 0.
 * @returns null when the network is not shipped
 */
export async function openEtchNet(engine?: OnnxEngine): Promise<LineRecogniser | null> {
  if (!existsSync(MODEL) || !existsSync(DESCRIPTION)) return null
  return openCtcNetwork(MODEL, DESCRIPTION, engine)
}

/** Any CTC network of that shape. */
export async function openCtcNetwork(model: string, description: string, engine?: OnnxEngine): Promise<LineRecogniser> {
  const { charset: symbols, height } = Description.parse(JSON.parse(await readFile(description, 'utf8')))
  const charset = ['', ...symbols]
  const network = await loadNetwork(model, engine)
  return {
    name: 'etch-net',
    async recognise({ image }) {
      const columns = Math.max(8, Math.round((image.width * height) / image.height))
      const fitted =
        height === image.height
          ? image
          : resample(image, { left: 0, top: 0, width: image.width, height: image.height }, columns, height)
      const { data, shape } = await network.run(
        fitted.data.map(level => level / 127.5 - 1),
        [1, 1, height, fitted.width],
      )
      return { steps: shape[1]!, classes: shape[2]!, logProbabilities: logSoftmax(data, shape[2]!), blank: 0, charset }
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}

/** Log-softmax of each row of `classes` logits. */
export function logSoftmax(logits: Float32Array, classes: number): Float32Array {
  const out = new Float32Array(logits.length)
  for (let row = 0; row < logits.length; row += classes) {
    let top = Number.NEGATIVE_INFINITY
    for (let c = 0; c < classes; c++) top = Math.max(top, logits[row + c]!)
    let sum = 0
    for (let c = 0; c < classes; c++) sum += Math.exp(logits[row + c]! - top)
    const norm = top + Math.log(sum)
    for (let c = 0; c < classes; c++) out[row + c] = logits[row + c]! - norm
  }
  return out
}
