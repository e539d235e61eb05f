import type { Raster } from '../../imaging/raster.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { PhotographReading } from '../reading.ts'
import { loadZxing } from '../symbols/zxing-wasm.ts'
import { noLine } from '../text/line-reading.ts'
import type { TextReader } from '../text/text-reader.ts'
import { readPhotograph } from './read-photograph.ts'

/*
 * What the page test runs in a real browser: the way through a photograph, with the second reader's WebAssembly handed in.
 */

export interface PageRequest {
  readonly raster: Omit<Raster, 'data'>
  /** Base64. */
  readonly data: string
  readonly profile: ProductProfile
  /** Base64. */
  readonly zxing: string
}

export interface PageAnswer {
  readonly reading: PhotographReading
  readonly hasNode: boolean
}

/** Reads no line: networks are large, and a page is handed them like everything else. */
const noTexts: TextReader = {
  engine: 'wasm',
  readers: [],
  openFont() {
    throw new Error('a product with a font of its own was not asked for')
  },
  readLine: async () => noLine('not read here'),
  async [Symbol.asyncDispose]() {},
}

export async function readRaster(pixels: Raster, profile: ProductProfile): Promise<PhotographReading> {
  const how = { camera: 'page', exposureMs: null, light: 'unknown', pose: 'unknown', calibration: null }
  return await readPhotograph({ id: 'page', pixels, takenAt: null, how }, profile, { text: noTexts })
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), character => character.charCodeAt(0))

export async function readOnPage({ raster, data, profile, zxing }: PageRequest): Promise<PageAnswer> {
  loadZxing(bytesOf(zxing).buffer)
  const reading = await readRaster({ ...raster, data: bytesOf(data) }, profile)
  return { reading, hasNode: 'process' in globalThis }
}
