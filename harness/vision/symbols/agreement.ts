import { centreOf, contains } from '../plane/quad.ts'
import type { Quad } from '../reading.ts'
import type { FoundSymbol } from './found-symbol.ts'
import type { SeenByWasm } from './zxing-wasm.ts'

/**
 * Lets the second reader speak about a symbol at the same place. Agreement is equal bytes and version. Two readers that
 * read different things at one place have together read nothing: the symbol stays, undecoded.
 */
export function joined(symbol: FoundSymbol, seen: SeenByWasm): FoundSymbol {
  if (seen.bytes === null || symbol.bytes === null || symbol.readers.includes('zxing-wasm')) return symbol
  if (seen.version === symbol.version && equalBytes(seen.bytes, symbol.bytes)) {
    return { ...symbol, readers: [...symbol.readers, 'zxing-wasm'] }
  }
  return { ...symbol, bytes: null, modules: null, unusedErrorCorrection: null, readers: [], disputed: true }
}

/** Do two quads show the same symbol? Symbols do not overlap, so it is enough that each holds the other's middle. */
export function samePlace(a: Quad, b: Quad): boolean {
  return contains(a, centreOf(b)) && contains(b, centreOf(a))
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
