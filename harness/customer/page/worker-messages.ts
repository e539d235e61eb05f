import type { Raster } from '../../imaging/raster.ts'
import type { CardForm } from '../card-form.ts'
import type { ListFault, PublicCard } from '../find-card.ts'
import type { CardAnswer, CardRequest } from '../open-card.ts'

/** A picture's pixels as a canvas gives them: RGBA, row by row. */
export interface CanvasPixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8ClampedArray<ArrayBuffer>
}

/** Without its alpha, which a photograph has not. */
export function rasterOf({ width, height, data }: CanvasPixels): Raster & { readonly channels: 3 } {
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from]!
    rgb[to + 1] = data[from + 1]!
    rgb[to + 2] = data[from + 2]!
  }
  return { width, height, channels: 3, data: rgb }
}

export type ToWorker =
  /** Get ready: a card will be asked for. */
  | { readonly warmUp: true }
  | { readonly card: CardRequest }
  | { readonly picture: CanvasPixels /** Not one of many to come. */; readonly still: boolean }
  /** A maker's list of cards, as its file has it, and a serial or address; null: only whether it is of use. */
  | { readonly list: Uint8Array<ArrayBuffer>; readonly wanted: string | null; readonly forms: readonly CardForm[] }

export type Found = PublicCard | 'none' | ListFault

export type FromWorker =
  | { readonly progress: number }
  | { readonly answer: CardAnswer }
  | { readonly texts: readonly string[] }
  | { readonly found: Found }
  /** What must not happen; the text holds nothing that was typed. */
  | { readonly defect: string }
