import { readTextDetector, runtimesFor } from '../text/network-files.node.ts'
import type { OnnxEngine } from '../text/onnx-engine.ts'
import { openTextDetector, type TextDetector } from './text-detector.ts'

/** The detector of this installation. @param engine default: `native` where it loads, else `wasm` @throws OnnxError */
export async function openInstalledDetector(engine?: OnnxEngine): Promise<TextDetector> {
  return await openTextDetector(await readTextDetector(), runtimesFor(engine))
}
