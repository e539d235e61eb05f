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
  /** 1 − 2t/(d − p) of the worst block (ISO/IEC 15415, 7.8.8): t codewords wrong of d for correction, p kept back. */
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
    const version = parser.readVersion()
    const format = parser.readFormatInformation()
    const level = format.getErrorCorrectionLevel()
    const levelName = level.toString() as Level
    const number = version.getVersionNumber()
    const blocks = DataBlock.getDataBlocks(parser.readCodewords(), version, level)
    const corrected = blocks.map(block =>
      correct(block.getCodewords(), block.getNumDataCodewords(), keptBack(number, levelName)),
    )
    const data = Uint8Array.from(
      blocks.flatMap((block, i) => [...corrected[i]!.codewords.subarray(0, block.getNumDataCodewords())]),
    )
    const bytes = payloadOf(data, number)
    if (bytes === null) return null
    const codewords = interleave(
      corrected.map((block, i) => ({ codewords: block.codewords, dataCount: blocks[i]!.getNumDataCodewords() })),
    )
    return {
      bytes,
      version: number,
      level: levelName,
      mask: format.getDataMask(),
      mirrored,
      unusedErrorCorrection: Math.min(...corrected.map(block => block.unused)),
      modules: drawModules(number, levelName, format.getDataMask(), codewords),
      seen,
    }
  } catch {
    // Every step of the library says «no» by throwing; what it throws carries nothing that the caller could act on.
    return null
  }
}

const misdecodeProtection: Readonly<Record<string, number>> = {
  '1-L': 3,
  '1-M': 2,
  '1-Q': 1,
  '1-H': 1,
  '2-L': 2,
  '3-L': 1,
}

/** Codewords kept back to make misdecoding unlikely, p in ISO/IEC 18004:2015 table 9, note b. */
function keptBack(version: number, level: Level): number {
  return misdecodeProtection[`${version}-${level}`] ?? 0
}

function correct(received: Uint8Array, dataCount: number, keptBackCount: number) {
  const reedSolomon = new ReedSolomonDecoder(GenericGF.QR_CODE_FIELD_256)
  const codewords = Int32Array.from(received)
  const correctionCount = received.length - dataCount
  const errors = reedSolomon.decodeWithECCount(codewords, correctionCount)
  const available = correctionCount - keptBackCount
  if (2 * errors > available || reedSolomon.decodeWithECCount(codewords, correctionCount) !== 0) {
    throw new Error('the block has more errors than can be corrected')
  }
  return { codewords: Uint8Array.from(codewords), unused: 1 - (2 * errors) / available }
}

/** The codewords of all blocks in the order in which they are placed (7.6). */
function interleave(blocks: readonly { codewords: Uint8Array; dataCount: number }[]): Uint8Array {
  const placed: number[] = []
  const longest = Math.max(...blocks.map(block => block.dataCount))
  for (let i = 0; i < longest; i++) {
    for (const { codewords, dataCount } of blocks) if (i < dataCount) placed.push(codewords[i]!)
  }
  const correctionCount = blocks[0]!.codewords.length - blocks[0]!.dataCount
  for (let i = 0; i < correctionCount; i++) {
    for (const { codewords, dataCount } of blocks) placed.push(codewords[dataCount + i]!)
  }
  return Uint8Array.from(placed)
}

/** The modules of a symbol from its codewords: two columns at a time from the right, upwards and downwards (7.7.3). */
function drawModules(version: number, level: Level, maskNumber: number, codewords: Uint8Array): ModuleMatrix {
  const { size, roles, dark } = layOut(version, level, maskNumber)
  const isMasked = dataMasks[maskNumber]!
  let bit = 0
  let upwards = true
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++) {
      const y = upwards ? size - 1 - step : step
      for (const x of [right, right - 1]) {
        if (roles[y * size + x] !== 'data') continue
        // Modules left over after the last codeword are light before masking.
        const value = bit < codewords.length * 8 ? (codewords[bit >> 3]! >> (7 - (bit & 7))) & 1 : 0
        dark[y * size + x] = value ^ Number(isMasked(x, y))
        bit++
      }
    }
    upwards = !upwards
  }
  return { size, dark }
}
