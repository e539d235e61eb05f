import type { ReaderName, SymbolSeen } from '../reading.ts'
import type { Homography } from './homography.ts'
import type { ModuleMatrix } from './module-matrix.ts'

/** A {@link SymbolSeen} with what the card locator and the print-quality measurements need besides. */
export interface FoundSymbol extends SymbolSeen {
  readonly readers: readonly Extract<ReaderName, 'zxing-js' | 'zxing-wasm'>[]
  /** Seen from behind, or printed mirrored: corners then run counter-clockwise in the picture. */
  readonly mirrored: boolean
  /** The symbol as it should be printed; null when not decoded. Holds the payload: as secret as `bytes`. */
  readonly modules: ModuleMatrix | null
  /** Modules (origin: the symbol's own top left corner) to px of the picture that was searched. */
  readonly toPixels: Homography
  /** RMS distance of the seen module edges to that map, in modules; null when it could not be measured. */
  readonly residualModules: number | null
}
