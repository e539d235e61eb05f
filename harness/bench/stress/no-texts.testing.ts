import { openFont } from '../../products/font.node.ts'
import { noLine } from '../../vision/text/line-reading.ts'
import type { TextReader } from '../../vision/text/text-reader.ts'

/** Reads no line, for benches of everything else: covers and layers are then judged by their surfaces alone. */
export const noTexts: TextReader = {
  engine: 'wasm',
  readers: [],
  openFont,
  readLine: async () => noLine('not read here'),
  async [Symbol.asyncDispose]() {},
}
