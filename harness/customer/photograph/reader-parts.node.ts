import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliDecompressSync, gzipSync } from 'node:zlib'
import { readFontFile } from '../../products/font.node.ts'
import { readZxingBinary } from '../../vision/symbols/zxing-wasm.node.ts'
import { foldedNetwork } from '../../vision/text/folded-network.ts'
import { readEtchNet, readPpOcr, readTextDetector } from '../../vision/text/network-files.node.ts'
import { fontName, type ReaderPart, type ReaderPartsPacked } from './reader-parts.ts'

const require = createRequire(import.meta.url)
const ocv = new URL('../../vision/text/ocv/', import.meta.url)
const facesIn = (name: string) => brotliDecompressSync(readFileSync(new URL(name, ocv)))

/** Every part of this installation, gzip as base64. @throws OnnxError `onnx-model-missing` */
export async function packedParts(): Promise<ReaderPartsPacked> {
  const [ppOcr, etchNet, detector, zxing] = await Promise.all([
    readPpOcr(),
    readEtchNet(),
    readTextDetector(),
    readZxingBinary(),
  ])
  const engine = join(dirname(require.resolve('onnxruntime-web')), 'ort-wasm-simd-threaded.wasm')
  const parts: Record<ReaderPart, Uint8Array | string> = {
    // Folded once, here: a page would do it each time it opens them.
    'pp-ocr': foldedNetwork(ppOcr.model),
    'pp-ocr-keys': ppOcr.keys,
    'text-detector': foldedNetwork(detector),
    'etch-net': etchNet.model,
    'etch-net-description': etchNet.description,
    'onnx-engine': readFileSync(engine),
    'second-reader': new Uint8Array(zxing),
    'common-faces': facesIn('common-faces.bin'),
    'capital-faces': facesIn('capital-faces.bin'),
  }
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [name, packed(part)]),
  ) as unknown as ReaderPartsPacked
}

const packed = (part: Uint8Array | string): string => gzipSync(part, { level: 9 }).toString('base64')

/** Fonts that profiles name, for a page to carry by their digests: a path would tell of the machine that made the page. */
export class CarriedFonts {
  readonly packed = new Map<string, string>()

  /** The name under which the page has a font. @throws FontError `font-unreadable` */
  nameOf(file: string): string {
    const bytes = readFontFile(file)
    const name = fontName(createHash('sha256').update(bytes).digest('hex').slice(0, 16))
    this.packed.set(name, packed(bytes))
    return name
  }
}
