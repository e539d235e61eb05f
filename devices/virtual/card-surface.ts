/**
 * One face of a physical card as the virtual camera sees it: maps over the card's front, row by row from its own top
 * left corner, `width = round(widthMm * pixelsPerMm)` samples a row. Made by `fixtures/artwork`, never by vision.
 */
export interface CardSurface {
  readonly widthMm: number
  readonly heightMm: number
  readonly thicknessMm: number
  readonly cornerRadiusMm: number
  readonly pixelsPerMm: number
  readonly width: number
  readonly height: number
  /** Diffuse colour, sRGB-encoded R, G, B: paper, ink, foil, oxide. */
  readonly colour: Uint8Array
  /** 0 = diffuse (paper, ink) … 255 = bare metal with the card's brushed finish. */
  readonly metal: Uint8Array
  /** 0 = matte … 255 = glossy (laminate over a sticker). Counts where `metal` is 0. */
  readonly gloss: Uint8Array
  /** Height over the bare face in µm: sticker layers and scratch-off are above 0, etching is below. */
  readonly heightUm: Int16Array
  /** Direction of the brushing, degrees from the card's x axis. */
  readonly brushAngleDeg: number
  /** Base tint of the metal, linear R, G, B reflectance at normal incidence, 0..1. */
  readonly metalTint: readonly [number, number, number]
}
