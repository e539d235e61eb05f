/** What lies around the card. */
const backgrounds = ['nest', 'black', 'wood', 'white'] as const
export type Background = (typeof backgrounds)[number]

/** How a unit is put under the camera, relative to the middle of the nest. */
export interface CardPlacement {
  /** Shift of the card's middle, mm; x right and y down in the picture. */
  readonly xMm: number
  readonly yMm: number
  /** Turn of the card seen from the camera, clockwise. */
  readonly rotationDeg: number
  /** The whole bench leans by this much … */
  readonly tiltDeg: number
  /** … and the direction, clockwise from the picture's right, whose side is lifted towards the camera. */
  readonly tiltTowardsDeg: number
  readonly background: Background
}

const nest: CardPlacement = { xMm: 0, yMm: 0, rotationDeg: 0, tiltDeg: 0, tiltTowardsDeg: 0, background: 'nest' }

/** Placements by name, for scenarios and tests. */
export const placements = {
  nest,
  turned90: { ...nest, rotationDeg: 90 },
  turned180: { ...nest, rotationDeg: 180 },
  turned270: { ...nest, rotationDeg: 270 },
  tilted: { ...nest, tiltDeg: 9, tiltTowardsDeg: 35, rotationDeg: 4, background: 'black' },
  wood: { ...nest, rotationDeg: -7, xMm: 4, yMm: -3, background: 'wood' },
  white: { ...nest, rotationDeg: 3, background: 'white' },
} as const satisfies Record<string, CardPlacement>
export type PlacementName = keyof typeof placements
