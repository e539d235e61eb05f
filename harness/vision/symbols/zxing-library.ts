import BitMatrixPart from '@zxing/library/cjs/core/common/BitMatrix.js'
import GlobalHistogramBinarizerPart from '@zxing/library/cjs/core/common/GlobalHistogramBinarizer.js'
import HybridBinarizerPart from '@zxing/library/cjs/core/common/HybridBinarizer.js'
import GenericGFPart from '@zxing/library/cjs/core/common/reedsolomon/GenericGF.js'
import ReedSolomonDecoderPart from '@zxing/library/cjs/core/common/reedsolomon/ReedSolomonDecoder.js'
import BitMatrixParserPart from '@zxing/library/cjs/core/qrcode/decoder/BitMatrixParser.js'
import DataBlockPart from '@zxing/library/cjs/core/qrcode/decoder/DataBlock.js'
import ErrorCorrectionLevelPart from '@zxing/library/cjs/core/qrcode/decoder/ErrorCorrectionLevel.js'
import VersionPart from '@zxing/library/cjs/core/qrcode/decoder/Version.js'
import DetectorPart from '@zxing/library/cjs/core/qrcode/detector/Detector.js'
import FinderPatternPart from '@zxing/library/cjs/core/qrcode/detector/FinderPattern.js'
import FinderPatternFinderPart from '@zxing/library/cjs/core/qrcode/detector/FinderPatternFinder.js'
import FinderPatternInfoPart from '@zxing/library/cjs/core/qrcode/detector/FinderPatternInfo.js'
import RGBLuminanceSourcePart from '@zxing/library/cjs/core/RGBLuminanceSource.js'

// The library's own entry has no way in between «find one code in a picture» and nothing, so its parts are taken one by
// one. Version 0.23.0 has no `exports` map, which allows it; the version is pinned and a test fails if a part moves.

/** The default export of a CommonJS file is the whole module to Node and TypeScript, and itself to some bundlers. */
function partOf<Part>(part: { readonly default: Part }): Part {
  return part.default ?? (part as unknown as Part)
}

export const BitMatrix = partOf(BitMatrixPart)
export type BitMatrix = InstanceType<typeof BitMatrix>
export const HybridBinarizer = partOf(HybridBinarizerPart)
export const GlobalHistogramBinarizer = partOf(GlobalHistogramBinarizerPart)
export const GenericGF = partOf(GenericGFPart)
export const ReedSolomonDecoder = partOf(ReedSolomonDecoderPart)
export const RGBLuminanceSource = partOf(RGBLuminanceSourcePart)
export const BitMatrixParser = partOf(BitMatrixParserPart)
export const DataBlock = partOf(DataBlockPart)
export const ErrorCorrectionLevel = partOf(ErrorCorrectionLevelPart)
export const Version = partOf(VersionPart)
export type Version = ReturnType<typeof Version.getVersionForNumber>
export const FinderPattern = partOf(FinderPatternPart)
export const FinderPatternInfo = partOf(FinderPatternInfoPart)

interface DetectorResult {
  getBits(): BitMatrix
  getPoints(): { getX(): number; getY(): number }[]
}

/** The library's detector with the one step opened that takes three finder patterns instead of searching for them. */
export const Detector = partOf(DetectorPart) as unknown as new (
  image: BitMatrix,
) => { processFinderPatternInfo(info: InstanceType<typeof FinderPatternInfo>): DetectorResult }

/** The library's finder with its two inner steps opened: the 1:1:3:1:1 test and the cross-checked recording of a centre. */
export const FinderPatternFinder = partOf(FinderPatternFinderPart) as unknown as {
  new (
    image: BitMatrix,
    callback: null,
  ): {
    handlePossibleCenter(stateCount: Int32Array, row: number, end: number, pure: boolean): boolean
    getPossibleCenters(): { getX(): number; getY(): number; getEstimatedModuleSize(): number; getCount(): number }[]
  }
  foundPatternCross(stateCount: Int32Array): boolean
}
