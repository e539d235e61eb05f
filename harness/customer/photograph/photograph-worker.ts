import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm'
import { type OutlineFont, parseFont } from '../../products/font.ts'
import { isGlyphFile, parseGlyphs } from '../../products/learned-glyphs.ts'
import type { ProductProfile } from '../../products/profile.ts'
import type { VisionTools } from '../../vision/read/read-photograph.ts'
import { openTextDetector } from '../../vision/rest/text-detector.ts'
import { useFilters } from '../../vision/symbols/views.ts'
import { loadZxing } from '../../vision/symbols/zxing-wasm.ts'
import { openEtchNet } from '../../vision/text/etch-net.ts'
import { readyFaces, unpackFaces } from '../../vision/text/ocv/common-faces.ts'
import type { OnnxRuntime, Runtime } from '../../vision/text/onnx-engine.ts'
import { openPpOcr } from '../../vision/text/pp-ocr.ts'
import { textReaderOf } from '../../vision/text/text-reader.ts'
import { canvasFilters, drawPathsOnCanvas } from './canvas.ts'
import { readDrawnCard } from './drawn-card.ts'
import { judgePhotograph } from './judge-photograph.ts'
import { openedPicture, unfitIn } from './opened-picture.ts'
import type { FromPhotographWorker, ToPhotographWorker, Unfit } from './photograph-messages.ts'
import { type ReaderPartsPacked, unpacked, unpackParts } from './reader-parts.ts'
import { SecondThread, serveFirst, withSecond } from './second-thread.ts'

/*
 * Reads photographs on a page, in a thread of its own, with everything handed in.
 */

/** Assay's version, which the build puts in place of this name. */
declare const ASSAY_VERSION: string

const tell = (message: FromPhotographWorker): void => globalThis.postMessage(message)
let tools: Promise<VisionTools> | null = null
let second: SecondThread | null = null
let warming: { readonly stop: AbortController; readonly done: Promise<void> } | null = null

async function open(packed: ReaderPartsPacked, packedFonts: Readonly<Record<string, string>>): Promise<VisionTools> {
  const parts = await unpackParts(packed)
  const fonts = new Map<string, OutlineFont>()
  for (const [name, font] of Object.entries(packedFonts)) fonts.set(name, outlinesOf(await unpacked(font), name))
  useFilters(canvasFilters)
  loadZxing(parts['second-reader'].buffer)
  const runtimes = [runtimeOf(parts['onnx-engine'])]
  const text = (part: Uint8Array) => new TextDecoder().decode(part)
  const ppOcr = await openPpOcr({ model: parts['pp-ocr'], keys: text(parts['pp-ocr-keys']) }, runtimes)
  const etchNet = await openEtchNet(
    { model: parts['etch-net'], description: text(parts['etch-net-description']), name: 'etch-net' },
    runtimes,
  )
  const faces = (part: Uint8Array) => readyFaces(unpackFaces(part))
  const [common, capital] = [faces(parts['common-faces']), faces(parts['capital-faces'])]
  return {
    text: textReaderOf({
      recognisers: [ppOcr, etchNet],
      openFont(name) {
        const font = fonts.get(name)
        if (font === undefined) throw new Error('the page does not carry this font')
        return font
      },
      drawPaths: drawPathsOnCanvas,
      commonFaces: () => common,
      capitalFaces: () => capital,
    }),
    detector: await openTextDetector(parts['text-detector'], runtimes),
  }
}

const outlinesOf = (bytes: Uint8Array, name: string): OutlineFont =>
  isGlyphFile(bytes) ? parseGlyphs(bytes, name) : parseFont(bytes, name)

/** The engine's WebAssembly is handed in: from a file, a page can load none. */
const runtimeOf = (wasmBinary: Uint8Array<ArrayBuffer>): OnnxRuntime => ({
  engine: 'wasm',
  async load() {
    env.wasm.numThreads = 1
    env.wasm.wasmBinary = wasmBinary.buffer
    return { env, InferenceSession, Tensor } as unknown as Runtime
  },
})

/** What speaks against the file, beside its reading where there is a thread for it. */
async function unfitBeside(file: Uint8Array<ArrayBuffer>): Promise<Unfit | null> {
  const done = await second?.begin('unfit', file)()
  return done ? done.it : await unfitIn(file)
}

/** These tools, and those of the second thread where there is one. */
const allTools = async (own: Promise<VisionTools>): Promise<VisionTools> =>
  second === null ? await own : withSecond(await own, second)

/** Until there is a photograph. What is wrong with the tools is told by the reading that counts. */
async function warmUp(profile: ProductProfile, own: Promise<VisionTools>, signal: AbortSignal): Promise<void> {
  try {
    await readDrawnCard(profile, await allTools(own), signal)
  } catch {}
}

async function stopWarming(): Promise<void> {
  warming?.stop.abort()
  await warming?.done
  warming = null
  second?.drop()
}

globalThis.onmessage = async ({ data }: MessageEvent<ToPhotographWorker>) => {
  try {
    if ('parts' in data) {
      tools = open(data.parts, data.fonts)
      await tools
      return tell({ ready: true })
    }
    if ('first' in data) return await serveFirst(data.first, tools!)
    if ('second' in data) {
      second = new SecondThread(data.second)
      return
    }
    if ('alone' in data) {
      second?.end()
      second = null
      return
    }
    if (tools === null) throw new Error('the parts of the reader were not handed in')
    if ('warmUp' in data) {
      const stop = new AbortController()
      warming = { stop, done: warmUp(data.warmUp, tools, stop.signal) }
      return
    }
    await stopWarming()
    const { file } = data.see
    const unfit = unfitBeside(file)
    const pixels = await openedPicture(new Blob([file]))
    if (pixels === null) return tell({ answer: { outcome: 'unfit', why: 'no-picture', because: null } })
    const all = await allTools(tools)
    const asked = { ...data.see, pixels, unfit, version: ASSAY_VERSION }
    tell({ answer: await judgePhotograph(asked, all, progress => tell({ progress })) })
  } catch (error) {
    tell({ defect: error instanceof Error ? `${error.name}: ${error.message}` : 'unknown' })
  }
}
