import type { StagePosition } from '../stage/stage.ts'

/**
 * What the virtual rig is really like. The camera draws from this and from nothing else: not from a calibration, not
 * from a product profile, not from what the drivers report. A wrong calibration therefore shows in the pictures.
 */
export interface Truth {
  readonly lens: {
    readonly focalMm: number
    /** Distance of best focus from the lens, mm. */
    readonly focusMm: number
    readonly fNumber: number
    /** r' = r (1 + k1 r² + k2 r⁴), r = 1 at half the picture's diagonal. */
    readonly k1: number
    readonly k2: number
    /** Fall of light at r = 1: 0.12 = 12 % darker than in the middle. */
    readonly vignette: number
    /** Standard deviation of the blur of the lens in focus, µm on the sensor. */
    readonly spotUm: number
  }
  readonly sensor: {
    readonly widthMm: number
    readonly heightMm: number
    /** Optical axis from the middle of the sensor, mm; x right, y down. */
    readonly axisMm: readonly [number, number]
    readonly fullWellElectrons: number
    readonly readNoiseElectrons: number
    /** Electrons in a pixel of 5.5 µm, from white under one unit of light, per ms. */
    readonly electronsPerMs: number
    /** Response of the red, green and blue filters to neutral light. */
    readonly response: readonly [number, number, number]
    /** Gains that the camera multiplies by: nearly, not exactly, the inverse of the response. */
    readonly whiteBalance: readonly [number, number, number]
    readonly jpegQuality: number
  }
  readonly mount: {
    /** Height of the lens over the nest with the stage at {@link Truth.mount}'s `axisAt`, mm. */
    readonly heightMm: number
    /** Carriage position that brings the nest's middle under the optical axis. */
    readonly axisAt: StagePosition
    readonly tiltDeg: number
    readonly tiltTowardsDeg: number
    readonly rollDeg: number
    /** Shake between photographs, standard deviations. */
    readonly jitterMm: number
    readonly jitterDeg: number
  }
  readonly nest: {
    /** Play of a card in the nest, standard deviations of one placement. */
    readonly playMm: number
    readonly playDeg: number
  }
  readonly lamps: {
    /** Light on the nest's middle from each lamp at full power. */
    readonly strength: { readonly dome: number; readonly ring: number; readonly left: number; readonly right: number }
    /** Of the room, always there. */
    readonly ambient: number
    readonly tint: {
      readonly dome: readonly [number, number, number]
      readonly ring: readonly [number, number, number]
      readonly left: readonly [number, number, number]
      readonly right: readonly [number, number, number]
      readonly ambient: readonly [number, number, number]
    }
    readonly ringRadiusMm: number
    readonly ringHeightMm: number
    readonly sideElevationDeg: number
    readonly sideDistanceMm: number
    readonly domeHoleDeg: number
  }
}

export const virtualTruth: Truth = {
  lens: { focalMm: 35, focusMm: 401.3, fNumber: 8, k1: -0.0117, k2: 0.0021, vignette: 0.09, spotUm: 3.4 },
  sensor: {
    widthMm: 13.2,
    heightMm: 8.8,
    axisMm: [0.031, -0.022],
    fullWellElectrons: 14_000,
    readNoiseElectrons: 4.5,
    electronsPerMs: 600,
    response: [0.62, 1, 0.71],
    whiteBalance: [1.6, 1, 1.42],
    jpegQuality: 92,
  },
  mount: {
    heightMm: 400,
    axisAt: { xMm: -60.21, yMm: -59.86, zMm: -20.1 },
    tiltDeg: 0.42,
    tiltTowardsDeg: 118,
    rollDeg: 0.63,
    jitterMm: 0.02,
    jitterDeg: 0.01,
  },
  nest: { playMm: 0.12, playDeg: 0.15 },
  lamps: {
    strength: { dome: 1, ring: 1, left: 0.9, right: 0.86 },
    ambient: 0.012,
    tint: {
      dome: [1.0, 1.0, 0.99],
      ring: [0.985, 1.0, 1.03],
      left: [1.015, 1.0, 0.97],
      right: [1.01, 1.0, 0.975],
      ambient: [1.12, 1.0, 0.8],
    },
    ringRadiusMm: 55,
    ringHeightMm: 270,
    sideElevationDeg: 24,
    sideDistanceMm: 230,
    domeHoleDeg: 6.5,
  },
}
