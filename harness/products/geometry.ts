import type { CoverMark, Mark, ProductProfile, RectMm, Surface, SymbolMark, TextMark } from './profile.ts'

/** A point in mm, x right, y down. */
export type PointMm = readonly [x: number, y: number]

/** Where a surface's top left corner lies on the card, mm. The two layers lie one over the other. */
export function surfaceOrigin(profile: ProductProfile, surface: Surface): PointMm {
  if (surface === 'card' || profile.sticker === null) return [0, 0]
  return [profile.sticker.rect.x, profile.sticker.rect.y]
}

/** A mark with its place on the card's front, mm: the top left corner of its surface, and its rectangle. */
export type Placed<M = Mark> = M & { readonly originOnCard: PointMm; readonly rectOnCard: RectMm }

const placedBefore = new WeakMap<ProductProfile, readonly Placed[]>()

/** The marks of a profile with their places on the card, in the profile's order; worked out once a profile. */
export function placedMarks(profile: ProductProfile): readonly Placed[] {
  let marks = placedBefore.get(profile)
  if (marks === undefined) {
    marks = profile.marks.map(mark => {
      const originOnCard = surfaceOrigin(profile, mark.on)
      const [x, y] = originOnCard
      return { ...mark, originOnCard, rectOnCard: { ...mark.rect, x: mark.rect.x + x, y: mark.rect.y + y } }
    })
    placedBefore.set(profile, marks)
  }
  return marks
}

/** One text line's place. */
export interface LineBox {
  /** From the capitals' top to the baseline over the mark's whole width: where the line's ink may be. */
  readonly rect: RectMm
  /** Baseline start (`left`) or middle (`centre`). */
  readonly baseline: { readonly x: number; readonly y: number }
  readonly align: 'left' | 'centre'
  readonly capHeightMm: number
  readonly letterSpacingMm: number
}

/**
 * The boxes of a text mark's lines, top to bottom.
 * @param origin where the frame in which they are wanted has the mark's surface, mm. Default: the surface's own
 */
export function lineBoxes(
  { rect: { x, width }, lines }: Pick<TextMark, 'rect' | 'lines'>,
  [left, top]: PointMm = [0, 0],
): LineBox[] {
  return lines.map(({ baseline, align, capHeight: capHeightMm, letterSpacing: letterSpacingMm = 0 }) => ({
    rect: { x: x + left, y: baseline.y - capHeightMm + top, width, height: capHeightMm },
    baseline: { x: baseline.x + left, y: baseline.y + top },
    align,
    capHeightMm,
    letterSpacingMm,
  }))
}

/** A rectangle with more room on all sides, mm. */
export function grown({ x, y, width, height }: RectMm, across: number, down = across): RectMm {
  return { x: x - across, y: y - down, width: width + 2 * across, height: height + 2 * down }
}

/** Have two rectangles a place in common? */
export function overlap(a: RectMm, b: RectMm): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
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
export function markNamed(profile: ProductProfile, name: string): Placed {
  const mark = placedMarks(profile).find(candidate => candidate.name === name)
  if (mark === undefined) throw new RangeError(`the product ${profile.name} has no mark «${name}»`)
  return mark
}

/** The marks of one kind, in the profile's order. */
export const symbolMarks = (profile: ProductProfile): Placed<SymbolMark>[] =>
  placedMarks(profile).filter(mark => mark.kind === 'qr')
export const textMarks = (profile: ProductProfile): Placed<TextMark>[] =>
  placedMarks(profile).filter(mark => mark.kind === 'text')
export const coverMarks = (profile: ProductProfile): Placed<CoverMark>[] =>
  placedMarks(profile).filter(mark => mark.kind === 'cover')

/** The cover over a mark, or null. */
export function coverOf(profile: ProductProfile, mark: Mark): Placed<CoverMark> | null {
  return coverMarks(profile).find(cover => cover.covers === mark.name) ?? null
}
