import { openFont } from '../../products/font.node.ts'
import { openEtchNet } from './etch-net.ts'
import { readEtchNet, readPpOcr, runtimesFor } from './network-files.node.ts'
import { capitalFaces, commonFaces } from './ocv/common-faces.node.ts'
import { drawPaths } from './ocv/draw-paths.node.ts'
import type { OnnxEngine } from './onnx-engine.ts'
import { openPpOcr } from './pp-ocr.ts'
import { type TextReader, textReaderOf } from './text-reader.ts'

export interface TextReaderOptions {
  /** Default: `native` where it loads, else `wasm`. */
  readonly engine?: OnnxEngine
  /** The folder of the second network, or null for none. Default: the network that comes with Assay. */
  readonly etchNet?: string | null
}

/** A reader with the networks and fonts of this installation. @throws OnnxError when no engine or model loads */
export async function openTextReader({ engine, etchNet }: TextReaderOptions = {}): Promise<TextReader> {
  const runtimes = runtimesFor(engine)
  const ppOcr = await openPpOcr(await readPpOcr(), runtimes)
  const second = etchNet === null ? [] : [await openEtchNet(await readEtchNet(etchNet), runtimes)]
  return textReaderOf({ recognisers: [ppOcr, ...second], openFont, drawPaths, commonFaces, capitalFaces })
}
