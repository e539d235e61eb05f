import type { Quad } from '../../imaging/quad.ts'
import { centreOf, contains, doubleArea } from '../../imaging/quad.ts'
import type { FoundSymbol } from './found-symbol.ts'
import type { SeenByWasm } from './zxing-wasm.ts'

/**
 * Lets the second reader speak about a symbol at the same place. Agreement is equal bytes and version. Two readers that
 * read different things at one place have together read nothing: the symbol stays, undecoded.
 */
export function joined(symbol: FoundSymbol, seen: SeenByWasm): FoundSymbol {
  if (seen.bytes === null || symbol.bytes === null || symbol.readers.includes('zxing-wasm')) return symbol
  if (seen.version === symbol.version && sameBytes(seen.bytes, symbol.bytes)) {
    return { ...symbol, readers: [...symbol.readers, 'zxing-wasm'] }
  }
  return { ...symbol, bytes: null, modules: null, unusedErrorCorrection: null, readers: [], disputed: true }
}

/** A symbol within a symbol shares its middle, and is smaller than this part of it. */
const MIN_AREA_SHARE = 0.4

/** Do two quads show the same symbol? Each holds the other's middle, and neither is a small one within the other. */
export function samePlace(a: Quad, b: Quad): boolean {
  const [p, q] = [Math.abs(doubleArea(a)), Math.abs(doubleArea(b))]
  return Math.min(p, q) > MIN_AREA_SHARE * Math.max(p, q) && contains(a, centreOf(b)) && contains(b, centreOf(a))
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
