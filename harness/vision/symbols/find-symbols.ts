import type { Raster } from '../photograph.ts'
import { type GreyRaster, toGrey } from '../picture/grey.ts'
import type { Point, Quad } from '../reading.ts'
import { decodeMatrix } from './decode-matrix.ts'
import { type FinderTriple, rankTriples } from './finder-triples.ts'
import type { FoundSymbol } from './found-symbol.ts'
import {
  centreOf,
  compose,
  contains,
  doubleArea,
  type Homography,
  isConvex,
  project,
  projectQuad,
  quadToQuad,
  square,
} from './homography.ts'
import { bitMatrixOf } from './module-matrix.ts'
import { rectify } from './rectify.ts'
import { refinePose } from './refine.ts'
import { cropView, shrunkView, type View } from './views.ts'
import { type Binarizer, binarize, type DecodedInView, decodeTriple, findCentres } from './zxing-js.ts'
import { readWithWasm, type SeenByWasm } from './zxing-wasm.ts'

export interface FindOptions {
  readonly signal?: AbortSignal | undefined
}

/** Module sizes that the readers like best are 3 to 8 px; card pictures have them at about this length. */
const BASE_LONG_SIDE_PX = 1000
const MAX_TRIPLES = 60

/**
 * All QR Code Model 2 symbols in view: decoded ones with bytes, version and level, and those that are there but that no
 * reader could decode (`bytes` null). Which of them belongs where on a card is not decided here.
 *
 * @param raster a photograph, upright, any scale
 * @returns symbols with sub-pixel corners in px of `raster`, in reading order of nothing in particular
 * @throws the signal's reason when aborted
 */
export async function findSymbols(raster: Raster, options: FindOptions = {}): Promise<readonly FoundSymbol[]> {
  const { signal } = options
  const grey = toGrey(raster)
  const found: FoundSymbol[] = []
  const factor = Math.max(1, Math.round(Math.max(grey.width, grey.height) / BASE_LONG_SIDE_PX))
  const views = factor === 1 ? [shrunkView(grey, 1)] : [shrunkView(grey, factor), shrunkView(grey, 1)]

  for (const view of views) {
    for (const binarizer of ['hybrid', 'global'] as const) {
      signal?.throwIfAborted()
      searchView(grey, view, binarizer, found)
      if (found.length > 0) break
    }
    if (found.length > 0) break
  }
  signal?.throwIfAborted()
  for (const seen of await readWithWasm(views[0]!.grey)) await admit(grey, views[0]!, seen, found)
  signal?.throwIfAborted()
  for (const [i, symbol] of found.entries()) {
    if (!symbol.readers.includes('zxing-wasm')) found[i] = await confirmWithWasm(grey, symbol)
  }
  return found
}

/** Decodes every triple of finder patterns in one view and adds what is new. */
function searchView(grey: GreyRaster, view: View, binarizer: Binarizer, found: FoundSymbol[]): void {
  const bits = binarize(view.grey, binarizer)
  if (!bits) return
  const used = new Set<unknown>()
  let tries = 0
  for (const triple of rankTriples(findCentres(bits))) {
    const centres = [triple.topLeft, triple.topRight, triple.bottomLeft]
    if (centres.some(centre => used.has(centre)) || isInFound(view, triple, found)) continue
    if (++tries > MAX_TRIPLES) break
    const hit = decodeTriple(bits, triple)
    if (!hit) continue
    for (const centre of centres) used.add(centre)
    found.push(asFound(grey, hit, view, ['zxing-js']))
  }
}

function isInFound(view: View, triple: FinderTriple, found: readonly FoundSymbol[]): boolean {
  const points: Point[] = [triple.topLeft, triple.topRight, triple.bottomLeft].map(centre =>
    project(view.toPicture, centre.x, centre.y),
  )
  return found.some(symbol => symbol.bytes !== null && points.every(point => contains(symbol.corners, point)))
}

function asFound(grey: GreyRaster, hit: DecodedInView, view: View, readers: FoundSymbol['readers']): FoundSymbol {
  const { decoded } = hit
  const pose = poseOf(grey, decoded.modules, compose(view.toPicture, hit.toView))
  return {
    bytes: decoded.bytes,
    corners: projectQuad(pose.toPixels, square(decoded.modules.size)),
    version: decoded.version,
    errorCorrectionLevel: decoded.level,
    unusedErrorCorrection: decoded.unusedErrorCorrection,
    readers,
    mirrored: decoded.mirrored,
    modules: decoded.modules,
    toPixels: pose.toPixels,
    residualModules: pose.residualModules,
  }
}

function poseOf(grey: GreyRaster, modules: FoundSymbol['modules'], start: Homography) {
  const refined = modules && refinePose(grey, modules, start)
  if (!refined || !isConvex(projectQuad(refined.toPixels, square(modules.size)))) {
    return { toPixels: start, residualModules: null }
  }
  return refined
}

/** Adds what the second reader saw: as agreement with a symbol that is known already, or as a new one. */
async function admit(grey: GreyRaster, view: View, seen: SeenByWasm, found: FoundSymbol[]): Promise<void> {
  const corners = projectQuad(view.toPicture, seen.corners)
  if (!isConvex(corners)) return
  const known = found.findIndex(symbol => samePlace(symbol.corners, corners))
  if (known >= 0) {
    found[known] = joined(found[known]!, seen)
    return
  }
  if (seen.bytes === null || seen.version === null) return
  const symbol = asFoundByWasm(grey, seen, seen.bytes, corners)
  if (symbol) found.push(retryRectified(grey, symbol))
}

function asFoundByWasm(grey: GreyRaster, seen: SeenByWasm, bytes: Uint8Array, corners: Quad): FoundSymbol | null {
  const size = 17 + 4 * (seen.version ?? 1)
  const start = quadToQuad(square(size), corners)
  if (!start) return null
  const decoded = seen.modules && decodeMatrix(bitMatrixOf(seen.modules))
  const modules = decoded && equalBytes(decoded.bytes, bytes) ? decoded.modules : null
  const pose = poseOf(grey, modules, start)
  return {
    bytes,
    corners: projectQuad(pose.toPixels, square(size)),
    version: seen.version,
    errorCorrectionLevel: seen.level,
    unusedErrorCorrection: seen.unusedErrorCorrection,
    readers: ['zxing-wasm'],
    mirrored: seen.mirrored,
    modules,
    toPixels: pose.toPixels,
    residualModules: pose.residualModules,
  }
}

/** Lets the first reader look at a symbol that only the second has read, cut out straight. */
function retryRectified(grey: GreyRaster, symbol: FoundSymbol): FoundSymbol {
  const size = 17 + 4 * (symbol.version ?? 1)
  const patch = rectify(grey, symbol.toPixels, size)
  for (const binarizer of ['hybrid', 'global'] as const) {
    const bits = binarize(patch, binarizer)
    if (!bits) continue
    for (const triple of rankTriples(findCentres(bits)).slice(0, 8)) {
      const hit = decodeTriple(bits, triple)
      if (
        hit &&
        symbol.bytes &&
        hit.decoded.version === symbol.version &&
        equalBytes(hit.decoded.bytes, symbol.bytes)
      ) {
        return { ...symbol, readers: ['zxing-js', 'zxing-wasm'], modules: hit.decoded.modules }
      }
    }
  }
  return symbol
}

/** Asks the second reader about a symbol that only the first has read: in its surroundings, then cut out straight. */
async function confirmWithWasm(grey: GreyRaster, symbol: FoundSymbol): Promise<FoundSymbol> {
  const size = 17 + 4 * (symbol.version ?? 1)
  const modulePx = Math.sqrt(Math.abs(doubleArea(symbol.corners)) / 2) / size
  const xs = symbol.corners.map(corner => corner[0])
  const ys = symbol.corners.map(corner => corner[1])
  const margin = 4 * modulePx
  const box = {
    left: Math.min(...xs) - margin,
    right: Math.max(...xs) + margin,
    top: Math.min(...ys) - margin,
    bottom: Math.max(...ys) + margin,
  }
  const crop = cropView(grey, box, Math.max(1, Math.round(modulePx / 6)))
  for (const seen of await readWithWasm(crop.grey)) {
    if (samePlace(symbol.corners, projectQuad(crop.toPicture, seen.corners))) {
      const both = joined(symbol, seen)
      if (both !== symbol) return both
    }
  }
  for (const seen of await readWithWasm(rectify(grey, symbol.toPixels, size))) {
    const both = joined(symbol, seen)
    if (both !== symbol) return both
  }
  return symbol
}

/** Agreement is equal bytes, place and version; two readers that read different bytes at one place have read nothing. */
function joined(symbol: FoundSymbol, seen: SeenByWasm): FoundSymbol {
  if (seen.bytes === null || symbol.bytes === null || symbol.readers.includes('zxing-wasm')) return symbol
  if (seen.version === symbol.version && equalBytes(seen.bytes, symbol.bytes)) {
    return { ...symbol, readers: [...symbol.readers, 'zxing-wasm'] }
  }
  return { ...symbol, bytes: null, modules: null, unusedErrorCorrection: null, readers: [] }
}

function samePlace(a: Quad, b: Quad): boolean {
  return contains(a, centreOf(b)) && contains(b, centreOf(a))
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}
