import type { GreyRaster } from '../../imaging/grey.ts'
import { type Homography, projectQuad } from '../../imaging/homography.ts'
import { isConvex, square } from '../../imaging/quad.ts'
import type { ReaderName, SymbolSeen } from '../reading.ts'
import type { DecodedMatrix } from './decode-matrix.ts'
import type { ModuleMatrix } from './module-matrix.ts'
import { fixedPatterns } from './read-at-pose.ts'
import { type RefinedPose, refineModules } from './refine-modules.ts'

/** A {@link SymbolSeen} with what the card locator and the print-quality measurements need besides. */
export interface FoundSymbol extends SymbolSeen {
  readonly readers: readonly Extract<ReaderName, 'zxing-js' | 'zxing-wasm'>[]
  /** Modules a side: 17 + 4 · version. */
  readonly size: number
  /** Seen from behind, or printed mirrored: corners then run counter-clockwise in the picture. */
  readonly mirrored: boolean
  /** Two readers read different things here, so nothing counts as read. */
  readonly disputed: boolean
  /** The symbol as it should be printed; null when not decoded. Holds the payload: as secret as `bytes`. */
  readonly modules: ModuleMatrix | null
  /** Modules (origin: the symbol's own top left corner) to px of the picture that was searched. */
  readonly toPixels: Homography
  /** RMS distance of the seen module edges to that map, in modules; null when it could not be measured. */
  readonly residualModules: number | null
}

/** A symbol that the first reader decoded; `start` is its pose as far as known. */
export function decodedSymbol(grey: GreyRaster, decoded: DecodedMatrix, start: Homography): FoundSymbol {
  return {
    ...placedSymbol(grey, decoded.modules.size, start, decoded.modules),
    bytes: decoded.bytes,
    version: decoded.version,
    errorCorrectionLevel: decoded.level,
    unusedErrorCorrection: decoded.unusedErrorCorrection,
    readers: ['zxing-js'],
    mirrored: decoded.mirrored,
  }
}

/** A symbol whose pattern is there, but that nobody has decoded. */
export function undecodedSymbol(grey: GreyRaster, size: number, start: Homography): FoundSymbol {
  return placedSymbol(grey, size, start, null)
}

/** A symbol without content, its corners fitted to the edges of all modules that are certain. */
export function placedSymbol(
  grey: GreyRaster,
  size: number,
  start: Homography,
  modules: ModuleMatrix | null,
): FoundSymbol {
  const pose = modules ? refineModules(grey, modules, start) : refineOnFixed(grey, size, start)
  const usable = pose && isConvex(projectQuad(pose.toPixels, square(size)))
  const toPixels = usable ? pose.toPixels : start
  return {
    bytes: null,
    corners: projectQuad(toPixels, square(size)),
    version: (size - 17) / 4,
    errorCorrectionLevel: null,
    unusedErrorCorrection: null,
    readers: [],
    size,
    mirrored: false,
    disputed: false,
    modules,
    toPixels,
    residualModules: usable ? pose.residualModules : null,
  }
}

function refineOnFixed(grey: GreyRaster, size: number, start: Homography): RefinedPose | null {
  const { modules, known } = fixedPatterns(size)
  return refineModules(grey, modules, start, known)
}
