import type { PublicCard } from '../find-card.ts'
import type { CardAnswer, CardRequest } from '../open-card.ts'

/** A picture's pixels as a canvas gives them: RGBA, row by row. */
export interface CanvasPixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

export type ToWorker =
  /** Get ready: a card will be asked for. */
  | { readonly warmUp: true }
  | { readonly card: CardRequest }
  | { readonly picture: CanvasPixels /** Not one of many to come. */; readonly still: boolean }
  /** A maker's list of cards, as its file has it, and a serial or address. */
  | { readonly list: Uint8Array<ArrayBuffer>; readonly wanted: string }

/** `unusable`: no such list, or one that is wrong in itself; `secret`: one that holds a key. */
export type Found = PublicCard | 'none' | 'unusable' | 'secret'

export type FromWorker =
  | { readonly progress: number }
  | { readonly answer: CardAnswer }
  | { readonly texts: readonly string[] }
  | { readonly found: Found }
  /** What must not happen; the text holds nothing that was typed. */
  | { readonly defect: string }
