import type { ReadResult, ZXingReaderModule } from 'zxing-wasm/reader'
import type { GreyRaster } from '../../imaging/grey.ts'
import type { Quad } from '../../imaging/quad.ts'
import type { Level } from './function-patterns.ts'
import type { ModuleMatrix } from './module-matrix.ts'

/** What the second reader saw. */
export interface SeenByWasm {
  /** Null when the reader found a symbol and could not decode it. */
  readonly bytes: Uint8Array | null
  readonly version: number | null
  readonly level: Level | null
  readonly unusedErrorCorrection: number | null
  readonly mirrored: boolean
  /** Corners without quiet zone from the symbol's own top left, rounded to whole px by the reader. */
  readonly corners: Quad
  /** The modules that it sampled, when it gives them. */
  readonly modules: ModuleMatrix | null
}

export interface WasmOptions {
  /** Look at turned, inverted, shrunk and cleaned copies too. Default: true. */
  readonly tryHard?: boolean | undefined
  readonly binarizer?: 'LocalAverage' | 'GlobalHistogram' | undefined
}

let loading: Promise<(image: ImageData, options: WasmOptions) => Promise<ReadResult[]>> | undefined

/**
 * Reads every QR Code Model 2 symbol with zxing-cpp (WebAssembly, loaded once a thread, from the installed package: no
 * network). `QRCode` would ask for the whole symbology and bring Micro QR phantoms; only what the reader calls valid
 * counts as read.
 */
export async function readWithWasm(view: GreyRaster, options: WasmOptions = {}): Promise<SeenByWasm[]> {
  loading ??= loadInstalled()
  const read = await loading
  const results = await read(asImageData(view), options)
  return results.filter(({ format }) => format === 'QRCode' || format === 'QRCodeModel2').map(asSeen)
}

/**
 * Hands in the reader's WebAssembly before the first look, where there is no installed package to read it from: on a page.
 */
export function loadZxing(wasmBinary: ArrayBuffer): void {
  loading = load(wasmBinary)
}

async function loadInstalled() {
  const { readZxingBinary } = await import('./zxing-wasm.node.ts')
  return load(await readZxingBinary())
}

async function load(wasmBinary: ArrayBuffer) {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader')
  await (prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true }) as Promise<ZXingReaderModule>)
  return (image: ImageData, { tryHard = true, binarizer = 'LocalAverage' }: WasmOptions) =>
    readBarcodes(image, {
      formats: ['QRCodeModel2'],
      tryHarder: tryHard,
      tryRotate: tryHard,
      tryInvert: tryHard,
      tryDownscale: tryHard,
      binarizer,
      maxNumberOfSymbols: 0,
      returnErrors: true,
      textMode: 'Hex',
    })
}

function asImageData({ width, height, data }: GreyRaster): ImageData {
  const rgba = new Uint32Array(width * height)
  for (let i = 0; i < rgba.length; i++) rgba[i] = data[i]! * 0x010101 + 0xff000000
  return { width, height, data: new Uint8ClampedArray(rgba.buffer), colorSpace: 'srgb' } as unknown as ImageData
}

function asSeen(result: ReadResult): SeenByWasm {
  const extra = parseExtra(result.extra)
  const { topLeft, topRight, bottomRight, bottomLeft } = result.position
  // The reader goes clockwise in the picture, whichever way round the symbol is seen.
  const [second, fourth] = result.isMirrored ? [bottomLeft, topRight] : [topRight, bottomLeft]
  const corners = [topLeft, second, bottomRight, fourth]
  const version = Number.parseInt(extra['Version'] ?? '', 10)
  const unused = Number(extra['UEC'] ?? Number.NaN)
  const level = extra['ECLevel']
  return {
    bytes: result.isValid ? Uint8Array.from(result.bytes) : null,
    version: Number.isInteger(version) ? version : null,
    level: level === 'L' || level === 'M' || level === 'Q' || level === 'H' ? level : null,
    unusedErrorCorrection: Number.isFinite(unused) ? unused : null,
    mirrored: result.isMirrored,
    corners: corners.map(({ x, y }) => [x, y] as const) as unknown as Quad,
    modules: modulesOf(result.symbol),
  }
}

function parseExtra(extra: string): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(extra)
    if (typeof parsed !== 'object' || parsed === null) return {}
    return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key, String(value)]))
  } catch {
    return {}
  }
}

function modulesOf({ width, height, data }: ReadResult['symbol']): ModuleMatrix | null {
  if (width !== height || width < 21 || data.length !== width * height) return null
  return { size: width, dark: Uint8Array.from(data, value => Number(value === 0)) }
}
