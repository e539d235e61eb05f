import type { OutlineFont } from '../../products/font.ts'
import { ACCEPT, objection, WITH_CHECKSUM, type Witness } from './acceptance.ts'
import { assembleReading } from './assemble-reading.ts'
import type { LineCrop } from './line-crop.ts'
import type { LineReading } from './line-reading.ts'
import type { LineRecogniser } from './line-recogniser.ts'
import { sharpnessOf } from './line-sharpness.ts'
import type { CommonFace } from './ocv/common-faces.ts'
import { TemplateStore } from './ocv/font-witness.ts'
import type { DrawPaths } from './ocv/glyph-templates.ts'
import type { OnnxEngine } from './onnx-engine.ts'
import { recogniseLine } from './recognise-line.ts'
import { isVerySure, SOFT, softened, unreadForBlur } from './soft-line.ts'
import { findBand } from './text-band.ts'
import { checkedField, type TextField } from './text-field.ts'
import { inCropPixels, workingCrop } from './working-crop.ts'

/** Reads single lines, blind. Networks are loaded once; one reader a worker thread. */
export interface TextReader extends AsyncDisposable {
  readonly engine: OnnxEngine
  /** Names of the independent readers that are loaded. */
  readonly readers: readonly string[]
  /** Opens a font that a profile names. @throws FontError when it cannot be used */
  readonly openFont: (file: string) => OutlineFont
  /**
   * Reads one line under its field.
   * @param signal stops between the views; the promise rejects with its reason
   * @throws TextFieldError for a field that no text can satisfy
   */
  readLine(crop: LineCrop, field: TextField, signal?: AbortSignal): Promise<LineReading>
  /**
   * Tells of a line that will probably be asked for later, of the same crop and under an equal field: a reader that has another thread
   * begins it there. Changes no reading.
   */
  ahead?(crop: LineCrop, field: TextField): void
}

/** What a text reader is made of, loaded already. */
export interface TextReaderParts {
  /** The leading recogniser first. */
  readonly recognisers: readonly [LineRecogniser & { readonly engine: OnnxEngine }, ...LineRecogniser[]]
  /** A font that a profile names. @throws FontError */
  readonly openFont: (file: string) => OutlineFont
  readonly drawPaths: DrawPaths
  /** Asked for when a line's font is not known. */
  readonly commonFaces: () => readonly CommonFace[]
  /** Many more, of capitals and digits only. Default: the common ones. */
  readonly capitalFaces?: () => readonly CommonFace[]
}

/** May a text that readers are not sure of be believed for its checksum, or by who knows what it must be? */
function mayBeBelievedYet(witness: Witness, { hasChecksum, blanksOfWords }: TextField): boolean {
  return blanksOfWords !== undefined || (hasChecksum === true && objection(witness, WITH_CHECKSUM) === null)
}

/** A reader of its parts, which it closes with itself. */
export function textReaderOf(parts: TextReaderParts): TextReader {
  const { recognisers, openFont, drawPaths, commonFaces, capitalFaces } = parts
  const templates = new TemplateStore(drawPaths, commonFaces, capitalFaces)
  return {
    engine: recognisers[0].engine,
    readers: recognisers.map(({ name }) => name),
    openFont,
    async readLine(crop, field, signal) {
      checkedField(field)
      signal?.throwIfAborted()
      const { crop: fine, shrunkBy } = workingCrop(crop)
      const band = findBand(fine)
      const font = templates.witnessFor(field)
      const sharpness = sharpnessOf(fine, band)
      const recognised = await recogniseLine(recognisers, fine, band, field, font, signal)
      const { witness } = recognised
      const mayBeRead = witness !== null && objection(witness, ACCEPT) === null
      const assembled = async (isHeld: boolean) => {
        const held = isHeld ? await templates.hold(field, witness!, fine, band) : null
        return assembleReading(fine, band, recognised, sharpness, held, field.acceptAlike)
      }
      const reading = await assembled(mayBeRead || (witness !== null && mayBeBelievedYet(witness, field)))
      if (reading.outcome !== 'read' || sharpness > SOFT) return inCropPixels(reading, shrunkBy)
      let isUpheld = isVerySure(witness)
      for (const softer of isUpheld ? softened(fine) : []) {
        if (!isUpheld) break
        const again = await recogniseLine(recognisers, softer, band, field, font, signal)
        isUpheld = again.witness?.text === reading.text && objection(again.witness!, ACCEPT) === null
      }
      return inCropPixels(isUpheld ? reading : unreadForBlur(reading, sharpness), shrunkBy)
    },
    async [Symbol.asyncDispose]() {
      for (const recogniser of recognisers) await recogniser[Symbol.asyncDispose]()
    },
  }
}
