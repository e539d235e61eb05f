import { z } from 'zod'

/** Stations that a rig can stand at (design: a place in the process, with its plan and its exposure policy). */
export const stationNames = ['printed', 'etched', 'sealed', 'opened'] as const

const virtualRig = z.strictObject({
  /** Names the rig in records and reports; two rigs of one workshop have two names. */
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and dashes, at most 40'),
  kind: z.enum(['virtual']),
  /** Starts every random choice of the digital twin: the same seed gives the same photographs, byte for byte. */
  seed: z.int().min(0).max(4_294_967_295),
})

/** The configuration after every source was asked: nothing is optional any more. */
export const configSchema = z.strictObject({
  /** The name of a shipped product profile, or the path of a profile's JSON file. */
  product: z.string().min(1),
  station: z.enum(stationNames),
  rig: virtualRig,
  /** The folder that run folders are made in; absolute after loading. */
  runs: z.string().min(1),
  /** How many threads vision and scrypt may use. */
  workers: z.int().min(1).max(256),
})
export type Config = z.infer<typeof configSchema>

/** What an `assay.config` file may hold: any part of the configuration. */
export const configFileSchema = configSchema.extend({ rig: virtualRig.partial() }).partial()
export type ConfigFile = z.input<typeof configFileSchema>

/**
 * Gives an `assay.config.ts` its types:
 *
 * ```ts
 * import { defineConfig } from 'assay'
 * export default defineConfig({ product: 'real', rig: { seed: 7 } })
 * ```
 */
export function defineConfig(config: ConfigFile): ConfigFile {
  return config
}
