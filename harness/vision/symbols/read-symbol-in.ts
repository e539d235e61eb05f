import type { Raster } from '../photograph.ts'
import { type FindOptions, findSymbols } from './find-symbols.ts'
import type { FoundSymbol } from './found-symbol.ts'

export interface ReadInOptions extends FindOptions {
  /** Width of one module in the patch, px. */
  readonly modulePx?: number | undefined
}

/**
 * Reads the one symbol of a rectified patch (quiet zone included where there is one); corners are px of the patch.
 * Null when it cannot be decoded, or when the patch shows two: the wrong symbol never stands in for the right one.
 */
export async function readSymbolIn(patch: Raster, options: ReadInOptions = {}): Promise<FoundSymbol | null> {
  const read = (await findSymbols(patch, options)).filter(symbol => symbol.bytes !== null)
  return read.length === 1 ? read[0]! : null
}
