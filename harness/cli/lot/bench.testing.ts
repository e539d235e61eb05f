import type { PhotographReading } from '../../vision/reading.ts'

/*
 * A bench in the place of rig, eyes and settings, with somebody's hand at its nest: for tests of sessions, which put it in the place of
 * `rig-session.ts`, `chosen-rig.ts` and `chosen-settings.ts`.
 */

/** What lies in the nest: what the eyes see of it. */
export const bench = {
  card: null as unknown as PhotographReading,
  /** What the next looks see instead of it. */
  looks: [] as PhotographReading[],
  shots: 0,
  opened: 0,
  disposed: 0,
  product: 'flag',
  profile: 'assay-reference',
  /** What the rig's scanner reads next; null: it has none. */
  scans: null as string[] | null,
  /** May the rig judge what lies there? */
  mayJudge: () => {},
  /** A piece of a photograph, as eyes cut it. */
  crops: [] as { of: string; mediaType: string; bytes: Uint8Array; width: number; height: number; masked: boolean }[],
}

const parts = { camera: 'test', stage: 'test', light: 'test' }

export const benchSession = {
  openForUnits: async () => {
    bench.opened++
    return {
      identity: { kind: 'real', name: 'bench', drivers: parts, firmware: parts, truth: null, calibration: null },
      presets: ['dome'],
      devices: [],
      scanner: bench.scans && {
        name: 'test',
        scan: async (_: number, signal: AbortSignal) => {
          const payload = bench.scans!.shift()
          if (payload !== undefined) return { payload, prefix: '' }
          return await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          )
        },
      },
      stage: { goTo: async () => {} },
      light: { set: async () => {} },
      camera: {
        photograph: async () => ({
          bytes: new Uint8Array(1),
          takenAt: `2026-11-21T00:00:00.${String(bench.shots++).padStart(3, '0')}Z`,
          how: { camera: 'test', exposureMs: 1, light: 'dome', pose: 'inspect', calibration: null },
        }),
      },
      [Symbol.asyncDispose]: async () => void bench.disposed++,
    }
  },
  requireHealth: async () => {},
  requireCalibration: async () => bench.mayJudge(),
  proveByOwnGoldenCard: async () => ({ unit: 'BX9999999' }),
}

export const benchAtHand = {
  rigAtHand: async (name: string) => ({ name, config: { kind: 'real' }, calibration: null, golden: null }),
}

export const benchSettings = {
  chosenSettings: async () => ({
    product: bench.profile,
    station: 'sealed',
    loaded: { config: { stations: {}, products: [], vault: null }, sources: { product: bench.product } },
    configuration: null,
    acceptUnproved: [],
    open: () => ({
      look: async () => ({ reading: bench.looks.shift() ?? bench.card, crops: bench.crops }),
      [Symbol.asyncDispose]: async () => {},
    }),
  }),
}
