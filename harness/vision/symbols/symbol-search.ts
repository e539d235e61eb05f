import type { GreyRaster } from '../picture/grey.ts'
import { compose, project, projectQuad, quadToQuad } from '../plane/homography.ts'
import { contains, doubleArea, isConvex, square } from '../plane/quad.ts'
import type { Point } from '../reading.ts'
import { equalBytes, joined, samePlace } from './agreement.ts'
import { decodeMatrix } from './decode-matrix.ts'
import { type FinderCentre, type FinderTriple, rankTriples } from './finder-triples.ts'
import { decodedSymbol, type FoundSymbol, placed, undecodedSymbol } from './found-symbol.ts'
import { bitMatrixOf } from './module-matrix.ts'
import { findPartialSymbol } from './partial-symbol.ts'
import { readAtPose } from './read-at-pose.ts'
import { rectify } from './rectify.ts'
import { countTiming, type TimingCount } from './timing.ts'
import { cropView, type View } from './views.ts'
import { type Binarizer, binarize, findCentres, tryTriple } from './zxing-js.ts'
import { readWithWasm, type SeenByWasm } from './zxing-wasm.ts'

/** Triples whose timing patterns are looked at, and of those how many are handed to the decoder, in one view. */
const MAX_RANKED = 400
const MAX_TRIED = 24

/** Everything that is known so far of one picture. */
export class SymbolSearch {
  readonly grey: GreyRaster
  #symbols: FoundSymbol[] = []
  /** Finder centres of the views that were looked at, in px of the picture. */
  readonly #centres: FinderCentre[] = []

  constructor(grey: GreyRaster) {
    this.grey = grey
  }

  get symbols(): readonly FoundSymbol[] {
    return this.#symbols
  }

  get hasDecoded(): boolean {
    return this.#symbols.some(symbol => symbol.bytes !== null)
  }

  get hasUndecoded(): boolean {
    return this.#symbols.some(symbol => symbol.bytes === null && !symbol.disputed)
  }

  /** First reader: every likely triple of finder patterns in one view. */
  lookAt(view: View, binarizer: Binarizer): void {
    const bits = binarize(view.grey, binarizer)
    if (!bits) return
    const centres = findCentres(bits)
    this.#remember(centres, view)
    const ranked = rankTriples(centres).slice(0, MAX_RANKED)
    const timed = ranked
      .filter(triple => !this.#covers(view, triple))
      .map(triple => ({ triple, timing: countTiming(bits, triple) }))
      .map(({ triple, timing }) => ({ triple, timing, score: triple.score + timingPenalty(triple, timing) }))
      .filter(({ score }) => Number.isFinite(score))
      .sort((a, b) => a.score - b.score)
    for (const { triple, timing } of timed.slice(0, MAX_TRIED)) {
      if (this.#covers(view, triple)) continue
      const outcome = tryTriple(bits, triple, timing)
      if (!outcome) continue
      const start = compose(view.toPicture, outcome.toView)
      this.#add(
        outcome.decoded
          ? decodedSymbol(this.grey, outcome.decoded, start)
          : undecodedSymbol(this.grey, outcome.dimension, start),
      )
    }
  }

  /** Looks for a symbol that has lost a finder pattern, around the centres that were seen. */
  lookForPartial(): void {
    const partial = findPartialSymbol(this.grey, this.#centres)
    if (partial) this.#add(undecodedSymbol(this.grey, partial.size, partial.toPixels))
  }

  #remember(centres: readonly FinderCentre[], view: View): void {
    const scale = Math.hypot(view.toPicture[0], view.toPicture[3])
    for (const centre of centres) {
      const [x, y] = project(view.toPicture, [centre.x, centre.y])
      const near = (other: FinderCentre) => Math.hypot(other.x - x, other.y - y) < 2 * other.modulePx
      if (!this.#centres.some(near)) this.#centres.push({ ...centre, x, y, modulePx: centre.modulePx * scale })
    }
  }

  /** Second reader over one view: its word on symbols that are known, and symbols that only it has found. */
  async askWasm(view: View): Promise<void> {
    for (const seen of await readWithWasm(view.grey)) {
      const corners = projectQuad(view.toPicture, seen.corners)
      if (!isConvex(corners)) continue
      const at = this.#symbols.findIndex(symbol => samePlace(symbol.corners, corners))
      const known = this.#symbols[at]
      if (known && (known.bytes !== null || seen.bytes === null)) this.#symbols[at] = joined(known, seen)
      else {
        const symbol = this.#fromWasm(seen, corners)
        if (symbol) this.#add(this.#retry(symbol))
      }
    }
  }

  /** First reader again, at the places of symbols that it has not decoded. */
  retryUndecoded(): void {
    this.#symbols = this.#symbols.map(symbol => (symbol.disputed || symbol.bytes ? symbol : this.#retry(symbol)))
  }

  /** Second reader again, at the places of symbols that only the first has decoded, or nobody. */
  async confirmAll(): Promise<void> {
    for (const [i, symbol] of this.#symbols.entries()) {
      if (!symbol.disputed && !symbol.readers.includes('zxing-wasm')) this.#symbols[i] = await this.#confirm(symbol)
    }
  }

  #covers(view: View, triple: FinderTriple): boolean {
    const points: Point[] = [triple.topLeft, triple.topRight, triple.bottomLeft].map(centre =>
      project(view.toPicture, [centre.x, centre.y]),
    )
    // A finder pattern belongs to one symbol only.
    return this.#symbols.some(symbol => symbol.bytes !== null && points.some(point => contains(symbol.corners, point)))
  }

  /** Keeps the better of two symbols at one place. */
  #add(symbol: FoundSymbol): void {
    const at = this.#symbols.findIndex(known => samePlace(known.corners, symbol.corners))
    const known = this.#symbols[at]
    if (!known) this.#symbols.push(symbol)
    else if (known.bytes === null && !known.disputed && symbol.bytes !== null) this.#symbols[at] = symbol
  }

  #fromWasm(seen: SeenByWasm, corners: FoundSymbol['corners']): FoundSymbol | null {
    const size = seen.version === null ? seen.modules?.size : 17 + 4 * seen.version
    const start = size && quadToQuad(square(size), corners)
    if (!start) return null
    const decoded = seen.bytes && seen.modules && decodeMatrix(bitMatrixOf(seen.modules))
    const modules = decoded && seen.bytes && equalBytes(decoded.bytes, seen.bytes) ? decoded.modules : null
    return {
      ...placed(this.grey, size, start, modules),
      bytes: seen.bytes,
      errorCorrectionLevel: seen.level,
      unusedErrorCorrection: seen.unusedErrorCorrection,
      readers: seen.bytes ? ['zxing-wasm'] : [],
      mirrored: seen.mirrored,
    }
  }

  #retry(symbol: FoundSymbol): FoundSymbol {
    const hit = readAtPose(this.grey, symbol.toPixels, symbol.size) ?? this.#readCutOut(symbol)
    if (!hit) return symbol
    const again = decodedSymbol(this.grey, hit.decoded, hit.toPixels)
    if (symbol.bytes === null) return again
    if (again.version !== symbol.version || !equalBytes(again.bytes!, symbol.bytes)) {
      return { ...symbol, bytes: null, modules: null, unusedErrorCorrection: null, readers: [], disputed: true }
    }
    return { ...again, readers: ['zxing-js', ...symbol.readers] }
  }

  #readCutOut(symbol: FoundSymbol) {
    const modulePx = 8
    const quiet = 4
    const patch = rectify(this.grey, symbol.toPixels, symbol.size, { modulePx, quiet })
    const fromPatch = [1 / modulePx, 0, -quiet, 0, 1 / modulePx, -quiet, 0, 0, 1] as const
    for (const binarizer of ['hybrid', 'local', 'global'] as const) {
      const bits = binarize(patch, binarizer)
      if (!bits) continue
      for (const triple of rankTriples(findCentres(bits)).slice(0, 6)) {
        const outcome = tryTriple(bits, triple, countTiming(bits, triple))
        if (!outcome?.decoded) continue
        const toPixels = compose(symbol.toPixels, compose(fromPatch, outcome.toView))
        return { decoded: outcome.decoded, toPixels }
      }
    }
    return null
  }

  async #confirm(symbol: FoundSymbol): Promise<FoundSymbol> {
    const modulePx = Math.sqrt(Math.abs(doubleArea(symbol.corners)) / 2) / symbol.size
    const xs = symbol.corners.map(corner => corner[0])
    const ys = symbol.corners.map(corner => corner[1])
    const margin = 4 * modulePx
    const box = {
      left: Math.min(...xs) - margin,
      right: Math.max(...xs) + margin,
      top: Math.min(...ys) - margin,
      bottom: Math.max(...ys) + margin,
    }
    const crop = cropView(this.grey, box, Math.max(1, Math.round(modulePx / 6)))
    for (const seen of await readWithWasm(crop.grey)) {
      const corners = projectQuad(crop.toPicture, seen.corners)
      if (seen.bytes === null || !samePlace(symbol.corners, corners)) continue
      return symbol.bytes === null ? (this.#fromWasm(seen, corners) ?? symbol) : joined(symbol, seen)
    }
    for (const seen of await readWithWasm(rectify(this.grey, symbol.toPixels, symbol.size))) {
      if (seen.bytes !== null && symbol.bytes !== null) return joined(symbol, seen)
    }
    return symbol
  }
}

/** How far the timing patterns speak against a triple: infinite when neither can be a timing pattern of its size. */
function timingPenalty({ dimension }: FinderTriple, { horizontal, vertical }: TimingCount): number {
  const off = (count: number) => (count < 0.72 * dimension || count > 1.6 * dimension ? 1 : 0)
  const wrong = off(horizontal) + off(vertical)
  if (wrong === 2) return Number.POSITIVE_INFINITY
  return wrong + (2 * Math.abs(horizontal - vertical)) / dimension
}
