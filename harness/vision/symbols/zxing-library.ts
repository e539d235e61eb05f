import { createRequire } from 'node:module'

// The library's own entry has no way in between «find one code in a picture» and nothing, so its parts are taken one by
// one. Version 0.23.0 has no `exports` map, which allows it; the version is pinned and a test fails if a part moves.
// `require`, because its CommonJS default exports look different to Node, Vite and TypeScript when imported.
const require = createRequire(import.meta.url)

type Part<Path extends keyof Parts> = Parts[Path]['default']
interface Parts {
  'common/BitMatrix': typeof import('@zxing/library/cjs/core/common/BitMatrix.js')
  'common/HybridBinarizer': typeof import('@zxing/library/cjs/core/common/HybridBinarizer.js')
  'common/GlobalHistogramBinarizer': typeof import('@zxing/library/cjs/core/common/GlobalHistogramBinarizer.js')
  'common/reedsolomon/GenericGF': typeof import('@zxing/library/cjs/core/common/reedsolomon/GenericGF.js')
  'common/reedsolomon/ReedSolomonDecoder': typeof import('@zxing/library/cjs/core/common/reedsolomon/ReedSolomonDecoder.js')
  RGBLuminanceSource: typeof import('@zxing/library/cjs/core/RGBLuminanceSource.js')
  'qrcode/decoder/BitMatrixParser': typeof import('@zxing/library/cjs/core/qrcode/decoder/BitMatrixParser.js')
  'qrcode/decoder/DataBlock': typeof import('@zxing/library/cjs/core/qrcode/decoder/DataBlock.js')
  'qrcode/decoder/ErrorCorrectionLevel': typeof import('@zxing/library/cjs/core/qrcode/decoder/ErrorCorrectionLevel.js')
  'qrcode/decoder/Version': typeof import('@zxing/library/cjs/core/qrcode/decoder/Version.js')
  'qrcode/detector/Detector': typeof import('@zxing/library/cjs/core/qrcode/detector/Detector.js')
  'qrcode/detector/FinderPattern': typeof import('@zxing/library/cjs/core/qrcode/detector/FinderPattern.js')
  'qrcode/detector/FinderPatternFinder': typeof import('@zxing/library/cjs/core/qrcode/detector/FinderPatternFinder.js')
  'qrcode/detector/FinderPatternInfo': typeof import('@zxing/library/cjs/core/qrcode/detector/FinderPatternInfo.js')
}

function part<Path extends keyof Parts>(path: Path): Part<Path> {
  return (require(`@zxing/library/cjs/core/${path}.js`) as { default: Part<Path> }).default
}

export const BitMatrix = part('common/BitMatrix')
export type BitMatrix = InstanceType<typeof BitMatrix>
export const HybridBinarizer = part('common/HybridBinarizer')
export const GlobalHistogramBinarizer = part('common/GlobalHistogramBinarizer')
export const GenericGF = part('common/reedsolomon/GenericGF')
export const ReedSolomonDecoder = part('common/reedsolomon/ReedSolomonDecoder')
export const RGBLuminanceSource = part('RGBLuminanceSource')
export const BitMatrixParser = part('qrcode/decoder/BitMatrixParser')
export const DataBlock = part('qrcode/decoder/DataBlock')
export const ErrorCorrectionLevel = part('qrcode/decoder/ErrorCorrectionLevel')
export const Version = part('qrcode/decoder/Version')
export type Version = ReturnType<typeof Version.getVersionForNumber>
export const FinderPattern = part('qrcode/detector/FinderPattern')
export const FinderPatternInfo = part('qrcode/detector/FinderPatternInfo')

interface DetectorResult {
  getBits(): BitMatrix
  getPoints(): { getX(): number; getY(): number }[]
}

/** The library's detector with the one step opened that takes three finder patterns instead of searching for them. */
export const Detector = part('qrcode/detector/Detector') as unknown as new (
  image: BitMatrix,
) => { processFinderPatternInfo(info: InstanceType<typeof FinderPatternInfo>): DetectorResult }

/** The library's finder with its two inner steps opened: the 1:1:3:1:1 test and the cross-checked recording of a centre. */
export const FinderPatternFinder = part('qrcode/detector/FinderPatternFinder') as unknown as {
  new (
    image: BitMatrix,
    callback: null,
  ): {
    handlePossibleCenter(stateCount: Int32Array, row: number, end: number, pure: boolean): boolean
    getPossibleCenters(): { getX(): number; getY(): number; getEstimatedModuleSize(): number; getCount(): number }[]
  }
  foundPatternCross(stateCount: Int32Array): boolean
}
