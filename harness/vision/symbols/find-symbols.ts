import { nextTurn } from '../../core/next-turn.ts'
import { type GreyRaster, toGrey } from '../../imaging/grey.ts'
import type { Raster } from '../../imaging/raster.ts'
import type { FoundSymbol } from './found-symbol.ts'
import { SymbolSearch } from './symbol-search.ts'
import {
  invertedView,
  type SearchView,
  scaledView,
  sharpenedView,
  shrunkView,
  smoothedView,
  stretchedView,
  turnedView,
} from './views.ts'
import type { Binarizer } from './zxing-js.ts'

export interface FindOptions {
  /** Checked between stages; aborting rejects with its reason. */
  readonly signal?: AbortSignal | undefined
  /**
   * How long to keep looking for what the first stages did not read. `quick` stops after the first stages: enough for a
   * good photograph of one card. Default: `thorough`.
   */
  readonly effort?: 'quick' | 'thorough' | undefined
  /** Without it only the first reader (zxing-js) looks. Default: true. */
  readonly secondReader?: boolean | undefined
}

/** A symbol has at least 21 modules a side, and a module at least one pixel. */
const MIN_SIDE_PX = 21
/** Readers do best with 3 to 8 px a module, and a symbol on a photographed card has that at about this length. */
const BASE_LONG_SIDE_PX = 1000

interface Stage {
  /** Null: nothing new to see in this picture. */
  readonly view: (base: SearchView, grey: GreyRaster, scale: number) => SearchView | Promise<SearchView> | null
  readonly binarizers: readonly Binarizer[]
  readonly wasm?: true
}

/** The stages after the first, each only while nothing was decoded, those that helped on most photographs first. */
const lastStages: readonly Stage[] = [
  { view: base => base, binarizers: ['global'] },
  { view: (_, grey, scale) => scaledView(grey, scale / 2), binarizers: ['hybrid', 'local', 'global'] },
  { view: (_, grey, scale) => scaledView(grey, scale * 0.71), binarizers: ['hybrid', 'local', 'global'] },
  { view: base => stretchedView(base), binarizers: ['hybrid', 'local'], wasm: true },
  { view: base => sharpenedView(base), binarizers: ['hybrid', 'local'] },
  { view: base => smoothedView(base), binarizers: ['hybrid', 'local'] },
  { view: (_, grey, scale) => (scale < 1 ? fineView(grey) : null), binarizers: ['hybrid'] },
  { view: (_, grey, scale) => (scale < 1 ? null : scaledView(grey, 2)), binarizers: ['hybrid', 'local'], wasm: true },
  { view: (_, grey, scale) => scaledView(grey, scale / 4), binarizers: ['hybrid', 'global'] },
  { view: base => invertedView(base), binarizers: ['hybrid'] },
  { view: base => turnedView(base), binarizers: ['hybrid', 'local'] },
]

/**
 * All QR Code Model 2 symbols in view: decoded ones with bytes, version and level, and those that are there but that no
 * reader could decode (`bytes` null). Which of them belongs where on a card is not decided here.
 *
 * @param raster a photograph, upright, any scale
 * @returns symbols with sub-pixel corners in px of `raster`, in no particular order
 * @throws the signal's reason when aborted
 */
export async function findSymbols(raster: Raster, options: FindOptions = {}): Promise<readonly FoundSymbol[]> {
  const { signal, effort = 'thorough', secondReader = true } = options
  signal?.throwIfAborted()
  const search = new SymbolSearch(toGrey(raster))
  if (isTooSmall(raster)) return search.symbols
  const scale = baseScale(search.grey)
  const base = shrunkView(search.grey, Math.round(1 / scale))
  const pause = async () => {
    await nextTurn()
    signal?.throwIfAborted()
  }

  search.lookAt(base, 'hybrid')
  if (!search.hasDecoded || search.hasUndecoded) search.lookAt(base, 'local')
  if (secondReader) await search.askWasm(base)
  await pause()
  search.retryUndecoded()
  if (secondReader) await search.confirmAll()
  if (effort === 'quick') return search.symbols

  if (scale < 1) {
    // Always: a symbol too small for the base view may be the one that must not be in the picture.
    await pause()
    const fine = fineView(search.grey)
    search.lookAt(fine, 'local')
    if (secondReader && (!search.hasDecoded || search.hasUndecoded)) await search.askWasm(fine)
    await pause()
    search.retryUndecoded()
  }
  for (const binarizer of ['hybrid', 'local'] as const) {
    if (search.hasDecoded) break
    await pause()
    search.lookAt(base, binarizer, true)
  }
  for (const stage of lastStages) {
    if (search.hasDecoded) break
    await pause()
    const view = await stage.view(base, search.grey, scale)
    if (!view || isTooSmall(view.grey)) continue
    for (const binarizer of stage.binarizers) if (!search.hasDecoded) search.lookAt(view, binarizer, true)
    if (stage.wasm && secondReader && !search.hasDecoded) await search.askWasm(view)
    search.retryUndecoded()
  }
  if (!search.hasDecoded) {
    await pause()
    search.lookForPartial()
    search.retryUndecoded()
  }
  if (secondReader) await search.confirmAll()
  return search.symbols
}

/** The picture itself, or what is left of a very large one: beyond this, memory and time grow and modules do not. */
const FINE_PIXELS = 16_000_000

function fineView(grey: GreyRaster): SearchView {
  return shrunkView(grey, Math.ceil(Math.sqrt((grey.width * grey.height) / FINE_PIXELS)))
}

/** 1, 1/2, 1/3, …: what brings the long side nearest to where readers do best, and leaves the short side a symbol long. */
function baseScale({ width, height }: GreyRaster): number {
  const wanted = Math.round(Math.max(width, height) / BASE_LONG_SIDE_PX)
  return 1 / Math.max(1, Math.min(wanted, Math.floor(Math.min(width, height) / MIN_SIDE_PX)))
}

function isTooSmall({ width, height }: Raster): boolean {
  return Math.min(width, height) < MIN_SIDE_PX
}
