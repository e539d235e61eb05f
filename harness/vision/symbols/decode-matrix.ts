import { dataModules, misdecodeProtection, placementOrder } from './codeword-places.ts'
import { dataMasks, type Level, layOut } from './function-patterns.ts'
import { bitMatrixOf, type ModuleMatrix, moduleMatrixOf, transpose } from './module-matrix.ts'
import { payloadOf } from './payload.ts'
import { type BitMatrix, BitMatrixParser, DataBlock, GenericGF, ReedSolomonDecoder } from './zxing-library.ts'

/** A symbol's modules, decoded and set right. */
export interface DecodedMatrix {
  readonly bytes: Uint8Array
  readonly version: number
  readonly level: Level
  readonly mask: number
  /** The modules were those of a symbol seen from behind; `modules` and `seen` are turned right. */
  readonly mirrored: boolean
  /** 1 − 2t/(d − p) of the worst block (ISO/IEC 15415, 7.8.8): t codewords wrong, d for correction, p kept back. */
  readonly unusedErrorCorrection: number
  /** As they should be printed: every codeword corrected, every fixed pattern whole. */
  readonly modules: ModuleMatrix
  /** As they were sampled. */
  readonly seen: ModuleMatrix
}

/**
 * Decodes sampled modules with the library's parser and Reed-Solomon decoder, or returns null.
 *
 * The library's own `Decoder` does the same steps but keeps the error counts and the corrected codewords to itself;
 * those tell how much correction was used and give the ideal modules that corners are refined with. Stricter than it:
 * corrected blocks must have no syndrome left, and the codewords kept back against misdecoding are respected.
 */
export function decodeMatrix(bits: BitMatrix): DecodedMatrix | null {
  const seen = moduleMatrixOf(bits)
  return decodeUpright(seen, false) ?? decodeUpright(transpose(seen), true)
}

function decodeUpright(seen: ModuleMatrix, mirrored: boolean): DecodedMatrix | null {
  try {
    const parser = new BitMatrixParser(bitMatrixOf(seen))
    const libraryVersion = parser.readVersion()
    const format = parser.readFormatInformation()
    const version = libraryVersion.getVersionNumber()
    const level = format.getErrorCorrectionLevel().toString() as Level
    const mask = format.getDataMask()
    const blocks = DataBlock.getDataBlocks(parser.readCodewords(), libraryVersion, format.getErrorCorrectionLevel())
    const corrected = blocks.map(block => {
      const data = block.getNumDataCodewords()
      return { data, ...correct(block.getCodewords(), data, misdecodeProtection(version, level)) }
    })
    const bytes = payloadOf(
      Uint8Array.from(corrected.flatMap(({ codewords, data }) => [...codewords.subarray(0, data)])),
      version,
    )
    if (bytes === null) return null
    const sizes = corrected.map(({ codewords, data }) => ({ data, correction: codewords.length - data }))
    const placed = placementOrder(sizes).map(({ block, index }) => corrected[block]!.codewords[index]!)
    return {
      bytes,
      version,
      level,
      mask,
      mirrored,
      unusedErrorCorrection: Math.min(...corrected.map(block => block.unused)),
      modules: drawModules(version, level, mask, placed),
      seen,
    }
  } catch {
    // Every step of the library says «no» by throwing; what it throws carries nothing that the caller could act on.
    return null
  }
}

function correct(received: Uint8Array, dataCount: number, keptBack: number) {
  const reedSolomon = new ReedSolomonDecoder(GenericGF.QR_CODE_FIELD_256)
  const codewords = Int32Array.from(received)
  const correctionCount = received.length - dataCount
  const errors = reedSolomon.decodeWithECCount(codewords, correctionCount)
  const available = correctionCount - keptBack
  if (2 * errors > available || reedSolomon.decodeWithECCount(codewords, correctionCount) !== 0) {
    throw new Error('the block has more errors than can be corrected')
  }
  return { codewords: Uint8Array.from(codewords), unused: 1 - (2 * errors) / available }
}

function drawModules(version: number, level: Level, mask: number, codewords: readonly number[]): ModuleMatrix {
  const layout = layOut(version, level, mask)
  const { size, dark } = layout
  const isMasked = dataMasks[mask]!
  for (const [bit, module] of dataModules(layout).entries()) {
    // Modules left over after the last codeword are light before masking.
    const value = bit < codewords.length * 8 ? (codewords[bit >> 3]! >> (7 - (bit & 7))) & 1 : 0
    dark[module] = value ^ Number(isMasked(module % size, Math.floor(module / size)))
  }
  return { size, dark }
}
