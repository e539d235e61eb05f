import type { Mark, ProductProfile, RectMm, State } from './profile.ts'

/** A card as it is drawn for a person: where its things lie, and in which states they are seen. No text of it. mm, from the card's top left. */
export interface CardPicture {
  readonly width: number
  readonly height: number
  readonly radius: number
  readonly sticker: (RectMm & { readonly top: string; readonly bottom: string }) | null
  readonly marks: readonly (RectMm & {
    readonly kind: Mark['kind']
    readonly isOnSticker: boolean
    readonly lines: number
    readonly states: readonly State[]
  })[]
}

/** What a product's card looks like in each state, by its profile. */
export function cardPicture({ card, sticker, marks }: ProductProfile): CardPicture {
  const { width, height, cornerRadius } = card
  return {
    ...{ width, height, radius: cornerRadius },
    sticker: sticker && { ...sticker.rect, top: sticker.topColour, bottom: sticker.bottomColour },
    marks: marks.map(mark => {
      const { kind, on, rect, visibleIn } = mark
      const isOnSticker = on !== 'card'
      const [x, y] = isOnSticker && sticker !== null ? [sticker.rect.x, sticker.rect.y] : [0, 0]
      return {
        ...{ kind, isOnSticker, lines: mark.kind === 'text' ? mark.lines.length : 0, states: visibleIn },
        ...{ ...rect, x: rect.x + x, y: rect.y + y },
      }
    }),
  }
}
