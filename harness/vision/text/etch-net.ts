import { z } from 'zod'
import { type GreyImage, resample } from '../../imaging/grey-image.ts'
import type { LineRecogniser } from './line-recogniser.ts'
import { loadNetwork, OnnxError, type OnnxRuntime } from './onnx-engine.ts'

/** Beside the network: the symbols of its classes 1, 2, … (class 0 is the blank), and the geometry it was trained on. */
const Description = z.object({
  charset: z.array(z.string().min(1)).min(1),
  heightPx: z.number().int().min(16).max(96),
  capHeightPx: z.number().positive(),
  /** Row of the baseline; the capitals must stand in the middle of the height. */
  baselinePx: z.number().positive(),
})
/** Its frames lie so close that about four of them see one and the same stroke. */
const WEIGHT = 0.3
/** Widths are multiples of this, the last column going on. */
const WIDTH_STEP = 8
/** Normalised levels beyond this are cut. */
const MOST_SIGMAS = 4

/** What the network is made of. */
export interface EtchNetFiles {
  readonly model: Uint8Array
  /** Its description, JSON. */
  readonly description: string
  /** What to call that in errors. */
  readonly name: string
}

/**
 * Our own small network for lines of cards: input [1, 1, height, W] normalised by the line's own mean and deviation,
 * output [1, T, C] logits, blank 0.
 * How it is made: training/README.md.
 * @throws OnnxError when it is no such network
 */
export async function openEtchNet(files: EtchNetFiles, runtimes: readonly OnnxRuntime[]): Promise<LineRecogniser> {
  const described = describedBy(files)
  const { heightPx, capHeightPx } = described
  const charset = ['', ...described.charset]
  const network = await loadNetwork(files.model, runtimes)
  const recipe = { heightInCaps: heightPx / capHeightPx, blurInCaps: 0, stretch: 1, marginInCaps: 0.6 }
  return {
    name: 'etch-net',
    weight: WEIGHT,
    recipes: [
      { ...recipe, name: 'etch', flatten: false },
      { ...recipe, name: 'etch-flat', flatten: true },
    ],
    batches: [2, 2, 2],
    async recognise({ image }) {
      const columns = Math.max(WIDTH_STEP, Math.round((image.width * heightPx) / image.height))
      const whole = { left: 0, top: 0, width: image.width, height: image.height }
      const input = normalised(resample(image, whole, columns, heightPx))
      const width = Math.ceil(columns / WIDTH_STEP) * WIDTH_STEP
      const { data, shape } = await network.run(padded(input, columns, width), [1, 1, heightPx, width])
      const classes = shape[2]!
      // Steps that lie in the padding hold nothing; with them the others would be placed wrongly in the crop.
      const steps = Math.max(1, Math.min(shape[1]!, Math.round((shape[1]! * columns) / width)))
      const logProbabilities = logSoftmax(data, classes).subarray(0, steps * classes)
      return { steps, classes, logProbabilities, blank: 0, charset }
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}

function describedBy({ description, name }: EtchNetFiles): z.infer<typeof Description> {
  try {
    return Description.parse(JSON.parse(description))
  } catch (cause) {
    throw new OnnxError(
      'onnx-model-missing',
      `${name} does not describe a network for lines of text; install Assay again.`,
      { cause },
    )
  }
}

function normalised({ data }: GreyImage): Float32Array {
  let sum = 0
  for (let i = 0; i < data.length; i++) sum += data[i]!
  const mean = sum / data.length
  let squares = 0
  for (let i = 0; i < data.length; i++) squares += (data[i]! - mean) ** 2
  const deviation = Math.sqrt(squares / data.length)
  const out = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++)
    out[i] = Math.min(MOST_SIGMAS, Math.max(-MOST_SIGMAS, (data[i]! - mean) / (deviation + 1e-3)))
  return out
}

function padded(data: Float32Array, from: number, to: number): Float32Array {
  const rows = data.length / from
  const out = new Float32Array(rows * to)
  for (let y = 0; y < rows; y++) for (let x = 0; x < to; x++) out[y * to + x] = data[y * from + Math.min(x, from - 1)]!
  return out
}

/** Log-softmax of each row of `classes` logits. */
function logSoftmax(logits: Float32Array, classes: number): Float32Array {
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
