import { assembleReading } from './assemble-reading.ts'
import { type NetworkFiles, openEtchNet } from './etch-net.ts'
import type { LineCrop } from './line-crop.ts'
import type { LineReading } from './line-reading.ts'
import type { LineRecogniser } from './line-recogniser.ts'
import { TemplateStore } from './ocv/font-witness.ts'
import type { OnnxEngine } from './onnx-engine.ts'
import { openPpOcr } from './pp-ocr.ts'
import { hear } from './testimony.ts'
import { findBand } from './text-band.ts'
import { checkedField, type TextField } from './text-field.ts'
import { inCropPixels, workingCrop } from './working-crop.ts'

/** Reads single lines, blind. Networks are loaded once; one reader a worker thread. */
export interface TextReader extends AsyncDisposable {
  readonly engine: OnnxEngine
  /** Names of the independent readers that are loaded. */
  readonly readers: readonly string[]
  /**
   * Reads one line under its field.
   * @param signal stops between the views; the promise rejects with its reason
   * @throws TextFieldError for a field that no text can satisfy
   */
  readLine(crop: LineCrop, field: TextField, signal?: AbortSignal): Promise<LineReading>
}

export interface TextReaderOptions {
  /** Default: `native` where it loads, else `wasm`. */
  readonly engine?: OnnxEngine
  /** The second network: other files than the shipped ones, or null for none. */
  readonly etchNet?: NetworkFiles | null
}

/** @throws OnnxError when no engine or model loads */
export async function openTextReader(options: TextReaderOptions = {}): Promise<TextReader> {
  const ppOcr = await openPpOcr(options.engine)
  const etchNet = options.etchNet === null ? null : await openEtchNet(options.engine, options.etchNet)
  const recognisers: readonly LineRecogniser[] = etchNet === null ? [ppOcr] : [ppOcr, etchNet]
  const templates = new TemplateStore()
  return {
    engine: ppOcr.engine,
    readers: recognisers.map(({ name }) => name),
    async readLine(crop, field, signal) {
      checkedField(field)
      signal?.throwIfAborted()
      const { crop: fine, shrunkBy } = workingCrop(crop)
      const band = findBand(fine)
      const font = templates.witnessFor(field)
      const testimony = await hear(recognisers, fine, band, field, font, signal)
      return inCropPixels(assembleReading(fine, band, testimony), shrunkBy)
    },
    async [Symbol.asyncDispose]() {
      for (const recogniser of recognisers) await recogniser[Symbol.asyncDispose]()
    },
  }
}
