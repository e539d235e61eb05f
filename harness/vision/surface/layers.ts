import type { SymbolAtMark } from '../marks/symbol-marks.ts'

/** Which layer of the sticker lies open. */
export interface LayersSeen {
  readonly open: 'top' | 'bottom' | 'both' | 'none' | 'unknown'
  readonly because: string
}

/** By the symbols: only what lies open shows its own. */
export function layersBySymbols(atMarks: readonly SymbolAtMark[]): LayersSeen {
  const shows = (on: string) => atMarks.some(({ mark, fits }) => fits && mark.on === on)
  const top = shows('top-layer')
  const bottom = shows('bottom-layer')
  if (top && bottom) return { open: 'both', because: 'symbols of both layers lie open' }
  if (top) return { open: 'top', because: 'the top layer shows its symbol' }
  if (bottom) return { open: 'bottom', because: 'the bottom layer shows its symbol' }
  return { open: 'unknown', because: 'no symbol of the sticker could be read' }
}
