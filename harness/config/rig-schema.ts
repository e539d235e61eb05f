import { resolve } from 'node:path'
import { z } from 'zod'
import { cameras } from '../../devices/camera/cameras.ts'
import { lights } from '../../devices/light/lights.ts'
import { scanners } from '../../devices/scanner/scanners.ts'
import { stages } from '../../devices/stage/stages.ts'

/** What a rig may be called: in records, reports and file names. */
const rigName = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, at most 40')

const seed = z.int().min(0).max(4_294_967_295)

/** What is the same for every kind of rig. */
const everyRig = {
  /** When to wait until the view is at rest before a photograph. */
  steady: z
    .union(
      [
        z.enum(['auto', 'never']),
        z.strictObject({
          toleranceLevels: z.number().positive().max(255).exactOptional(),
          frames: z.int().min(2).max(100).exactOptional(),
          apartMs: z.number().min(0).max(10_000).exactOptional(),
          skipFrames: z.int().min(0).max(100).exactOptional(),
          deadlineMs: z.number().positive().max(600_000).exactOptional(),
        }),
      ],
      'auto, never, or how to wait',
    )
    .exactOptional(),
  calibration: z
    .strictObject({
      /** Where `assay rig calibrate` writes it. Default: `calibrations/NAME.json` beside the configuration. */
      file: z.string().min(1).exactOptional(),
      /** Older than this, it counts no more, days. Default: 30. */
      validDays: z.number().positive().max(3650).exactOptional(),
    })
    .exactOptional(),
  /** A unit known to be good, inspected before any other in every run. */
  golden: z
    .strictObject({
      serial: z.string().min(1),
      /** The public records of its lot. */
      records: z.string().min(1),
      product: z.string().min(1).exactOptional(),
      station: z.enum(['printed', 'etched', 'sealed', 'opened']).exactOptional(),
    })
    .exactOptional(),
}

const realRig = z.strictObject({
  kind: z.literal('real'),
  camera: cameras.schema,
  stage: stages.schema.exactOptional(),
  light: lights.schema.exactOptional(),
  scanner: scanners.schema.exactOptional(),
  home: z.boolean().exactOptional(),
  safeDeadlineMs: z.number().min(500).max(60_000).exactOptional(),
  ...everyRig,
})

const virtualRig = z.strictObject({
  kind: z.literal('virtual'),
  seed: seed.exactOptional(),
  size: z.strictObject({ width: z.int().min(60).max(8000), height: z.int().min(40).max(6000) }).exactOptional(),
  hurry: z.number().min(0.01).max(1000).exactOptional(),
  home: z.boolean().exactOptional(),
  safeDeadlineMs: z.number().min(500).max(60_000).exactOptional(),
  ...everyRig,
})

/** One rig of `rigs`. */
const rigSchema = z.discriminatedUnion('kind', [virtualRig, realRig])
export type RigEntry = z.infer<typeof rigSchema>

/** Every rig of a workshop by its name. */
export const rigsSchema = z.record(rigName, rigSchema)
type RigEntries = z.infer<typeof rigsSchema>

/** The rig that commands use unless they are told another one. */
export const chosenRig = z.strictObject({
  /** One of `rigs`; without any, the name of the virtual rig in records and reports. */
  name: rigName,
  /** Of a rig that `rigs` does not name: only the virtual one needs no more. */
  kind: z.enum(['virtual']),
  /** Starts every random choice of the digital twin: the same seed gives the same photographs, byte for byte. */
  seed,
})

/** Paths of files that a rig names are relative to the configuration that names them. */
export function absoluteRigs(rigs: RigEntries, folder: string): RigEntries {
  return Object.fromEntries(Object.entries(rigs).map(([name, rig]) => [name, absoluteRig(rig, folder)]))
}

function absoluteRig(rig: RigEntry, folder: string): RigEntry {
  const at = (path: string) => resolve(folder, path)
  const { calibration, golden } = rig
  return {
    ...rig,
    ...(rig.kind === 'real' && {
      camera: cameras.withFiles(rig.camera, at),
      ...(rig.stage && { stage: stages.withFiles(rig.stage, at) }),
      ...(rig.light && { light: lights.withFiles(rig.light, at) }),
      ...(rig.scanner && { scanner: scanners.withFiles(rig.scanner, at) }),
    }),
    ...(calibration?.file !== undefined && { calibration: { ...calibration, file: at(calibration.file) } }),
    ...(golden && {
      golden: {
        ...golden,
        records: at(golden.records),
        ...(golden.product?.endsWith('.json') && { product: at(golden.product) }),
      },
    }),
  }
}
