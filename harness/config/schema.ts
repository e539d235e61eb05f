import { z } from 'zod'
import { unprovedNames } from '../core/vocabulary.ts'
import { chosenRig } from './chosen-rig.ts'
import type { RigEntries } from './rig-schema.ts'

/** Stations that a rig can stand at (design: a place in the process, with its plan and its exposure policy). */
const stationNames = ['printed', 'etched', 'sealed', 'opened'] as const

/** What a workshop decides for one station. */
const ofStation = z.strictObject({
  /** What a unit may pass without a proof of; its record and every report say so. */
  acceptUnproved: z.array(z.enum(unprovedNames)).exactOptional(),
})

/** Shown wherever the vault is named, so it holds no password and no token. */
const vaultServer = z.url({ protocol: /^https?$/, abort: true }).refine(given => {
  const { username, password, search, hash } = new URL(given)
  return username === '' && password === '' && search === '' && hash === ''
}, 'an address without user, password, ? and #')

/** Where evidence is sealed, and for whom. */
const vault = z.strictObject({
  /** The folder of the sealed files; absolute after loading. */
  folder: z.string().min(1),
  /** A file of public keys as `age -R` takes it; absolute after loading. */
  recipients: z.string().min(1),
  /** The address of a server that keeps the sealed files in the folder's place (assay vault serve). */
  server: vaultServer.exactOptional(),
})

/** Every driver knows what may stand here: `rig-schema.ts` checks it, which is loaded only where there are rigs. */
const rigs = z.custom<RigEntries>(
  value => typeof value === 'object' && value !== null && !Array.isArray(value),
  'an object of rigs by their names',
)

/** The configuration after every source was asked: nothing is optional any more. */
export const configSchema = z.strictObject({
  /** The name of a shipped product profile, or the path of a profile's JSON file. */
  product: z.string().min(1),
  /** Profiles of one's own that a card may be of besides; absolute after loading. */
  products: z.array(z.string().min(1)),
  station: z.enum(stationNames),
  rig: chosenRig,
  /** The rigs of the workshop by name. */
  rigs,
  /** What holds at one station only. */
  stations: z.partialRecord(z.enum(stationNames), ofStation),
  /** The folder that run folders are made in; absolute after loading. */
  runs: z.string().min(1),
  /** The folder of the journal; absolute after loading. */
  journal: z.string().min(1),
  /** Photographs that show a secret are sealed here as soon as they are judged; null: they are not kept. */
  vault: vault.nullable(),
  /** How many threads vision and scrypt may use. */
  workers: z.int().min(1).max(256),
})
export type Config = z.infer<typeof configSchema>

/** What an `assay.config` file may hold: any part of the configuration. */
export const configFileSchema = configSchema.extend({ rig: chosenRig.partial(), vault }).partial()
export type ConfigFile = z.input<typeof configFileSchema>
