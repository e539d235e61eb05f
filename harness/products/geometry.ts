import type { CoverMark, Mark, ProductProfile, RectMm, Surface, SymbolMark, TextMark } from './profile.ts'

/** A point in mm, x right, y down. */
export type PointMm = readonly [x: number, y: number]

/** Where a surface's top left corner lies on the card, mm. The two layers lie one over the other. */
export function surfaceOrigin(profile: ProductProfile, surface: Surface): PointMm {
  if (surface === 'card' || profile.sticker === null) return [0, 0]
  return [profile.sticker.rect.x, profile.sticker.rect.y]
}

/** A mark's rectangle on the card's front, mm. */
export function markRectOnCard(profile: ProductProfile, mark: Mark): RectMm {
  const [x, y] = surfaceOrigin(profile, mark.on)
  return { ...mark.rect, x: mark.rect.x + x, y: mark.rect.y + y }
}

/** One text line's place. */
export interface LineBox {
  /** From the capitals' top to the baseline over the mark's whole width: where the line's ink may be. */
  readonly rect: RectMm
  /** Baseline start (`left`) or middle (`centre`). */
  readonly baseline: PointMm
  readonly align: 'left' | 'centre'
  readonly capHeight: number
}

/** The boxes of a text mark's lines on the card's front, mm, top to bottom. */
export function lineBoxesOnCard(profile: ProductProfile, mark: TextMark): LineBox[] {
  return lineBoxes(mark, surfaceOrigin(profile, mark.on))
}

/** The same in the frame of the mark's own surface. @param origin where that frame lies */
export function lineBoxes(mark: TextMark, [x, y]: PointMm = [0, 0]): LineBox[] {
  return mark.lines.map(({ baseline, align, capHeight }) => ({
    rect: {
      x: mark.rect.x + x,
      y: baseline.y - capHeight + y,
      width: mark.rect.width,
      height: capHeight,
    },
    baseline: [baseline.x + x, baseline.y + y],
    align,
    capHeight,
  }))
}

/** A rectangle with more room on all sides, mm. */
export function grown({ x, y, width, height }: RectMm, across: number, down = across): RectMm {
  return { x: x - across, y: y - down, width: width + 2 * across, height: height + 2 * down }
}

/** A rectangle's corners, clockwise from the top left. */
export function corners({ x, y, width, height }: RectMm): readonly [PointMm, PointMm, PointMm, PointMm] {
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ]
}

/** The mark of that name. @throws RangeError when the profile has none */
export function markNamed(profile: ProductProfile, name: string): Mark {
  const mark = profile.marks.find(candidate => candidate.name === name)
  if (mark === undefined) throw new RangeError(`the product ${profile.name} has no mark «${name}»`)
  return mark
}

/** The marks of one kind, in the profile's order. */
export const symbolMarks = (profile: ProductProfile): SymbolMark[] => profile.marks.filter(mark => mark.kind === 'qr')
export const textMarks = (profile: ProductProfile): TextMark[] => profile.marks.filter(mark => mark.kind === 'text')
export const coverMarks = (profile: ProductProfile): CoverMark[] => profile.marks.filter(mark => mark.kind === 'cover')

/** The cover over a mark, or null. */
export function coverOf(profile: ProductProfile, mark: Mark): CoverMark | null {
  return coverMarks(profile).find(cover => cover.covers === mark.name) ?? null
}
