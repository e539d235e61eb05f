import type { RectMm } from '../../products/profile.ts'
import { paperLines } from './paper-lines.ts'
import { brightUnderSymbol, softPlaces } from './soft-paper.ts'
import type { SurfaceView } from './surface-view.ts'

/** What is seen on a sheet beside what is printed there. */
export interface PaperPlace {
  /** mm from the surface's top left corner. */
  readonly rect: RectMm
  /** As a multiple of the most that good sheets show. */
  readonly strength: number
  readonly what: string
}

/** Edges of labels, folds, bubbles, dents and stains of a sheet. @param symbols where its symbols are, mm on it */
export function onPaper(view: SurfaceView, symbols: readonly RectMm[]): PaperPlace[] {
  const lines = paperLines(view).map(({ isBright, ...place }) => ({
    ...place,
    what: `a fine ${isBright ? 'bright' : 'dark'} line`,
  }))
  const under = symbols.map(symbol => brightUnderSymbol(view, symbol))
  const places = [...softPlaces(view), ...under].map(({ isBright, ...place }) => ({
    ...place,
    what: `a ${isBright ? 'brighter' : 'darker'} place that fades out`,
  }))
  return [...lines, ...places].filter(({ strength }) => strength >= 1)
}
