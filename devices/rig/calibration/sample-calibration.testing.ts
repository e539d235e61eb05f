import type { CalibrationContent } from './calibration.ts'

const size = { width: 2400, height: 1600 }

/** A calibration for tests: good within every limit for thirty days. */
export const sampleCalibration: CalibrationContent = {
  format: 'assay-calibration-2',
  rig: 'bench',
  kind: 'real',
  camera: { driver: 'http', firmware: '1', size },
  lens: null,
  by: 'me',
  madeAt: '2026-03-01T08:00:00.000Z',
  expiresAt: '2026-03-31T08:00:00.000Z',
  pose: 'inspect',
  plane: {
    perspective: [16, 0, 0, 0, 16, 0, 0, 0, 1],
    k1: 0,
    k2: 0,
    centre: [1200, 800],
    terms: 'none',
    points: 251,
    rmsPx: 0.02,
    worstPx: 0.1,
    pixelsPerMm: 16,
  },
  verification: { points: 238, rmsMm: 0.002, worstMm: 0.01, scalePercent: 0.01 },
  stage: { x: [1, 0], y: [0, -1], repeatMm: 0.02, squarenessDeg: 0.1 },
  lights: {
    dome: {
      exposureMs: 10,
      white: [0.6, 0.6, 0.6],
      evenness: 0.9,
      clipped: 0,
      grain: 0.01,
      field: { columns: 2, rows: 2, white: new Array<number>(12).fill(0.6), residual: 0.01 },
    },
  },
  dark: [0, 0, 0],
  darkShare: 0.01,
  mtf50: 0.25,
  detail: 0.01,
}
