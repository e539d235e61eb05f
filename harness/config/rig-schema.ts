import { resolve } from 'node:path'
import { z } from 'zod'
import { realRig, virtualRig, withDeviceFiles } from '../../devices/rig/rig-config.ts'
import { rigName } from './chosen-rig.ts'

/** What a workshop adds to what the devices themselves need. */
const ofWorkshop = {
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

/** One rig of `rigs`. */
const rigSchema = z.discriminatedUnion('kind', [virtualRig.extend(ofWorkshop), realRig.extend(ofWorkshop)])
export type RigEntry = z.infer<typeof rigSchema>

/** Every rig of a workshop by its name. */
export const rigsSchema = z.record(rigName, rigSchema)
export type RigEntries = z.infer<typeof rigsSchema>

/** Paths of files that a rig names are relative to the configuration that names them. */
export function absoluteRigs(rigs: RigEntries, folder: string): RigEntries {
  return Object.fromEntries(Object.entries(rigs).map(([name, rig]) => [name, absoluteRig(rig, folder)]))
}

function absoluteRig(rig: RigEntry, folder: string): RigEntry {
  const at = (path: string) => resolve(folder, path)
  const { calibration, golden } = rig
  return {
    ...(rig.kind === 'real' ? withDeviceFiles(rig, at) : rig),
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
