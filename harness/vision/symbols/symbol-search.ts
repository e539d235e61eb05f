import type { GreyRaster } from '../../imaging/grey.ts'
import { compose, type Homography, project, projectQuad, quadToQuad } from '../../imaging/homography.ts'
import type { Point, Quad } from '../../imaging/quad.ts'
import { contains, doubleArea, isConvex, square } from '../../imaging/quad.ts'
import { warpedSymbol } from '../../imaging/warp.ts'
import { joined, sameBytes, samePlace } from './agreement.ts'
import { readBent } from './bent-grid.ts'
import { decodeMatrix } from './decode-matrix.ts'
import { finderOutline } from './finder-outline.ts'
import { type FinderCentre, type FinderTriple, rankTriples } from './finder-triples.ts'
import { decodedSymbol, type FoundSymbol, placedSymbol, undecodedSymbol } from './found-symbol.ts'
import { bitMatrixOf } from './module-matrix.ts'
import { outlinePoses, pairPoses } from './outline-poses.ts'
import { findPartialSymbol } from './partial-symbol.ts'
import { readAtPose } from './read-at-pose.ts'
import { countTiming, type TimingCount } from './timing.ts'
import { cropView, type SearchView } from './views.ts'
import { type Binarizer, binarize, findCentres, type TripleOutcome, timingAt, tryPose, tryTriple } from './zxing-js.ts'
import type { BitMatrix } from './zxing-library.ts'
import { readWithWasm, type SeenByWasm } from './zxing-wasm.ts'

/** Triples whose timing patterns are looked at, and of those how many are handed to the decoder, in one view. */
const MAX_RANKED = 400
const MAX_TRIED = 24
/** Modules of a symbol that lies within another are at most this part of the other's. */
const NESTED_MODULES = 0.7
/** Poses from outlines that are tried in one view. */
const MAX_POSES = 24
const MAX_PAIR_POSES = 60
/** Part of the timing patterns that must be right before a pose is looked at more closely; chance gives about a half. */
const WORTH_LOOKING = 0.6
/** Modules of symbols that are looked at more closely in one picture: 55 of version 4, or 2 of version 40. */
const CLOSER_MODULES = 60_000
/** Poses whose corners lie this near each other, in modules, are one. */
const SAME_POSE = 0.7

/** Everything that is known so far of one picture. */
export class SymbolSearch {
  readonly grey: GreyRaster
  #symbols: FoundSymbol[] = []
  /** Finder centres of the views that were looked at, in px of the picture. */
  readonly #centres: FinderCentre[] = []
  #closerModules = CLOSER_MODULES
  readonly #closer: { readonly size: number; readonly corners: Quad }[] = []
  /** What looking again has not helped. */
  readonly #retried = new WeakSet<FoundSymbol>()

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

  /**
   * First reader: every likely triple of finder patterns in one view; with `steep`, while nothing was decoded, also those that
   * only their outlines show to be one.
   */
  lookAt(view: SearchView, binarizer: Binarizer, steep = false): void {
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
      if (outcome) this.#addOutcome(view, outcome)
    }
    if (steep && !this.hasDecoded) this.#lookByOutlines(view, bits, centres)
  }

  /** Every likely triple of finder patterns that are seen whole, by their outlines: any tilt, paper that is bent. */
  #lookByOutlines(view: SearchView, bits: BitMatrix, centres: readonly FinderCentre[]): void {
    const outlines: Quad[] = []
    for (const centre of centres) {
      if (outlines.some(outline => contains(outline, [centre.x, centre.y]))) continue
      const outline = finderOutline(bits, centre)
      if (outline) outlines.push(outline)
    }
    const poses = outlinePoses(outlines).slice(0, MAX_POSES)
    for (const pose of poses.length > 0 ? poses : pairPoses(outlines).slice(0, MAX_PAIR_POSES)) {
      const start = compose(view.toPicture, pose.toView)
      const outcome = tryPose(bits, pose.toView, pose.dimension)
      if (outcome) this.#addOutcome(view, outcome)
      if (outcome?.decoded) continue
      const hit = timingAt(bits, pose) < WORTH_LOOKING ? null : this.#lookCloser(start, pose.dimension)
      if (hit) this.#add(decodedSymbol(this.grey, hit.decoded, hit.toPixels))
      if (this.hasDecoded) return
    }
  }

  /** First reader on grey levels at a pose: on a plane, then on bent paper. */
  #lookCloser(toPixels: Homography, size: number) {
    const corners = projectQuad(toPixels, square(size))
    const nearPx = (SAME_POSE * Math.sqrt(Math.abs(doubleArea(corners)) / 2)) / size
    const isSame = (other: Quad) =>
      corners.every(([x, y], i) => Math.hypot(x - other[i]![0], y - other[i]![1]) < nearPx)
    if (this.#closerModules <= 0 || this.#closer.some(other => other.size === size && isSame(other.corners)))
      return null
    this.#closer.push({ size, corners })
    this.#closerModules -= size * size
    return readAtPose(this.grey, toPixels, size) ?? readBent(this.grey, toPixels, size)
  }

  #addOutcome(view: SearchView, { decoded, dimension, toView }: TripleOutcome): void {
    const start = compose(view.toPicture, toView)
    this.#add(decoded ? decodedSymbol(this.grey, decoded, start) : undecodedSymbol(this.grey, dimension, start))
  }

  /** Looks for a symbol that has lost a finder pattern, around the centres that were seen. */
  lookForPartial(): void {
    const partial = findPartialSymbol(this.grey, this.#centres)
    if (partial) this.#add(undecodedSymbol(this.grey, partial.size, partial.toPixels))
  }

  #remember(centres: readonly FinderCentre[], view: SearchView): void {
    const scale = Math.hypot(view.toPicture[0], view.toPicture[3])
    for (const centre of centres) {
      const [x, y] = project(view.toPicture, [centre.x, centre.y])
      const near = (other: FinderCentre) => Math.hypot(other.x - x, other.y - y) < 2 * other.modulePx
      if (!this.#centres.some(near)) this.#centres.push({ ...centre, x, y, modulePx: centre.modulePx * scale })
    }
  }

  /** Second reader over one view: its word on symbols that are known, and symbols that only it has found. */
  async askWasm(view: SearchView): Promise<void> {
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

  #covers(view: SearchView, triple: FinderTriple): boolean {
    const points: Point[] = [triple.topLeft, triple.topRight, triple.bottomLeft].map(centre =>
      project(view.toPicture, [centre.x, centre.y]),
    )
    const modulePx = triple.topLeft.modulePx * Math.hypot(view.toPicture[0], view.toPicture[3])
    // A finder pattern belongs to one symbol only; but a symbol may lie within a symbol of larger modules.
    return this.#symbols.some(
      symbol =>
        symbol.bytes !== null &&
        points.some(point => contains(symbol.corners, point)) &&
        modulePx > NESTED_MODULES * modulePxOf(symbol),
    )
  }

  /** Keeps the better of two symbols at one place. */
  #add(symbol: FoundSymbol): void {
    const at = this.#symbols.findIndex(known => samePlace(known.corners, symbol.corners))
    const known = this.#symbols[at]
    if (!known) this.#symbols.push(symbol)
    else if (known.bytes === null && !known.disputed && isBetter(symbol, known)) this.#symbols[at] = symbol
  }

  #fromWasm(seen: SeenByWasm, corners: FoundSymbol['corners']): FoundSymbol | null {
    const size = seen.version === null ? seen.modules?.size : 17 + 4 * seen.version
    const start = size && quadToQuad(square(size), corners)
    if (!start) return null
    const decoded = seen.bytes && seen.modules && decodeMatrix(bitMatrixOf(seen.modules))
    const modules = decoded && seen.bytes && sameBytes(decoded.bytes, seen.bytes) ? decoded.modules : null
    return {
      ...placedSymbol(this.grey, size, start, modules),
      bytes: seen.bytes,
      errorCorrectionLevel: seen.level,
      unusedErrorCorrection: seen.unusedErrorCorrection,
      readers: seen.bytes ? ['zxing-wasm'] : [],
      mirrored: seen.mirrored,
    }
  }

  #retry(symbol: FoundSymbol): FoundSymbol {
    if (this.#retried.has(symbol)) return symbol
    this.#retried.add(symbol)
    const hit = this.#lookCloser(symbol.toPixels, symbol.size) ?? this.#readCutOut(symbol)
    if (!hit) return symbol
    const again = decodedSymbol(this.grey, hit.decoded, hit.toPixels)
    if (symbol.bytes === null) return again
    if (again.version !== symbol.version || !sameBytes(again.bytes!, symbol.bytes)) {
      return { ...symbol, bytes: null, modules: null, unusedErrorCorrection: null, readers: [], disputed: true }
    }
    return { ...again, readers: ['zxing-js', ...symbol.readers] }
  }

  /** A symbol as if seen straight from above, with the map from there back. */
  #cutOut({ toPixels, size }: FoundSymbol): { readonly patch: GreyRaster; readonly toPicture: Homography } {
    const modulePx = 8
    const quiet = 4
    const patch = warpedSymbol(this.grey, toPixels, size, { modulePx, quiet })
    const toModules = [1 / modulePx, 0, -quiet, 0, 1 / modulePx, -quiet, 0, 0, 1] as const
    return { patch, toPicture: compose(toPixels, toModules) }
  }

  #readCutOut(symbol: FoundSymbol) {
    const { patch, toPicture } = this.#cutOut(symbol)
    for (const binarizer of ['hybrid', 'local', 'global'] as const) {
      const bits = binarize(patch, binarizer)
      if (!bits) continue
      for (const triple of rankTriples(findCentres(bits)).slice(0, 6)) {
        const outcome = tryTriple(bits, triple, countTiming(bits, triple))
        if (!outcome?.decoded) continue
        return { decoded: outcome.decoded, toPixels: compose(toPicture, outcome.toView) }
      }
    }
    return null
  }

  async #confirm(symbol: FoundSymbol): Promise<FoundSymbol> {
    const modulePx = modulePxOf(symbol)
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
    const { patch, toPicture } = this.#cutOut(symbol)
    for (const seen of await readWithWasm(patch)) {
      if (seen.bytes === null || symbol.bytes === null) continue
      if (samePlace(symbol.corners, projectQuad(toPicture, seen.corners))) return joined(symbol, seen)
    }
    return symbol
  }
}

function modulePxOf({ corners, size }: FoundSymbol): number {
  return Math.sqrt(Math.abs(doubleArea(corners)) / 2) / size
}

/** Decoded, or a pose that fits better. */
function isBetter(symbol: FoundSymbol, known: FoundSymbol): boolean {
  if (symbol.bytes !== null) return true
  const miss = ({ residualModules }: FoundSymbol) => residualModules ?? Number.POSITIVE_INFINITY
  return miss(symbol) < 0.8 * miss(known)
}

/** How far the timing patterns speak against a triple: infinite when neither can be a timing pattern of its size. */
function timingPenalty({ dimension }: FinderTriple, { horizontal, vertical }: TimingCount): number {
  const off = (count: number) => (count < 0.72 * dimension || count > 1.6 * dimension ? 1 : 0)
  const wrong = off(horizontal) + off(vertical)
  if (wrong === 2) return Number.POSITIVE_INFINITY
  return wrong + (2 * Math.abs(horizontal - vertical)) / dimension
}
